"""Bisection of yes-or-no answers."""

import pytest

from hhgui.experiments.bisection import (
    Bracket,
    NoThresholdError,
    bisect,
    bisect_upwards,
    narrowed,
)


def test_each_bracket_is_half_the_one_before():
    """And the last is within the tolerance."""
    brackets = list(narrowed(lambda x: x >= 0.3, 0.0, 1.0, 0.1))
    assert [b.width for b in brackets] == [0.5, 0.25, 0.125, 0.0625]
    assert all(b.no < 0.3 <= b.yes for b in brackets)


def test_the_threshold_may_be_below():
    """Yes at the lower end works as well."""
    assert bisect(lambda x: x <= 0.3, 1.0, 0.0, 1e-9) == pytest.approx(0.3, abs=1e-9)


def test_a_tolerance_finer_than_the_numbers_ends():
    """Bisection stops where no number lies between."""
    assert bisect(lambda x: x >= 1 / 3, 0.0, 1.0, 1e-300) == pytest.approx(1 / 3, abs=1e-16)


def test_an_interval_within_the_tolerance_is_the_answer():
    """Nothing needs to be asked but the ends."""
    assert bisect(lambda x: x > 0.5, 0.0, 1.0, 2.0) == 0.5


@pytest.mark.parametrize("answer", [True, False])
def test_an_answer_that_does_not_change_has_no_threshold(answer):
    """It says over which range."""
    with pytest.raises(NoThresholdError, match="does not change from 0 to 1"):
        bisect(lambda x: answer, 0.0, 1.0, 0.1)


def test_the_upper_bound_is_found_by_doubling():
    """From a guess that is much too small, or much too large."""
    for guess in (1e-3, 1e4):
        found = bisect_upwards(lambda x: x >= 37.5, guess, 1e5, 1e-6)
        assert found == pytest.approx(37.5, abs=1e-6)


def test_doubling_gives_up():
    """At the most it was told, which it tries."""
    asked = []
    with pytest.raises(NoThresholdError, match="still no at 10"):
        bisect_upwards(lambda x: bool(asked.append(x)), 1.0, 10.0, 0.1)
    assert asked == [0.0, 1.0, 2.0, 4.0, 8.0, 10.0]


def test_yes_without_stimulus_is_no_threshold():
    """What happens by itself has no threshold."""
    with pytest.raises(NoThresholdError, match="without any stimulus"):
        bisect_upwards(lambda x: True, 1.0, 10.0, 0.1)


@pytest.mark.parametrize("tolerance", [0.0, -1.0, float("nan")])
def test_a_tolerance_must_be_positive(tolerance):
    """Otherwise bisection would have no end."""
    with pytest.raises(ValueError, match="tolerance must be above 0"):
        list(narrowed(bool, 0.0, 1.0, tolerance))


def test_a_bracket_may_be_upside_down():
    """Its width is positive all the same."""
    assert (Bracket(3.0, 1.0).width, Bracket(3.0, 1.0).middle) == (2.0, 2.0)
