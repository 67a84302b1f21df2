"""The Hopf points as functions of temperature."""

from dataclasses import replace

import numpy as np
import pytest

from hhgui.analysis.stability import hopf_points
from hhgui.experiments.contract import Subject
from hhgui.experiments.settings import Grid
from hhgui.experiments.temperature import Temperature, at_temperature, merging_temperature
from hhgui.model.parameter import ModelError
from tests.measuring import measured


def test_in_warmth_the_hopf_points_come_closer_and_vanish(squid):
    """The table has the two Hopf points at 6.3 and 28 °C and none at 30 °C; they merge between."""
    experiment = Temperature(temperatures=Grid.of([6.3, 28.0, 30.0]))
    found = measured(experiment, Subject(squid))
    low, high = found.rows.column("hopf_low"), found.rows.column("hopf_high")
    assert [low[0], high[0]] == [point.current for point in hopf_points(squid)]
    assert low[0] < low[1] < high[1] < high[0]
    assert np.isnan([low[2], high[2]]).all()
    (merging,) = found.results
    assert merging.value == pytest.approx(merging_temperature(squid, 20.0, 40.0), abs=1e-6)


def test_q10_decides_how_much_warmth_it_takes(squid):
    """φ at the merging temperature is what counts: half the logarithm, twice the degrees."""
    usual = merging_temperature(squid, 20.0, 40.0) - 6.3
    lazy = merging_temperature(replace(squid, q10=3.0**0.5), 20.0, 60.0) - 6.3
    assert lazy == pytest.approx(2.0 * usual, abs=1e-6)


def test_a_range_in_which_they_do_not_merge_has_no_such_temperature(squid):
    """Between 5 and 10 °C some equilibrium is unstable throughout; above 30 °C none is."""
    assert merging_temperature(squid, 5.0, 10.0) is None
    assert merging_temperature(squid, 30.0, 40.0) is None


def test_a_membrane_without_a_temperature_is_refused(library):
    """The experiment refuses a membrane whose rates do not depend on temperature."""
    with pytest.raises(ValueError, match="reference temperature"):
        at_temperature(library["traub-miles-lab3"], 20.0)


def test_a_temperature_out_of_range_is_refused(squid):
    """A temperature that no membrane may have raises ModelError."""
    with pytest.raises(ModelError):
        at_temperature(squid, 100.0)
