"""Published neurons as their sources print them, in plain Python, and their equations solved.

Independent of the model files and of the program: only SciPy integrates here.
"""

from math import cosh, exp, tanh
from types import SimpleNamespace

import numpy as np
import scipy


def sigma(theta, width):
    """1/(1 + exp(-(V - theta)/width))."""
    return lambda V: 1 / (1 + exp(-(V - theta) / width))


def ratio(x):
    """x/(1 - exp(-x)) with its limit at 0."""
    return 1.0 + x / 2 if abs(x) < 1e-9 else x / (1 - exp(-x))


def rates(alpha, beta, phi=1.0):
    """x∞ and τ of a gate given by its rates."""
    return (
        lambda V: alpha(V) / (alpha(V) + beta(V)),
        lambda V: 1 / (phi * (alpha(V) + beta(V))),
    )


def at_once(steady):
    """A gate that follows V without delay."""
    return steady, None


def traub_miles(shift):
    """m, h, n of Traub & Miles 1991, voltages counted from ``shift`` (mV)."""
    return SimpleNamespace(
        m=rates(lambda V: 1.28 * ratio((V - shift - 13) / 4),
                lambda V: 1.4 * ratio(-(V - shift - 40) / 5)),
        h=rates(lambda V: 0.128 * exp((17 - (V - shift)) / 18),
                lambda V: 4 / (1 + exp((40 - (V - shift)) / 5))),
        n=rates(lambda V: 0.16 * ratio((V - shift - 15) / 5),
                lambda V: 0.5 * exp((10 - (V - shift)) / 40)),
    )  # fmt: skip


def neuron(capacitance, start, **currents):
    """currents: name = (ḡ, E, {gate: (power, (x∞, τ))}); start: V at time zero."""
    return SimpleNamespace(capacitance=capacitance, start=start, currents=currents)


SQUID = SimpleNamespace(
    m=rates(lambda V: ratio((V + 40) / 10), lambda V: 4 * exp(-(V + 65) / 18)),
    n=rates(lambda V: 0.1 * ratio((V + 55) / 10), lambda V: 0.125 * exp(-(V + 65) / 80)),
    h_as_coded=rates(lambda V: 0.07 * exp(-(V + 65) / 20), lambda V: 1 / (1 + exp(-(V + 35)))),
)
# Wang & Buzsáki 1996: m follows at once, φ = 5
WB_M = rates(lambda V: ratio((V + 35) / 10), lambda V: 4 * exp(-(V + 60) / 18))
WB_H = rates(lambda V: 0.07 * exp(-(V + 58) / 20), lambda V: 1 / (1 + exp(-(V + 28) / 10)), 5)
WB_N = rates(lambda V: 0.1 * ratio((V + 34) / 10), lambda V: 0.125 * exp(-(V + 44) / 80), 5)
# Connor, Walter & McKown 1977: the squid's rates shifted, 3.8 times as fast, n half of that
CS_M = rates(lambda V: ratio((V + 29.7) / 10), lambda V: 4 * exp(-(V + 54.7) / 18), 3.8)
CS_H = rates(lambda V: 0.07 * exp(-(V + 48) / 20), lambda V: 1 / (1 + exp(-(V + 18) / 10)), 3.8)
CS_N = rates(lambda V: 0.1 * ratio((V + 45.7) / 10), lambda V: 0.125 * exp(-(V + 55.7) / 80), 1.9)
CS_A = (
    lambda V: min(
        1.0, (0.0761 * exp((V + 94.22) / 31.84) / (1 + exp((V + 1.17) / 28.93))) ** (1 / 3)
    ),
    lambda V: 0.3632 + 1.158 / (1 + exp((V + 55.96) / 20.12)),
)  # fmt: skip
CS_B = (
    lambda V: 1 / (1 + exp((V + 53.3) / 14.54)) ** 4,
    lambda V: 1.24 + 2.678 / (1 + exp((V + 50) / 16.027)),
)
RTM, DESTEXHE = traub_miles(-67), traub_miles(-55)
M_CURRENT = (
    sigma(-35, 10),
    lambda V: 1000 / (3.3 * exp((V + 35) / 20) + exp(-(V + 35) / 20)),
)
T_INACTIVATION = (
    lambda V: 1 / (1 + exp((V + 2 + 81) / 4)),
    lambda V: (
        (30.8 + (211.4 + exp((V + 2 + 113.2) / 5)) / (1 + exp((V + 2 + 84) / 3.2)))
        / 3 ** ((36 - 24) / 10)
    ),
)


def morris_lecar(g_ca, v3, v4, phi):
    """Morris & Lecar 1981 as Rinzel & Ermentrout 1998 write it; v1 = -1.2, v2 = 18 mV."""
    m = at_once(lambda V: (1 + tanh((V + 1.2) / 18)) / 2)
    w = (
        lambda V: (1 + tanh((V - v3) / v4)) / 2,
        lambda V: 1 / (phi * cosh((V - v3) / (2 * v4))),
    )
    return neuron(20, -60, Ca=(g_ca, 120, {"m": (1, m)}), K=(8, -84, {"w": (1, w)}),
                  L=(2, -60, {}))  # fmt: skip


def pospischil(g_k, leak, start, **others):
    """Pospischil et al. 2008; E_Na = 50, E_K = -100 mV, thresholds at -55 mV."""
    gates = DESTEXHE
    return neuron(1, start, Na=(50, 50, {"m": (3, gates.m), "h": (1, gates.h)}),
                  K=(g_k, -100, {"n": (4, gates.n)}), **others, L=(*leak, {}))  # fmt: skip


