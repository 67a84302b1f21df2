"""Vary one setting of an experiment, and show what it finds against the setting."""

from collections.abc import Iterator
from dataclasses import dataclass

from hhgui.document.setup import Setup
from hhgui.experiments.contract import (
    Cancelled,
    Column,
    Experiment,
    Measured,
    Plot,
    ReportProgress,
    Subject,
)
from hhgui.experiments.events import Event, Row
from hhgui.experiments.settings import (
    Grid,
    NumberSetting,
    grid,
    table_of,
    table_text,
    text,
)
from hhgui.model.parameter import ModelError


@dataclass(frozen=True)
class VarySetting(Experiment):
    """What an experiment finds, for a series of values of one of its settings.

    The setting is named by the experiment's id and its key: threshold.duration is the width of the
    pulse, refractory.first the strength of the first pulse. The other settings of the experiment
    have their defaults, or the values in "other settings".
    """

    id = "vary-setting"
    title = "Vary a setting"
    group = "Compare"
    summary = "What an experiment finds, against one of its own settings."
    sketch = "1,13 6,8 11,6 17,5 23,4.5; 3,1 7,3 11,1 15,3 19,1 23,3"

    path: str = text("setting", "threshold.duration", "An experiment's id, and its setting's key.")
    values: Grid = grid(
        "values", "", 0.1, 10.0, 9, low=-1e6, high=1e6, log=True, help="The values that it takes."
    )
    others: str = table_text("other settings", "Its other settings, as JSON.")

    @property
    def columns(self) -> tuple[Column, ...]:
        kind, setting = self._varied()
        own = Column("value", setting.parameter.unit, setting.label, bare=True)
        return own, *kind.findings

    @property
    def plots(self) -> tuple[Plot, ...]:
        kind, _ = self._varied()
        log = "x" if self.values.log else ""
        return tuple(Plot("value", (column.key,), log) for column in kind.findings)

    def measure(
        self, subject: Subject, cancelled: Cancelled, progress: ReportProgress
    ) -> Iterator[Event]:
        values = self.values.values.tolist()
        for index, value in enumerate(values):
            measured = Measured(self._experiment(value), subject)
            for event in measured.experiment.run(subject, cancelled):
                measured.put(event)
            if cancelled():
                return
            found = {result.key: result for result in measured.results}
            row = {key: result.value for key, result in found.items()}
            problems = dict.fromkeys(r.problem for r in found.values() if r.value is None)
            yield Row(index, {"value": value, **row}, "; ".join(filter(None, problems)))
            progress((index + 1) / len(values))

    def opened(self, subject: Subject, row: Row) -> Setup | None:
        value = row.values["value"]
        if value is None:
            return None
        measured = Measured(self._experiment(value), subject)
        for event in measured.experiment.run(subject):
            measured.put(event)
        rows = list(measured.rows)
        return measured.experiment.opened(subject, rows[-1]) if rows else None

    def _varied(self) -> tuple[type[Experiment], NumberSetting]:
        """Return the class of the experiment and the setting.

        Raises ModelError if there is none.
        """
        from hhgui.experiments.catalogue import EXPERIMENTS  # which lists this file

        owner, _, key = self.path.partition(".")
        can = {e.id: e for e in EXPERIMENTS.values() if e.findings}
        if owner not in can:
            known = ", ".join(can)
            raise ModelError("path", f"setting: must begin with one of {known}, and a point")
        numbers = {s.key: s for s in can[owner].form() if isinstance(s, NumberSetting)}
        if key not in numbers:
            known = ", ".join(numbers)
            raise ModelError("path", f"setting: {owner} has no number {key!r}; there are {known}")
        return can[owner], numbers[key]

    def _experiment(self, value: float) -> Experiment:
        """Return the experiment with its setting at ``value``."""
        kind, setting = self._varied()
        number = round(value) if setting.parameter.whole else value
        return kind.from_settings({**table_of(self.others), setting.key: number})
