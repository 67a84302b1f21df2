"""Provide the controls of the Voltage clamp tab."""

from collections.abc import Iterable

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import (
    QCheckBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from hhgui.experiments.clamp_presets import PRESETS
from hhgui.experiments.clamp_staircase import ClampStaircase
from hhgui.ui.clamp.amplifier import AmplifierBox
from hhgui.ui.clamp.blockers import Blockers
from hhgui.ui.clamp.difference import DifferenceChooser
from hhgui.ui.clamp.form import StaircaseForm
from hhgui.ui.clamp.plots import COMMAND, TOTAL
from hhgui.ui.widgets.field_rows import CalmComboBox, drop_widget
from hhgui.ui.widgets.kept_list import KeptList
from hhgui.ui.widgets.labels import named, push_button
from hhgui.ui.widgets.layouts import add_layout

_WIDTH_DIGITS = 42
_COLUMNS = 3  # of the tick boxes
_KEPT_HEIGHT = 76


class ClampSide(QWidget):
    """Protocol, staircase, choice of plots and kept families, from top to bottom.

    ``preset_chosen(id)``: Emitted with the id of the protocol that the user has chosen.
    ``hidden_changed(names)``: Emitted with the names of the plots that the user hides.
    """

    preset_chosen = Signal(str)
    hidden_changed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._preset = CalmComboBox("clamp.preset", "Protocol of the voltage clamp")
        for key, preset in PRESETS.items():
            self._preset.addItem(preset.title, key)
        self._about = QLabel(wordWrap=True)
        self._about.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self.form, self.blockers = StaircaseForm(), Blockers()
        self.difference, self.amplifier = DifferenceChooser(), AmplifierBox()
        self._ticks: dict[str, QCheckBox] = {}
        self._tick_grid = QGridLayout()
        self.ionic_scale = named(
            QCheckBox("Scale to the ionic currents"), "clamp.ionic_scale",
            "Leave the charging of the membrane out of the axes",
        )  # fmt: skip
        self.ionic_scale.setChecked(True)
        self.inward_up = named(
            QCheckBox("Inward currents up"), "clamp.inward_up",
            "Draw inward currents upwards in all plots",
        )  # fmt: skip
        self.inward_up.setToolTip(
            "<p>Outward current is positive and drawn upwards. Ticked, every plot shows −I.</p>"
        )
        self.keep = push_button("Keep", "clamp.keep", "Keep this family to compare with")
        self.fit = push_button("Fit…", "clamp.fit", "Find the gates in these sweeps")
        self.kept = KeptList("clamp", "Kept families")
        self.kept.setFixedHeight(_KEPT_HEIGHT)
        self.kept.hide()
        self._lay_out()
        self._preset.activated.connect(self._on_activated)
        self.kept.changed.connect(self._show_kept)

    @property
    def preset(self) -> str:
        """Return the id of the chosen protocol."""
        return str(self._preset.currentData())

    @property
    def hidden(self) -> frozenset[str]:
        """Return the names of the hidden plots."""
        return frozenset(name for name, box in self._ticks.items() if not box.isChecked())

    def show_preset(self, preset: str, staircase: ClampStaircase) -> None:
        """Show a protocol with its present staircase, without emitting a signal."""
        self._preset.setCurrentIndex(self._preset.findData(preset))
        self._about.setText(PRESETS[preset].about)
        self.form.show_staircase(staircase)
        self.form.set_defaults(PRESETS[preset].staircase)

    def set_panes(self, currents: Iterable[str], hidden: Iterable[str]) -> None:
        """Create a check box for each plot: command, total current and each ionic current."""
        for box in self._ticks.values():
            drop_widget(box)
        names = [(COMMAND, "V"), (TOTAL, "I"), *((name, f"I_{name}") for name in currents)]
        unseen = set(hidden)
        self._ticks = {}
        for place, (name, text) in enumerate(names):
            box = named(QCheckBox(text), f"clamp.show.{name}", f"Show {text}")
            box.setChecked(name not in unseen)
            box.toggled.connect(self._on_toggled)
            self._tick_grid.addWidget(box, place // _COLUMNS, place % _COLUMNS)
            self._ticks[name] = box

    def fit_width(self) -> None:
        """Fit the column to the font."""
        self.setFixedWidth(self.fontMetrics().horizontalAdvance("0" * _WIDTH_DIGITS))

    def _lay_out(self) -> None:
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 8, 0)
        column.setSpacing(6)
        parts = (
            self._preset, self._about, self.form, QLabel("<b>Blockers</b>"), self.blockers,
            self.amplifier, QLabel("<b>Shown</b>"),
        )  # fmt: skip
        for widget in parts:
            column.addWidget(widget)
        self._tick_grid.setHorizontalSpacing(8)
        add_layout(column, self._tick_grid)
        column.addWidget(self.ionic_scale)
        column.addWidget(self.inward_up)
        column.addStretch(1)
        scroller = QScrollArea()
        scroller.setFrameShape(QFrame.Shape.NoFrame)
        scroller.setWidgetResizable(True)
        scroller.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroller.setWidget(inside)
        row = QHBoxLayout()
        row.addWidget(self.keep)
        row.addWidget(self.fit)
        row.addWidget(self._export_button())
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(scroller, 1)
        whole.addWidget(self.kept)
        whole.addWidget(self.difference)
        add_layout(whole, row)
        self.fit_width()

    def _export_button(self) -> QPushButton:
        self.export = push_button("Export…", "clamp.export", "Export the sweeps or the results")
        return self.export

    @Slot()
    def _on_activated(self) -> None:
        self.preset_chosen.emit(self.preset)

    @Slot()
    def _on_toggled(self) -> None:
        self.hidden_changed.emit(self.hidden)

    @Slot()
    def _show_kept(self) -> None:
        self.kept.setVisible(bool(self.kept.runs))
        self.difference.set_names([kept.name for kept in self.kept.runs])
