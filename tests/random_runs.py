"""Random runs at the program's defaults, judged against SciPy's LSODA: are wrong numbers warned of?

Every run is a parameter set with random conductances, reversals, capacitance and temperature under
a random stimulus. ``python -m tests.random_runs 375`` prints what was wrong and what was flagged;
``tests/experiments/test_random_runs.py`` runs a sample of the same runs.
"""

import math
import sys
from collections import Counter
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import scipy

from hhgui.document.setup import Setup
from hhgui.engine.replay import Replay, Stretch
from hhgui.engine.simulation import Simulation
from hhgui.experiments.warnings import run_warnings
from hhgui.model.library import load_library
from hhgui.model.rate import Curve, Rate
from hhgui.model.stimulus.noise import Noise
from hhgui.model.stimulus.stimulus import Stimulus
from hhgui.model.stimulus.waveforms import Chirp, Paired, Ramp, Sine, Step, Train

DURATION = 100.0
NOISE_DURATION = 30.0  # SciPy begins anew at every step of noise
THRESHOLD, REARM = 0.0, 10.0
# A number is wrong when it is further from the truth than the program says it allows.
SHIFT_MS, RANGE_MV, CHARGE = 0.5, 1.5, 0.02
EDGE = 1e-9
QUARTERS = np.array([0.25, 0.5, 0.75, 1.0])


@dataclass(frozen=True)
class Truth:
    """Spike times (ms), lowest and highest V (mV), and the charge of each current (nC/cm²)."""

    spikes: list[float]
    lowest: float
    highest: float
    charge: np.ndarray


def random_setup(number):
    """Setup ``number``: reproducible, whatever was drawn before it."""
    draw = np.random.default_rng([12, number])
    sets = sorted(load_library().membranes)
    membrane = load_library()[sets[draw.integers(len(sets))]]
    for current in membrane.currents:
        factor = 10.0 ** draw.uniform(-1.0, 1.0)
        if draw.random() < 0.15:
            factor *= 10.0 ** draw.uniform(0.0, 1.5)
        membrane = membrane.with_current(
            current.name, conductance=min(current.conductance * factor, 1e4),
            reversal=current.reversal + draw.normal(0.0, 8.0),
        )  # fmt: skip
    membrane = replace(membrane, capacitance=membrane.capacitance * 10.0 ** draw.uniform(-1.3, 0.7))
    if membrane.temperature is not None:
        membrane = replace(membrane, temperature=draw.uniform(0.0, 38.0))
    stimulus = random_stimulus(draw)
    noisy = isinstance(stimulus.components[0], Noise)
    return Setup(
        membrane, membrane, stimulus, duration=NOISE_DURATION if noisy else DURATION,
        threshold=THRESHOLD,
    )  # fmt: skip


def random_stimulus(draw):
    """A random waveform, from too weak to far too strong, with its edges anywhere."""
    strength = 10.0 ** draw.uniform(0.0, 2.3)
    start, stop = draw.uniform(2.0, 20.0), draw.uniform(50.0, 95.0)
    kind = draw.choice(["step", "pulses", "train", "ramp", "sine", "chirp", "noise", "down"])
    match kind:
        case "step":
            part = Step(strength, start, stop)
        case "down":
            part = Step(-strength, start, stop)
        case "pulses":
            width, interval = 10.0 ** draw.uniform(-1.5, 0.7), draw.uniform(2.0, 30.0)
            part = Paired(strength, start, width, interval, strength * draw.uniform(0.5, 3.0))
        case "train":
            interval = draw.uniform(2.0, 15.0)
            part = Train(strength, start, interval * draw.uniform(0.05, 0.6), interval, 12)
        case "ramp":
            part = Ramp(0.0, strength, start, stop)
        case "sine":
            part = Sine(strength, 10.0 ** draw.uniform(1.0, 3.0), start, stop)
        case "chirp":
            part = Chirp(strength, 5.0, 10.0 ** draw.uniform(1.5, 2.7), start, stop)
        case "noise":
            sd, tau = strength * draw.uniform(0.3, 2.0), 10.0 ** draw.uniform(-1.0, 1.0)
            part = Noise(strength, sd, tau, int(draw.integers(1000)), 0.0, DURATION)
    return Stimulus((part,))


def truth_of(setup):
    """The run by SciPy, begun anew at every edge of the current, seen at four moments a step."""
    membrane = setup.membrane
    slope = right_hand_side(membrane)
    start = zip(membrane.gates, membrane.initial_gates().tolist(), strict=True)
    slow = [value for gate, value in start if not gate.instantaneous]
    y = np.array([membrane.initial_voltage, *slow, *[0.0] * len(membrane.currents)])
    # a piece of noise is too short for a multistep method to begin in
    is_noise = isinstance(setup.stimulus.components[0], Noise)
    times, voltages = [0.0], [membrane.initial_voltage]
    for begin, end, current in pieces_of(setup):
        solver = (scipy.integrate.DOP853 if is_noise else scipy.integrate.LSODA)(
            lambda t, y, current=current: slope(t, y, current), begin, y, end,
            first_step=min(1e-3, end - begin), rtol=1e-9, atol=1e-10,
        )  # fmt: skip
        while solver.status == "running":
            if message := solver.step():
                raise RuntimeError(message)
            seen = solver.t_old + (solver.t - solver.t_old) * QUARTERS
            times += seen.tolist()
            voltages += solver.dense_output()(seen)[0].tolist()
        y = solver.y
    spikes = spikes_of(times, voltages)
    return Truth(spikes, min(voltages), max(voltages), y[1 + len(slow) :])


