"""The f-I tab: choose a protocol, watch the curve grow, compare it with the ones before."""

from collections.abc import Iterable

from PySide6.QtCore import QEvent, Signal, Slot
from PySide6.QtGui import QFont, QPalette
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from hhgui.experiments.fi import LAB_3_MODEL, FiPoint, FiProtocol
from hhgui.experiments.fi_curve import FiCurve, GrowingFiCurve, curve_name, distinct_name
from hhgui.model.membrane import Membrane
from hhgui.ui.fi_controls import FiControls
from hhgui.ui.fi_plot import FiPlot
from hhgui.ui.fi_texts import protocol_text, result_text
from hhgui.ui.labels import set_text
from hhgui.ui.theme import Theme, current_theme

CANCELLED = "cancelled"
_THICKER = 3.0  # for a projector the curves grow more than the type


class FiTab(QWidget):
    """Controls on the left, curves on the right. Whoever listens runs the sweep.

    sweep_requested(FiProtocol) → ``begin``, ``add_point`` for each point, ``finish``.
    """

    sweep_requested = Signal(object)  # FiProtocol
    cancel_requested = Signal()
    export_requested = Signal()
    model_requested = Signal(str)  # the id of a parameter set
    # The curve should be measured again at once: following was switched on, or the protocol edited.
    follow_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("fi")
        self._library: dict[str, Membrane] = {}
        self._curves: list[GrowingFiCurve] = []  # oldest first
        self._generation = -1
        self._running = False
        self._followed: GrowingFiCurve | None = None
        self._following_of: Membrane | None = None
        self.curves_followed = 0
        self._controls = FiControls()
        self.plot = FiPlot()
        self._title, self._protocol, self._result = QLabel(), QLabel(), QLabel()
        self._show_rate = QComboBox()
        self._clear = QPushButton("Clear earlier curves")
        self._export = QPushButton("Export CSV…")
        self._name_widgets()
        self._lay_out()
        self._connect()
        self._title.setText("f–I curve")
        self._protocol.setText("How many spikes a step of current gives. Start measures it.")
        self.set_theme(current_theme())
        self._update_buttons()

    def start(self) -> None:
        """As a click on Start."""
        self._controls.start()

    def set_protocol(self, protocol: FiProtocol) -> None:
        """Fill the fields."""
        self._controls.set_protocol(protocol)

    def choose_rate(self, rate: bool) -> None:
        """Spikes per second on the axis, or their count."""
        self._show_rate.setCurrentIndex(int(rate))

    def restore_curves(self, curves: Iterable[FiCurve]) -> None:
        """Show these, the newest last, in place of what is there."""
        self.cancel_requested.emit()
        self._generation, self._running, self._followed = -1, False, None
        self._controls.set_running(False)
        for old in list(self._curves):
            self._drop(old)
        for curve in curves:
            self._curves.append(GrowingFiCurve.of(curve))
            self.plot.show_curve(self._curves[-1])
            self._title.setText(curve.name)
            self._protocol.setText(protocol_text(curve.protocol))
            self._say(result_text(curve))
        self.plot.note_points()
        self._update_buttons()

    def set_library(self, membranes: Iterable[Membrane]) -> None:
        """The parameter sets as they come: a curve is named by what differs from its set."""
        self._library = {membrane.id: membrane for membrane in membranes}

    @property
    def curve(self) -> FiCurve | None:
        """The newest curve that has points."""
        return next((c.frozen() for c in reversed(self._curves) if len(c)), None)

    @property
    def curves(self) -> tuple[FiCurve, ...]:
        """Every curve that has points, oldest first."""
        return tuple(c.frozen() for c in self._curves if len(c))

    @property
    def running(self) -> bool:
        return self._running

    @property
    def shows_rate(self) -> bool:
        """Whether the axis counts spikes per second."""
        return self._show_rate.currentIndex() == 1

    @Slot(int, object, object)
    def begin(self, generation: int, membrane: Membrane, protocol: FiProtocol) -> None:
        """A sweep starts; the curve before it, if it has any points, stays as a faint one.

        A followed curve of the same protocol does not stay: it is what is measured now.
        """
        if self._followed in self._curves and self._followed.protocol == protocol:
            self._drop(self._followed)
        self._followed = None
        for empty in [c for c in self._curves if not len(c)]:
            self._drop(empty)
        name = distinct_name(membrane, protocol, self._library.get(membrane.id), self.curves)
        self._generation, self._running = generation, True
        self._curves.append(GrowingFiCurve(name, membrane, protocol))
        self.plot.show_curve(self._curves[-1])
        self._title.setText(name)
        self._protocol.setText(protocol_text(protocol))
        self._say("")
        self._controls.set_running(True, protocol.points)
        self._update_buttons()

    @property
    def following(self) -> bool:
        """Whether the curve is to be measured again whenever a parameter changes."""
        return self._controls.follow.isChecked()

    def protocol(self) -> FiProtocol | None:
        """What the fields say; None, with the reason beside its field, if that can't be."""
        return self._controls.protocol()

    def begin_following(self, generation: int, membrane: Membrane, protocol: FiProtocol) -> None:
        """The newest curve will be replaced in place; another protocol begins another curve."""
        if self._followed is None or self._followed.protocol != protocol:
            self.begin(generation, membrane, protocol)
            self._followed = self._curves[-1]
            self._running = False
            self._controls.set_running(False)
        self._generation = generation
        self._following_of = membrane

    @Slot(int, object)
    def replace_points(self, generation: int, points: tuple[FiPoint, ...]) -> None:
        """All points of the followed curve at once; those of an older edit are dropped."""
        curve, membrane = self._followed, self._following_of
        if generation != self._generation or curve not in self._curves or membrane is None:
            return
        curve.membrane = membrane
        name = curve_name(curve.membrane, self._library.get(curve.membrane.id))
        for point in points:
            curve.put(point)
        self.curves_followed += 1
        set_text(self._title, name)
        set_text(self._result, result_text(curve.frozen()))
        if name != curve.name:
            curve.name = name
            self.plot.refresh_names()
        self.plot.note_points()

    @Slot(int, str)
    def show_accuracy(self, generation: int, problem: str) -> None:
        """What is inaccurate about the newest curve's settings."""
        if generation == self._generation and self._curves:
            self._curves[-1].inaccuracy = problem

    @Slot(int, float)
    def show_share(self, generation: int, share: float) -> None:
        """How much of the sweep's work is done, where points come in groups."""
        if generation == self._generation and self._running:
            self._controls.show_progress(len(self._curves[-1]), share)

    @Slot(int, object)
    def add_point(self, generation: int, point: FiPoint) -> None:
        """One point, in any order; those of a sweep that is over are dropped."""
        if generation == self._generation and self._running:
            self._curves[-1].put(point)
            self.plot.note_points()

    @Slot(int, str)
    def finish(self, generation: int, message: str) -> None:
        """The sweep is over: complete if ``message`` is empty, else cancelled or a problem."""
        if generation != self._generation or not self._running:
            return
        self._running = False
        curve = self._curves[-1].frozen()
        self._controls.set_running(False)
        self._show_progress()
        result = result_text(curve) if curve.points else ""
        if message:
            ended = message[:1].upper() + message[1:].rstrip(".")
            if message == CANCELLED:
                ended += f" after {len(curve.points)} of {curve.protocol.points} points"
            result = f"{ended}. {result}"
        self._say(result, error=message not in ("", CANCELLED))

    def clear_earlier(self) -> None:
        """Take every curve but the newest away."""
        for curve in self._curves[:-1]:
            self._drop(curve)

    def set_theme(self, theme: Theme, scale: float = 1.0) -> None:
        """Colours and lines of the plot; the widgets follow the application's palette."""
        self.plot.set_theme(theme, 1.0 + _THICKER * (scale - 1.0))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self.plot.apply_font(self.font())

    def _name_widgets(self) -> None:
        names = ((self._title, "fi.title"), (self._protocol, "fi.description"),
                 (self._result, "fi.result"), (self._show_rate, "fi.show_rate"),
                 (self._clear, "fi.clear"), (self._export, "fi.export"))  # fmt: skip
        for widget, name in names:
            widget.setObjectName(name)
        self._show_rate.addItems(["Spike count", "Rate (Hz)"])
        self._show_rate.setAccessibleName("Show spike count or rate")
        self._clear.setAccessibleName("Clear earlier curves")
        self._export.setAccessibleName("Export the f–I curve as CSV")
        for label in (self._protocol, self._result):
            label.setWordWrap(True)
        font = self._title.font()
        font.setWeight(QFont.Weight.DemiBold)
        self._title.setFont(font)
        self._title.setWordWrap(True)
        self._protocol.setForegroundRole(QPalette.ColorRole.PlaceholderText)

    def _lay_out(self) -> None:
        top, bottom, right, row = QHBoxLayout(), QHBoxLayout(), QVBoxLayout(), QHBoxLayout(self)
        top.addWidget(self._title, 1)
        top.addWidget(self._show_rate)
        bottom.addStretch(1)
        bottom.addWidget(self._clear)
        bottom.addWidget(self._export)
        right.addLayout(top)
        right.addWidget(self._protocol)
        right.addWidget(self.plot, 1)
        right.addWidget(self._result)
        right.addLayout(bottom)
        # Room for two lines: a longer result must not move the plot.
        self._result.setMinimumHeight(2 * self.fontMetrics().lineSpacing() + 2)
        row.setContentsMargins(10, 8, 10, 10)
        row.setSpacing(12)
        row.addWidget(self._controls)
        row.addLayout(right, 1)

    def _connect(self) -> None:
        self._controls.start_clicked.connect(self.sweep_requested)
        self._controls.cancel_clicked.connect(self.cancel_requested)
        self._controls.start_refused.connect(lambda why: self._say(f"Not started: {why}.", True))
        self._controls.lab_3_clicked.connect(lambda: self.model_requested.emit(LAB_3_MODEL))
        self._controls.follow_toggled.connect(self._on_follow)
        self._controls.protocol_changed.connect(self._on_protocol)
        self._show_rate.currentIndexChanged.connect(lambda i: self.plot.show_rate(i == 1))
        self._clear.clicked.connect(self.clear_earlier)
        self._export.clicked.connect(self.export_requested)
        self.plot.points_drawn.connect(self._show_progress)
        self.plot.removal_clicked.connect(self._drop)
        self.plot.clearing_clicked.connect(self.clear_earlier)

    def _on_follow(self, on: bool) -> None:
        self._followed = None
        if on:
            self.follow_requested.emit()

    def _on_protocol(self) -> None:
        if self.following:
            self.follow_requested.emit()

    def _drop(self, curve: GrowingFiCurve) -> None:
        self._curves.remove(curve)
        self.plot.remove_curve(curve)
        self._update_buttons()

    def _show_progress(self) -> None:
        if self._curves:
            self._controls.show_progress(len(self._curves[-1]))
        self._update_buttons()

    def _update_buttons(self) -> None:
        self._clear.setEnabled(len(self._curves) > 1)
        self._export.setEnabled(any(len(c) for c in self._curves))

    def _say(self, text: str, error: bool = False) -> None:
        role = QPalette.ColorRole.BrightText if error else QPalette.ColorRole.WindowText
        self._result.setForegroundRole(role)
        self._result.setText(text)
