"""The preview of a stimulus has every edge and every extreme, in few points."""

import numpy as np
import pytest

from hhgui.model.stimulus.noise import Noise, SmoothedNoise
from hhgui.model.stimulus.preview import waveform
from hhgui.model.stimulus.stimulus import Stimulus
from hhgui.model.stimulus.waveforms import Paired, Pulses, Samples, Sine, Step, Train


def test_the_course_is_the_current():
    """At each of its times the preview has the stimulus's own current."""
    stimulus = Stimulus((Step(3.0, 10, 20), Sine(2.0)), holding=-1.0, repeat=70.0)
    shown = waveform(stimulus, 100.0)
    assert shown.times[0] == 0.0
    assert shown.times[-1] == 100.0
    assert np.array_equal(shown.current, stimulus.current_at(shown.times))


@pytest.mark.parametrize(
    ("component", "highest"),
    [
        (Step(7.0, 500.0, 500.001), 7.0),
        (Train(7.0, 333.0, 0.001, 5000.0, 3), 7.0),
        (Paired(3.0, 333.0, 0.001, 6000.0, 7.0), 7.0),
        (Pulses(7.0, 0.001), 7.0),
        (Samples((0.0, 5000.0, 5000.001, 1e5), (0.0, 7.0, 0.0)), 7.0),
    ],
)
def test_a_pulse_shorter_than_a_pixel_is_there(component, highest):
    """A microsecond within a hundred seconds is found, and drawn after thinning too."""
    shown = waveform(Stimulus((component,)), 1e5)
    assert shown.range(0.0)[1] == highest
    assert shown.thinned(250)[1].max() == highest


def test_an_edge_is_steep():
    """The points on both sides of an edge lie within a hundred millionth of a millisecond."""
    shown = waveform(Stimulus((Step(3.0, 10.0, 20.0),)), 77.7)
    (rise, fall) = np.flatnonzero(np.diff(shown.current))
    assert np.diff(shown.times)[[rise, fall]] == pytest.approx(1e-8, rel=0.1)


def test_thinning_keeps_order_ends_and_extremes():
    """At most four points a pixel, in time, from the first to the last."""
    shown = waveform(Stimulus((Sine(5.0, 333.0),)), 1000.0)
    times, current = shown.thinned(100)
    assert times.size <= 400
    assert np.all(np.diff(times) > 0)
    assert (times[0], times[-1]) == (0.0, 1000.0)
    assert (current.min(), current.max()) == (shown.current.min(), shown.current.max())


def test_independent_noises_add_their_variances():
    """sd 3 and sd 4 make 5 where both are on; the current is their mean."""
    noises = (Noise(1.0, 3.0, start=0, stop=50), Noise(2.0, 4.0, start=0, stop=100))
    shown = waveform(Stimulus(noises), 100.0)
    early, late = np.searchsorted(shown.times, [25.0, 75.0])
    assert shown.noisy
    assert (shown.sd[early], shown.current[early]) == (5.0, 3.0)
    assert (shown.sd[late], shown.current[late]) == (4.0, 2.0)
    assert shown.range(2.0) == (-7.0, 13.0)


def test_only_long_smoothed_noise_is_shown_by_its_mean():
    """A second of it is drawn as it is, a minute as mean and standard deviation."""
    short = waveform(Stimulus((SmoothedNoise(30.0, 30.0, 123, 1000.0),)), 1000.0)
    long = waveform(Stimulus((SmoothedNoise(30.0, 30.0, 123, 60_000.0),)), 60_000.0)
    assert not short.noisy
    assert np.ptp(short.current) > 10.0
    assert set(long.current[:-1]) == {30.0}
    assert long.sd[0] == pytest.approx(30.0 * 0.1123, rel=1e-3)


def test_no_components_are_the_holding_current():
    """The preview of a stimulus without components is a flat line."""
    assert waveform(Stimulus(holding=2.5), 100.0).range(3.0) == (2.5, 2.5)
