"""Write traces as a CSV table, and beside it the JSON that reproduces it byte by byte.

The JSON has the complete model, stimulus, method, dt and duration. A live run also has
``stretches``: one per edit, each with the exact state it began from.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import numpy as np
from numpy.typing import NDArray

from hhgui.document.fi_protocol import REARM, THRESHOLD
from hhgui.engine.methods import DT, method_named
from hhgui.engine.simulation import Block, Checkpoint, Simulation
from hhgui.engine.spikes import REARM_MV
from hhgui.experiments.replay import Replay, Stretch, blocks
from hhgui.model.membrane import Membrane
from hhgui.model.model_file import ModelFileError, membrane_from_dict, membrane_to_dict
from hhgui.model.parameter import MisfitError, ModelError, Parameter
from hhgui.model.quantity import Quantity, Rows, quantities, recorded_keys
from hhgui.model.records import Reader, whole
from hhgui.model.stimulus.stimulus import Stimulus, stimulus_from_dict
from hhgui.storage.atomic import shown, write_pair
from hhgui.storage.csv_table import TIME_COLUMN, Column
from hhgui.storage.record import (
    A_TABLE,
    check_record,
    dump_record,
    json_beside,
    make_record,
    read_record,
)
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
_Tables = tuple[dict[str, Any], ...]
_From0 = Annotated[int, "from 0"]
_From1 = Annotated[int, "from 1"]


@dataclass(frozen=True)
class _Stretch:
    """A stretch as the record has it: its model and stimulus are places in the record's lists."""

    model: _From0
    stimulus: _From0
    method: str
    dt_ms: Annotated[float, DT]
    steps: _From1
    every: _From1
    phase: _From0
    step: _From0
    base_step: _From0
    base_time_ms: float
    state: tuple[float, ...]
    noise: tuple[float, ...]
    armed: bool | None = None  # of older files it is not known
    threshold_mV: float | None = None
    rearm_mV: float | None = None


@dataclass(frozen=True)
class TraceExport:
    """What to write: a run, the keys of quantities (``V``, ``m``, ``g_Na``) and every N-th row."""

    replay: Replay
    columns: tuple[str, ...]
    every: int = 1


@dataclass(frozen=True)
class RunRecord:
    """A run requested on the command line: one stretch from the start state."""

    membrane: Membrane
    stimulus: Stimulus
    method: str
    dt: float
    duration: float
    threshold: float = 0.0
    rearm: float = REARM_MV

    def replay(self) -> Replay:
        """Return the run from time zero to duration, both sampled. Raises ModelError."""
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
    """Compute the run, write its rows to ``path`` and the JSON beside it; return the JSON's path.

    ``watch`` receives every block as it is computed, before rows are left out. Raises WriteError
    (and leaves the old pair unchanged), Cancelled, ModelError for an unknown column.
    """
    beside = json_beside(path)
    membrane = export.replay.membrane
    known = {q.key: q for q in quantities(membrane)}
    chosen = [known[key] for key in export.columns]
    columns = [Column(TIME_COLUMN), *(Column(q.header) for q in chosen)]

    def fill(stream: Any) -> object:
        chunks = _thinned(export, chosen, watch)
        return write_table(stream, columns, chunks, form, progress, cancelled)

    write_pair(path, fill, beside, dump_record(_to_record(export)))
    return beside


def read_traces_json(path: Path) -> TraceExport:
    """Return the run in the JSON beside a table. Raises ModelFileError naming file and key."""
    where = shown(path.name)
    record = read_record(path)
    required = {"model", "stimulus", "method", "dt_ms", "threshold_mV", "columns", "every"}
    optional = {"duration_ms", "stretches", "models", "stimuli", "from_ms", "to_ms", "rearm_mV"}
    check_record(record, EXPERIMENT, required, optional, where)
    try:
        return _from_record(record, where)
    except ModelError as error:
        raise ModelFileError(where, error.key, error.problem) from None


def _thinned(
    export: TraceExport, chosen: list[Quantity], watch: Callable[[Block], object]
) -> Iterator[tuple[NDArray[np.floating], ...]]:
    seen, keys = 0, recorded_keys(export.replay.membrane)
    for membrane, block in blocks(export.replay):
        watch(block)
        first = -seen % export.every
        seen += block.time.size
        time = np.round(block.time[first :: export.every], _TIME_DECIMALS)
        recorded = dict(zip(keys, block.columns[:, first :: export.every], strict=True))
        rows = Rows(recorded, [(0, membrane)])
        yield (time, *(quantity.of(rows) for quantity in chosen))


