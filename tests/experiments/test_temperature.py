"""Temperature and stability."""

from dataclasses import replace

import pytest

from hhgui.analysis.stability import hopf_points
from hhgui.experiments.bisection import NoThresholdError
from hhgui.experiments.temperature import (
    at_temperature,
    hopf_by_temperature,
    merging_temperature,
)
from hhgui.model.parameter import ModelError


def test_at_its_own_temperature_nothing_changes(squid):
    """6.3 °C for the squid."""
    (point,) = hopf_by_temperature(squid, [6.3])
    assert list(point.points) == hopf_points(squid)


def test_in_warmth_the_points_come_closer_and_vanish(squid):
    """Two at 20 and 28 °C, none at 30 °C."""
    cool, warm, hot = hopf_by_temperature(squid, [20.0, 28.0, 30.0])
    spans = [p.points[1].current - p.points[0].current for p in (cool, warm)]
    assert spans[0] > spans[1] > 0.0
    assert hot.points == ()


def test_q10_decides_how_much_warmth_it_takes(squid):
    """φ at the merging temperature is what counts: half the logarithm, twice the degrees."""
    usual = merging_temperature(squid, 20.0, 40.0) - 6.3
    lazy = merging_temperature(replace(squid, q10=3.0**0.5), 20.0, 60.0) - 6.3
    assert lazy == pytest.approx(2.0 * usual, abs=1e-6)


def test_a_range_without_the_change_is_refused(squid):
    """Between 5 and 10 °C oscillation is possible throughout."""
    with pytest.raises(NoThresholdError):
        merging_temperature(squid, 5.0, 10.0)


def test_a_membrane_without_a_temperature_is_refused(library):
    """Warming it would do nothing."""
    with pytest.raises(ValueError, match="reference temperature"):
        at_temperature(library["traub-miles-lab3"], 20.0)


def test_a_temperature_out_of_range_is_refused(squid):
    """As the model says."""
    with pytest.raises(ModelError):
        at_temperature(squid, 100.0)
