"""Rest, folds and Hopf points of the published neurons, from their printed formulas by SciPy."""

import math

import numpy as np
import pytest
import scipy

from hhgui.analysis.fixed_points import folds, resting_potential
from hhgui.analysis.stability import hopf_points
from tests.published import NEURONS

SCAN = np.linspace(-100.0, 20.0, 2401)


def steady_current(cell, voltage):
    """The ionic current (µA/cm²) with every gate at its printed x∞."""
    return sum(
        g * math.prod(steady(voltage) ** power for power, (steady, _) in gates.values())
        * (voltage - reversal)
        for g, reversal, gates in cell.currents.values()
    )  # fmt: skip


@pytest.mark.parametrize("name", NEURONS)
def test_rest_is_where_the_printed_currents_cancel(library, name):
    """The lowest zero of the steady current, by Brent's method, to 1e-6 mV."""
    cell = NEURONS[name]
    values = np.array([steady_current(cell, v) for v in SCAN])
    first = int(np.flatnonzero(np.diff(np.sign(values)))[0])
    rest = scipy.optimize.brentq(
        lambda v: steady_current(cell, v), SCAN[first], SCAN[first + 1], xtol=1e-10
    )
    assert resting_potential(library[name]) == pytest.approx(rest, abs=1e-6)


# The current at which rest vanishes in a saddle-node; µA/cm²
@pytest.mark.parametrize(
    ("name", "published", "tolerance"),
    [
        # Rinzel & Ermentrout 1998, Methods in Neuronal Modeling, ch. 7
        ("morris-lecar-snic", 40.0, 0.1),
        ("wang-buzsaki", None, None),
        ("connor-stevens", None, None),
        ("reduced-traub-miles", None, None),
        ("golomb-ca1", None, None),
        ("pospischil-rs", None, None),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_rest_vanishes_where_the_printed_steady_current_has_its_fold(
    library, name, published, tolerance
):
    """The first maximum of the steady current over V, by SciPy, to 1e-6; and the published one."""
    cell = NEURONS[name]
    values = np.array([steady_current(cell, v) for v in SCAN])
    rises = np.diff(values) > 0.0
    top = int(np.flatnonzero(rises[:-1] & ~rises[1:])[0]) + 1
    found = scipy.optimize.minimize_scalar(
        lambda v: -steady_current(cell, v), bounds=(SCAN[top - 1], SCAN[top + 1]),
        method="bounded", options={"xatol": 1e-9},
    )  # fmt: skip
    ours = min(folds(library[name]), key=lambda fold: abs(fold.voltage - found.x))
    assert ours.current == pytest.approx(-found.fun, abs=1e-6)
    if published is not None:
        assert ours.current == pytest.approx(published, abs=tolerance)


def test_the_hopf_points_of_morris_and_lecar(library):
    """93.86 and 212 µA/cm² (Rinzel & Ermentrout 1998, Methods in Neuronal Modeling, ch. 7)."""
    lower, upper = (point.current for point in hopf_points(library["morris-lecar-hopf"]))
    assert lower == pytest.approx(93.86, abs=0.01)
    assert upper == pytest.approx(212.0, abs=0.5)
