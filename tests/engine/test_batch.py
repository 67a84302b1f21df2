"""A population gives each neuron's own results, in order, for any threads and blocks."""

from dataclasses import replace

import numpy as np
import pytest

from hhgui.engine import batch
from hhgui.engine.batch import run_population
from hhgui.engine.methods import METHODS
from hhgui.engine.population import BatchProtocol, Population
from hhgui.engine.simulation import Simulation
from hhgui.model.stimulus.noise import Noise
from hhgui.model.stimulus.stimulus import Stimulus
from hhgui.model.stimulus.waveforms import Sine, Step

FIXED = [method for method in METHODS if method != "adaptive"]
STEP = Stimulus((Step(1.0, 5.0, 45.0),))
SIZE = 70  # one full group of lanes and a begun one
FIELDS = ("count", "first_spike", "last_spike", "lowest", "highest", "final", "stopped", "spikes",
          "low", "high")  # fmt: skip


@pytest.fixture(scope="module")
def varied(squid):
    """70 neurons that differ in all that may differ."""
    share = np.linspace(0.0, 1.0, SIZE)
    return Population(
        squid, 14.0 * share, offset=0.3 * share, capacitance=1.2 - 0.4 * share,
        conductance={"K": 30.0 + 8.0 * share[::-1]}, reversal={"Na": 45.0 + 10.0 * share},
    )  # fmt: skip


def alone(population, j, wave, protocol):
    """Neuron j as a Simulation of its own."""
    membrane = population.membrane
    if population.capacitance is not None:
        membrane = replace(membrane, capacitance=population.capacitance[j])
    for kind in ("conductance", "reversal"):
        for name, values in getattr(population, kind).items():
            membrane = membrane.with_current(name, **{kind: values[j]})
    stimulus = replace(wave, holding=population.offset[j])
    return Simulation(membrane, stimulus, protocol.method, protocol.dt, protocol.threshold)


def collect(population, protocol, **options):
    """All results, one array a field."""
    results = list(run_population(population, protocol, **options))
    assert [r.first for r in results] == list(range(0, population.size, 64))
    return {name: np.concatenate([getattr(r, name) for r in results]) for name in FIELDS}


@pytest.mark.parametrize("method", FIXED)
def test_every_neuron_is_as_if_alone(varied, method):
    """Spikes, extremes and end of each of 70 differing neurons are those of a Simulation."""
    protocol = BatchProtocol(STEP, 60.0, 0.025, method, -10.0, 8, 40)
    found = collect(varied, protocol)
    assert found["count"].max() >= 3
    for j in range(0, SIZE, 3):
        wave = Stimulus((Step(varied.amplitude[j], 5.0, 45.0),))
        one = alone(varied, j, wave, protocol)
        block = one.advance(2401, every=1)
        voltages = block.columns[0][1:]
        assert found["count"][j] == block.spikes.size
        spikes = found["spikes"][j]
        assert spikes[~np.isnan(spikes)] == pytest.approx(block.spikes, abs=1e-7)
        expected = (voltages.min(), voltages.max(), voltages[-1])
        lanes = [found[key][j] for key in ("lowest", "highest", "final")]
        assert lanes == pytest.approx(
            (min(-65.0, expected[0]), max(-65.0, expected[1]), expected[2]), abs=1e-5
        )
        bins = voltages.reshape(60, 40)
        np.testing.assert_allclose(found["low"][j], bins.min(axis=1), rtol=0, atol=1e-4)
        np.testing.assert_allclose(found["high"][j], bins.max(axis=1), rtol=0, atol=1e-4)


@pytest.mark.parametrize("method", FIXED)
def test_noise_is_that_of_seed_plus_neuron(squid, method):
    """Neuron j has the noise of a Simulation whose seed is j more."""
    noise = Noise(6.0, 3.0, 2.0, 40, 2.0, 48.0)
    wave = Stimulus((Sine(1.0, 50.0, 0.0, 60.0), noise))
    protocol = BatchProtocol(wave, 50.0, 0.025, method, 0.0, 8)
    found = collect(Population(squid, np.ones(SIZE)), protocol)
    assert len(set(found["final"])) == SIZE
    for j in (0, 1, 63, 64, 69):
        own = Stimulus((Sine(1.0, 50.0, 0.0, 60.0), replace(noise, seed=40 + j)))
        one = Simulation(squid, own, method, 0.025)
        spikes = one.advance(2000).spikes
        assert found["count"][j] == spikes.size
        assert found["final"][j] == pytest.approx(one.voltage, abs=1e-5)


