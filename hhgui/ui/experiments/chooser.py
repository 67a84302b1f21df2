"""List the experiments by group with a search field."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QLabel, QLineEdit, QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget

from hhgui.experiments.catalogue import EXPERIMENTS
from hhgui.experiments.contract import Experiment
from hhgui.ui.experiments.rows import ID, ExperimentRows
from hhgui.ui.widgets.labels import named


class Chooser(QWidget):
    """The list of experiments in groups; typing in the search field shows only those that match.

    ``chosen(id)``: Emitted with the id of a newly selected experiment.
    """

    chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._search = named(QLineEdit(), "measure.search", "Search the experiments")
        self._search.setPlaceholderText("Search experiments")
        self._search.setClearButtonEnabled(True)
        self._list = named(QTreeWidget(), "measure.list", "Experiments")
        self._list.setHeaderHidden(True)
        self._list.setRootIsDecorated(False)
        self._list.setIndentation(6)
        self._list.setItemDelegate(ExperimentRows(self._list))
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._summary = QLabel(wordWrap=True)
        self._summary.setObjectName("measure.summary")
        self._summary.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._items: dict[str, QTreeWidgetItem] = {}
        self._groups: dict[str, QTreeWidgetItem] = {}
        self._fill()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        for widget, stretch in ((self._search, 0), (self._list, 1), (self._summary, 0)):
            column.addWidget(widget, stretch)
        self._search.textChanged.connect(self._filter)
        self._list.currentItemChanged.connect(self._on_current)

    @property
    def current(self) -> str:
        """Return the id of the selected experiment."""
        item = self._list.currentItem()
        return str(item.data(0, ID)) if item is not None else next(iter(EXPERIMENTS))

    def choose(self, experiment_id: str) -> None:
        """Select an experiment. Raises KeyError for an unknown id."""
        self._list.setCurrentItem(self._items[experiment_id])

    def _fill(self) -> None:
        for kind in EXPERIMENTS.values():
            if kind.group not in self._groups:
                group = QTreeWidgetItem(self._list, [kind.group])
                group.setFlags(Qt.ItemFlag.ItemIsEnabled)
                font = group.font(0)
                font.setBold(True)
                group.setFont(0, font)
                group.setExpanded(True)
                self._groups[kind.group] = group
            item = QTreeWidgetItem(self._groups[kind.group], [kind.title])
            item.setData(0, ID, kind.id)
            item.setToolTip(0, f"<p>{kind.summary}</p>")
            item.setData(0, Qt.ItemDataRole.AccessibleDescriptionRole, kind.summary)
            self._items[kind.id] = item

    def _filter(self, text: str) -> None:
        for experiment_id, item in self._items.items():
            item.setHidden(not _matches(EXPERIMENTS[experiment_id], text))
        for name, group in self._groups.items():
            inside = [item for key, item in self._items.items() if EXPERIMENTS[key].group == name]
            group.setHidden(all(item.isHidden() for item in inside))

    def _on_current(self, item: QTreeWidgetItem | None) -> None:
        experiment_id = item.data(0, ID) if item is not None else None
        if experiment_id:
            self._summary.setText(EXPERIMENTS[experiment_id].summary)
            self.chosen.emit(experiment_id)


def _matches(kind: type[Experiment], text: str) -> bool:
    words = text.lower().split()
    about = f"{kind.id} {kind.title} {kind.group} {kind.summary}".lower()
    return all(word in about for word in words)
