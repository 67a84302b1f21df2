"""The kernels run by Python itself do what the compiled ones do: compiling changes no meaning.

These runs are also those in which the lines of the kernels are seen to run.
"""

import warnings

import numpy as np
import pytest

from hhgui.analysis.clamp import family
from hhgui.analysis.cycles import multipliers
from hhgui.analysis.system import Neuron
from hhgui.engine import collocation, linearisation, loop
from hhgui.engine.batch import run_population
from hhgui.engine.methods import METHODS
from hhgui.engine.population import BatchProtocol, Population
from hhgui.engine.simulation import Simulation
from hhgui.experiments.amplifier import Amplifier, RealFamily
from hhgui.model.stimulus.command import Command
from hhgui.model.stimulus.noise import Noise
from hhgui.model.stimulus.stimulus import Stimulus
from hhgui.model.stimulus.waveforms import Ramp, Sine, Step

CLOSE = 1e-9
KERNELS = {
    loop: ("advance", "advance_lanes", "advance_amplified", "hold", "ornstein_uhlenbeck"),
    linearisation: ("linearise",),
    collocation: ("condense", "close", "schur"),
}
LANED = [name for name, method in METHODS.items() if method.has_lanes]


@pytest.fixture
def interpret(monkeypatch):
    """Make the kernels run as plain Python from now on, whose integers say when they wrap round."""

    def plainly():
        for module, names in KERNELS.items():
            for name in names:
                monkeypatch.setattr(module, name, getattr(module, name).py_func)
        warnings.filterwarnings("ignore", "overflow encountered", RuntimeWarning)

    with warnings.catch_warnings():
        yield plainly


def run(membrane, stimulus, method, dt):
    """Rows of V and gates, spike times and the reason to stop of 12 or, in long steps, 20 ms."""
    simulation = Simulation(membrane, stimulus, method, dt)
    block = simulation.advance(min(240, round(20.0 / dt)), every=1)
    return block.columns, block.spikes, str(block.stop)


NOISY = Stimulus((Noise(4.0, 3.0, 2.0, 7), Sine(6.0, 80.0, 0.0, 40.0), Step(5.0, 3.01, 30.02)))
RUNS = [  # neuron, dt (ms): spikes; gates that follow at once; too long a step for some methods
    ("squid-dayan-abbott", 0.05), ("wang-buzsaki", 0.05), ("traub-miles-lab3", 0.5),
]  # fmt: skip


@pytest.mark.parametrize(("name", "dt"), RUNS)
@pytest.mark.parametrize("method", METHODS)
def test_one_neuron(library, interpret, method, name, dt):
    """V, gates, currents, spike times and the reason to stop are those of the compiled loop."""
    compiled = run(library[name], NOISY, method, dt)
    interpret()
    plain = run(library[name], NOISY, method, dt)
    np.testing.assert_allclose(plain[0], compiled[0], rtol=1e-6, atol=1e-6)
    np.testing.assert_allclose(plain[1], compiled[1], rtol=0, atol=CLOSE)
    assert plain[2] == compiled[2]


@pytest.mark.parametrize("name", ["squid-dayan-abbott", "wang-buzsaki"])
@pytest.mark.parametrize("method", LANED)
def test_64_neurons(library, interpret, method, name):
    """Spikes, trace extremes and end of each lane are those of the compiled loop."""
    noise = Noise(4.0, 3.0, 2.0, 7)
    population = Population(library[name], np.linspace(0.0, 20.0, 64))
    protocol = BatchProtocol(Stimulus((Step(1.0, 0.5, 5.0), noise)), 5.0, 0.05, method, 0.0, 9, 10)
    (compiled,) = run_population(population, protocol, threads=1)
    interpret()
    (plain,) = run_population(population, protocol, threads=1)
    assert plain.count.sum() > 0
    for field in ("count", "spikes", "low", "high", "final", "lowest", "highest", "stopped"):
        np.testing.assert_allclose(
            getattr(plain, field), getattr(compiled, field), rtol=1e-7, atol=1e-7, err_msg=field
        )


