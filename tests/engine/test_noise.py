"""Noise has the right distribution and depends on its seed alone, for any blocks."""

from dataclasses import replace

import numpy as np
import pytest
import scipy

from hhgui.engine.loop import ornstein_uhlenbeck
from hhgui.engine.methods import METHODS
from hhgui.engine.simulation import Simulation
from hhgui.model.stimulus.noise import Noise
from hhgui.model.stimulus.stimulus import Stimulus
from hhgui.model.stimulus.waveforms import Step

NOISE = Noise(mean=5.0, sd=3.0, tau=5.0, seed=7, start=0.0, stop=1e6)


def normals(seed, count, first=0):
    """The generator's own standard normal numbers."""
    out = np.empty(count + 1)
    ornstein_uhlenbeck(out, 0.0, seed, first, 0.0, 1.0)
    return out[1:]


def injected(leak, noise, steps, dt=0.1, method="euler"):
    """The injected current a simulation of ``steps`` records."""
    simulation = Simulation(leak, Stimulus((noise,)), method, dt)
    return simulation.advance(steps, every=1).columns[1]


@pytest.fixture
def leak(library):
    """A membrane that bears any noise: the leak."""
    return library["lecture6-model1"]


@pytest.mark.parametrize("seed", [0, 1, 123, 2**31 - 1])
def test_numbers_are_standard_normal(seed):
    """100,000 of them pass Kolmogorov's test, and reach as far as they should."""
    numbers = normals(seed, 100_000)
    assert scipy.stats.kstest(numbers, "norm").pvalue > 1e-3
    assert 3.5 < np.abs(numbers).max() < 6.5


@pytest.mark.parametrize("lag", [1, 2, 3, 64])
def test_numbers_are_independent(lag):
    """Neither the numbers nor their squares correlate with later ones, to 4 standard errors."""
    numbers = normals(5, 100_000)
    for values in (numbers, numbers**2):
        correlation = np.corrcoef(values[:-lag], values[lag:])[0, 1]
        assert abs(correlation) < 4.0 / np.sqrt(100_000)


@pytest.mark.parametrize("other", [1, 2, 3, 100, 2**30])
def test_seeds_are_independent(other):
    """Numbers of two seeds do not correlate, at equal or neighbouring places."""
    ours, theirs = normals(0, 100_000), normals(other, 100_000)
    for a, b in ((ours, theirs), (ours[1:], theirs[:-1]), (ours[:-1], theirs[1:])):
        assert abs(np.corrcoef(a, b)[0, 1]) < 4.0 / np.sqrt(100_000)


def test_the_number_of_a_step_is_a_function_of_seed_and_step():
    """A stretch that begins later gives the same numbers from there on."""
    assert np.array_equal(normals(9, 1000)[400:], normals(9, 600, first=400))


def test_steps_beyond_32_bits_have_numbers_of_their_own():
    """A run of years does not repeat itself."""
    assert not np.isin(normals(9, 1000, first=2**33), normals(9, 1000)).any()


@pytest.mark.parametrize("dt", [0.025, 0.1, 1.0])
def test_mean_and_spread_are_as_asked(leak, dt):
    """Over 20 s the mean is 5 and the standard deviation 3, to 4 standard errors, at any dt."""
    steps = round(20_000 / dt)
    current = injected(leak, NOISE, steps, dt)[round(50 / dt) :]
    independent = 20_000 / (2 * NOISE.tau)  # Ornstein-Uhlenbeck: T/(2 tau) samples
    assert current.mean() == pytest.approx(5.0, abs=4 * 3.0 / np.sqrt(independent))
    assert current.std() == pytest.approx(3.0, rel=4 / np.sqrt(2 * independent))


