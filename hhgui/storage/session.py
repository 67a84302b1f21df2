"""Write and load session files, ``NAME.hhgui``, which hold the user's work as data.

Neurons and stimuli are listed once, and other parts refer to them by their index in the list. The
samples of a current from a file are base64 of little-endian float64 (times in ms, values in
µA/cm²). Because of them, and of many f-I curves, a session may have 16 MB, other files 1 MB. Kept
runs are stored as setups and kept sweeps as replays, not as samples. The state of a tab is a table
of plain values; a record in it, such as a kept run, is stored as a table with one key that begins
with ``$`` and its index in a list. ``session_reading.py`` reads sessions, ``session_upgrade.py``
converts older formats.
"""

import base64
from collections.abc import Mapping
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from hhgui.document.fi_curve import FiCurve
from hhgui.document.session import KeptRun, KeptSweep, Session
from hhgui.document.setup import Setup
from hhgui.model.membrane import Membrane
from hhgui.model.model_file import membrane_to_dict
from hhgui.model.stimulus.command import Command, marked
from hhgui.model.stimulus.component import Component
from hhgui.model.stimulus.stimulus import Stimulus
from hhgui.model.stimulus.waveforms import Samples
from hhgui.storage.atomic import WriteError, atomic_writer, shown
from hhgui.storage.record import make_record, read_record, record_lines
from hhgui.storage.session_reading import EXPERIMENT, FORMAT, session_from_record
from hhgui.storage.stretches import stretch_to_dict

SUFFIX = ".hhgui"
# Of sessions written before: to Windows and macOS it is .json, which belongs to other programs.
OLD_SUFFIX = ".hh.json"
MAX_BYTES = 16_000_000
_NUMBERS_PER_PIECE = 30_000
_TOO_LARGE = "it would be larger than 16 MB; keep fewer curves, or fewer runs of long files"
T = TypeVar("T")


def save_session(path: Path, session: Session) -> None:
    """Write a session to ``path``. Raises WriteError, also if it is too large to be read again.

    The text is made in small pieces, so that the thread of the window is not held up.
    """
    size = 0
    with atomic_writer(path) as stream:
        for piece in record_lines(session_to_record(session)):
            size += len(piece) if piece.isascii() else len(piece.encode())
            if size > MAX_BYTES:
                raise WriteError(path, _TOO_LARGE)
            stream.write(piece)


def load_session(path: Path) -> Session:
    """Return the session in a file. Raises only ModelFileError, naming file and key."""
    return session_from_record(read_record(path, MAX_BYTES), shown(path.name))


def session_path(path: Path) -> Path:
    """Return ``path`` with the ending ".hhgui", which replaces .hh or .json."""
    name = path.name
    for ending in (SUFFIX, OLD_SUFFIX, ".json", ".hh"):
        if name.lower().endswith(ending) and len(name) > len(ending):
            name = name[: -len(ending)]
            break
    return path.with_name(name + SUFFIX)


def session_to_record(session: Session) -> dict[str, Any]:
    """Return the session as JSON values; ``session_from_record`` returns an equal session."""
    models, stimuli = _Places[Membrane](), _Places[Stimulus]()
    runs, curves, sweeps = _Places[KeptRun](), _Places[FiCurve](), _Places[KeptSweep]()
    document, view = session.document, session.view

    def plain(value: object) -> Any:
        """Return a value of a tab's state as JSON; a record becomes its index in its list."""
        match value:
            case Membrane():
                return {"$model": models.of(value)}
            case KeptRun():
                return {"$run": runs.of(value)}
            case FiCurve():
                return {"$curve": curves.of(value)}
            case KeptSweep():
                return {"$sweep": sweeps.of(value)}
            case Mapping():
                return {key: plain(each) for key, each in value.items()}
            case list() | tuple():
                return [plain(each) for each in value]
        return value

    parts: dict[str, Any] = {
        "document": {
            "membrane": models.of(document.membrane),
            "base": models.of(document.base),
            "stimulus": stimuli.of(document.stimulus),
            "method": document.method,
            "dt": document.dt,
            "threshold": document.threshold,
            "rearm": document.rearm,
            "command": stimuli.of(document.command),
            "clamped": document.clamped,
        },
        "view": {
            "tab": view.tab,
            "tabs": plain(view.tabs),
            "lesson": view.lesson,
            "step": view.step,
            "pins": view.pins,
        },
    }
    parts["runs"] = [_run_to_dict(run, models, stimuli) for run in runs.values]
    parts["curves"] = [_curve_to_dict(curve, models) for curve in curves.values]
    parts["sweeps"] = [_sweep_to_dict(sweep, models, stimuli) for sweep in sweeps.values]
    return make_record(
        EXPERIMENT,
        FORMAT,
        models=[membrane_to_dict(membrane) for membrane in models.values],
        stimuli=[_stimulus_to_dict(stimulus) for stimulus in stimuli.values],
        **parts,
    )


