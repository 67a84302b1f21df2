"""Nullclines and direction fields as explicit formulas."""

import numpy as np
import pytest

from hhgui.analysis.kinetics import steady_gates
from hhgui.analysis.nullclines import (
    current_through,
    directions,
    gate_nullclines,
    relation,
    voltage_nullcline,
)
from hhgui.analysis.reduction import fitted_reduction
from hhgui.analysis.slice import Others, Slice, pace, usual_gate
from tests.shipped import LIBRARY, SQUID

V_RANGE, GATE = (-100.0, 60.0), (0.0, 1.0)
REST = -64.99637933


def at_rest(membrane=SQUID, x="V", y="n", current=0.0, others=Others.FROZEN, lines=(), rest=REST):
    """A plane through a neuron whose gates are at their steady state at ``rest``."""
    state = np.array([rest, *steady_gates(membrane, rest)])
    return Slice(membrane, x, y, current, state, others, lines)


def gap_of(curve, near):
    """The ends of the gap in a curve that contains the voltage ``near``."""
    there = np.isfinite(curve.y)
    return curve.x[there & (curve.x < near)].max(), curve.x[there & (curve.x > near)].min()


def test_the_squids_nullcline_has_a_gap_with_sodium_activation_at_once():
    """At I = 0 with h frozen at rest no n stops V from -34.9 to 5.9 mV (on a grid of 0.1 mV)."""
    curve = voltage_nullcline(at_rest(others=Others.FAST), V_RANGE, GATE)
    low, high = gap_of(curve, -10.0)
    assert low == pytest.approx(-34.9, abs=0.1)
    assert high == pytest.approx(5.9, abs=0.1)


@pytest.mark.parametrize("others", [Others.FROZEN, Others.FAST, Others.STEADY])
@pytest.mark.parametrize("name", [n for n, m in LIBRARY.membranes.items() if usual_gate(m)])
def test_v_stands_still_on_its_nullcline(name, others):
    """dV/dt is zero within the formula's digits at every point, of every shipped set."""
    membrane = LIBRARY[name]
    plane = at_rest(membrane, "V", usual_gate(membrane), 3.0, others)
    curve = voltage_nullcline(plane, V_RANGE, GATE)
    x, y = (values[np.isfinite(curve.y)] for values in curve)
    assert ((y >= 0.0) & (y <= 1.0)).all()
    inner = (y > 0.0) & (y < 1.0)
    speed = directions(plane, x[inner], y[inner])[0]
    large = np.abs(membrane.ionic_currents(*plane.states(x[inner], y[inner]))).sum(axis=0)
    assert (np.abs(speed) * membrane.capacitance <= 1e-9 * (large + 3.0)).all()


def test_a_nullcline_is_not_joined_across_a_pole():
    """At potassium's reversal potential n goes to infinity; no line crosses the plane there."""
    curve = voltage_nullcline(at_rest(), V_RANGE, GATE)
    below, above = curve.x < -77.0, curve.x > -77.0
    assert not np.isfinite(curve.y[below]).any()
    assert np.isfinite(curve.y[above]).any()
    assert np.nanmax(curve.y) == 1.0
    assert np.nanmin(curve.y) == 0.0


def test_axes_may_be_exchanged():
    """V against n has the same nullcline as n against V."""
    upright = voltage_nullcline(at_rest(), V_RANGE, GATE)
    turned = voltage_nullcline(at_rest(x="n", y="V"), GATE, V_RANGE)
    np.testing.assert_array_equal(upright.x, turned.y)
    np.testing.assert_array_equal(upright.y, turned.x)


def test_a_gates_nullcline_is_its_steady_state():
    """dn/dt = 0 where n is n_inf(V), whatever the other gates are."""
    plane = at_rest()
    curve = gate_nullclines(plane, V_RANGE, GATE)["n"]
    assert np.abs(directions(plane, curve.x, curve.y)[1]).max() < 1e-12
    lines = gate_nullclines(at_rest(x="m", y="h"), GATE, GATE)
    assert set(lines) == {"m", "h"}
    assert np.ptp(lines["m"].x) == np.ptp(lines["h"].y) == 0.0


def test_the_nullcline_of_two_gates_is_a_formula_too():
    """In the plane of m and h, at a frozen V, dV/dt vanishes along m³h = constant."""
    plane = at_rest(x="m", y="h", current=-20.0)
    curve = voltage_nullcline(plane, GATE, GATE)
    there = np.isfinite(curve.y) & (curve.y > 0.0) & (curve.y < 1.0)
    product = curve.x[there] ** 3 * curve.y[there]
    np.testing.assert_allclose(product, product[0], rtol=1e-6)


def test_a_current_moves_the_nullcline_through_any_point():
    """The current that is found for a point puts the nullcline there."""
    current = current_through(at_rest(), -50.0, 0.4)
    curve = voltage_nullcline(at_rest(current=current), V_RANGE, GATE)
    assert np.interp(-50.0, curve.x, curve.y) == pytest.approx(0.4, abs=1e-4)


def test_the_steady_ionic_current_is_the_steady_state_relation():
    """Against V the ionic current with all gates at their steady state is I_ss(V)."""
    from hhgui.analysis.fixed_points import steady_state_current

    plane = at_rest(y="I_ion", others=Others.STEADY)
    curve = relation(plane, V_RANGE, (-100.0, 100.0))
    np.testing.assert_allclose(curve.y, steady_state_current(SQUID, curve.x), rtol=1e-12)
    level = voltage_nullcline(plane, V_RANGE, (-100.0, 100.0))
    assert set(level.y) == {0.0}


def test_a_reduction_keeps_every_branch():
    """V stands still on each root of the reduction's polynomial, up to n = 0 and n = 1."""
    found = fitted_reduction(SQUID, "n", 0.0)
    plane = at_rest(others=Others.REDUCED, lines=found.lines)
    curve = voltage_nullcline(plane, V_RANGE, GATE)
    there = np.isfinite(curve.y)
    speed = directions(plane, curve.x[there], curve.y[there])[0]
    assert np.abs(speed).max() < 1e-2  # mV/ms, where currents are hundreds of µA/cm²
    assert curve.y[there].max() > 0.97
    assert curve.y[there].min() < 0.03


def test_a_gate_that_v_does_not_feel_gives_upright_lines():
    """Without potassium's conductance any n will do where the other currents balance."""
    deaf = SQUID.with_current("K", conductance=0.0)
    curve = voltage_nullcline(at_rest(deaf), V_RANGE, GATE)
    places = np.unique(curve.x[np.isfinite(curve.y)])
    assert places.size >= 1
    assert np.abs(directions(at_rest(deaf), places, np.full(places.size, 0.5))[0]).max() < 0.1


def test_sodium_activation_is_the_squids_fast_gate():
    """m is fast beside n, h is not; n is the usual gate."""
    found = pace(SQUID, "n")
    assert (found.fast, found.alike, found.slow) == ({"m"}, {"h"}, set())
    assert usual_gate(SQUID) == "n"


def test_the_same_variable_twice_is_refused():
    """A plane has two variables."""
    with pytest.raises(ValueError, match="must differ"):
        at_rest(y="V")
