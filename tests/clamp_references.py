"""Clamps behind an amplifier by SciPy's LSODA. Not a test itself: it makes ``scipy_clamp.json``.

``python -m tests.clamp_references > tests/data/scipy_clamp.json``. The neurons are plain Python
(``tests.published``, and three below); nothing of the program is used. Each sweep begins in the
steady state at its holding voltage behind the amplifier, C dV/dt = (V_command - V)/(R_s A) - I.
"""

import json
import math
import sys
from math import exp

import numpy as np
import scipy

from tests.published import NEURONS, SQUID, gates_of, neuron, rates, ratio

SQUID_H = rates(lambda V: 0.07 * exp(-(V + 65) / 20), lambda V: 1 / (1 + exp(-(V + 35) / 10)))
CELLS = NEURONS | {
    "squid-dayan-abbott": neuron(
        1, -65, Na=(120, 50, {"m": (3, SQUID.m), "h": (1, SQUID_H)}),
        K=(36, -77, {"n": (4, SQUID.n)}), L=(0.3, -54.387, {}),
    ),
    "traub-miles-lab3": neuron(
        1, -65,
        Na=(50, 50, {
            "m": (3, rates(lambda V: 1.28 * ratio((V + 54) / 4),
                           lambda V: 1.4 * ratio(-(V + 27) / 5))),
            "h": (1, rates(lambda V: 0.128 * exp(-(V + 50) / 18),
                           lambda V: 4 / (1 + exp(-(V + 27) / 5)))),
        }),
        K=(10, -90, {"n": (4, rates(lambda V: 0.16 * ratio((V + 52) / 5),
                                    lambda V: 0.5 * exp(-(V + 57) / 40)))}),
        L=(0.1, -65, {}),
    ),
    "cortical-pyramidal": neuron(
        1, -65,
        Na=(40, 55, {
            "m": (3, rates(lambda V: 1.638 * ratio((V + 35) / 9),
                           lambda V: 1.116 * ratio(-(V + 35) / 9))),
            "h": (1, rates(lambda V: 0.25 * exp(-(V + 90) / 12),
                           lambda V: 0.25 * exp((V + 62) / 6 - (V + 90) / 12))),
        }),
        K=(35, -77, {"n": (4, rates(lambda V: 0.18 * ratio((V - 25) / 9),
                                    lambda V: 0.018 * ratio(-(V - 25) / 9)))}),
        L=(0.3, -65, {}),
    ),
}  # fmt: skip
# Neuron, protocol, held at, test voltage, swept values, ms of step and of conditioning; µm², MΩ, %.
CASES = (
    ("squid-dayan-abbott", "iv", -65, 0, (-100, -20, 40), 10, 10, 1000, 1.0, 0),
    ("squid-dayan-abbott", "tails", -65, 20, (-120, -60, -20), 10, 5, 300, 2.0, 50),
    ("squid-dayan-abbott", "recovery", -65, 0, (1, 8), 5, 5, 3000, 1.0, 90),
    ("squid-dayan-abbott", "inactivation", -65, 0, (-100, -60, -40), 5, 40, 10000, 0.1, 0),
    ("traub-miles-lab3", "iv", -65, 0, (-100, -30, 40), 10, 10, 1000, 1.0, 0),
    ("traub-miles-lab3", "activation", -80, 0, (-50, -20, 10), 10, 10, 10000, 5.0, 0),
    ("traub-miles-lab3", "inactivation", -90, -10, (-110, -60, -45), 5, 40, 100, 20.0, 0),
    ("cortical-pyramidal", "iv", -65, 0, (-60, -30, 20), 10, 10, 1000, 0.2, 0),
    ("cortical-pyramidal", "tails", -75, 20, (-100, -90, -40), 10, 5, 3000, 5.0, 80),
    ("connor-stevens", "iv", -80, 0, (-60, -20, 20), 20, 20, 1000, 2.0, 50),
    ("wang-buzsaki", "iv", -70, 0, (-50, -20, 20), 10, 10, 100, 0.5, 0),
    ("wang-buzsaki", "recovery", -65, 0, (0.5, 4), 5, 5, 300, 10.0, 90),
    ("pospischil-lts", "inactivation", -80, -50, (-100, -75), 10, 50, 10000, 1.0, 0),
    ("golomb-ca1", "activation", -90, 0, (-40, 0, 40), 10, 10, 1000, 20.0, 0),
)
PLATEAU, PLATEAU_MS = 1e-6, 0.01  # a peak as flat as this has no time of its own


