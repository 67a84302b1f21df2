"""A sweep warns if its method and dt are inaccurate."""

from dataclasses import replace

import pytest

from hhgui.document.fi_protocol import FiProtocol
from hhgui.experiments.fi import fi_points
from hhgui.experiments.fi_accuracy import fi_accuracy_problem
from tests.shipped import SQUID

SWEEP = FiProtocol(0.0, 10.0, 3, 10.0, 210.0, 210.0)


@pytest.fixture
def problem():
    """The warning about a sweep of the squid axon, or ""."""

    def judge(**changes):
        protocol, squid = replace(SWEEP, **changes), SQUID
        return fi_accuracy_problem(squid, protocol, list(fi_points(squid, protocol)))

    return judge


def test_exponential_euler_at_half_a_millisecond_lies(problem):
    """At 10 µA/cm² it fires 54 instead of 69 spikes a second, and blows up nowhere."""
    text = problem(method="exponential-euler", dt=0.5)
    assert text.startswith("at 10 µA/cm² ")
    assert text.endswith("at half the dt")


@pytest.mark.parametrize("method", ["crank-nicolson", "rk4", "adaptive"])
def test_an_accurate_sweep_says_nothing(problem, method):
    """At dt 0.025 these are right to well below half a millisecond."""
    assert problem(method=method) == ""


def test_a_sweep_without_spikes_says_nothing(problem):
    """A sweep in which nothing fires has no accuracy to warn of."""
    assert problem(last=1.0, method="exponential-euler", dt=0.5) == ""
