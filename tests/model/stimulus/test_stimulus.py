"""Stimuli: which current is injected when, to the step."""

import math
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hhgui.model.parameter import ModelError
from hhgui.model.stimulus.noise import SmoothedNoise
from hhgui.model.stimulus.stimulus import KINDS, Stimulus
from hhgui.model.stimulus.waveforms import (
    Chirp,
    Family,
    Paired,
    Pulses,
    Ramp,
    Samples,
    Sine,
    Step,
    Train,
)
from tests.model.stimulus.examples import EXAMPLES
from tests.refusals import refused

DTS = ("0.01", "0.025", "0.1")
each_example = pytest.mark.parametrize("component", EXAMPLES, ids=lambda c: c.kind)


def us(time):
    """A time in ms as a whole number of µs, so that comparisons are exact."""
    return int(Fraction(str(time)) * 1000)


def steps_of(dt, duration):
    """Times k·dt (ms) as an integrator computes them, and exactly (µs)."""
    steps = np.arange(round(duration / float(dt)))
    return steps * float(dt), steps * us(dt)


def is_on(t, start, stop):
    """The half-open interval of every protocol, in exact arithmetic."""
    return (us(start) <= t) & (t < us(stop))


@pytest.mark.parametrize("dt", DTS)
@pytest.mark.parametrize(
    ("start", "stop"), [(10, 20), (0, 5), (0.3, 0.7), (1.15, 1.175), (33.3, 99.9), (7, 7)]
)
def test_a_step_is_on_from_start_until_before_stop(dt, start, stop):
    """At every k·dt, however it is rounded, the step is on for start ≤ t < stop."""
    times, exact = steps_of(dt, 120)
    expected = np.where(is_on(exact, start, stop), 3.0, 0.0)
    assert np.array_equal(Step(3.0, start, stop).current_at(times), expected)


@settings(max_examples=100)
@given(st.sampled_from(DTS), st.integers(0, 9 * 10**7), st.integers(0, 200), st.integers(0, 400))
def test_edges_hold_hours_into_a_run(dt, first, after, width):
    """Up to 9·10⁷ steps on, the step before an edge and the step at it differ."""
    start, stop = (float(Fraction(dt) * (first + after + w)) for w in (0, width))
    times = (first + np.arange(700)) * float(dt)
    steps = np.arange(700)
    expected = (after <= steps) & (steps < after + width)
    assert np.array_equal(Step(1.0, start, stop).current_at(times) > 0, expected)


@pytest.mark.parametrize("dt", DTS)
@pytest.mark.parametrize("span", [100, 200, 33.3])
def test_plus_minus_pulses_fill_the_second_and_fourth_fifth(dt, span):
    """+A for T/5 ≤ t < 2T/5, -A for 3T/5 ≤ t < 4T/5 (lecture 6)."""
    times, exact = steps_of(dt, 210)
    fifth = 5 * exact // us(span)
    expected = 30.0 * (fifth == 1) - 30.0 * (fifth == 3)
    assert np.array_equal(Pulses(30.0, span).current_at(times), expected)
    assert Pulses(30.0, span).onset == span / 5


@pytest.mark.parametrize("dt", DTS)
@pytest.mark.parametrize(("width", "interval"), [(0.5, 12.3), (1, 20), (5, 5), (0.1, 0.3)])
def test_a_train_is_pulses_at_equal_intervals(dt, width, interval):
    """Pulse i is on for start + i·interval ≤ t < start + i·interval + width, ``count`` times."""
    times, exact = steps_of(dt, 100)
    onsets = [us(10) + i * us(interval) for i in range(4)]
    on = np.any([(onset <= exact) & (exact < onset + us(width)) for onset in onsets], axis=0)
    found = Train(20.0, 10.0, width, interval, 4).current_at(times)
    assert np.array_equal(found, np.where(on, 20.0, 0.0))


@pytest.mark.parametrize("dt", DTS)
@pytest.mark.parametrize(("width", "interval"), [(0.5, 12.3), (1, 1), (2, 0.7)])
def test_paired_pulses_begin_an_interval_apart(dt, width, interval):
    """A on for start ≤ t < start + width, B the same an interval later; where both are, the sum."""
    times, exact = steps_of(dt, 60)
    first = is_on(exact, 10, 10 + width)
    second = is_on(exact - us(interval), 10, 10 + width)
    found = Paired(20.0, 10.0, width, interval, -5.0).current_at(times)
    assert np.array_equal(found, 20.0 * first - 5.0 * second)


