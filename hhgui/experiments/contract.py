"""Define the contract of an experiment: settings, a generator, columns, plots and results.

An experiment is one frozen dataclass in a file of its own, listed in ``experiments/catalogue.py``.
The form, the plots and the table of the Measure tab, ``hhgui measure``, the CSV and the JSON beside
it, lessons and sessions all follow from it; ``docs/architecture.md`` shows an example.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Annotated, Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from hhgui.document.document import Document
from hhgui.document.fi_protocol import REARM, THRESHOLD
from hhgui.document.setup import Setup
from hhgui.engine.methods import DEFAULT_DT_MS, DEFAULT_METHOD, DT, method_named
from hhgui.engine.spikes import REARM_MV, Oscillations, SpikeRule, remedy_of
from hhgui.experiments.events import (
    Block,
    Event,
    Listing,
    Progress,
    Result,
    Row,
    Rows,
    Trace,
    Uncounted,
    with_unit,
)
from hhgui.experiments.settings import Grid, Setting, settings_of
from hhgui.model.membrane import Membrane
from hhgui.model.parameter import ModelError, check_fields
from hhgui.model.stimulus.stimulus import Stimulus

Array = NDArray[np.float64]
Cancelled = Callable[[], bool]
ReportProgress = Callable[[float], object]


def never() -> bool:
    """Return False, for "not cancelled": the default of the argument ``cancelled``."""
    return False


def unheard(fraction: float) -> None:
    """Do nothing with a report of progress: the default of the argument ``progress``."""


class MeasurementCancelled(Exception):  # noqa: N818 - a cancel by the user is no error
    """Raised by a long computation once the measurement has been cancelled."""


@dataclass(frozen=True)
class Subject:
    """The neuron to be measured, with its stimulus, its integration and its spike rule.

    stimulus: that of the document; most experiments use only its holding current and make a current
    of their own. method, dt (ms): of the integration. threshold: the voltage (mV) that a spike
    crosses upwards. rearm: how far (mV) V must fall below it before the next spike counts. unseen:
    collects, during one measurement, the oscillations of V without a spike, one entry per run, see
    ``Uncounted``.
    """

    membrane: Membrane
    stimulus: Stimulus = field(default_factory=Stimulus)
    method: str = DEFAULT_METHOD
    dt: Annotated[float, DT] = DEFAULT_DT_MS
    threshold: Annotated[float, THRESHOLD] = 0.0
    rearm: Annotated[float, REARM] = REARM_MV
    unseen: list[Oscillations] = field(default_factory=list, compare=False, repr=False)

    def __post_init__(self) -> None:
        method_named(self.method)
        check_fields(self)

    @classmethod
    def of(cls, document: Document) -> Self:
        """Return the subject that a document describes."""
        return cls(
            document.membrane, document.stimulus, document.method, document.dt,
            document.threshold, document.rearm,
        )  # fmt: skip

    def setup(self, stimulus: Stimulus, duration: float) -> Setup:
        """Return the setup of a single run under ``stimulus`` for ``duration`` (ms)."""
        return Setup(
            self.membrane, self.membrane, stimulus, self.method, self.dt, duration, self.threshold,
            rearm=self.rearm,
        )  # fmt: skip


@dataclass(frozen=True)
class Column:
    """A column of an experiment's table.

    key, unit: its name and unit. label: its name on an axis. whole: whether its values are whole
    numbers. words: if given, a value is an index into these words, and files and tables show the
    word. bare: whether files name it without its unit, because the unit depends on the settings.
    """

    key: str
    unit: str = ""
    label: str = ""
    whole: bool = False
    words: tuple[str, ...] = ()
    bare: bool = False

    @property
    def name(self) -> str:
        """Return the key with its unit in ASCII, as JSON and CSV have it: "threshold_uA_cm2"."""
        return self.key if self.bare else with_unit(self.key, self.unit)


@dataclass(frozen=True)
class Mark:
    """A mark that a plot draws at one or two results.

    results: their keys. kind: "x" and "y" draw a line across at that value of the axis, "span"
    shades the range of x from the first result to the second, "point" is at (first, second).
    """

    kind: str
    results: tuple[str, ...]


@dataclass(frozen=True)
class Plot:
    """A plot of the table: one or more columns against another.

    x, y: keys of columns. log: which axes are logarithmic: "", "x", "y" or "xy". style: "line",
    "points", "steps", "image" (an image over x and y, whose colours are the values of the column
    ``color``) or "family" (the traces instead of the table). marks: see ``Mark``. color: the key of
    a column by whose value points are coloured. sides: for an image, the values along x and along
    y; its rows are numbered from 0 along x first.
    """

    x: str
    y: tuple[str, ...]
    log: str = ""
    style: str = "line"
    marks: tuple[Mark, ...] = ()
    color: str = ""
    title: str = ""
    sides: tuple[Grid, Grid] | None = None


@dataclass(frozen=True)
class Experiment:
    """The base class of experiments; a subclass adds fields, columns, plots and ``measure``.

    id: its name in files and on the command line. title, group, summary: for lists and menus.
    sketch: a small drawing for lists, 24 wide and 16 high: lines "x,y x,y …" separated by ";", of
    which the first is emphasised. findings: a column for each result, for ``vary-setting``, which
    plots how results depend on a setting. uses_dt: whether its accuracy depends on the subject's
    method and dt. uses_spikes: whether it looks for spikes, so that oscillations without spikes
    deserve a warning.
    """

    id: ClassVar[str]
    title: ClassVar[str]
    group: ClassVar[str]
    summary: ClassVar[str]
    sketch: ClassVar[str] = ""
    findings: ClassVar[tuple[Column, ...]] = ()
    uses_dt: ClassVar[bool] = True
    uses_spikes: ClassVar[bool] = True

    def __post_init__(self) -> None:
        for setting in self.form():
            object.__setattr__(self, setting.key, setting.check(getattr(self, setting.key)))

    @property
    def columns(self) -> tuple[Column, ...]:
        """Return the columns of the table, which may depend on the settings."""
        raise NotImplementedError

    @property
    def plots(self) -> tuple[Plot, ...]:
        """Return the plots of the table, which may depend on the settings."""
        return ()

    def columns_for(self, subject: Subject) -> tuple[Column, ...]:
        """Return the columns for one subject, if some are named after its currents or gates."""
        return self.columns

    def plots_for(self, subject: Subject) -> tuple[Plot, ...]:
        """Return the plots for one subject, if some show its currents or gates."""
        return self.plots

    def run(
        self,
        subject: Subject,
        cancelled: Cancelled = never,
        progress: ReportProgress = unheard,
    ) -> Iterator[Event]:
        """Measure ``subject``; yield rows in any order, traces, and results as they are found.

        While there is nothing else it yields Progress. It ends early, within 100 ms, once
        ``cancelled()`` is true; ``progress(fraction)`` may be called between two events. The last
        event is Uncounted if there were oscillations without spikes. Raises ModelError if the
        subject and the settings do not fit together.
        """
        watched = replace(subject, unseen=[])
        try:
            for event in self.measure(watched, cancelled, progress):
                yield event
                if cancelled():
                    return
        except MeasurementCancelled:
            return
        if watched.unseen and self.uses_spikes:
            yield Uncounted(tuple(watched.unseen))

    def measure(
        self, subject: Subject, cancelled: Cancelled, progress: ReportProgress
    ) -> Iterator[Event]:
        """Yield the events of ``run``; subclasses implement this generator.

        It must yield at least every 100 ms of work, or pass ``cancelled`` to longer computations
        (``lanes.run_many`` raises MeasurementCancelled).
        """
        raise NotImplementedError

    def results(self, rows: Rows, subject: Subject) -> tuple[Result, ...]:
        """Return the results that follow from the rows so far, without further simulation.

        Results that need a computation of their own are yielded by ``measure`` instead.
        """
        return ()

    @property
    def varied_paths(self) -> tuple[str, ...]:
        """Return the paths of those numbers of the subject that the experiment itself varies."""
        return ()

    def opened(self, subject: Subject, row: Row) -> Setup | None:
        """Return the single run behind a row, for the command "open this run", or None."""
        return None

    @classmethod
    def form(cls) -> tuple[Setting, ...]:
        """Return the settings in order, from which form, command line and files are made."""
        return settings_of(cls)  # type: ignore[arg-type]  # mypy takes the hash of an instance

    def settings(self) -> dict[str, Any]:
        """Return the settings by key as JSON values."""
        return {s.key: s.data(getattr(self, s.key)) for s in self.form()}

    @classmethod
    def from_settings(cls, table: Mapping[str, Any]) -> Self:
        """Return the experiment with the settings in ``table``; others have their defaults.

        Raises ModelError, whose key names the setting.
        """
        known = [setting.key for setting in cls.form()]
        for key in table:
            if key not in known:
                allowed = ", ".join(known) or "none"
                raise ModelError(key, f"{cls.id} has no setting {key[:40]!r}; allowed: {allowed}")
        return cls(**table)

    def reduced(self) -> Self:
        """Return a copy with at most three values in each grid, for checking the time step."""
        grids = {f.name: getattr(self, f.name) for f in fields(self)}
        few = {k: _ends_and_middle(g) for k, g in grids.items() if isinstance(g, Grid)}
        return replace(self, **few)


class Measured:
    """What an experiment has found so far; ``put`` adds its events one by one."""

    def __init__(self, experiment: Experiment, subject: Subject) -> None:
        self.experiment, self.subject = experiment, subject
        self.rows = Rows()
        self.traces: list[Trace] = []
        self.fraction = 0.0
        self.listings: dict[str, Listing] = {}
        self.uncounted = Uncounted(())
        self._found: dict[str, Result] = {}

    def put(self, event: Event) -> None:
        """Add an event; a result replaces an earlier one with the same key."""
        match event:
            case Row():
                self.rows.put(event)
            case Block():
                self.rows.put_block(event)
            case Trace():
                self.traces.append(event)
            case Result():
                self._found[event.key] = event
            case Listing():
                self.listings[event.key] = event
            case Progress():
                self.fraction = event.fraction
            case Uncounted():
                self.uncounted = event

    @property
    def results(self) -> tuple[Result, ...]:
        """Return all results, first those that the experiment yielded, then those of the rows."""
        return (*self._found.values(), *self.experiment.results(self.rows, self.subject))

    @property
    def problems(self) -> tuple[str, ...]:
        """Return the problems of rows, results and uncounted oscillations, each sentence once."""
        uncounted = self.uncounted.problem(self.rule)
        found = [uncounted, *self.rows.problems, *(result.problem for result in self.results)]
        return tuple(dict.fromkeys(filter(None, found)))

    @property
    def rule(self) -> SpikeRule:
        """Return the spike rule of the measurement."""
        return SpikeRule(self.subject.threshold, self.subject.rearm)

    @property
    def remedy(self) -> SpikeRule | None:
        """Return a spike rule with which oscillations without spikes would count, or None."""
        return remedy_of(self.uncounted.oscillations, self.subject.rearm)


def _ends_and_middle(grid: Grid) -> Grid:
    """Return a grid with only the first, the middle and the last value of another."""
    values = grid.values
    places = sorted({0, values.size // 2, values.size - 1})
    return Grid.of(values[places].tolist())
