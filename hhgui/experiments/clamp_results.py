"""Evaluate voltage-clamp families: reversal potential, half and slope of a curve, recovery."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from hhgui.analysis.fitting import FitError, fit_boltzmann, fit_recovery
from hhgui.analysis.kinetics import steady_gates
from hhgui.analysis.roots import zeros
from hhgui.experiments.events import Result
from hhgui.model.membrane import Current, Gate, Membrane
from hhgui.model.parameter import ModelError

Array = NDArray[np.float64]
LOWEST_MV, HIGHEST_MV = -150.0, 150.0  # of a command
LOST_MV = 10.0  # from the command: what is measured there belongs to another voltage
_LOST = (
    "the clamp has lost control: V is more than {:g} mV from the command{}; compensate or lower "
    "the series resistance, or clamp a smaller area or a smaller current"
)
_GROWS, _SMALL = 1.001, 0.01  # from nine tenths of the step to its end; of the largest peak
_STEADY = 0.02  # of a gate, from its steady state
_FALLS_AGAIN = 0.05  # of the largest conductance
_LEVEL_PER_MV = 0.01  # as a Boltzmann curve of k = 7 mV has where 0.92 of it are reached
# Why half of a measured curve lies elsewhere, by whether the curve rises with the voltage.
_WHY = {
    True: (
        "the peak's half lies elsewhere: several such gates must be open at once, the peak comes "
        "before they have all moved, and inactivation has already closed some channels"
    ),
    False: (
        "the measured V½ differs a little: the steady state is no exact Boltzmann curve, and the "
        "peak of the test pulse also depends on where the other gate begins"
    ),
}


def chosen_current(membrane: Membrane, name: str = "", tails: bool = False) -> Current:
    """Return the current to evaluate: the one called ``name``, or if "" the usual one.

    The usual one is the inactivating current (its conductance rises, then falls); for tails it is
    the first gated current that does not inactivate.
    """
    names = [current.name for current in membrane.currents]
    if name:
        if name not in names:
            known = ", ".join(names)
            raise ModelError("current", f"current must be one of {known}, not {name!r}")
        return membrane.currents[names.index(name)]
    gated = [current for current in membrane.currents if current.gates] or list(membrane.currents)
    if not gated:
        raise ModelError("current", "this membrane has no ionic current to measure")
    inactivating = [current for current in gated if any(map(falls, current.gates))]
    wanted = [c for c in gated if c not in inactivating] if tails else (
        inactivating
    )  # fmt: skip
    return (wanted or gated)[0]


def falls(gate: Gate) -> bool:
    """Return whether the steady state of a gate falls with V, as that of h does."""
    low, high = gate.steady_state_at(np.array([-120.0, 60.0]))
    return bool(low > high)


def reversal(volts: Array, current: Array, chosen: Current, what: str) -> Result:
    """Return the voltage at which a current changes its sign, by linear interpolation.

    volts (mV), current (µA/cm²): (sweeps,). what: the name of the current in the text of the
    result.
    """
    how = (
        f"where the {what} of I_{chosen.name} changes its sign from negative to positive, "
        "between two voltages by a straight line"
    )
    order = np.argsort(volts)
    v, i = volts[order], current[order]
    crossings = np.flatnonzero((i[:-1] < 0.0) & (i[1:] >= 0.0))
    if not crossings.size:
        problem = f"I_{chosen.name} does not change its sign in this range of voltages"
        return Result("reversal", "reversal potential", None, "mV", how, problem)
    at = crossings[-1]
    value = v[at] - i[at] * (v[at + 1] - v[at]) / (i[at + 1] - i[at])
    return Result("reversal", "reversal potential", float(value), "mV", how)


def half_and_slope(volts: Array, fraction: Array, what: str) -> Iterator[Result]:
    """Yield half and slope of the Boltzmann curve that is fitted to the points.

    volts: mV; fraction: of the largest, (sweeps,). A conductance that falls again beyond its
    largest value is fitted up to there. what: the name of the curve in the results' texts.
    """
    how = f"1/(1 + exp(±(V − V½)/k)) fitted by least squares to the {what}"
    order = np.argsort(volts)
    v, y = (each[order][np.isfinite(fraction[order])] for each in (volts, fraction))
    if y.size and y[0] < 0.5 and y[-1] < y.max() - _FALLS_AGAIN:
        how += f", up to {v[y.argmax()]:g} mV where it is largest"
        v, y = v[: y.argmax() + 1], y[: y.argmax() + 1]
    problem = ""
    half, slope = np.nan, np.nan
    try:
        half, slope = fit_boltzmann(v, y).values.tolist()
    except FitError as error:
        problem = f"{error}: vary the voltage further"
    if not problem and _still_rises(v, y):
        problem = "the curve does not level off where it is largest: vary the voltage further"
    if not problem and not (v.min() <= half <= v.max()):
        problem = "the points are no Boltzmann curve in this range: vary the voltage further"
    for key, label, value in (("half", "V½", half), ("slope", "k", abs(slope))):
        yield Result(key, label, None if problem else value, "mV", how, problem)


def _still_rises(volts: Array, fraction: Array) -> bool:
    """Return whether a curve has not levelled off at the end at which it is largest.

    volts: mV. fraction: its values, (sweeps,).
    """
    first, second = (0, 1) if fraction[0] > fraction[-1] else (-1, -2)
    change = (fraction[first] - fraction[second]) / abs(volts[first] - volts[second])
    return bool(change > _LEVEL_PER_MV)


def steady_half(membrane: Membrane, chosen: Current, rising: bool) -> Iterator[Result]:
    """Yield the voltage at which the steady state of a gate of the model is 1/2, for comparison.

    rising: whether a gate that opens or one that closes with V is meant.
    """
    first = sum(len(c.gates) for c in membrane.currents[: membrane.currents.index(chosen)])
    for place, gate in enumerate(chosen.gates, first):
        if falls(gate) == rising:
            continue

        def excess(volts: Array, place: int = place) -> Array:
            return np.asarray(steady_gates(membrane, volts)[place] - 0.5)

        at = zeros(excess, LOWEST_MV, HIGHEST_MV, 0.5)
        value = float(at[0]) if at.size else None
        how = f"where the steady state of gate {gate.name} is 1/2; {_WHY[rising]}"
        problem = "" if at.size else f"{gate.name}∞ does not reach 1/2"
        yield Result(f"{gate.name}_half", f"half of {gate.name}∞", value, "mV", how, problem)


def recovery(gaps: Array, fraction: Array, chosen: Current) -> Result:
    """Return the time constant (ms) with which the second peak recovers, as a result.

    gaps: ms; fraction: the second peak divided by the first, for each gap.
    """
    how = f"1 − a·exp(−gap/τ) fitted by least squares to the second peak of I_{chosen.name}"
    label = "recovery time constant"
    try:
        found = fit_recovery(gaps, fraction)
    except FitError as error:
        return Result("recovery_time_constant", label, None, "ms", how, str(error))
    return Result("recovery_time_constant", label, float(abs(found.values[1])), "ms", how)


def input_conductance(volts: Array, current: Array) -> Result:
    """Return the slope (mS/cm²) of a straight line through the late currents over the voltages."""
    how = (
        "slope of a straight line through the late current: the leak and whatever other channels "
        "are open at these voltages"
    )
    label = "input conductance"
    if volts.size < 2 or np.ptp(volts) == 0.0:
        return Result("input_conductance", label, None, "mS/cm²", how, "it needs two voltages")
    return Result(
        "input_conductance", label, float(np.polyfit(volts, current, 1)[0]), "mS/cm²", how
    )


def lost_control(chosen: Current | None = None) -> str:
    """Return the sentence on a clamp whose V is far from the command, at a current's peak."""
    return _LOST.format(LOST_MV, f" at the peak of I_{chosen.name}" if chosen else "")


