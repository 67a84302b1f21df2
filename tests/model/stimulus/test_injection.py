"""The current of each step, against integrals that are written down by hand."""

import numpy as np
import pytest

from hhgui.model.stimulus import injection
from hhgui.model.stimulus.injection import mean_current, pieces, stage_currents, start_current
from hhgui.model.stimulus.stimulus import Stimulus
from hhgui.model.stimulus.waveforms import Ramp, Sine, Step

TENTHS = 0.1 * np.arange(51)
HAIR = 1e-7  # the sampled side of an edge; slopes here are at most 10 per ms


def overlap(times, start, stop):
    """The fraction of each step that lies between ``start`` and ``stop``."""
    inside = np.minimum(times[1:], stop) - np.maximum(times[:-1], start)
    return np.maximum(inside, 0.0) / np.diff(times)


def of_powers(found, fraction):
    """The polynomial of each piece at a fraction of it."""
    return (found.coefficients * fraction ** np.arange(found.coefficients.shape[1])).sum(axis=1)


@pytest.mark.parametrize("origin", [0.0, 40.0])
@pytest.mark.parametrize(
    ("start", "stop"),
    [(1.03, 2.57), (1.0, 2.5), (1.02, 1.07), (0.0, 4.96), (0.03, 9.0), (0.13, 9.0)],
)
def test_the_mean_of_a_step_is_the_fraction_that_lies_in_it(start, stop, origin):
    """Wherever its edges are: both in one step, or one alone in the first or the second step."""
    stimulus = Stimulus((Step(10.0, start, stop),), holding=2.0, origin=origin)
    mean = mean_current(stimulus, origin + TENTHS)
    assert mean == pytest.approx(2.0 + 10.0 * overlap(TENTHS, start, stop), abs=1e-7)


def test_several_edges_in_a_step_each_count():
    """Three steps of current share one step of time."""
    waves = (Step(1.0, 1.01, 1.03), Step(10.0, 1.02, 1.08), Step(100.0, 1.05, 3.0))
    expected = sum(w.amplitude * overlap(TENTHS, w.start, w.stop) for w in waves)
    assert mean_current(Stimulus(waves), TENTHS) == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize("begin", [-4.0, 300.0])
def test_a_repeated_step_comes_in_every_period(begin):
    """A repeated step comes once a period, moved by the origin, from before time zero on."""
    times = 0.07 * np.arange(201) + begin
    stimulus = Stimulus((Step(4.0, 0.5, 1.25),), origin=0.2, repeat=3.0)
    starts = 0.2 + 3.0 * np.arange(-3, 110)
    expected = 4.0 * sum(overlap(times, s + 0.5, s + 1.25) for s in starts)
    assert mean_current(stimulus, times) == pytest.approx(expected, abs=1e-7)


def test_a_wave_that_is_cut_off_by_its_repetition():
    """A ramp longer than the period begins anew in the middle of a step."""
    stimulus = Stimulus((Ramp(0.0, 10.0, 0.0, 2.0),), repeat=1.05)
    found = mean_current(stimulus, TENTHS)
    assert found[[0, 9]] == pytest.approx([0.25, 4.75], abs=HAIR)
    # from 1.0 to 1.05 it is 5.125 on average, from there to 1.1 it is 0.125
    assert found[10] == pytest.approx(0.5 * (5.125 + 0.125), abs=HAIR)


def test_a_step_is_cut_off_by_its_repetition():
    """The end of the period is an edge though the waveform has none there."""
    found = mean_current(Stimulus((Step(4.0, 0.5, 9.0),), repeat=1.04), TENTHS)
    assert found[9:16] == pytest.approx([4.0, 1.6, 0.0, 0.0, 0.0, 0.0, 2.4], abs=HAIR)


def test_a_stimulus_that_repeats_far_too_fast_is_sampled(monkeypatch):
    """With more edges than are allowed none is looked for; with as many as are allowed all are."""
    # of a period's three edges one is its own, two are the step's
    stimulus = Stimulus((Step(4.0, 0.0, 0.01),), repeat=0.03125)
    times = np.linspace(0.0, 3.125, 11)
    exact = mean_current(stimulus, times)
    assert exact == pytest.approx(1.28, abs=1e-6)
    monkeypatch.setattr(injection, "MOST_EDGES", 300)
    assert mean_current(stimulus, times).tolist() == exact.tolist()
    monkeypatch.setattr(injection, "MOST_EDGES", 299)
    assert set(mean_current(stimulus, times).tolist()) <= {0.0, 4.0}


@pytest.mark.parametrize("period", [1e-9, 1e-30, 1e-300])
@pytest.mark.parametrize("begin", [0.0, -1e9])
def test_no_period_is_too_short(period, begin):
    """The shortest periods that a field takes are sampled as well."""
    found = mean_current(Stimulus((Step(4.0, 0.0, 1.0),), repeat=period), begin + TENTHS)
    assert found.tolist() == [4.0] * 50


def test_the_start_of_a_step_is_sampled_unless_an_edge_is_inside():
    """An edge at the start belongs to the step; one inside gives the mean."""
    stimulus = Stimulus((Step(10.0, 1.0, 2.04), Ramp(0.0, 5.0, 3.0, 4.0)))
    expected = np.where(TENTHS[:-1] < 1.0 - HAIR, 0.0, 10.0)
    expected[20:] = 0.0
    expected[20] = 4.0
    expected[30:40] = 5.0 * (TENTHS[30:40] - 3.0)
    assert start_current(stimulus, TENTHS) == pytest.approx(expected, abs=1e-7)


