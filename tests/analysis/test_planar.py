"""Equilibria in words, the reduction, trajectories of a plane, thresholds and closed orbits."""

import numpy as np
import pytest
import scipy

from hhgui.analysis.equilibrium import Equilibria, eigenvalue_text, equilibria_at
from hhgui.analysis.fixed_points import equilibria
from hhgui.analysis.nullclines import directions
from hhgui.analysis.orbit import closed_orbit
from hhgui.analysis.planar import path, planar_equilibria, threshold, upright
from hhgui.analysis.reduction import fitted_reduction
from hhgui.analysis.slice import Others, Slice
from hhgui.engine.trajectory import trajectory
from tests.shipped import LIBRARY, SQUID


def plane_of(membrane, gate, current, others, voltage=None):
    """The plane of V and a gate through an equilibrium, the lowest one by default."""
    point = equilibria_at(membrane, current)[0]
    lines = fitted_reduction(membrane, gate, current).lines if others is Others.REDUCED else ()
    state = np.array([point.voltage if voltage is None else voltage, *point.gates])
    return Slice(membrane, "V", gate, current, state, others, lines)


@pytest.mark.parametrize("current", [-3.0, 0.0, 0.014, 10.0, 200.0])
def test_equilibria_are_those_of_the_steady_state_curve(current):
    """Found from one table for many currents, they agree with bisection of each."""
    for name in ("squid-dayan-abbott", "traub-miles-lab3", "lecture6-model4"):
        membrane = LIBRARY[name]
        found = [point.voltage for point in Equilibria(membrane).at(current)]
        np.testing.assert_allclose(found, equilibria(membrane, current), atol=1e-9)


def test_the_squids_rest_is_described_in_words():
    """The text says that rest rings at 61 Hz and decays in 5 ms, and writes a pair once."""
    (rest,) = equilibria_at(SQUID, 0.0)
    assert rest.words == "stable spiral, 61 Hz, decays in 4.93 ms"
    assert rest.is_stable
    assert eigenvalue_text(complex(rest.values[1])) == "−0.203 ± 0.383 i"


def test_the_lab_3_neuron_has_all_three_kinds():
    """Below its onset it has a stable node, a saddle and an unstable spiral."""
    kinds = [point.kind for point in equilibria_at(LIBRARY["traub-miles-lab3"], 0.0)]
    assert kinds == ["stable node", "saddle", "unstable spiral"]


def test_the_squids_reduction_has_m_at_once_and_h_on_a_line():
    """h falls from about 0.9 by about as much as n rises (Rinzel 1985)."""
    found = fitted_reduction(SQUID, "n", 10.0)
    ((name, line),) = found.lines
    assert (name, found.at_once, found.frozen) == ("h", ("m",), ())
    assert line.constant == pytest.approx(0.87, abs=0.05)
    assert line.slope == pytest.approx(-1.08, abs=0.1)
    assert found.error < 0.1
    assert found.words.startswith("m at once, h = 0.")
    with pytest.raises(KeyError):
        fitted_reduction(SQUID, "x", 0.0)


def test_a_neuron_of_two_variables_needs_no_reduction():
    """Morris and Lecar's has V and w, and m at once by definition."""
    found = fitted_reduction(LIBRARY["morris-lecar-hopf"], "w", 0.0)
    assert found.lines == ()
    assert "at once" in found.words


def test_the_plane_of_two_variables_has_the_true_equilibria():
    """Where nothing is left out, voltages and eigenvalues are those of the neuron."""
    membrane = LIBRARY["morris-lecar-snic"]
    points = planar_equilibria(plane_of(membrane, "w", 30.0, Others.FROZEN))
    for planar, true in zip(points, equilibria_at(membrane, 30.0), strict=True):
        assert planar.voltage == pytest.approx(true.voltage, abs=1e-9)
        np.testing.assert_allclose(np.sort(planar.values), np.sort(true.values), rtol=1e-5)
    assert [p.is_saddle for p in points] == [False, True, False]


@pytest.mark.parametrize("duration", [6.0, -2.0])
def test_a_path_of_the_plane_agrees_with_scipy(duration):
    """The path is right forwards and backwards, through a spike of the reduction."""
    plane = plane_of(SQUID, "n", 10.0, Others.REDUCED)
    start = (-50.0, 0.4)
    times, volts, gate = path(plane, start, duration)

    def field(_time, y):
        return np.concatenate(directions(plane, y[:1], y[1:]))

    assert times[-1] == pytest.approx(duration)
    true = scipy.integrate.solve_ivp(
        field, (0.0, duration), start, "LSODA", times, rtol=1e-7, atol=1e-8
    ).y
    assert np.abs(volts - true[0]).max() < 0.05
    assert np.abs(gate - true[1]).max() < 1e-4


def test_a_saddles_manifold_parts_spikes_from_failures():
    """On one side of it V rises to a spike, on the other it falls back."""
    plane = plane_of(LIBRARY["morris-lecar-snic"], "w", 30.0, Others.FROZEN)
    found = threshold(plane)
    assert "saddle" in found.words
    volts, gate = max(found.branches, key=lambda branch: branch[1].min() < 0.05)
    at = int(np.argmin(np.abs(gate - 0.03)))
    peaks = [path(plane, (volts[at] + by, gate[at]), 60.0)[1].max() for by in (-3.0, 3.0)]
    assert peaks[0] < 0.0 < 20.0 < peaks[1]


def test_an_unstable_cycle_is_a_threshold_too():
    """Between rest and firing Morris and Lecar's first neuron has one (Rinzel & Ermentrout)."""
    plane = plane_of(LIBRARY["morris-lecar-hopf"], "w", 90.0, Others.FROZEN)
    found = threshold(plane)
    ((volts, gate),) = found.branches
    assert "unstable cycle" in found.words
    assert np.hypot((volts[-1] - volts[0]) / 100.0, gate[-1] - gate[0]) < 0.02
    middle = 0.5 * (gate.min() + gate.max())
    right = float(volts[np.abs(gate - middle) < 0.02].max())
    spans = []
    for factor in (0.8, 1.2):
        rest = float(planar_equilibria(plane)[0].voltage)
        _, after, _ = path(plane, (rest + factor * (right - rest), middle), 250.0)
        spans.append(np.ptp(after[after.size // 2 :]))
    assert spans[0] < np.ptp(volts) < spans[1]


def test_without_a_saddle_or_an_unstable_cycle_the_threshold_is_not_sharp():
    """The squid's at rest has none, and the words say so."""
    found = threshold(plane_of(SQUID, "n", 0.0, Others.REDUCED))
    assert found.branches == ()
    assert "no sharp threshold" in found.words


def test_a_plane_needs_v_and_a_gate_for_a_system_of_its_own():
    """V across or up; other planes are refused."""
    state = np.array([-65.0, 0.05, 0.6, 0.3])
    assert upright(Slice(SQUID, "n", "V", 0.0, state)).x == "V"
    with pytest.raises(ValueError, match="V and a gate"):
        upright(Slice(SQUID, "m", "h", 0.0, state))


def test_the_period_of_the_squids_orbit_is_measured():
    """At 10 µA/cm² a trajectory comes to a closed orbit of 14.64 ms (Rinzel & Miller 1980)."""
    start = [-50.0, 0.05, 0.6, 0.32]
    period, row = closed_orbit(*trajectory(SQUID, 10.0, start, 200.0))
    assert period == pytest.approx(14.636, abs=2e-3)
    assert row > 0
    assert closed_orbit(*trajectory(SQUID, 0.0, start, 100.0)) is None