@pytest.mark.parametrize("method", FIXED)
def test_an_amplitude_scales_the_whole_noise(squid, method):
    """A neuron's current is that of a Simulation whose noise has mean and sd as often, to 1e-9."""
    noise = Noise(6.0, 3.0, 2.0, 40, 2.0, 48.0)
    amplitudes = np.array([0.0, 0.3, 1.0, 1.7])
    protocol = BatchProtocol(Stimulus((noise,)), 50.0, 0.025, method, 0.0, 8)
    found = collect(Population(squid, amplitudes, offset=0.5), protocol)
    assert len(set(found["count"])) > 1
    for j, a in enumerate(amplitudes):
        own = replace(noise, mean=6.0 * a, sd=3.0 * a, seed=40 + j)
        one = Simulation(squid, Stimulus((own,), holding=0.5), method, 0.025)
        spikes = one.advance(2000).spikes
        assert found["spikes"][j, : spikes.size] == pytest.approx(spikes, abs=1e-9)
        assert found["count"][j] == spikes.size
        assert found["final"][j] == pytest.approx(one.voltage, abs=1e-9)


def test_lab_3_f_i_in_one_go(library, seed_systems):
    """51 neurons side by side give exactly the lab's counts: seed_systems.json, "lab3_fi"."""
    expected = seed_systems["lab3_fi"]
    population = Population(library["traub-miles-lab3"], expected["currents_uA_cm2"])
    wave = Stimulus((Step(1.0, 50.0, 200.0),))
    found = collect(population, BatchProtocol(wave, 200.0, 0.025, "euler"))
    assert found["count"].tolist() == expected["spike_counts"]


@pytest.mark.parametrize("method", FIXED)
def test_gates_of_every_power_run_in_lanes(library, method):
    """The build-up's models, which have other gates and powers, run side by side too."""
    for name in ("lecture6-model1", "lecture6-model4", "lecture6-model6"):
        membrane = library[name]
        protocol = BatchProtocol(STEP, 40.0, 0.025, method)
        found = collect(Population(membrane, [0.0, 20.0]), protocol)
        one = Simulation(membrane, Stimulus((Step(20.0, 5.0, 45.0),)), method)
        one.advance(1600)
        assert found["final"][1] == pytest.approx(one.voltage, abs=1e-6)


@pytest.mark.parametrize("method", FIXED)
def test_kinds_run_side_by_side(squid, method):
    """Neurons of three temperatures in one group are each as if alone, start values included."""
    kinds = tuple(replace(squid, temperature=t) for t in (6.3, 9.0, 15.0))
    kinds = (*kinds[:2], replace(kinds[2], initial_voltage=squid.initial_voltage))
    which = np.arange(SIZE) % 3
    population = Population(squid, np.linspace(8.0, 20.0, SIZE), kinds=kinds, kind=which)
    found = collect(population, BatchProtocol(STEP, 50.0, 0.025, method))
    for j in (0, 1, 2, 62, 63, 64, 68):
        stimulus = Stimulus((Step(population.amplitude[j], 5.0, 45.0),))
        one = Simulation(kinds[which[j]], stimulus, method)
        assert found["count"][j] == one.advance(2000).spikes.size
        assert found["final"][j] == pytest.approx(one.voltage, abs=1e-5)


def test_many_kinds_are_cut_into_more_groups(squid):
    """Forty temperatures fit no group, and every neuron is still run, in order."""
    kinds = tuple(replace(squid, temperature=6.3 + 0.1 * k) for k in range(40))
    population = Population(squid, np.full(80, 10.0), kinds=kinds, kind=np.arange(80) % 40)
    results = list(run_population(population, BatchProtocol(STEP, 50.0)))
    assert len(results) > 2
    starts = np.cumsum([0, *(r.count.size for r in results)])
    assert [r.first for r in results] == starts[:-1].tolist()
    assert starts[-1] == 80
    final = np.concatenate([r.final for r in results])
    assert np.array_equal(final[:40], final[40:])
    assert len(set(final)) == 40


def equal(a, b):
    """Whether two collections are the same to the last bit."""
    return all(np.array_equal(a[name], b[name], equal_nan=True) for name in FIELDS)


@pytest.mark.parametrize("method", FIXED)
def test_threads_do_not_matter(varied, method):
    """One thread and three give the same results in the same order."""
    protocol = BatchProtocol(STEP, 30.0, 0.025, method, most_spikes=4, record_every=10)
    many = Population(varied.membrane, np.tile(varied.amplitude, 7))
    assert equal(collect(many, protocol, threads=1), collect(many, protocol, threads=3))


@pytest.mark.parametrize("every", [0, 7])
@pytest.mark.parametrize("method", FIXED)
def test_cuts_do_not_matter(varied, monkeypatch, method, every):
    """However a run is cut for cancelling, its numbers are the same to the last bit."""
    noisy = Stimulus((Step(1.0, 5.0, 25.0), Noise(1.0, 1.0, 2.0)))
    protocol = BatchProtocol(noisy, 30.0, 0.025, method, most_spikes=4, record_every=every)
    whole = collect(varied, protocol)
    monkeypatch.setattr(batch, "CHUNK_STEPS", 133)
    assert equal(collect(varied, protocol), whole)