def test_without_an_edge_every_start_is_sampled():
    """A sine that goes on throughout has its own value at each start."""
    found = start_current(Stimulus((Sine(3.0, 100.0, 0.0, 99.0),)), TENTHS)
    assert found == pytest.approx(3.0 * np.sin(0.2 * np.pi * TENTHS[:-1]), abs=1e-12)


def test_the_ends_of_a_step_are_on_its_side_of_an_edge():
    """A jump at the end of one step is in the next step's start and not in this one's end."""
    stimulus = Stimulus((Step(10.0, 1.0, 2.0), Ramp(0.0, 5.0, 0.0, 5.0)))
    start, middle, end = stage_currents(stimulus, TENTHS).T
    on = (TENTHS[:-1] > 1.0 - HAIR) & (TENTHS[:-1] < 2.0 - HAIR)
    for found, at in ((start, TENTHS[:-1]), (middle, TENTHS[:-1] + 0.05), (end, TENTHS[1:])):
        assert found == pytest.approx(10.0 * on + at, abs=HAIR)


def test_stages_are_those_of_simpsons_rule():
    """The three make the mean, the outer two are samples; an edge inside gives the mean thrice."""
    stimulus = Stimulus((Sine(3.0, 100.0, 0.0, 4.03),), holding=1.0)
    stages, mean = stage_currents(stimulus, TENTHS), mean_current(stimulus, TENTHS)
    assert stages @ [1.0, 4.0, 1.0] / 6.0 == pytest.approx(mean, abs=1e-12)
    wave = 1.0 + 3.0 * np.sin(0.2 * np.pi * TENTHS[:40])
    assert stages[:40, 0] == pytest.approx(wave, abs=1e-6)
    assert stages[:40, 1] == pytest.approx(
        1.0 + 3.0 * np.sin(0.2 * np.pi * (TENTHS[:40] + 0.05)), abs=1e-5
    )
    assert stages[40].tolist() == [mean[40]] * 3
    assert np.all(stages[41:] == 1.0)


def test_pieces_of_steps_are_constants_between_edges():
    """Each piece has its step, its length and its level."""
    found = pieces(Stimulus((Step(10.0, 0.13, 0.3),)), TENTHS[:6])
    assert found.step.tolist() == [0, 1, 1, 2, 3, 4]
    assert found.length == pytest.approx([0.1, 0.03, 0.07, 0.1, 0.1, 0.1])
    assert found.coefficients == pytest.approx(np.array([[0, 0, 10, 10, 0, 0]]).T)


def test_pieces_of_a_ramp_are_lines():
    """Value at the start, and the rise over the piece."""
    found = pieces(Stimulus((Ramp(0.0, 8.0, 0.1, 0.5),)), np.array([0.0, 0.2, 0.6]))
    assert found.step.tolist() == [0, 0, 1, 1]
    assert found.length == pytest.approx([0.1, 0.1, 0.3, 0.1])
    assert found.coefficients[:3] == pytest.approx(np.array([[0.0, 0.0], [0.0, 2.0], [2.0, 6.0]]))


def test_pieces_of_a_sine_follow_it_everywhere():
    """Long steps are cut into pieces as long as the wave allows, to 1e-8 of its amplitude."""
    stimulus, times = Stimulus((Sine(1.0, 1000.0, 0.25, 3.5),)), np.array([0.0, 1.5, 3.0, 4.0])
    found = pieces(stimulus, times)
    assert found.length.max() <= stimulus.grain * (1.0 + 1e-9)
    assert np.bincount(found.step, found.length) == pytest.approx(np.diff(times))
    assert np.bincount(found.step).max() <= 1.5 / stimulus.grain + 2.0
    ends = np.cumsum(found.length)
    begins = ends - found.length
    for fraction in (0.02, 0.3, 0.5, 0.9):
        at = begins + fraction * found.length
        exact = np.where((at >= 0.25) & (at < 3.5), np.sin(2.0 * np.pi * (at - 0.25)), 0.0)
        assert of_powers(found, fraction) == pytest.approx(exact, abs=1e-8)


def test_edges_that_nearly_meet_are_one():
    """Rounding makes no piece of no length: neither at a step's ends nor between two waveforms."""
    third = 0.1 + 0.2  # a hair above 0.3
    waves = (Step(1.0, third, 0.45), Step(2.0, 0.45 + 5e-10, 0.7 - 5e-10))
    found = pieces(Stimulus(waves), TENTHS[:10])
    assert found.step.tolist() == [0, 1, 2, 3, 4, 4, 5, 6, 7, 8]
    assert found.length.min() > 0.04


def test_far_from_zero_edges_are_met_as_times_are_rounded():
    """At 1e8 ms times are 1.5e-8 ms apart: an edge next to a step's end is at it."""
    times = 1e8 + np.array([0.0, 0.1, 0.2])
    start = float(np.nextafter(times[1], np.inf)) - 1e8
    found = mean_current(Stimulus((Step(6.0, start, 50.0),), origin=1e8), times)
    assert found == pytest.approx([0.0, 6.0], abs=1e-3)
    assert pieces(Stimulus((Step(6.0, start, 50.0),), origin=1e8), times).step.tolist() == [0, 1]
