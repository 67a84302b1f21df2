"""Make the form of an experiment from its settings."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QFrame,
    QGridLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from hhgui.experiments.contract import Experiment
from hhgui.experiments.settings import (
    MOST_VALUES,
    ChoiceSetting,
    Grid,
    GridSetting,
    NumberSetting,
    PathSetting,
    Setting,
    SeveralSetting,
    TableTextSetting,
    TrialsSetting,
)
from hhgui.model.parameter import ModelError, Parameter
from hhgui.model.words import sentence
from hhgui.ui.widgets.field_rows import CalmComboBox, caption, drop_widget, keep_named
from hhgui.ui.widgets.labels import named, unbroken
from hhgui.ui.widgets.number_field import NumberField
from hhgui.ui.widgets.trials import TrialRows

_POINTS = Parameter("points", "points", "how many", "", 1, MOST_VALUES, 1, 0,
                    "How many values, both ends included.", whole=True)  # fmt: skip


class Form(QScrollArea):
    """Edits the settings of one experiment at a time; those of the others are kept."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("measure.form")
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._experiment: Experiment | None = None
        self._readers: dict[str, Callable[[], Any]] = {}
        self._paths: list[tuple[CalmComboBox, tuple[str, ...]]] = []
        self._offered: list[str] = []

    def show_experiment(self, experiment: Experiment) -> None:
        """Create the fields of ``experiment`` with its settings."""
        if self.widget() is not None:
            drop_widget(self.takeWidget())
        self._experiment, self._readers, self._paths = experiment, {}, []
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 4, 0)
        column.setSpacing(4)
        for setting in experiment.form():
            for widget in self._made(setting, getattr(experiment, setting.key)):
                column.addWidget(widget)
        column.addStretch(1)
        self.setWidget(page)
        self.set_paths(self._offered)

    @property
    def filled(self) -> bool:
        """Return whether the form shows an experiment."""
        return self._experiment is not None

    def shown(self) -> Experiment:
        """Return the experiment in the fields; if they are invalid, as it was first shown."""
        assert self._experiment is not None
        found = self._experiment
        for key, read in self._readers.items():
            with suppress(ModelError):
                found = replace(found, **{key: read()})
        return found

    def experiment(self) -> Experiment:
        """Return the experiment in the fields. Raises ModelError if they are invalid."""
        assert self._experiment is not None
        values = {key: read() for key, read in self._readers.items()}
        return replace(self._experiment, **values)

    def set_paths(self, paths: list[str]) -> None:
        """Offer these numbers of neuron and stimulus in fields that choose a path."""
        self._offered = paths
        for box, also in self._paths:
            text = box.currentText()
            box.clear()
            box.addItems([*also, *paths])
            box.setCurrentText(text)

    def _made(self, setting: Setting, value: Any) -> Sequence[QWidget]:
        """Return the widgets for one setting, and note how to read its value from them."""
        name = f"measure.{setting.key}"
        match setting:
            case NumberSetting():
                return self._number(setting.parameter, setting.key, name, value)
            case GridSetting():
                return self._grid(setting, name, value)
            case ChoiceSetting():
                box = CalmComboBox(name, setting.label)
                box.addItems(setting.choices)
                box.setCurrentText(value)
                self._readers[setting.key] = box.currentText
                return self._labelled(setting, box)
            case SeveralSetting():
                return self._several(setting, name, value)
            case PathSetting():
                box = CalmComboBox(name, setting.label)
                box.setEditable(True)
                box.setCurrentText(value)
                self._paths.append((box, setting.also))
                self._readers[setting.key] = lambda: setting.check(box.currentText())
                return self._labelled(setting, box)
            case TableTextSetting():
                self._readers[setting.key] = lambda: value
                return ()
            case TrialsSetting():
                rows = TrialRows("measure")
                rows.set_trials(value)
                self._readers[setting.key] = lambda: setting.check(rows.trials)
                return (rows,)
            case _:
                line = named(QLineEdit(str(value)), name, setting.label)
                self._readers[setting.key] = lambda: setting.read(line.text())
                return self._labelled(setting, line)

    def _labelled(self, setting: Setting, widget: QWidget) -> Sequence[QWidget]:
        label = QLabel(sentence(setting.label))
        label.setBuddy(widget)
        widget.setToolTip(f"<p>{setting.help}</p>")
        return label, widget

    def _number(self, parameter: Parameter, key: str, name: str, value: float) -> Sequence[QWidget]:
        varies = self._experiment is not None and self._experiment.findings
        path = f"{self._experiment.id}.{key}" if self._experiment and varies else ""
        field = NumberField(replace(parameter, key=key), name, path=path)
        field.set_value_silently(value)
        field.set_default(value)
        whole = parameter.whole
        self._readers[key] = lambda: int(field.value) if whole else field.value
        return (_row(caption, field),)

    def _grid(self, setting: GridSetting, name: str, value: Grid) -> Sequence[QWidget]:
        title = QLabel()
        widgets: list[QWidget] = [title]
        fields = {}
        for end, shown in (("from", value.first), ("to", value.last), ("points", value.points)):
            parameter = _POINTS if end == "points" else replace(setting.parameter, label=end)
            field = NumberField(parameter, f"{name}.{end}")
            field.set_value_silently(shown)
            field.set_default(shown)
            fields[end] = field
            widgets.append(_row(partial(_words, end), field))
        keep_named(title, fields["from"], partial(_heading, setting.parameter.label))
        log = QCheckBox("Logarithmic")
        log.setObjectName(f"{name}.log")
        log.setChecked(value.log)
        log.setToolTip("<p>Spaced evenly in the logarithm.</p>")
        widgets.append(log)
        whole = value.first, value.last, value.points, value.log

        def read() -> Grid:
            ends = fields["from"].value, fields["to"].value
            points, spaced = int(fields["points"].value), log.isChecked()
            if (*ends, points, spaced) == whole:
                return value  # a list of values stays one
            return setting.check(Grid(*ends, points, spaced))

        self._readers[setting.key] = read
        return widgets

    def _several(
        self, setting: SeveralSetting, name: str, value: Sequence[str]
    ) -> Sequence[QWidget]:
        rows = named(QListWidget(), name, setting.label)
        for choice in setting.choices:
            item = QListWidgetItem(choice, rows)
            item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsUserCheckable)
            on = choice in value
            item.setCheckState(Qt.CheckState.Checked if on else Qt.CheckState.Unchecked)
        rows.setMaximumHeight(rows.sizeHintForRow(0) * len(setting.choices) + 8)
        items = [rows.item(at) for at in range(rows.count())]
        self._readers[setting.key] = lambda: setting.check(
            [item.text() for item in items if item.checkState() is Qt.CheckState.Checked]
        )
        return self._labelled(setting, rows)


def _words(text: str, _parameter: Parameter) -> str:
    return text


def _heading(label: str, parameter: Parameter) -> str:
    return f"<b>{caption(replace(parameter, label=label))}</b>"


def _row(text: Callable[[Parameter], str], field: NumberField) -> QWidget:
    """Return a field with its label to the left."""
    row = QWidget()
    label = QLabel(wordWrap=True)
    label.setBuddy(field.spin_box)
    keep_named(label, field, lambda parameter: unbroken(text(parameter)))
    cells = QGridLayout(row)
    cells.setContentsMargins(0, 0, 0, 0)
    cells.setColumnStretch(0, 1)
    cells.addWidget(label, 0, 0)
    cells.addWidget(field, 0, 1)
    field.setFixedWidth(field.fontMetrics().horizontalAdvance("0" * 17))
    return row