class _Places(Generic[T]):
    """A list of different values, with the index of each."""

    def __init__(self) -> None:
        self.values: list[T] = []

    def of(self, value: T) -> int:
        """Return the index of ``value``, which is added if it is new."""
        if value not in self.values:  # not by hash: that of half a million samples takes its time
            self.values.append(value)
        return self.values.index(value)


def _run_to_dict(
    run: KeptRun, models: _Places[Membrane], stimuli: _Places[Stimulus]
) -> dict[str, Any]:
    setup = run.setup
    values = {field.name: getattr(setup, field.name) for field in fields(Setup)}
    values |= {
        "membrane": models.of(setup.membrane),
        "base": models.of(setup.base),
        "stimulus": stimuli.of(setup.stimulus),
        "against": None if setup.against is None else models.of(setup.against),
    }
    del values["command"]  # single runs are never clamped
    return {"name": run.name, "color": run.color, "visible": run.visible, "setup": values}


def _sweep_to_dict(
    kept: KeptSweep, models: _Places[Membrane], stimuli: _Places[Stimulus]
) -> dict[str, Any]:
    sweep = kept.sweep
    return {
        "name": kept.name,
        "color": kept.color,
        "visible": kept.visible,
        "base": models.of(sweep.base),
        "onset_ms": sweep.onset,
        "from_ms": sweep.replay.from_time,
        "to_ms": sweep.replay.to_time,
        "stretches": [
            stretch_to_dict(s, models.of(s.start.membrane), stimuli.of(s.start.stimulus))
            for s in sweep.replay.stretches
        ],
    }


def _curve_to_dict(curve: FiCurve, models: _Places[Membrane]) -> dict[str, Any]:
    points = curve.points
    columns = {
        "index": [p.index for p in points],
        "current": [p.current for p in points],
        "count": [p.count for p in points],
        "rate": [p.rate for p in points],
        "latency": [p.latency for p in points],
        "outside": [p.outside for p in points],
        "steady_rate": [p.steady_rate for p in points],
        "swings": [asdict(p.oscillations) if p.oscillations.count else None for p in points],
    }
    return {
        "name": curve.name,
        "membrane": models.of(curve.membrane),
        "protocol": asdict(curve.protocol),
        "inaccuracy": curve.inaccuracy,
        "points": columns,
        "problems": [[p.index, p.problem] for p in points if p.problem],
    }


def _stimulus_to_dict(stimulus: Stimulus) -> dict[str, Any]:
    values: dict[str, Any] = {
        "holding": stimulus.holding, "origin": stimulus.origin, "repeat": stimulus.repeat,
        "components": [_component_to_dict(c) for c in stimulus.components],
    }  # fmt: skip
    return marked(values) if isinstance(stimulus, Command) else values


def _component_to_dict(component: Component) -> dict[str, Any]:
    if not isinstance(component, Samples):
        return component.to_dict()
    times, values, ends = component.arrays
    parts: dict[str, Any] = {
        "kind": Samples.kind,
        "times": _packed(times),
        "values": _packed(values),
    }
    if component.ends:
        parts["ends"] = _packed(ends)
    return parts | {"path": component.path}


def _packed(numbers: NDArray[np.float64]) -> list[str]:
    """Return numbers as base64 text, in pieces."""
    pieces = range(0, numbers.size, _NUMBERS_PER_PIECE)
    raw = (numbers[at : at + _NUMBERS_PER_PIECE].astype("<f8").tobytes() for at in pieces)
    return [base64.b64encode(piece).decode("ascii") for piece in raw]
