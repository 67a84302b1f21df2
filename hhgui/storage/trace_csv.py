"""Write traces as a CSV table, and beside it the JSON that reproduces it exactly.

The JSON has the complete model, stimulus, method, dt and duration. For a live run it has
``stretches`` instead of a duration: one per edit, each with the exact state in which it began.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Self

import numpy as np
from numpy.typing import NDArray

from hhgui.document.fi_protocol import REARM, THRESHOLD
from hhgui.document.setup import Setup
from hhgui.engine.replay import Replay, Stretch, blocks
from hhgui.engine.simulation import Block, Simulation
from hhgui.engine.spikes import REARM_MV, SpikeRule
from hhgui.model.membrane import Membrane
from hhgui.model.model_file import membrane_to_dict
from hhgui.model.parameter import MisfitError, ModelError, Parameter
from hhgui.model.quantity import (
    COMMAND_HEADER,
    STIMULUS,
    VOLTAGE,
    Quantity,
    Rows,
    quantities,
    recorded_keys,
)
from hhgui.model.stimulus.stimulus import Stimulus
from hhgui.storage.atomic import shown, write_pair
from hhgui.storage.csv_table import TIME_COLUMN, Column
from hhgui.storage.record import (
    SimulatedParts,
    dump_record,
    file_reader,
    json_beside,
    make_record,
    naming,
    parts_of,
    read_record,
    simulated_parts,
)
from hhgui.storage.stretches import StretchEntry, replay_of_entries, stretch_to_dict
from hhgui.storage.table_form import CSV, TableForm, write_table

EXPERIMENT = "run"
DURATION = Parameter(
    "duration", "duration", "duration", "ms", 0.0, 1e7, 10.0, 3, "Length of the run.",
    above_minimum=True,
)  # fmt: skip
EVERY = Parameter(
    "every", "every", "every", "", 1, 1_000_000, 1, 0, "Write every N-th row.", whole=True
)
# 0.30000000000000004 is 0.3: femtoseconds are beyond every dt
_TIME_DECIMALS = 9
_NO_LIMIT = {"from_time": -1e300, "to_time": 1e300}


@dataclass(frozen=True)
class _Run(SimulatedParts):
    """The parts of a run's record: with ``duration_ms``, or with the stretches of a live run."""

    columns: tuple[str, ...]
    every: Annotated[int, EVERY]
    duration_ms: Annotated[float, DURATION] | None = None
    stretches: tuple[StretchEntry, ...] | None = None
    models: tuple[Membrane, ...] | None = None
    stimuli: tuple[Stimulus, ...] | None = None
    from_ms: float | None = None
    to_ms: float | None = None


@dataclass(frozen=True)
class TraceExport:
    """What to write: a run, the keys of the quantities ("V", "m", "g_Na"), and every which row.

    every: 1 writes all rows, n every n-th.
    """

    replay: Replay
    columns: tuple[str, ...]
    every: int = 1


@dataclass(frozen=True)
class RunRecord:
    """What defines a single run, from the start state of its membrane."""

    membrane: Membrane
    stimulus: Stimulus
    method: str
    dt: float
    duration: float
    threshold: float = 0.0
    rearm: float = REARM_MV

    @classmethod
    def of(cls, setup: Setup) -> Self:
        """Return what defines the single run of a setup."""
        return cls(
            setup.membrane, setup.stimulus, setup.method, setup.dt, setup.duration,
            setup.threshold, setup.rearm,
        )  # fmt: skip

    def replay(self) -> Replay:
        """Return the run as a replay, with rows from time zero to the end, both included.

        Raises ModelError if a value is out of range.
        """
        DURATION.check(self.duration)
        simulation = Simulation(
            self.membrane, self.stimulus, self.method, self.dt, THRESHOLD.check(self.threshold),
            REARM.check(self.rearm),
        )  # fmt: skip
        steps = round(self.duration / simulation.dt)
        if steps < 1:
            raise ModelError("duration", f"duration must be at least dt ({simulation.dt:g} ms)")
        return Replay((Stretch(simulation.checkpoint(), steps),), last_sample=True)


