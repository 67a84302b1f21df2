"""Slow ramps."""

import pytest

from hhgui.experiments.bisection import NoThresholdError
from hhgui.experiments.ramp import ramp_hysteresis


def test_firing_ends_below_where_it_begins(squid):
    """At 0.05 µA/cm² per ms: past the Hopf point up, before it down."""
    found = ramp_hysteresis(squid, 30.0, 0.05)
    assert found.first_up > 9.78
    assert 5.0 < found.last_down < 9.78


def test_a_ramp_too_small_to_fire_is_refused(squid):
    """It has no first spike."""
    with pytest.raises(NoThresholdError, match="ramp to 5 "):
        ramp_hysteresis(squid, 5.0, 0.05)
