"""Noisy currents as data: where they are on, and lecture 7's to the digit."""

import numpy as np
import pytest

from hhgui.model.stimulus.noise import Noise, SmoothedNoise
from tests.refusals import refused

TIMES = np.arange(12000) * 0.1


def test_noise_answers_with_its_mean():
    """The component gives the mean and where it is on; the engine draws the random part."""
    noise = Noise(5.0, 3.0, 5.0, 1, 10.0, 20.0)
    times = np.array([9.99, 10.0, 19.99, 20.0])
    assert noise.current_at(times).tolist() == [0.0, 5.0, 5.0, 0.0]
    assert noise.gate.current_at(times).tolist() == [0.0, 1.0, 1.0, 0.0]


@pytest.mark.parametrize("system", ["lecture7_as_printed_noise", "lecture7_corrected_noise"])
def test_lecture_7s_noise_is_the_handouts(seed_systems, system):
    """The handout's program by default: first values, mean and spread as in seed_systems.json."""
    expected, current = seed_systems[system], SmoothedNoise().current_at(TIMES)
    assert current[:10] == pytest.approx(expected["current_first10"], abs=1e-9)
    assert current[:10000].mean() == pytest.approx(expected["current_mean"], abs=1e-9)
    assert current[:10000].std() == pytest.approx(expected["current_std"], abs=1e-9)


@pytest.mark.parametrize("dt", [0.01, 0.025, 0.05])
def test_smoothed_noise_is_held_for_a_tenth_of_a_millisecond(dt):
    """At smaller steps each value comes several times, in the very interval it belongs to."""
    steps = np.arange(round(1000 / dt))
    expected = SmoothedNoise().current_at(TIMES)[steps * round(1000 * dt) // 100]
    assert np.array_equal(SmoothedNoise().current_at(steps * dt), expected)


def test_smoothed_noise_is_off_outside_its_span():
    """The noise is zero before time zero and from the end of its span on."""
    noise = SmoothedNoise(span=50.0)
    assert noise.current_at(np.array([-0.01, 50.0, 1e6])).tolist() == [0.0, 0.0, 0.0]
    assert np.all(noise.current_at(np.array([0.0, 49.99])) > 0.0)


def test_smoothed_noise_scales_about_its_mean():
    """The seed makes the shape; without a scale it is its mean."""
    shape = SmoothedNoise(0.0, 1.0).current_at(TIMES)
    scaled = SmoothedNoise(5.0, 2.0).current_at(TIMES[:10000])
    np.testing.assert_allclose(scaled, 5.0 + 2.0 * shape[:10000], rtol=1e-13)
    assert set(SmoothedNoise(5.0, 0.0, span=100.0).current_at(TIMES[:1000])) == {5.0}


def test_another_seed_makes_other_smoothed_noise():
    """Different seeds give different noise, and equal seeds equal noise."""
    first, again, other = (SmoothedNoise(seed=s).current_at(TIMES) for s in (1, 1, 2))
    assert np.array_equal(first, again)
    assert not np.any(first[:10000] == other[:10000])


@pytest.mark.parametrize(
    ("key", "value"), [("span", 19.9), ("span", 1e6), ("seed", -1), ("scale", float("inf"))]
)
def test_smoothed_noise_out_of_range_is_refused(key, value):
    """The error names the key."""
    with refused(key):
        SmoothedNoise(**{key: value})
