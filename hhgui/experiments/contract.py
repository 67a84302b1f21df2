"""Define the contract of an experiment: settings, a generator, columns, plots and results.

An experiment is one frozen dataclass in a file of its own, listed in ``experiments/catalogue.py``.
The Measure tab's form, plots and table, ``hhgui measure``, the CSV and the JSON beside it, lessons
and sessions all follow from it; ``docs/architecture.md`` shows an example.
"""

import math
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Annotated, Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from hhgui.document.document import Document
from hhgui.document.fi_protocol import REARM, THRESHOLD
from hhgui.document.setup import Setup
from hhgui.engine.methods import DEFAULT_DT_MS, DEFAULT_METHOD, DT, method_named
from hhgui.engine.spikes import REARM_MV, Oscillations, SpikeRule, all_oscillations, remedy_of
from hhgui.experiments.settings import Grid, Setting, settings_of
from hhgui.model.membrane import Membrane
from hhgui.model.parameter import ModelError, check_fields
from hhgui.model.stimulus.stimulus import Stimulus

Array = NDArray[np.float64]
Cancelled = Callable[[], bool]
ReportProgress = Callable[[float], object]
_ASCII_UNITS = {
    "µA/cm²": "uA_cm2", "µA/cm²/ms": "uA_cm2_ms", "mS/cm²": "mS_cm2", "µF/cm²": "uF_cm2",
    "nC/cm²": "nC_cm2", "kΩ·cm²": "kohm_cm2", "°C": "C", "°": "deg", "%": "percent",
}  # fmt: skip


def never() -> bool:
    """Return False: nothing is cancelled. It is the default of ``cancelled``."""
    return False


def unheard(fraction: float) -> None:
    """Ignore a report of progress. It is the default of ``progress``."""


class MeasurementCancelled(Exception):  # noqa: N818 - a cancel by the user is no error
    """Raised by a computation when the measurement is cancelled."""


@dataclass(frozen=True)
class Subject:
    """The neuron under test and its integration.

    stimulus: from the document; most experiments use its holding current only, and one that makes
    its own current says whether it uses this one. dt: ms; threshold: a spike crosses it upwards,
    mV; rearm: how far V must fall below it before the next spike counts, mV. unseen: the
    oscillations of V without a spike in the runs of one measurement so far, one entry a run, see
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
        """Return the setup of a single run under a stimulus for ``duration`` (ms)."""
        return Setup(
            self.membrane, self.membrane, stimulus, self.method, self.dt, duration, self.threshold,
            rearm=self.rearm,
        )  # fmt: skip


@dataclass(frozen=True)
class Column:
    """A column of an experiment's table: its key, its unit, and its label on an axis.

    words: if given, a value is an index into these words, and files and tables show the word; bare:
    files name it without its unit, which depends on the settings.
    """

    key: str
    unit: str = ""
    label: str = ""
    whole: bool = False
    words: tuple[str, ...] = ()
    bare: bool = False

    @property
    def name(self) -> str:
        """Return the key with its unit in ASCII, as in JSON and CSV: "threshold_uA_cm2"."""
        return self.key if self.bare else with_unit(self.key, self.unit)


@dataclass(frozen=True)
class Mark:
    """A marker in a plot at one or two results.

    results: keys of results; kind: "x" and "y" draw a line at that value of the axis, "span" shades
    from the first result to the second along x, "point" is at (first, second).
    """

    kind: str
    results: tuple[str, ...]


@dataclass(frozen=True)
class Plot:
    """A plot of the table: one column against another.

    x, y: keys of columns; log: the axes with a logarithmic scale, "", "x", "y" or "xy"; style:
    "line", "points", "steps", "image" (x and y are its sides, ``color`` its values) or "family"
    (the traces instead of the table); color: key of a column by whose value points are coloured;
    sides: the grids along x and y of an image, whose rows are numbered line by line from 0.
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
class Row:
    """One row of the table: its index, its values by column key, and the reason for missing ones.

    A missing value is None (infinities and NaN become None); ``problem`` then gives the reason in a
    sentence.
    """

    index: int
    values: Mapping[str, float | None]
    problem: str = ""

    def __post_init__(self) -> None:
        values = {
            key: None if value is None or not math.isfinite(value) else value
            for key, value in self.values.items()
        }
        object.__setattr__(self, "values", values)


