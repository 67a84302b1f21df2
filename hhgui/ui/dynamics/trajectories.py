"""Compute trajectories, reductions, thresholds and diagrams in jobs."""

from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from hhgui.analysis.cycles import Cycle
from hhgui.analysis.equilibrium_curve import CURRENT
from hhgui.analysis.orbit import closed_orbit
from hhgui.analysis.planar import Threshold, path, threshold, upright
from hhgui.analysis.reduction import Reduction, fitted_reduction
from hhgui.analysis.slice import IONIC, SLOPE, VOLTAGE, Others, Slice
from hhgui.analysis.two_parameters import CurvePoint, Merge, curves
from hhgui.engine.trajectory import trajectory
from hhgui.experiments.diagram import Piece, diagram
from hhgui.model.parameter import ModelError
from hhgui.ui.dynamics.curves_data import CurvesData
from hhgui.ui.dynamics.diagram_data import DiagramData
from hhgui.ui.dynamics.portrait import Path, is_planar
from hhgui.ui.dynamics.question import Frame, Question
from hhgui.ui.dynamics.state import Trajectory

Array = NDArray[np.float64]
Work = Callable[[Callable[[], bool], Callable[[float], object]], object]
FORWARDS_MS, BACKWARDS_MS = 300.0, -50.0
_MOST_POINTS = 6000
LONGEST_MS = 3000.0  # the period at which a branch of cycles ends
LEVELS = 81  # values of the second number at which curves are computed


def finding_paths(wanted: Sequence[tuple[Slice, Array]]) -> Work:
    """Return the job that computes the trajectory through each state, forwards and backwards.

    In the plane of a reduction it is a trajectory of the reduction.
    """

    def work(cancelled: Callable[[], bool], _progress: Callable[[float], object]) -> Iterator[Path]:
        for plane, state in wanted:
            if cancelled():
                return
            found = (
                _of_reduction(plane, state) if _is_reduction(plane) else _of_neuron(plane, state)
            )
            begun = Trajectory.of(plane, tuple(state.tolist()))
            yield found._replace(begun=begun, axes=(plane.x, plane.y))

    return work


def fitting(plane: Slice) -> Work:
    """Return the job that fits the reduction to the gate of a plane."""

    def work(_cancelled: Callable[[], bool], _progress: Callable[[float], object]) -> Reduction:
        return fitted_reduction(plane.membrane, plane.shown_gates[0], plane.current)

    return work


def drawing(question: Question) -> Work:
    """Return the job that yields the Frame and then the pieces of a diagram."""

    def work(
        cancelled: Callable[[], bool], progress: Callable[[float], object]
    ) -> Iterator[Frame | Piece | CurvePoint | Merge]:
        yield from _pieces(question, cancelled, progress)

    return work


def drawing_kept(questions: Sequence[Question]) -> Work:
    """Return the job that computes the diagram for each question and yields it.

    For one that can't be computed it yields None; it returns the reasons.
    """

    def work(
        cancelled: Callable[[], bool], progress: Callable[[float], object]
    ) -> Generator[DiagramData | CurvesData | None, None, list[str]]:
        problems = []
        for place, question in enumerate(questions, 1):
            data = CurvesData(question) if question.second else DiagramData(question)
            try:
                data.add(_pieces(question, cancelled, lambda _fraction: None))  # type: ignore[arg-type]
                yield None if cancelled() else data
            except ModelError as error:
                problems.append(str(error))
                yield None
            progress(place / len(questions))
        return problems

    return work


def _pieces(
    question: Question, cancelled: Callable[[], bool], progress: Callable[[float], object]
) -> Iterator[Frame | Piece | CurvePoint | Merge]:
    frame = question.frame()
    yield frame
    if frame.up is None:
        yield from diagram(question.neuron, *frame.across, LONGEST_MS, cancelled, progress)
        return
    span = frame.up if question.path == CURRENT else frame.across
    yield from curves(question.membrane, question.beside, *span, LEVELS, cancelled, progress)


def orbit_of(plane: Slice, question: Question, cycle: Cycle) -> Path:
    """Return a cycle of a diagram as a path in a plane."""
    membrane, current = question.neuron.at(cycle.parameter)
    gates = question.neuron.gates(cycle.states, membrane)
    states = np.concatenate([cycle.states[:, :1].T, gates])
    under = replace(plane, membrane=membrane, current=current)
    return Path(along(under, plane.x, states), along(under, plane.y, states))


def finding_threshold(plane: Slice) -> Work:
    """Return the job that finds the threshold of a plane of V and a gate."""

    def work(_cancelled: Callable[[], bool], _progress: Callable[[float], object]) -> Threshold:
        return threshold(upright(plane))

    return work


def _is_reduction(plane: Slice) -> bool:
    return plane.others is Others.REDUCED and is_planar(plane)


def _of_neuron(plane: Slice, state: Array) -> Path:
    start = state.tolist()
    times, states = trajectory(plane.membrane, plane.current, start, FORWARDS_MS)
    _, before = trajectory(plane.membrane, plane.current, start, BACKWARDS_MS)
    whole = np.concatenate([before[:, :0:-1], states], axis=1)
    whole = whole[:, :: max(1, whole.shape[1] // _MOST_POINTS)]
    x, y = (along(plane, name, whole) for name in (plane.x, plane.y))
    return Path(x, y, _words("Trajectory of the whole neuron", times, states))


def _of_reduction(plane: Slice, state: Array) -> Path:
    flat = upright(plane)
    place = plane.names.index(flat.y)
    start = float(state[0]), float(state[1 + place])
    times, volts, gate = path(flat, start, FORWARDS_MS)
    _, volts_before, gate_before = path(flat, start, BACKWARDS_MS)
    x = np.concatenate([volts_before[:0:-1], volts])
    y = np.concatenate([gate_before[:0:-1], gate])
    words = _words("Trajectory of the reduction", times, np.array([volts, gate]))
    return Path(x, y, words) if plane.x == VOLTAGE else Path(y, x, words)


def _words(what: str, times: Array, states: Array) -> str:
    """Return a sentence on a trajectory; what: its name."""
    found = closed_orbit(times, states)
    if found is None:
        return f"{what}: no closed orbit within {FORWARDS_MS:g} ms."
    return f"{what}: a closed orbit, period {found[0]:.3f} ms ({1000.0 / found[0]:.4g} Hz)."


def along(plane: Slice, name: str, states: Array) -> Array:
    """Return a variable of the plane along states (1 + gates, n); name: of the variable."""
    if name == VOLTAGE:
        return states[0]
    if name not in (SLOPE, IONIC):
        return np.asarray(states[1 + plane.names.index(name)])
    ionic = plane.membrane.ionic_currents(states[0], states[1:]).sum(axis=0)
    return np.asarray(
        ionic if name == IONIC else (plane.current - ionic) / plane.membrane.capacitance
    )