def test_a_group_does_not_depend_on_its_neighbours(varied):
    """A neuron that runs off is held and flagged; the others do not notice."""
    protocol = BatchProtocol(STEP, 30.0, most_spikes=3)
    quiet = collect(varied, protocol)
    wild = varied.amplitude.copy()
    wild[5] = 1e5
    loud = collect(replace(varied, amplitude=wild), protocol)
    others = np.arange(SIZE) != 5
    for name in FIELDS:
        assert np.array_equal(quiet[name][others], loud[name][others], equal_nan=True)
    assert np.isnan(quiet["stopped"]).all()
    one = alone(varied, 5, Stimulus((Step(9999.0, 5.0, 45.0),)), protocol)
    assert 5.0 < loud["stopped"][5] <= one.advance(1200).stop.time
    assert -150.0 <= loud["final"][5] <= 150.0


def test_a_neuron_without_spikes_has_no_spike_times(squid):
    """A neuron that is silent has NaN for its spike times, not 0."""
    found = collect(Population(squid, [0.0]), BatchProtocol(STEP, 20.0, most_spikes=2))
    assert found["count"].tolist() == [0]
    assert np.isnan([found["first_spike"], found["last_spike"], *found["spikes"].T]).all()


def test_more_spikes_than_asked_for_are_counted(squid):
    """Of more spikes than can be kept, all are counted and the last time is known."""
    wave = Stimulus((Step(1.0, 0.0, 100.0),))
    found = collect(Population(squid, [10.0]), BatchProtocol(wave, 100.0, most_spikes=2))
    assert found["count"].tolist() == [7]
    assert found["spikes"][0, 0] == found["first_spike"][0] < found["spikes"][0, 1]
    assert found["last_spike"][0] == pytest.approx(90.03, abs=0.02)


@pytest.mark.parametrize("threads", [1, 2])
def test_cancelling_ends_it_early(squid, threads):
    """After the results that are whole, in order; nothing half-done is given out."""
    answers = iter([False] * 4 + [True] * 1000)
    population = Population(squid, np.full(64 * 20, 10.0))
    protocol = BatchProtocol(STEP, 20.0)
    results = list(run_population(population, protocol, lambda: next(answers), threads))
    assert len(results) <= 4
    assert [r.first for r in results] == [64 * k for k in range(len(results))]
    assert all(r.count.tolist() == [1] * 64 for r in results)


def test_progress_rises_to_1(squid):
    """The reported fraction rises with every step and ends at 1."""
    seen = []
    population = Population(squid, np.full(200, 10.0))
    list(run_population(population, BatchProtocol(STEP, 20.0), threads=1, progress=seen.append))
    assert seen == pytest.approx([0.25, 0.5, 0.75, 1.0])


def test_no_neurons_give_no_results(squid):
    """An empty population is done at once."""
    assert list(run_population(Population(squid, []), BatchProtocol(STEP, 20.0))) == []


@pytest.mark.parametrize("method", ["crank-nicolson", "euler", "rk4"])
def test_each_neurons_current_ends_at_its_own_time(library, method):
    """Exact in charge, as a step that ends within a step of dt is for one neuron alone."""
    squid = library["squid-dayan-abbott"]
    until = np.array([0.5, 1.01, 3.333, 7.0])
    amplitude = np.array([20.0, 10.0, 5.0, 2.0])
    protocol = BatchProtocol(Stimulus((Step(1.0, 0.0, 100.0),)), 20.0, 0.01, method)
    (found,) = run_population(Population(squid, amplitude, until=until), protocol)
    for neuron, (end, strength) in enumerate(zip(until.tolist(), amplitude.tolist(), strict=True)):
        own = replace(protocol, wave=Stimulus((Step(1.0, 0.0, end),)))
        (alone,) = run_population(Population(squid, np.array([strength])), own)
        assert found.final[neuron] == pytest.approx(alone.final[0], abs=1e-9)
        assert found.highest[neuron] == pytest.approx(alone.highest[0], abs=1e-9)


def test_a_run_that_stops_early_has_the_first_spikes(library):
    """Each neuron's first spike up to the time until which it is asked about."""
    squid = library["squid-dayan-abbott"]
    amplitude = np.linspace(0.0, 30.0, 130)
    protocol = BatchProtocol(Stimulus((Step(1.0, 0.0, 1.0),)), 40.0)
    whole = list(run_population(Population(squid, amplitude), protocol))
    population = Population(squid, amplitude, last=np.full(130, 40.0))
    early = list(run_population(population, replace(protocol, stops_early=True)))
    first, other = (np.concatenate([p.first_spike for p in parts]) for parts in (whole, early))
    np.testing.assert_array_equal(first, other)
    assert not np.isnan(first).all()