@dataclass(frozen=True)
class Block:
    """Many rows at once: their indices (rows,), and the values (rows,) of each column, by key.

    A missing value is NaN. A row is in one block only. problem: the reason for missing values.
    """

    index: NDArray[np.int64]
    values: Mapping[str, Array]
    problem: str = ""

    @property
    def rows(self) -> Iterator[Row]:
        """Return the rows one by one."""
        columns = {key: column.tolist() for key, column in self.values.items()}
        for place, index in enumerate(self.index.tolist()):
            values = {key: column[place] for key, column in columns.items()}
            row = Row(index, values)
            missing = self.problem and None in row.values.values()
            yield replace(row, problem=self.problem) if missing else row


@dataclass(frozen=True)
class Trace:
    """A curve over time (ms) that belongs to a row: V (mV) of one run, or another quantity."""

    index: int
    name: str
    time: Array
    values: Array
    key: str = "V"
    unit: str = "mV"


@dataclass(frozen=True)
class Progress:
    """The fraction of the work that is done, yielded by an experiment that has no row yet."""

    fraction: float


@dataclass(frozen=True)
class Result:
    """One number that an experiment finds.

    value: None if it can't be measured, and ``problem`` says why; how: one sentence about the
    measurement, with everything that the definition leaves open.
    """

    key: str
    label: str
    value: float | None
    unit: str
    how: str
    problem: str = ""

    @property
    def name(self) -> str:
        """Return the key with its unit in ASCII, as in JSON: "rheobase_uA_cm2"."""
        return with_unit(self.key, self.unit)


@dataclass(frozen=True)
class Listing:
    """A list of numbers or of tables that JSON has among the results."""

    key: str
    entries: tuple[Any, ...]


@dataclass(frozen=True)
class Uncounted:
    """The oscillations of V without spikes in a measurement that looks for spikes, a run each."""

    oscillations: tuple[Oscillations, ...]

    def problem(self, rule: SpikeRule) -> str:
        """Return a sentence that proposes a rule which counts them, or ""."""
        return all_oscillations(self.oscillations).problem(rule.threshold, rule.rearm)


Event = Row | Block | Trace | Progress | Result | Listing | Uncounted


class Rows:
    """The rows of a table in the order of their indices, in whatever order they were added."""

    def __init__(self, rows: Sequence[Row] = ()) -> None:
        self._by_index = {row.index: row for row in rows}
        self._blocks: list[Block] = []

    def put(self, row: Row) -> None:
        """Add a row, replacing an earlier one with the same index."""
        self._by_index[row.index] = row

    def put_block(self, block: Block) -> None:
        """Add many rows, none of which is there."""
        self._blocks = [*self._blocks, block]

    def __iter__(self) -> Iterator[Row]:
        rows = dict(self._by_index)
        for block in self._blocks:
            rows |= {row.index: row for row in block.rows}
        return iter([rows[index] for index in sorted(rows)])

    def __len__(self) -> int:
        return len(self._by_index) + sum(block.index.size for block in self._blocks)

    @property
    def indices(self) -> NDArray[np.int64]:
        """Return the index of each row, shape (rows,)."""
        alone = np.array(list(self._by_index), dtype=np.int64)
        return np.sort(np.concatenate([alone, *(block.index for block in self._blocks)]))

    def column(self, key: str) -> Array:
        """Return the values of a column, shape (rows,), NaN where missing."""
        rows = list(self._by_index.values())
        values = [np.array([_float(row.values.get(key)) for row in rows], dtype=np.float64)]
        places = [np.array([row.index for row in rows], dtype=np.int64)]
        for block in self._blocks:
            values.append(block.values.get(key, np.full(block.index.size, np.nan)))
            places.append(block.index)
        return np.concatenate(values)[np.argsort(np.concatenate(places), kind="stable")]

    @property
    def problems(self) -> tuple[str, ...]:
        """Return the problems of the rows, each sentence once, with its number of rows.

        A sentence may begin with its row's own place, "at 24 °C: ".
        """
        rows = len(self)
        found = Counter(_without_place(r.problem) for r in self._by_index.values() if r.problem)
        for block in self._blocks:
            missing = [~np.isfinite(column) for column in block.values.values()]
            count = int(np.any(missing, axis=0).sum())
            if block.problem and count:
                found[block.problem] += count
        return tuple(
            text if count == rows else f"{text} ({count} of {rows})"
            for text, count in found.items()
        )