def test_a_ramp_is_a_straight_line():
    """A ramp goes from ``initial`` at its start towards ``amplitude`` at its stop, then is off."""
    ramp = Ramp(-2.0, 8.0, 10.0, 60.0)
    found = ramp.current_at(np.array([9.99, 10.0, 35.0, 59.9, 60.0]))
    np.testing.assert_allclose(found, [0.0, -2.0, 3.0, 7.98, 0.0], atol=1e-12)


def test_a_ramp_of_no_length_is_never_on():
    """Start equal to stop divides nothing by zero."""
    assert not Ramp(1.0, 5.0, 10.0, 10.0).current_at(np.arange(0.0, 20.0, 0.01)).any()
    assert not Chirp(1.0, 5.0, 50.0, 10.0, 10.0).current_at(np.arange(0.0, 20.0, 0.01)).any()


@pytest.mark.parametrize("dt", DTS)
def test_a_sine_starts_at_zero_phase(dt):
    """A sin(2πf(t - start)) within its interval, 0 outside."""
    times, exact = steps_of(dt, 70)
    cycles = 40 * (exact - us(10)) / 1e6
    expected = np.where(is_on(exact, 10, 60), 5.0 * np.sin(2.0 * np.pi * cycles), 0.0)
    found = Sine(5.0, 40.0, 10.0, 60.0).current_at(times)
    np.testing.assert_allclose(found, expected, atol=1e-12)


def test_a_chirps_phase_is_its_frequency_summed():
    """The phase grows as ∫f dt with f rising in a straight line from 5 to 205 Hz."""
    times = np.arange(0.0, 1000.0, 0.01)
    seconds = times / 1000.0
    middle = 5.0 + 200.0 * (seconds + 0.5e-5)  # Hz, in the middle of each 0.01 ms
    cycles = np.concatenate([[0.0], np.cumsum(middle)[:-1] * 1e-5])
    found = Chirp(2.0, 5.0, 205.0, 0.0, 1000.0).current_at(times)
    np.testing.assert_allclose(found, 2.0 * np.sin(2.0 * np.pi * cycles), atol=1e-9)


@pytest.mark.parametrize("dt", DTS)
def test_samples_hold_until_the_next(dt):
    """Each value holds from its time until before the next; 0 before the first and at the end."""
    times, exact = steps_of(dt, 5)
    samples = Samples((0.3, 0.7, 2.1, 4.2), (1.5, -2.0, 4.0))
    passed = sum((us(edge) <= exact).astype(int) for edge in samples.times)
    expected = np.array([0.0, 1.5, -2.0, 4.0, 0.0])[passed]
    assert np.array_equal(samples.current_at(times), expected)
    assert samples.onset == 0.3


def test_lines_from_a_file_meet_their_corners_and_jump_where_two_rows_have_one_time():
    """Between corners the current is on the straight line; at a jump the later value counts."""
    lines = Samples((0.0, 10.0, 30.0, 40.0), (0.0, 5.0, -1.0), "", (0.0, 25.0, -1.0))
    times = np.array([-1.0, 0.0, 9.999, 10.0, 15.0, 29.0, 30.0, 39.0, 40.0])
    expected = [0.0, 0.0, 0.0, 5.0, 10.0, 24.0, -1.0, -1.0, 0.0]
    assert lines.current_at(times) == pytest.approx(expected, abs=1e-12)
    with pytest.raises(ModelError, match="ends must be as many as values"):
        Samples((0.0, 10.0, 30.0), (0.0, 5.0), "", (0.0,))


