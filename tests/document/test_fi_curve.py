"""f-I curves as data: placing points, what a curve tells, and its name."""

from dataclasses import replace

import numpy as np
import pytest

from hhgui.document.fi_curve import FiCurve, GrowingFiCurve, curve_name, distinct_name
from hhgui.document.fi_protocol import FiPoint, FiProtocol
from tests.shipped import SQUID

PROTOCOL = FiProtocol(0.0, 4.0, 5)
COUNTS = (0, 0, 3, 5, 4)
POINTS = tuple(FiPoint(i, float(i), n, 2.0 * n, 1.5 if n else None) for i, n in enumerate(COUNTS))


@pytest.fixture
def growing():
    """A curve that has no points yet."""
    return GrowingFiCurve("squid", SQUID, PROTOCOL)


def test_points_out_of_order_are_placed_by_their_index(growing):
    """The curve is in the order of the currents, in whatever order the points arrive."""
    for index in (3, 0, 4, 1, 2):
        growing.put(POINTS[index])
    assert growing.frozen().points == POINTS
    assert growing.counts.tolist() == list(COUNTS)


def test_a_missing_point_is_not_a_number(growing):
    """Steps without a point are NaN, so that a line has a gap there."""
    growing.put(POINTS[2])
    assert np.isnan(growing.rates).tolist() == [True, True, False, True, True]


def test_a_point_beyond_the_protocol_is_refused(growing):
    """An index the protocol does not have is an error, not another point's place."""
    with pytest.raises(IndexError, match="point -1 of 5"):
        growing.put(replace(POINTS[0], index=-1))


@pytest.mark.parametrize(
    ("points", "found"),
    [(POINTS[::-1], (2.0, 5, True)), (POINTS[:2], (None, 0, False))],
    ids=["falling currents", "no spike"],
)
def test_a_curve_knows_its_rheobase_step(points, found):
    """The rheobase step is the smallest current with a spike; without a spike there is none."""
    curve = FiCurve("squid", SQUID, PROTOCOL, points)
    assert (curve.rheobase_step, curve.most_spikes, curve.complete) == found


def test_runs_that_ended_early_are_known(growing):
    """A point with a problem is kept, and marked."""
    growing.put(replace(POINTS[1], problem="dt is too large"))
    assert [p.index for p in growing.frozen().ended_early] == [1]
    assert growing.ended_early.tolist() == [False, True, False, False, False]


def test_an_unchanged_membrane_has_its_own_name():
    """Nothing differs, so nothing is added; nor without a reference."""
    assert curve_name(SQUID, SQUID) == curve_name(SQUID, None) == SQUID.name


def test_a_name_says_what_differs():
    """Changed numbers follow the name, with true minus signs."""
    changed = SQUID.with_current("Na", conductance=100.0).with_current("K", reversal=-80.0)
    assert curve_name(changed, SQUID) == f"{SQUID.name} · ḡNa 120 → 100, E_K −77 → −80"


def test_a_name_stays_short():
    """Of many changes two are named and the rest counted."""
    changed = replace(SQUID, capacitance=2.0, initial_voltage=-60.0)
    changed = changed.with_current("Na", conductance=1.0, reversal=2.0)
    changed = changed.with_current("K", conductance=3.0)
    assert curve_name(changed, SQUID).endswith("· C 1 → 2, V₀ −65 → −60 and 3 more")


def test_edited_gates_are_named():
    """A curve's name describes edited gates as the Undo entry does."""
    sodium = SQUID.currents[0]
    gates = (replace(sodium.gates[0], power=2), *sodium.gates[1:])
    changed = replace(SQUID, currents=(replace(sodium, gates=gates), *SQUID.currents[1:]))
    assert curve_name(changed, SQUID) == f"{SQUID.name} · m power 3 → 2"


def test_the_same_membrane_is_distinguished_by_its_protocol():
    """A curve whose name is taken says what is other in its protocol."""
    first = FiCurve(SQUID.name, SQUID, PROTOCOL, POINTS)
    finer = replace(PROTOCOL, dt=0.01, method="rk4")
    assert distinct_name(SQUID, finer, SQUID, [first]).endswith("· Runge–Kutta 4, dt 0.01 ms")


def test_equal_curves_are_numbered():
    """A second curve of the same name gets a number, and a third the next."""
    first = FiCurve(SQUID.name, SQUID, PROTOCOL, POINTS)
    second = distinct_name(SQUID, PROTOCOL, SQUID, [first])
    third = distinct_name(SQUID, PROTOCOL, SQUID, [first, replace(first, name=second)])
    assert (second, third) == (f"{SQUID.name} #2", f"{SQUID.name} #3")


def test_without_its_set_a_membrane_is_compared_with_an_earlier_one():
    """A membrane no library knows is named by what differs from its last curve."""
    first = FiCurve(SQUID.name, SQUID, PROTOCOL, POINTS)
    changed = SQUID.with_current("L", conductance=0.5)
    assert distinct_name(changed, PROTOCOL, None, [first]) == f"{SQUID.name} · ḡL 0.3 → 0.5"