@dataclass(frozen=True)
class Experiment:
    """The base class of experiments; subclasses add fields, columns, plots and results.

    sketch: a drawing for lists, 24 wide and 16 high: lines "x,y x,y …" separated by ";", the first
    of which stands out; findings: a column for each result, by which ``vary-setting`` draws what a
    setting changes; uses_dt: whether its accuracy is that of the subject's method and dt;
    uses_spikes: whether it looks for spikes, so that oscillations which make none are worth a
    sentence.
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
        """Return the columns for one subject, some of which may be named after its currents."""
        return self.columns

    def plots_for(self, subject: Subject) -> tuple[Plot, ...]:
        """Return the plots for one subject, some of which may be named after its currents."""
        return self.plots

    def run(
        self,
        subject: Subject,
        cancelled: Cancelled = never,
        progress: ReportProgress = unheard,
    ) -> Iterator[Event]:
        """Measure ``subject`` and yield rows in any order, traces, and results found on the way.

        It yields Progress while there is nothing else. It ends early, within 100 ms, once
        ``cancelled()`` is true; ``progress(fraction)`` may be called between two events. Its last
        event tells of oscillations without spikes. Raises ModelError if the subject and the
        settings do not fit together.
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

        It yields at least every 100 ms of work, or passes ``cancelled`` to longer computations
        (``lanes.run_many`` raises MeasurementCancelled).
        """
        raise NotImplementedError

    def results(self, rows: Rows, subject: Subject) -> tuple[Result, ...]:
        """Return the results of the rows so far, without further simulation.

        Results that need a computation of their own are yielded by ``measure`` instead.
        """
        return ()

    @property
    def varied_paths(self) -> tuple[str, ...]:
        """Return the paths of the subject's numbers that the experiment sets itself."""
        return ()

    def opened(self, subject: Subject, row: Row) -> Setup | None:
        """Return the single run behind a row, for "open this run", or None."""
        return None

    @classmethod
    def form(cls) -> tuple[Setting, ...]:
        """Return the settings in order; the form, the command line and files are made from them."""
        return settings_of(cls)  # type: ignore[arg-type]  # mypy takes the hash of an instance

    def settings(self) -> dict[str, Any]:
        """Return the settings as JSON values."""
        return {s.key: s.data(getattr(self, s.key)) for s in self.form()}

    @classmethod
    def from_settings(cls, table: Mapping[str, Any]) -> Self:
        """Return the experiment with the settings of ``table``, the others at their defaults.

        Raises ModelError naming the key.
        """
        known = [setting.key for setting in cls.form()]
        for key in table:
            if key not in known:
                allowed = ", ".join(known) or "none"
                raise ModelError(key, f"{cls.id} has no setting {key[:40]!r}; allowed: {allowed}")
        return cls(**table)

    def reduced(self) -> Self:
        """Return the experiment with at most three values in each grid, to check the time step."""
        grids = {f.name: getattr(self, f.name) for f in fields(self)}
        few = {k: _ends_and_middle(g) for k, g in grids.items() if isinstance(g, Grid)}
        return replace(self, **few)


class Measured:
    """The events of an experiment so far; ``put`` adds them one by one."""

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
        """Return the results, those found on the way first."""
        return (*self._found.values(), *self.experiment.results(self.rows, self.subject))

    @property
    def problems(self) -> tuple[str, ...]:
        """Return all problems of rows, results and uncounted spikes as sentences, each once."""
        uncounted = self.uncounted.problem(self.rule)
        found = [uncounted, *self.rows.problems, *(result.problem for result in self.results)]
        return tuple(dict.fromkeys(filter(None, found)))

    @property
    def rule(self) -> SpikeRule:
        """Return the rule by which spikes are counted."""
        return SpikeRule(self.subject.threshold, self.subject.rearm)

    @property
    def remedy(self) -> SpikeRule | None:
        """Return a rule that counts the oscillations which made no spike, or None."""
        return remedy_of(self.uncounted.oscillations, self.subject.rearm)


def with_unit(key: str, unit: str) -> str:
    """Join a key and its unit in ASCII: ("rheobase", "µA/cm²") gives "rheobase_uA_cm2"."""
    ascii_unit = _ASCII_UNITS.get(unit, unit)
    return f"{key}_{ascii_unit}" if ascii_unit else key


def _ends_and_middle(grid: Grid) -> Grid:
    values = grid.values
    places = sorted({0, values.size // 2, values.size - 1})
    return Grid.of(values[places].tolist())


def _without_place(problem: str) -> str:
    place, colon, text = problem.partition(": ")
    return text if colon and place.startswith("at ") else problem


def _float(value: float | None) -> float:
    return float("nan") if value is None else float(value)