@pytest.mark.parametrize("name", ["squid-dayan-abbott", "wang-buzsaki"])
def test_a_clamped_neuron(library, interpret, name):
    """V, gates and currents under a step, a ramp and a sine are those of the compiled loop."""
    command = Command((Step(40.0, 3.01, 9.0), Ramp(-20.0, 30.0, 10.0, 16.0), Sine(5.0)), -65.0)
    compiled, _, stop = run(library[name], command, "crank-nicolson", 0.05)
    interpret()
    np.testing.assert_allclose(
        run(library[name], command, "crank-nicolson", 0.05)[0], compiled, rtol=1e-9, atol=1e-9
    )
    assert stop == "None"


def test_a_command_beyond_the_tables(library, interpret):
    """A command beyond the tables ends the compiled and the interpreted loop in the same words."""
    command = Command((Step(120.0, 3.0, 9.0), Step(120.0, 3.0, 9.0)), -65.0)
    membrane = library["squid-dayan-abbott"]
    compiled = run(membrane, command, "crank-nicolson", 0.05)[2]
    interpret()
    assert "the command left" in compiled
    assert run(membrane, command, "crank-nicolson", 0.05)[2] == compiled


@pytest.mark.parametrize("name", ["squid-dayan-abbott", "morris-lecar-hopf", "golomb-ca1"])
def test_sweeps_behind_an_amplifier(library, interpret, name):
    """V and gates of a step and a ramp behind 5 MΩ are those of the compiled loop."""
    ideal = family(library[name], -65.0, [[-20.0, -40.0], [20.0, -40.0]], [2.0, 3.0], [0.0, 10.0])
    amplifier, times = Amplifier(1000.0, 5.0), np.linspace(0.1, 1.9, 7)

    def states():
        sweeps = RealFamily(ideal, amplifier, lambda: False)
        return [sweeps.states(segment, times) for segment in (0, 1)]

    compiled = states()
    interpret()
    for ours, theirs in zip(states(), compiled, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-7, atol=1e-7)


NUMBERS = {  # what p is, in each neuron
    "golomb-ca1": ("current", "Na.conductance", "M.reversal"),
    "morris-lecar-hopf": ("current", "Ca.reversal", "membrane.capacitance"),
    "squid-dayan-abbott": ("current", "K.conductance", "membrane.temperature"),
    "pospischil-lts": ("current",),
}


@pytest.mark.parametrize("name", NUMBERS)
def test_a_linearisation(library, interpret, name):
    """f, df/dy and df/dp are those of the compiled kernel, also far from 0 and at rates' 0/0."""
    for path in NUMBERS[name]:
        neuron = Neuron(library[name], path, 3.0)
        states = np.random.default_rng(1).uniform(0.02, 0.98, size=(12, neuron.size))
        states[:, 0] = (*np.linspace(-120.0, 60.0, 10), -40.0, -55.0)
        compiled = neuron.linearised(states, 20.0)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(linearisation, "linearise", linearisation.linearise.py_func)
            plain = neuron.linearised(states, 20.0)
        for ours, theirs in zip(plain, compiled, strict=True):
            np.testing.assert_allclose(ours, theirs, rtol=1e-9, atol=1e-12)


def test_the_equations_of_a_cycle(interpret):
    """Condensation, closed chain and Schur form give interpreted what they give compiled."""
    rng = np.random.default_rng(3)
    n, degree, size = 5, 4, 3
    inside = (
        rng.normal(size=(n * degree + 1, size)), rng.uniform(0.1, 0.3, n), 7.0,
        rng.normal(size=(degree, degree + 1)), rng.normal(size=(degree, degree + 1)),
        rng.normal(size=(n, degree, size)), rng.normal(size=(n, degree, size, size)),
        rng.normal(size=(n, degree, size)),
    )  # fmt: skip
    chain = [
        rng.normal(size=shape)
        for shape in ((n, size, size), (n, size, 2), (n, size, 3), (2, n, size), (2, 2), (2, 3))
    ]
    spread = rng.normal(size=(40, size, size)) * np.array([30.0, 1.0, 0.01])

    def results():
        copies = [each.copy() for each in chain]  # the kernel changes the weights
        return (
            collocation.condense(*inside), *collocation.close(*copies),
            np.sort_complex(multipliers(spread)),
        )  # fmt: skip

    compiled = results()
    interpret()
    for ours, theirs in zip(results(), compiled, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-6, atol=1e-8 * np.abs(theirs).max())