def spikes_of(times, voltages):
    """The crossings that count: V has been 10 mV below the threshold since the one before."""
    spikes, armed = [], voltages[0] < THRESHOLD
    pairs = pairwise(zip(times, voltages, strict=True))
    for (before, low), (after, high) in pairs:
        if high >= THRESHOLD:
            if armed:
                spikes.append(before + (THRESHOLD - low) / (high - low) * (after - before))
            armed = False
        elif high < THRESHOLD - REARM:
            armed = True
    return spikes


def pieces_of(setup):
    """(begin, end, I(t)) between the edges; noise is what the program drew, held for each dt."""
    (part,) = setup.stimulus.components
    if isinstance(part, Noise):
        block = Simulation(setup.membrane, setup.stimulus, setup.method, setup.dt).advance(
            setup.steps, every=1
        )
        held = block.columns[1].tolist()
        return [(k * setup.dt, (k + 1) * setup.dt, lambda t, i=i: i) for k, i in enumerate(held)]
    edges = part.edges(0.0, setup.duration)
    times = [0.0, *np.unique(edges[(edges > EDGE) & (edges < setup.duration - EDGE)]).tolist()]
    waves = [wave_of(part, 0.5 * (a + b)) for a, b in pairwise([*times, setup.duration])]
    return list(zip(times, [*times[1:], setup.duration], waves, strict=True))


def wave_of(part, inside):
    """I(t) in the piece around ``inside``, as its formula says."""
    on = part.start <= inside < getattr(part, "stop", math.inf)
    match part:
        case Step() if on:
            return lambda t: part.amplitude
        case Ramp() if on:
            rise = (part.amplitude - part.initial) / (part.stop - part.start)
            return lambda t: part.initial + rise * (t - part.start)
        case Sine() if on:
            omega = 2e-3 * math.pi * part.frequency
            return lambda t: part.amplitude * math.sin(omega * (t - part.start))
        case Chirp() if on:
            slope = (part.frequency_stop - part.frequency_start) / (part.stop - part.start)
            first = part.frequency_start
            return lambda t: (
                part.amplitude
                * math.sin(
                    2e-3 * math.pi * (first + 0.5 * slope * (t - part.start)) * (t - part.start)
                )
            )
        case Paired():
            first = part.start <= inside < part.start + part.width
            later = part.start + part.interval
            second = later <= inside < later + part.width
            return lambda t: part.amplitude * first + part.second * second
        case Train() if on:
            number, phase = divmod(inside - part.start, part.interval)
            height = part.amplitude if number < part.count and phase < part.width else 0.0
            return lambda t: height
    return lambda t: 0.0


def right_hand_side(membrane):
    """The slopes of V, the slow gates and the charges, written out as one Python function."""
    lines, slow = [], []
    for gate, factor in zip(membrane.gates, factors_of(membrane), strict=True):
        for key in ("alpha", "beta", "steady_state", "time_constant"):
            if (curve := getattr(gate, key)) is not None:
                lines.append(f"{key} = {formula(curve)}")
        if gate.alpha is not None and gate.beta is not None:
            lines.append("total = alpha + beta")
            if gate.steady_state is None:
                lines.append("steady_state = alpha / total")
        elif not gate.instantaneous:
            lines.append("total = 1.0 / time_constant")
        if gate.instantaneous:
            lines.append(f"x_{gate.name} = steady_state")
        else:
            lines.append(f"d_{gate.name} = {factor!r} * total * (steady_state - x_{gate.name})")
            slow.append(gate.name)
    names = [f"x_{name}" for name in slow]
    flows = []
    for number, current in enumerate(membrane.currents):
        product = " * ".join(
            [repr(current.conductance), *(f"x_{g.name} ** {g.power}" for g in current.gates)]
        )
        lines.append(f"i_{number} = {product} * (V - {current.reversal!r})")
        flows.append(f"i_{number}")
    lines.append(f"d_V = (current(t) - ({' + '.join(flows)})) / {membrane.capacitance!r}")
    slopes = ["d_V", *(f"d_{name}" for name in slow), *flows]
    unpack = "".join(f"{name}, " for name in ["V", *names])
    size = 1 + len(slow)
    lines = [f"{unpack}= y[:{size}].tolist()", *lines, f"return [{', '.join(slopes)}]"]
    body = "\n    ".join(lines)
    scope = {"exp": safe_exp, "expm1": math.expm1}
    exec(f"def slope(t, y, current):\n    {body}", scope)
    return scope["slope"]