@pytest.mark.parametrize(
    ("times", "values", "problem"),
    [
        ((0.0,), (), "at least one value"),
        ((0.0, 1.0), (1.0, 2.0), "at least one value and its end"),
        ((0.0, 1.0, 1.0), (1.0, 2.0), "rise from row to row"),
        ((0.0, math.nan), (1.0,), "times must be finite"),
        ((0.0, math.inf), (1.0,), "times must be finite"),
        ((0.0, 1.0), (math.nan,), "currents must be from -10000 to 10000"),
        ((0.0, 1.0), (10001.0,), "currents must be from"),
        ((-1e308, 1e308), (1.0,), "at most 1e[+]07 ms"),
        (("0", "1"), (1.0,), "times must be a list of numbers"),
        ((0.0, True), (1.0,), "times must be a list of numbers"),
        ((0.0, 1.0), (None,), "values must be a list of numbers"),
        ((0.0, 10**400), (1.0,), "times must be a list of numbers"),
        ("01", (1.0,), "times must be a list of numbers"),
        (tuple(range(250_002)), (0.0,) * 250_001, "at most 250,000 values"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_samples_that_make_no_current_are_refused(times, values, problem):
    """Times rise, values are currents, and there is one more time than values."""
    with pytest.raises(ModelError, match=problem):
        Samples(times, values)


@each_example
def test_a_component_is_off_outside_its_interval(component):
    """0 before it begins and long after it has ended."""
    times = np.array([-50.0, -0.01, component.onset - 0.01, 500.0])
    assert not component.current_at(times).any()


@each_example
def test_a_component_begins_at_its_onset(component):
    """The onset of a component is where a pulse-now button has to put it."""
    just_on = component.current_at(np.linspace(component.onset, component.onset + 0.4, 41))
    assert just_on.any()


@each_example
def test_a_component_is_over_at_its_end(component):
    """A component gives no current from its end on, and gave some until near it."""
    times = component.end + np.array([0.0, 0.01, 1.0, 1000.0])
    assert not component.current_at(times).any()
    assert component.current_at(np.linspace(0.7 * component.end, component.end - 0.01, 999)).any()


@pytest.mark.parametrize("width", [5.0, 20.0, 30.0])
def test_a_family_rises_from_step_to_step(width):
    """Three steps of -4, 8 and 20, one every 20 ms; as long as that, they are a staircase."""
    times = np.arange(0.0, 69.0, 0.5)
    number = np.floor((times - 10.0) / 20.0)
    on = (number >= 0) & (times - 10.0 - 20.0 * number < width)
    expected = np.where(on & (number < 3), -4.0 + 12.0 * number, 0.0)
    family = Family(20.0, 10.0, width, 20.0, 3, -4.0)
    assert family.current_at(times) == pytest.approx(expected)
    levels = {grip.key: grip.start for grip in family.grips if not grip.is_edge}
    assert levels == {"initial": 10.0, "amplitude": 50.0}


@pytest.mark.parametrize("kind", [k for k in KINDS if k != "file"])
def test_a_kinds_parameters_are_its_fields(kind):
    """A component takes what panel and command line offer, and all defaults are allowed."""
    keys = [p.key for p in KINDS[kind].parameters]
    made = KINDS[kind]()
    assert list(made.to_dict()) == ["kind", *keys]
    assert all(p.check(getattr(made, p.key)) == getattr(made, p.key) for p in made.parameters)


@pytest.mark.parametrize(
    ("kind", "key", "value"),
    [("step", "amplitude", 10001.0), ("step", "start", -1.0), ("step", "stop", math.nan),
     ("pulses", "span", 0.0), ("train", "width", 0.0), ("train", "interval", -1.0),
     ("train", "count", 0), ("train", "count", 2.5), ("sine", "frequency", -1.0),
     ("paired", "interval", 0.0), ("paired", "second", math.nan),
     ("noise", "tau", 0.0), ("noise", "sd", -1.0), ("noise", "seed", -1),
     ("noise", "seed", 2**31), ("ramp", "initial", math.inf), ("chirp", "amplitude", "1")],
)  # fmt: skip
def test_a_parameter_out_of_range_is_refused(kind, key, value):
    """The error names the key."""
    with refused(key):
        KINDS[kind](**{key: value})


@pytest.mark.parametrize("kind", ["step", "ramp", "sine", "chirp", "noise"])
def test_stop_before_start_is_refused(kind):
    """A step whose stop lies before its start is refused."""
    with refused("stop", r"stop must not be before start \(10 ms\)"):
        KINDS[kind](start=10.0, stop=9.9)


def test_components_add_up_on_the_holding_current():
    """The injected current is the sum of all that is on."""
    stimulus = Stimulus((Step(3.0, 10, 20), Step(4.0, 15, 30)), holding=-1.0)
    assert stimulus.current_at([9.0, 10.0, 15.0, 20.0, 30.0]).tolist() == [-1, 2, 6, 3, -1]
    assert Stimulus(holding=2.0).current_at(5.0) == 2.0


def test_a_stimulus_begins_with_its_first_component():
    """The onset of a stimulus is its components' earliest; without components it is 0."""
    assert Stimulus((Step(1.0, 30, 40), Pulses(1.0, 100.0))).onset == 20.0
    assert Stimulus().onset == 0.0


def test_a_stimulus_ends_with_its_last_component():
    """The end of a stimulus is its components' latest; without components it is 0."""
    assert Stimulus((Step(1.0, 30, 40), Paired(1.0, 10.0, 2.0, 50.0))).end == 62.0
    assert Stimulus().end == 0.0


@each_example
def test_a_summary_has_the_numbers(component):
    """A summary is one line with a time at which the component begins or ends."""
    assert "\n" not in component.summary
    assert f"{component.end:g}" in component.summary or f"{component.onset:g}" in component.summary


def test_smoothed_noise_knows_its_standard_deviation():
    """0.112 per unit of scale: 20 000 ms of it stray as far from their mean."""
    noise = SmoothedNoise(5.0, -30.0, 1, 20_000.0)
    assert noise.sd == pytest.approx(noise.current_at(np.arange(0.0, 2e4, 0.1)).std(), rel=0.05)


def test_the_origin_shifts_the_components():
    """The components' time zero is the origin; the holding current knows no time."""
    stimulus = Stimulus((Step(3.0, 10, 20),), holding=1.0, origin=1000.0)
    assert stimulus.current_at([15.0, 1009.9, 1010.0, 1020.0]).tolist() == [1, 1, 4, 1]


@pytest.mark.parametrize("dt", DTS)
@pytest.mark.parametrize("origin", [0.0, 12.5, -7.5])
def test_a_repeated_stimulus_starts_again(dt, origin):
    """At own time t it is as at t modulo the period, to the step, for hundreds of periods."""
    times, exact = steps_of(dt, 3000)
    since = exact - us(origin)
    stimulus = Stimulus((Step(3.0, 0, 2),), origin=origin, repeat=7.5)
    found = stimulus.current_at(times)
    expected = np.where(since % us(7.5) < us(2), 3.0, 0.0)
    assert np.array_equal(found[since >= 0], expected[since >= 0])


@pytest.mark.parametrize(
    ("key", "value"),
    [("holding", math.nan), ("holding", 10001.0), ("repeat", 0.0), ("repeat", -5.0),
     ("origin", math.nan), ("origin", math.inf), ("origin", "0"), ("origin", None),
     ("components", 1), ("components", (1,)), ("components", (Step(),) * 101)],
    ids=lambda value: str(value)[:40],
)  # fmt: skip
def test_a_stimulus_out_of_range_is_refused(key, value):
    """The error names the key."""
    with refused(key):
        Stimulus(**{key: value})


@each_example
def test_a_grip_that_is_moved_is_there(component):
    """After a move by 0.5 ms or 0.5 µA/cm² the edge or the level is at its new place."""
    for number, grip in enumerate(component.grips):
        value = getattr(component, grip.key) + 0.5 * grip.slope
        moved = replace(component, **{grip.key: value})
        found = moved.grips[number]
        if grip.is_edge:
            assert found.start == pytest.approx(grip.start + 0.5)
            assert np.abs(moved.edges(0.0, 1e4) - found.start).min() < 1e-9
        else:
            ends = np.array([grip.start, grip.stop - 1e-6])  # a ramp has one level at each
            higher = moved.current_at(ends) - component.current_at(ends)
            assert higher.max() == pytest.approx(0.5, abs=1e-5)


_ON = Step(10.0, 20.0, 80.0)


@pytest.mark.parametrize(
    ("stimulus", "now", "onset"),
    [
        (Stimulus((_ON,)), 19.9, None), (Stimulus((_ON,)), 500.0, 20.0),
        (Stimulus((_ON,), repeat=100.0), 119.9, 20.0),
        (Stimulus((_ON,), repeat=100.0), 120.0, 120.0),
        (Stimulus((_ON,), repeat=100.0, origin=7.0), 130.0, 127.0), (Stimulus(), 50.0, None),
    ],
)  # fmt: skip
def test_the_newest_onset(stimulus, now, onset):
    """The last onset accounts for repetition and origin, and is None without a component."""
    assert stimulus.last_onset(now) == onset


@pytest.mark.parametrize(
    ("now", "change"), [(10.0, None), (20.0, 20.0), (79.9, 20.0), (80.0, 80.0), (119.9, 80.0),
                        (120.0, 120.0), (185.0, 180.0)],
)  # fmt: skip
def test_the_newest_onset_or_end(now, change):
    """A step from 20 to 80 ms, repeated every 100 ms, last changed at its onset or end."""
    assert Stimulus((_ON,), repeat=100.0).last_change(now) == change
    throughout = Stimulus((Step(10.0, 0.0, 100.0),), repeat=100.0)
    assert throughout.last_change(now) == 0.0