def _to_record(export: TraceExport) -> dict[str, Any]:
    replay = export.replay
    first = replay.stretches[0].start
    parts: dict[str, Any] = {
        "model": membrane_to_dict(first.membrane),
        "stimulus": first.stimulus.to_dict(),
        "method": first.method,
        "dt_ms": first.dt,
        "threshold_mV": first.threshold,
        "rearm_mV": first.rearm,
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
            _stretch_to_dict(s, models.index(s.start.membrane), stimuli.index(s.start.stimulus))
            for s in replay.stretches
        ],
    }
    return make_record(EXPERIMENT, **parts)


def _stretch_to_dict(stretch: Stretch, model: int, stimulus: int) -> dict[str, Any]:
    start = stretch.start
    return {
        "model": model,
        "stimulus": stimulus,
        "method": start.method,
        "dt_ms": start.dt,
        "steps": stretch.steps,
        "every": stretch.every,
        "phase": stretch.phase,
        "step": start.step,
        "base_step": start.base_step,
        "base_time_ms": start.base_time,
        "state": list(start.state),
        "noise": list(start.noise),
        "armed": start.armed,
        "threshold_mV": start.threshold,
        "rearm_mV": start.rearm,
    }


def _from_record(record: dict[str, Any], where: str) -> TraceExport:
    threshold = THRESHOLD.check(record["threshold_mV"])
    rearm = REARM.check(record.get("rearm_mV", REARM_MV))
    if "stretches" in record:
        replay = _live_replay(record, threshold, rearm, where)
    elif "duration_ms" in record:
        replay = RunRecord(
            membrane_from_dict(record["model"], where),
            stimulus_from_dict(record["stimulus"]),
            _READER.read(str, record["method"], "method"),
            DT.check(record["dt_ms"]),
            DURATION.check(record["duration_ms"]),
            threshold,
            rearm,
        ).replay()
    else:
        raise ModelError("duration_ms", "duration_ms or stretches is missing")
    names = record["columns"]
    known = [q.key for q in quantities(replay.membrane)]
    if not isinstance(names, list) or not names or any(n not in known for n in names):
        raise ModelError("columns", f"columns must be some of {', '.join(known)}")
    return TraceExport(replay, tuple(names), int(EVERY.check(record["every"])))


def _live_replay(record: dict[str, Any], threshold: float, rearm: float, where: str) -> Replay:
    models, stimuli = (_READER.read(_Tables, record.get(key), key) for key in ("models", "stimuli"))
    membranes = [membrane_from_dict(model, where) for model in models]
    waveforms = [stimulus_from_dict(stimulus) for stimulus in stimuli]
    entries = _READER.read(tuple[_Stretch, ...], record["stretches"], "stretches")
    if not entries:
        raise ModelError("stretches", "stretches must be a list of at least one stretch")
    stretches = tuple(_stretch(entry, membranes, waveforms, threshold, rearm) for entry in entries)
    if len({s.start.membrane.structure for s in stretches}) != 1:
        raise ModelError("models", "all models of one run must have the same currents and gates")
    low, high = (_READER.read(float, record.get(key), key) for key in ("from_ms", "to_ms"))
    return Replay(stretches, low, high)


def _stretch(
    entry: _Stretch, models: list[Membrane], stimuli: list[Stimulus], threshold: float,
    rearm: float,
) -> Stretch:  # fmt: skip
    if entry.model >= len(models) or entry.stimulus >= len(stimuli):
        raise ModelError("stretches", "a stretch names a model or a stimulus that is not there")
    membrane = models[entry.model]
    if len(entry.state) != len(membrane.gates) + 2:
        raise ModelError("state", f"state must have {len(membrane.gates) + 2} numbers")
    start = Checkpoint(
        membrane,
        stimuli[entry.stimulus],
        method_named(entry.method).id,
        entry.dt_ms,
        threshold if entry.threshold_mV is None else THRESHOLD.check(entry.threshold_mV),
        entry.step,
        entry.base_step,
        entry.base_time_ms,
        entry.state,
        entry.noise,
        rearm if entry.rearm_mV is None else REARM.check(entry.rearm_mV),
        entry.armed,
    )
    return Stretch(start, entry.steps, entry.every, entry.phase)


def _place(least: int, value: object) -> int:
    if isinstance(value, float):  # hhgui writes none here, so the file was changed
        raise MisfitError("", f"must be a whole number without a decimal point, not {value}")
    return whole(value, least, 2**53 - 1)


_READER = Reader(table=A_TABLE)
_READER.use(_From0, partial(_place, 0))
_READER.use(_From1, partial(_place, 1))