def is_peak(values: Array) -> NDArray[np.bool_]:
    """Return which of a current's peaks (sweeps,) count beside the largest of them.

    Below, the largest current may be that of the holding voltage, before V has moved.
    """
    size = np.abs(values)
    return np.asarray(size > _SMALL * size.max(initial=0.0))


def still_grows(before: Array, end: Array) -> NDArray[np.bool_]:
    """Return in which sweeps a current that should have a peak has not reached it, (sweeps,).

    before, end: the current at nine tenths of the step and at its end, (sweeps,).
    """
    return np.asarray((np.abs(end) > _GROWS * np.abs(before)) & is_peak(end))


def unsteady(membrane: Membrane, chosen: Current, volts: Array, gates: Array) -> list[str]:
    """Return for each sweep the gate of a current that a pulse was too short for, "" for none.

    volts: of the pulse, (sweeps,); gates: all gates at its end, (gates, sweeps).
    """
    first = sum(len(c.gates) for c in membrane.currents[: membrane.currents.index(chosen)])
    off = np.abs(gates - steady_gates(membrane, volts)) > _STEADY
    found = [""] * volts.size
    for place, gate in enumerate(chosen.gates, first):
        for sweep in np.flatnonzero(off[place]).tolist() if falls(gate) else ():
            found[sweep] = gate.name
    return found
