"""The shape of an action potential, on curves whose shape is known by calculus."""

import numpy as np
import pytest

from hhgui.analysis.action_potential import half_width_over_rest, slopes, spike_shape

TIME = np.arange(0.0, 20.0, 0.01)


def bell(time=TIME, at=10.0, width=0.5, height=100.0, rest=-70.0):
    """A Gaussian bump on a resting voltage, and its exact slope."""
    x = (time - at) / width
    wave = height * np.exp(-0.5 * x * x)
    return rest + wave, -x / width * wave


def shape(voltage, slope, rise=20.0, time=TIME, **neighbours):
    """The shape of the spike that crosses 0 mV first."""
    crossing = time[np.flatnonzero(voltage >= 0.0)[0]]
    return spike_shape(time, voltage, slope, rise, crossing, **neighbours)


def test_a_bells_steepest_moments_are_one_width_from_its_peak():
    """The steepest slopes are height / width exp(-1/2), up and down."""
    found = shape(*bell())
    steepest = 200.0 * np.exp(-0.5)
    assert found.upstroke.slope == pytest.approx(steepest, abs=1e-4)
    assert found.fall.slope == pytest.approx(-steepest, abs=1e-4)
    assert (found.upstroke.time, found.fall.time) == pytest.approx((9.5, 10.5), abs=1e-4)


def test_the_peak_lies_between_samples():
    """A bell at 10.0037 ms: the parabola finds time and height."""
    found = shape(*bell(at=10.0037))
    assert found.peak.time == pytest.approx(10.0037, abs=1e-4)
    assert found.peak.voltage == pytest.approx(30.0, abs=1e-4)


@pytest.mark.parametrize("rise", [5.0, 20.0, 100.0])
def test_the_threshold_is_where_the_slope_passes_the_criterion(rise):
    """At the threshold, on the rising side, the slope of the bell is the criterion."""
    begins = shape(*bell(), rise=rise).threshold
    voltage, slope = bell(np.array([begins.time]))
    assert slope[0] == pytest.approx(rise, rel=1e-3)
    assert begins.voltage == pytest.approx(voltage[0], abs=0.01)
    assert begins.time < 9.5


def test_half_width_is_measured_half_way_from_threshold_to_peak():
    """A bell exceeds a fraction s of its height for 2 width sqrt(2 ln 1/s)."""
    found = shape(*bell())
    share = (0.5 * (found.threshold.voltage + found.peak.voltage) + 70.0) / 100.0
    assert found.half_width == pytest.approx(np.sqrt(2.0 * np.log(1.0 / share)), abs=1e-4)
    assert found.amplitude == pytest.approx(30.0 - found.threshold.voltage, abs=1e-4)


# V of a spike with straight sides, from -65 mV at 1 ms to 35 at 2 ms and back at 4 ms: it spends
# half of 3 ms above half its height.
CORNERS = (
    [0.0, 1.0, 2.0, 4.0, 6.0, 7.0, 10.0, 12.0],
    [-65.0, -65.0, 35.0, -65.0, -65.0, 5.0, -65.0, -65.0],
)


@pytest.mark.parametrize(
    ("spikes", "end", "width"),
    [
        ((1.65, 6.93), 12.0, 1.5),  # the first of two, whatever the second is like
        ((1.65,), 5.0, 1.5),
        ((6.93,), 12.0, 2.0),  # its own top, not the first one's
        ((), 12.0, None),
        ((1.65,), 2.5, None),  # the trace ends before V has fallen
        ((1.65,), 1.7, None),  # and before its top
    ],
)
def test_the_half_width_over_rest(spikes, end, width):
    """The half width is the time spent above half-way from the first sample to the spike's top."""
    time = np.arange(0.0, end, 0.1)
    found = half_width_over_rest(time, np.interp(time, *CORNERS), spikes)
    assert (None if np.isnan(found) else found) == (width and pytest.approx(width, abs=1e-9))


def test_the_undershoot_is_the_first_trough_not_the_deepest():
    """A later, deeper pulse does not count, and a wave of 0.5 mV in the trough does not end it."""
    voltage, slope = bell()
    dip, dip_slope = bell(at=12.0, height=-15.0, rest=0.0)
    later, later_slope = bell(at=17.0, height=-30.0, rest=0.0)
    wave, wave_slope = bell(at=11.7, width=0.05, height=0.5, rest=0.0)
    found = shape(voltage + dip + later + wave, slope + dip_slope + later_slope + wave_slope)
    assert found.undershoot.time == pytest.approx(12.0, abs=0.05)
    assert found.undershoot.voltage == pytest.approx(-85.0, abs=0.1)


def test_an_earlier_pulse_that_exceeds_the_criterion_is_not_the_threshold():
    """The threshold belongs to the rise that leads to the spike."""
    voltage, slope = bell()
    bump, bump_slope = bell(at=4.0, height=30.0, rest=0.0)
    assert shape(voltage + bump, slope + bump_slope).threshold.time > 8.0


def test_each_spike_of_a_train_is_measured_between_its_neighbours():
    """The second of three bells, which has another height, is measured."""
    parts = [bell(at=5.0, rest=0.0), bell(at=10.0, height=90.0), bell(at=15.0, rest=0.0)]
    voltage, slope = sum(v for v, _ in parts), sum(s for _, s in parts)
    found = spike_shape(TIME, voltage, slope, 20.0, 9.7, before=4.6, after=14.6)
    assert found.peak.voltage == pytest.approx(20.0, abs=1e-3)
    assert found.threshold.time == pytest.approx(8.9, abs=0.3)


@pytest.mark.parametrize(
    ("end", "missing"),
    [
        (9.8, {"peak", "half", "fall", "undershoot"}),
        (10.1, {"half", "fall", "undershoot"}),
        (11.0, {"undershoot"}),
    ],
)
def test_a_spike_that_is_cut_off_has_the_shape_that_can_be_seen(end, missing):
    """None where the trace ends too early, and nothing raised."""
    time = TIME[end > TIME]
    found = shape(*bell(time), time=time)
    names = ("threshold", "upstroke", "peak", "half", "fall", "undershoot")
    assert {name for name in names if getattr(found, name) is None} == missing


def test_a_slow_spike_has_no_threshold():
    """A spike that never reaches the slope criterion has no amplitude and no half width."""
    found = shape(*bell(width=3.0), rise=50.0)
    assert (found.threshold, found.amplitude, found.half_width) == (None, None, None)
    assert found.peak.voltage == pytest.approx(30.0, abs=1e-3)


def test_no_samples_after_the_crossing_give_no_shape():
    """A crossing at the very end of a run."""
    voltage, slope = bell()
    assert spike_shape(TIME, voltage, slope, 20.0, 99.0).peak is None


def test_slopes_of_a_trace_are_of_second_order():
    """With half the step the error is a quarter."""
    errors = []
    for step in (0.02, 0.01):
        time = np.arange(8.0, 12.0, step)
        voltage, slope = bell(time)
        errors.append(np.abs(slopes(time, voltage) - slope)[1:-1].max())
    assert errors[0] / errors[1] == pytest.approx(4.0, rel=0.05)