@pytest.mark.parametrize("tau", [1.0, 5.0, 20.0])
def test_it_remembers_itself_for_tau(leak, tau):
    """The correlation after a time t is exp(-t/tau), at tau/2, tau and 2 tau."""
    current = injected(leak, replace(NOISE, tau=tau), round(4000 * tau / 0.1))[500:]
    for share in (0.5, 1.0, 2.0):
        lag = round(share * tau / 0.1)
        correlation = np.corrcoef(current[:-lag], current[lag:])[0, 1]
        assert correlation == pytest.approx(np.exp(-share), abs=0.08)


def test_it_starts_at_its_mean(leak):
    """The first value of the noise is its mean, so a run from rest starts at rest."""
    assert injected(leak, NOISE, 1)[0] == 5.0


def test_without_a_spread_it_is_its_mean(leak):
    """sd = 0 is a constant current."""
    assert np.array_equal(injected(leak, replace(NOISE, sd=0.0), 1000), np.full(1000, 5.0))


def test_mean_and_spread_scale_the_same_noise(leak):
    """The seed decides the shape, mean and sd only its place and size."""
    shape = (injected(leak, NOISE, 2000) - 5.0) / 3.0
    other = (injected(leak, replace(NOISE, mean=-2.0, sd=0.5), 2000) + 2.0) / 0.5
    np.testing.assert_allclose(other, shape, rtol=0, atol=1e-12)


def test_it_acts_from_start_until_before_stop(leak):
    """Before the start and from the stop on the noise injects nothing."""
    current = injected(leak, replace(NOISE, start=10.0, stop=20.0), 400)
    on = np.zeros(400, dtype=bool)
    on[100:200] = True
    assert np.array_equal(current != 0.0, on)


@pytest.mark.parametrize("method", METHODS)
def test_the_same_seed_gives_the_same_noise_to_every_method(leak, method):
    """Two runs, and two methods, are given the same current to the last bit."""
    expected = injected(leak, NOISE, 500)
    assert np.array_equal(injected(leak, NOISE, 500, method=method), expected)


def test_another_seed_gives_other_noise(leak):
    """With another seed no step has the same current but the first, which is the mean."""
    same = injected(leak, NOISE, 500) == injected(leak, replace(NOISE, seed=8), 500)
    assert same.tolist() == [True] + [False] * 499


def test_after_a_reset_the_noise_is_the_same_again(leak):
    """A reset run has the same noise as before."""
    simulation = Simulation(leak, Stimulus((NOISE,)), "euler", 0.1)
    first = simulation.advance(300, every=1).columns
    simulation.reset()
    assert np.array_equal(simulation.advance(300, every=1).columns, first)


def test_two_noises_add_up(leak):
    """The current is the sum of two noises, each drawn from its own seed."""
    other = replace(NOISE, seed=8, tau=2.0)
    both = Simulation(leak, Stimulus((NOISE, Step(1.0, 0, 100), other)), "euler", 0.1)
    total = both.advance(500, every=1).columns[1]
    alone = injected(leak, NOISE, 500) + injected(leak, other, 500) + 1.0
    np.testing.assert_allclose(total, alone, rtol=1e-13)


def test_an_edit_does_not_make_the_noise_jump(leak):
    """A new holding current, or another mean, goes on from where the noise was."""
    simulation = Simulation(leak, Stimulus((NOISE,)), "euler", 0.1)
    simulation.advance(300)
    simulation.set_stimulus(Stimulus((replace(NOISE, mean=6.0),), holding=1.0))
    after = simulation.advance(300, every=1).columns[1]
    np.testing.assert_allclose(after, injected(leak, NOISE, 600)[300:] + 2.0, rtol=1e-13)


def test_noise_that_was_taken_away_starts_at_its_mean_when_it_returns(leak):
    """A noise that is removed and added again starts at its mean."""
    simulation = Simulation(leak, Stimulus((NOISE,)), "euler", 0.1)
    simulation.advance(300)
    simulation.set_stimulus(Stimulus())
    simulation.set_stimulus(Stimulus((NOISE,)))
    assert simulation.sample().columns[1, 0] == 5.0
