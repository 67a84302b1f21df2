"""Equilibria, folds and Hopf points along any number of the neuron."""

import numpy as np
import pytest

from hhgui.analysis.equilibrium import equilibria_at
from hhgui.analysis.equilibrium_curve import EquilibriumCurve, paths_of
from hhgui.analysis.fixed_points import folds
from hhgui.analysis.stability import hopf_points
from hhgui.analysis.system import Neuron
from hhgui.model.edit import with_value
from hhgui.model.parameter import ModelError
from tests.shipped import LIBRARY, SQUID

RANGES = {
    "K.conductance": (20.0, 60.0), "Na.conductance": (80.0, 300.0), "L.reversal": (-95.0, -60.0),
    "K.reversal": (-90.0, -52.0), "membrane.temperature": (2.0, 26.0),
    "membrane.capacitance": (0.5, 6.0),
}  # fmt: skip


@pytest.mark.parametrize("path", RANGES)
def test_a_hopf_point_along_a_number_is_one_along_the_current_too(path):
    """Where I = 20 has a Hopf point against a number, that neuron has one against I at 20."""
    points = EquilibriumCurve(Neuron(SQUID, path, 20.0), *RANGES[path]).hopf_points()
    assert points
    for point in points:
        at = with_value(SQUID, path, point.parameter)
        nearest = min(hopf_points(at), key=lambda hopf: abs(hopf.current - 20.0))
        assert nearest.current == pytest.approx(20.0, abs=1e-6)
        assert nearest.frequency == pytest.approx(point.frequency, rel=1e-6)


@pytest.mark.parametrize("path", ["Na.conductance", "L.reversal"])
def test_a_fold_along_a_number_is_one_along_the_current_too(path):
    """Where the lab 3 neuron's equilibria meet against a number, they meet against I as well."""
    membrane = LIBRARY["traub-miles-lab3"]
    ranges = {"Na.conductance": (10.0, 200.0), "L.reversal": (-80.0, -50.0),
              "L.conductance": (0.01, 1.0)}  # fmt: skip
    found = EquilibriumCurve(Neuron(membrane, path, -0.1), *ranges[path]).folds()
    assert found
    for fold in found:
        at = with_value(membrane, path, fold.parameter)
        assert min(abs(each.current + 0.1) for each in folds(at)) < 1e-6


@pytest.mark.parametrize("path", ["current", *RANGES])
def test_every_point_is_an_equilibrium_of_its_neuron_with_its_stability(path):
    """The curve agrees with the equilibria and eigenvalues of single neurons."""
    neuron = Neuron(SQUID, path, 8.0)
    first, last = RANGES.get(path, (-5.0, 200.0))
    (segment, *_) = EquilibriumCurve(neuron, first, last).segments()
    for at in np.linspace(0, segment.parameter.size - 1, 6).astype(int):
        membrane, current = neuron.at(float(segment.parameter[at]))
        points = equilibria_at(membrane, current)
        near = min(points, key=lambda point: abs(point.voltage - segment.voltage[at]))
        assert near.voltage == pytest.approx(segment.voltage[at], abs=1e-6)
        if abs(near.values.real.max()) > 1e-6:
            assert near.is_stable == segment.stable[at]


def test_the_numbers_of_a_neuron_without_temperature_have_none():
    """Current, conductances, reversal potentials and capacitance, and temperature where it is."""
    assert paths_of(SQUID)[0] == "current"
    assert "membrane.temperature" in paths_of(SQUID)
    assert "membrane.temperature" not in paths_of(LIBRARY["lecture6-model2"])


def test_a_range_that_is_not_allowed_is_refused():
    """A conductance below 0 is none."""
    with pytest.raises(ModelError, match="conductance"):
        EquilibriumCurve(Neuron(SQUID, "K.conductance"), -5.0, 20.0)