class Clamp:
    """A neuron behind a conductance (mS/cm²)."""

    def __init__(self, cell, conductance):
        self.cell, self.conductance = cell, conductance
        self.gates = gates_of(cell)

    def currents(self, V, gates):
        """Each current at V and a table of gates."""
        return [
            g * math.prod(gates[name] ** power for name, (power, _) in own.items()) * (V - E)
            for g, E, own in self.cell.currents.values()
        ]

    def all_gates(self, V, slow):
        """Every gate by its name: those that relax, and those that follow V at once."""
        relaxing = iter(slow)
        return {name: steady(V) if tau is None else next(relaxing)
                for name, _, steady, tau in self.gates}  # fmt: skip

    def held(self, command):
        """The steady state that is nearest to a command."""

        def excess(V):
            gates = {name: steady(V) for name, _, steady, _ in self.gates}
            return sum(self.currents(V, gates)) - self.conductance * (command - V)

        grid = np.arange(-149.9, 150.0, 0.1)
        above = [excess(V) > 0 for V in grid]
        pairs = zip(grid[:-1], grid[1:], above[:-1], above[1:], strict=True)
        found = [scipy.optimize.brentq(excess, a, b, xtol=1e-12) for a, b, p, q in pairs if p != q]
        V = min(found, key=lambda V: abs(V - command))
        return [V, *(steady(V) for _, _, steady, tau in self.gates if tau is not None)]

    def stepped(self, start, command, duration):
        """Times, V, each current, and the state at the end."""

        def slope(t, y):
            V = y[0]
            gates = self.all_gates(V, y[1:])
            driven = self.conductance * (command - V) - sum(self.currents(V, gates))
            moving = [(steady(V) - gates[name]) / tau(V)
                      for name, _, steady, tau in self.gates if tau is not None]  # fmt: skip
            return [driven / self.cell.capacitance, *moving]

        settling = self.cell.capacitance / self.conductance
        grids = [np.linspace(0, min(last, duration), 4001) for last in (20 * settling, 2, duration)]
        times = np.unique(np.concatenate([[min(5 * settling, duration)], *grids]).round(9))
        run = scipy.integrate.solve_ivp(
            slope, (0, duration), start, "LSODA", times, rtol=1e-10, atol=1e-13
        )
        V, slow = run.y[0], run.y[1:].T
        each = [self.currents(v, self.all_gates(v, x)) for v, x in zip(V, slow, strict=True)]
        return times, V, np.array(each).T, run.y[:, -1]


def peak_of(times, current, V):
    """Time, value and V of the largest absolute current, by a parabola; the time None if flat."""
    top = int(np.abs(current).argmax())
    near = np.abs(current) >= (1 - PLATEAU) * abs(current[top])
    flat = np.ptp(times[near]) > PLATEAU_MS
    if not 0 < top < times.size - 1 or flat:
        return (None if flat else times[top]), current[top], V[top]
    around = slice(top - 1, top + 2)
    bend, slope, _ = np.polyfit(times[around] - times[top], current[around], 2)
    at = -slope / (2 * bend)
    value = np.polyval(np.polyfit(times[around] - times[top], current[around], 2), at)
    return times[top] + at, value, np.interp(times[top] + at, times, V)


def measured(model, protocol, hold, test, values, step, conditioning, area, resistance, part):
    """A case with what LSODA finds: of each sweep the measured stair's currents."""
    clamp = Clamp(CELLS[model], 1e5 / (area * resistance * (1 - part / 100)))
    sweeps = []
    for value in values:
        stairs = {
            "iv": [(value, step)], "activation": [(value, step)],
            "inactivation": [(value, conditioning), (test, step)],
            "tails": [(test, conditioning), (value, step)],
            "recovery": [(test, conditioning), (hold, value), (test, step)],
        }[protocol]  # fmt: skip
        state = clamp.held(hold)
        for command, duration in stairs:
            times, V, currents, state = clamp.stepped(state, command, duration)
        sweep = {}
        for name, current in zip(clamp.cell.currents, currents, strict=True):
            time, value_at, volts = peak_of(times, current, V)
            if protocol == "tails" and time == 0.0:  # V has not moved: no tail yet
                later = times >= 5 * clamp.cell.capacitance / clamp.conductance - 1e-8
                time, value_at, volts = peak_of(times[later], current[later], V[later])
            found = {"peak": value_at, "time": time, "late": current[-1],
                     "error_mV": volts - command}  # fmt: skip
            sweep[name] = {
                key: None if x is None else float(f"{x:.9g}") for key, x in found.items()
            }
        sweeps.append(sweep)
    return {
        "model": model, "protocol": protocol, "hold": hold, "test": test, "values": values,
        "duration": step, "conditioning_duration": conditioning, "area": area,
        "series_resistance": resistance, "compensation": part, "sweeps": sweeps,
    }  # fmt: skip


if __name__ == "__main__":
    note = (
        "Voltage clamp behind a series resistance, computed apart from the program by "
        "tests/clamp_references.py: plain Python rates, LSODA at rtol 1e-10. mV, ms, µm², MΩ, %, "
        "µA/cm²; late: at the end of the step; error: V minus the command at the peak; a flat peak "
        "has no time."
    )
    cases = [json.dumps(measured(*case)) for case in CASES]
    lines = f'{{"note": {json.dumps(note, ensure_ascii=False)},\n"cases": [\n'
    sys.stdout.write(lines + ",\n".join(cases) + "\n]}\n")