NEURONS = {
    "odeint-slides-as-coded": neuron(
        1, -65, Na=(120, 50, {"m": (3, SQUID.m), "h": (1, SQUID.h_as_coded)}),
        K=(36, -77, {"n": (4, SQUID.n)}), L=(0.3, -54.387, {}),
    ),
    "wang-buzsaki": neuron(
        1, -65, Na=(35, 55, {"m": (3, at_once(WB_M[0])), "h": (1, WB_H)}),
        K=(9, -90, {"n": (4, WB_N)}), L=(0.1, -65, {}),
    ),
    "reduced-traub-miles": neuron(
        1, -65, Na=(100, 50, {"m": (3, RTM.m), "h": (1, RTM.h)}), K=(80, -100, {"n": (4, RTM.n)}),
        L=(0.1, -67, {}),
    ),
    "connor-stevens": neuron(
        1, -68, Na=(120, 55, {"m": (3, CS_M), "h": (1, CS_H)}), K=(20, -72, {"n": (4, CS_N)}),
        A=(47.7, -75, {"a": (3, CS_A), "b": (1, CS_B)}), L=(0.3, -17, {}),
    ),
    "morris-lecar-hopf": morris_lecar(4.4, 2, 30, 0.04),
    "morris-lecar-snic": morris_lecar(4, 12, 17.4, 0.067),
    "golomb-ca1": neuron(
        1, -71.8,
        Na=(35, 55, {"m": (3, at_once(sigma(-30, 9.5))),
                     "h": (1, (sigma(-45, -7), lambda V: (1 + 7.5 * sigma(-40.5, -6)(V)) / 10))}),
        NaP=(0.3, 55, {"p": (1, at_once(sigma(-47, 3)))}),
        K=(6, -90, {"n": (4, (sigma(-35, 10), lambda V: (1 + 5 * sigma(-27, -15)(V)) / 10))}),
        A=(1.4, -90, {"a": (3, at_once(sigma(-50, 20))), "b": (1, (sigma(-80, -6), lambda V: 15))}),
        M=(1, -90, {"z": (1, (sigma(-39, 5), lambda V: 75))}), L=(0.05, -70, {}),
    ),
    "pospischil-rs": pospischil(5, (0.1, -70), -70, M=(0.07, -100, {"p": (1, M_CURRENT)})),
    "pospischil-fs": pospischil(10, (0.15, -70), -70),
    "pospischil-lts": pospischil(
        5, (0.01, -85), -84, M=(0.03, -100, {"p": (1, M_CURRENT)}),
        T=(0.4, 120, {"s": (2, at_once(sigma(-59, 6.2))), "u": (1, T_INACTIVATION)}),
    ),
}  # fmt: skip


def gates_of(cell):
    """Name, power, x∞ and τ (None: at once) of each gate, in order."""
    return [(name, power, *curves) for _, _, gates in cell.currents.values()
            for name, (power, curves) in gates.items()]  # fmt: skip


def slopes_of(cell, slow):
    """The right side f(t, y, I) of the equations, with y = V and the gates ``slow``.

    It is called half a million times: what does not change is looked up before.
    """
    place = {gate[0]: n for n, gate in enumerate(slow)}
    relaxing = [(x_inf, tau) for _, _, x_inf, tau in slow]
    parts = [  # ḡ, E, (place of a gate in y, power), (x∞ of a gate that follows at once, power)
        (
            g, E, [(place[name], power) for name, (power, _) in gates.items() if name in place],
            [(x_inf, power) for name, (power, (x_inf, _)) in gates.items() if name not in place],
        )
        for g, E, gates in cell.currents.values()
    ]  # fmt: skip

    def slope(t, y, current):
        V, *gates = y.tolist()
        net = current
        for g, E, kept, at_once in parts:
            for n, power in kept:
                g *= gates[n] ** power
            for x_inf, power in at_once:
                g *= x_inf(V) ** power
            net -= g * (V - E)
        changes = [(x_inf(V) - x) / tau(V) for (x_inf, tau), x in zip(relaxing, gates, strict=True)]
        return [net / cell.capacitance, *changes]

    return slope


def solved(cell, pieces, initial=None, sample=0.01):
    """Spike times (ms, upward 0 mV), times and V of a run of constant currents.

    pieces: (until, µA/cm²) one after the other; initial: gates that do not start at x∞. LSODA at
    rtol 1e-10, so that the times are good to 1e-5 ms.
    """
    slow = [gate for gate in gates_of(cell) if gate[3] is not None]

    def crossing(t, y, current):
        return y[0]

    crossing.direction = 1.0
    given = initial or {}
    y = [cell.start, *(given.get(g[0], g[2](cell.start)) for g in slow)]
    begin, spikes, times, voltages = 0.0, [], [], []
    for until, current in pieces:
        run = scipy.integrate.solve_ivp(
            slopes_of(cell, slow), (begin, until), y, "LSODA",
            [*np.arange(begin, until, sample), until], args=(current,), events=crossing, rtol=1e-10,
            atol=1e-12,
        )  # fmt: skip
        spikes += run.t_events[0].tolist()
        times.append(run.t[:-1])
        voltages.append(run.y[0, :-1])
        y = run.y[:, -1]
        begin = until
    return np.array(spikes), np.concatenate(times), np.concatenate(voltages)