def write_traces(
    path: Path,
    export: TraceExport,
    progress: Callable[[int], object] | None = None,
    cancelled: Callable[[], bool] | None = None,
    watch: Callable[[Block], object] = lambda block: None,
    form: TableForm = CSV,
) -> Path:
    """Compute the run, write its rows to ``path`` and the JSON beside it.

    If the voltage is clamped, the current is that of the clamp, as its header says, and the command
    is a column after V, empty where V is free. Returns the path of the JSON. progress: called with
    the number of rows so far. watch: called with every block as it is computed, before rows are
    left out. Raises WriteError, Cancelled (both leave the old files unchanged), and ModelError for
    an unknown quantity.
    """
    beside = json_beside(path)
    membrane = export.replay.membrane
    known = {q.key: q for q in quantities(membrane)}
    chosen = [known[key] for key in export.columns]
    injected = export.replay.injected
    headers = [injected.header if q is STIMULUS else q.header for q in chosen]
    command = None
    if injected is not STIMULUS and VOLTAGE in chosen:
        command = 2 + chosen.index(VOLTAGE)  # the time is the first
    columns = [Column(TIME_COLUMN), *(Column(header) for header in headers)]
    if command is not None:
        columns.insert(command, Column(COMMAND_HEADER))

    def fill(stream: Any) -> object:
        chunks = _thinned(export, chosen, watch, command)
        return write_table(stream, columns, chunks, form, progress, cancelled)

    write_pair(path, fill, beside, dump_record(traces_record(export)))
    return beside


def read_traces_json(path: Path) -> TraceExport:
    """Return the run in the JSON beside a table. Raises ModelFileError, naming file and key."""
    where = shown(path.name)
    parts = parts_of(read_record(path), EXPERIMENT, where)
    with naming(where):
        return _export_of(_READER.read(_Run, parts))


def _thinned(
    export: TraceExport,
    chosen: list[Quantity],
    watch: Callable[[Block], object],
    command: int | None,
) -> Iterator[tuple[NDArray[np.floating], ...]]:
    """Compute the run and yield the columns of those rows that are to be written.

    command: the index at which the column of the command is inserted, None if there is none.
    """
    seen, keys = 0, recorded_keys(export.replay.membrane)
    for membrane, block in blocks(export.replay):
        watch(block)
        first = -seen % export.every
        seen += block.time.size
        time = np.round(block.time[first :: export.every], _TIME_DECIMALS)
        recorded = dict(zip(keys, block.columns[:, first :: export.every], strict=True))
        rows = Rows(recorded, [(0, membrane)])
        values = [time, *(quantity.of(rows) for quantity in chosen)]
        if command is not None:  # an ideal clamp: V is the command
            values.insert(command, rows["V"] if block.clamped else np.full(time.size, np.nan))
        yield tuple(values)


def traces_record(export: TraceExport) -> dict[str, Any]:
    """Return the record, a dictionary for JSON, from which the same rows can be computed again."""
    replay = export.replay
    first = replay.stretches[0].start
    parts = simulated_parts(first) | {
        "columns": list(export.columns),
        "every": export.every,
    }
    if replay.last_sample:
        return make_record(EXPERIMENT, **parts, duration_ms=replay.steps * first.dt)
    models = list(dict.fromkeys(s.start.membrane for s in replay.stretches))
    stimuli = list(dict.fromkeys(s.start.stimulus for s in replay.stretches))
    parts |= {
        "from_ms": replay.from_time,
        "to_ms": replay.to_time,
        "models": [membrane_to_dict(m) for m in models],
        "stimuli": [s.to_dict() for s in stimuli],
        "stretches": [
            stretch_to_dict(s, models.index(s.start.membrane), stimuli.index(s.start.stimulus))
            for s in replay.stretches
        ],
    }
    return make_record(EXPERIMENT, **parts)


def _export_of(run: _Run) -> TraceExport:
    if run.stretches is not None:
        replay = _live_replay(run, run.stretches)
    elif run.duration_ms is not None:
        replay = RunRecord(
            run.model, run.stimulus, run.method, run.dt_ms, run.duration_ms, run.threshold_mV,
            run.rearm_mV,
        ).replay()  # fmt: skip
    else:
        raise ModelError("duration_ms", "duration_ms or stretches is missing")
    known = [q.key for q in quantities(replay.membrane)]
    if not run.columns or any(name not in known for name in run.columns):
        raise MisfitError("columns", f"must be some of {', '.join(known)}")
    return TraceExport(replay, run.columns, run.every)


def _live_replay(run: _Run, entries: tuple[StretchEntry, ...]) -> Replay:
    for key in ("models", "stimuli", "from_ms", "to_ms"):
        if getattr(run, key) is None:
            raise MisfitError(key, "is missing")
    rule = SpikeRule(run.threshold_mV, run.rearm_mV)
    return replay_of_entries(
        entries, run.models or (), run.stimuli or (), run.from_ms or 0.0, run.to_ms or 0.0, rule
    )


_READER = file_reader(clamps=True)