def factors_of(membrane):
    """Q10**((T - T_ref)/10) of each gate, by its own Q10, its current's or the membrane's."""
    if membrane.temperature is None:
        return [1.0] * len(membrane.gates)
    tens = (membrane.temperature - membrane.reference_temperature) / 10.0
    return [
        float(next(q for q in (g.q10, c.q10, membrane.q10) if q is not None) ** tens)
        for c in membrane.currents for g in c.gates
    ]  # fmt: skip


def safe_exp(x):
    """Return exp(x), but at most 1e304."""
    return math.exp(min(x, 700.0))


def formula(curve):
    """A curve as Python text, by the forms' definitions."""
    if isinstance(curve, Rate):
        return term(curve)
    assert isinstance(curve, Curve)
    joined = (" + " if curve.combine == "sum" else " * ").join(f"({term(t)})" for t in curve.terms)
    text = f"(({joined}) ** {curve.exponent!r} + {curve.offset!r})"
    if curve.minimum is not None:
        text = f"max({text}, {curve.minimum!r})"
    return text if curve.maximum is None else f"min({text}, {curve.maximum!r})"


def term(rate):
    """A rate as Python text."""
    x = f"((V - {rate.midpoint!r}) / {rate.scale!r})"
    shape = {
        "exponential": f"exp({x})",
        "sigmoid": f"1.0 / (1.0 + exp(-{x}))",
        "exp_linear": f"(1.0 if abs({x}) < 1e-12 else {x} / -expm1(max(-700.0, min(-{x}, 700.0))))",
        "gaussian": f"exp(-{x} * {x})",
        "constant": "1.0",
    }[rate.form]
    return f"{rate.rate!r} * {shape} + {rate.offset!r}"


@dataclass(frozen=True)
class Verdict:
    """What was wrong about a run, and what the program said about it."""

    number: int
    wrong: tuple[str, ...]
    warnings: tuple[str, ...]
    detail: str


def judge(number):
    """Run ``number`` by the program and by SciPy; None for a run that stops, which says so."""
    setup = random_setup(number)
    simulation = Simulation(
        setup.membrane, setup.stimulus, setup.method, setup.dt, setup.threshold, REARM
    )
    start = simulation.checkpoint()
    gates = len(setup.membrane.gates)
    block = simulation.advance(setup.steps, every=1)
    if simulation.stop is not None:
        return None
    true = truth_of(setup)
    ends = block.columns[2 + gates :, 0], simulation.sample().columns[2 + gates :, 0]
    charge = setup.dt * (block.columns[2 + gates :].sum(axis=1) + 0.5 * (ends[1] - ends[0]))
    wrong = []
    if block.spikes.size != len(true.spikes):
        wrong.append("count")
    shifts = [abs(a - b) for a, b in zip(block.spikes.tolist(), true.spikes, strict=False)]
    if max(shifts, default=0.0) > SHIFT_MS:
        wrong.append("times")
    if max(abs(block.lowest - true.lowest), abs(block.highest - true.highest)) > RANGE_MV:
        wrong.append("range")
    scale = np.maximum(np.abs(true.charge), 0.1 * np.abs(true.charge).max())
    if (np.abs(charge - true.charge) > CHARGE * scale).any():
        wrong.append("charge")
    warnings = run_warnings(Replay((Stretch(start, setup.steps),)))
    detail = (
        f"{setup.membrane.id} {setup.stimulus.components[0].kind} spikes {block.spikes.size}/"
        f"{len(true.spikes)} shift {max(shifts, default=0.0):.3f} V {block.lowest:.2f}/"
        f"{true.lowest:.2f} {block.highest:.2f}/{true.highest:.2f}"
    )
    return Verdict(number, tuple(wrong), tuple(warnings), detail)


def is_flag(warning):
    """Whether a warning is about accuracy: an oscillation without spikes is no error."""
    return "oscillates" not in warning


def main(runs):
    """Judge so many runs and print every wrong or flagged one, then the table."""
    table, number = Counter(), -1
    while table["judged"] < runs:
        number += 1
        verdict = judge(number)
        if verdict is None:
            table["stopped, says so"] += 1
            continue
        flagged = any(map(is_flag, verdict.warnings))
        table["judged"] += 1
        for kind in verdict.wrong:
            table[f"wrong {kind}"] += 1
            table[f"wrong {kind}, flagged"] += flagged
        table["wrong"] += bool(verdict.wrong)
        table["wrong, flagged"] += bool(verdict.wrong) and flagged
        table["right, flagged (false alarm)"] += flagged and not verdict.wrong
        if verdict.wrong or verdict.warnings:
            print(number, verdict.detail, "|", ", ".join(verdict.wrong), "|",
                  "; ".join(verdict.warnings), flush=True)  # fmt: skip
    for name, count in sorted(table.items()):
        print(f"{name:36}{count:6d}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 375)
