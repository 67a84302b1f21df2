"""The clamped neuron: its gates and currents against closed forms and SciPy, and both switches."""

from itertools import pairwise

import numpy as np
import pytest
import scipy

from hhgui.engine import loop
from hhgui.engine.methods import METHODS
from hhgui.engine.simulation import Simulation
from hhgui.model.stimulus.command import Command
from hhgui.model.stimulus.stimulus import Stimulus
from hhgui.model.stimulus.waveforms import Chirp, Ramp, Sine, Step
from tests.engine.conftest import NEURONS, open_conductances

RAMP = Command((Ramp(-20.0, 60.0, 2.0, 14.0),), -60.0)
SINE = Command((Sine(40.0, 90.0, 1.0, 16.0),), -50.0)
CHIRP = Command((Chirp(30.0, 20.0, 150.0, 0.0, 18.0),), -55.0)


def gates_of(columns):
    """The rows of m, h and n."""
    return columns[2:5]


def clamped(membrane, command, dt, duration=18.0, method="crank-nicolson"):
    """Times, columns and the simulation of a clamped run."""
    simulation = Simulation(membrane, command, method, dt)
    block = simulation.advance(round(duration / dt), every=1)
    assert simulation.stop is None
    return block.time, block.columns, simulation


def relaxed(neuron, start, voltage, time):
    """The closed form of a step: x_inf + (x - x_inf) exp(-t/tau), rates as printed."""
    pairs = zip(neuron.rates(voltage), start, strict=True)
    return np.array([a / (a + b) + (x - a / (a + b)) * np.exp(-(a + b) * time)
                     for (a, b), x in pairs])  # fmt: skip


def by_scipy(neuron, command, start, times):
    """The gates under a prescribed command, by LSODA from edge to edge."""

    def slopes(time, gates):
        rates = zip(neuron.rates(float(command.current_at(time))), gates, strict=True)
        return [a * (1.0 - x) - b * x for (a, b), x in rates]

    edges = {0.0, float(times[-1])} | {
        float(e) for c in command.components for e in c.edges(0.0, times[-1])
    }
    cuts = sorted(edges)
    found, gates = np.empty((3, times.size)), np.array(start)
    for first, last in pairwise(cuts):
        run = scipy.integrate.solve_ivp(
            slopes, (first, last - 1e-9), gates, "LSODA", rtol=1e-11, atol=1e-13,
            dense_output=True,
        )  # fmt: skip
        inside = (times >= first) & (times <= last)
        found[:, inside] = run.sol(times[inside])
        gates = run.y[:, -1]
    return found


@pytest.mark.parametrize("name", NEURONS)
@pytest.mark.parametrize("onset", [2.0, 2.137], ids=["at a step", "inside a step"])
@pytest.mark.parametrize("dt", [0.025, 0.4])
def test_a_step_is_exact_whatever_dt(library, name, onset, dt):
    """The gates after a commanded step are those of the closed form, wherever the step lies."""
    membrane, neuron = library[name], NEURONS[name]
    times, columns, _ = clamped(membrane, Command((Step(60.0, onset, 30.0),), -60.0), dt)
    start = membrane.initial_gates()
    at_onset = relaxed(neuron, start, -60.0, onset)
    after = times >= onset - 1e-9
    expected = relaxed(neuron, at_onset, 0.0, times[after] - onset)
    assert gates_of(columns)[:, after] == pytest.approx(expected, rel=2e-6, abs=1e-9)
    assert columns[0, after] == pytest.approx(0.0, abs=1e-12)


@pytest.mark.parametrize(
    ("step", "peak"), [(25.0, -415.945), (65.0, -1456.838)], ids=["-40 mV", "0 mV"]
)
def test_the_peak_of_the_sodium_current_is_the_published_one(library, step, peak):
    """SCIENCE: peak I_Na of the squid axon from -65 to -40 and to 0 mV."""
    command = Command((Step(step, 1.0, 30.0),), -65.0)
    _, columns, _ = clamped(library["squid-dayan-abbott"], command, 0.001, 8.0)
    assert columns[5].min() == pytest.approx(peak, abs=0.001)


@pytest.mark.parametrize("command", [RAMP, SINE, CHIRP], ids=["ramp", "sine", "chirp"])
@pytest.mark.parametrize("name", NEURONS)
def test_a_moving_command_is_of_second_order(library, name, command):
    """The gates under a ramp, a sine and a chirp come to SciPy's by a quarter at half the dt."""
    membrane, neuron, errors = library[name], NEURONS[name], []
    for dt in (0.05, 0.025):
        times, columns, _ = clamped(membrane, command, dt)
        exact = by_scipy(neuron, command, membrane.initial_gates(), times)
        errors.append(np.abs(gates_of(columns) - exact).max())
    assert errors[1] < 5e-4
    assert errors[0] / errors[1] == pytest.approx(4.0, rel=0.02)


@pytest.mark.parametrize("command", [RAMP, SINE, CHIRP], ids=["ramp", "sine", "chirp"])
def test_the_clamp_passes_the_ionic_and_the_capacitive_current(library, command):
    """I = C dV/dt + the ionic currents; dV/dt is that of the recorded V."""
    membrane = library["squid-dayan-abbott"]
    times, columns, _ = clamped(membrane, command, 0.001)
    ionic = sum(
        g * (columns[0] - E)
        for g, E in zip(open_conductances(NEURONS["squid-dayan-abbott"], gates_of(columns)),
                        (50.0, -77.0, -54.387), strict=True)
    )  # fmt: skip
    slope = np.gradient(columns[0], times)
    smooth = np.abs(np.gradient(slope, times)) < 50.0  # not at an edge
    capacitive = (columns[1] - ionic)[smooth]
    assert capacitive == pytest.approx(membrane.capacitance * slope[smooth], abs=0.02)
    assert np.ptp(capacitive) > 3.0 or command is RAMP


def test_the_current_that_charges_at_a_jump_is_left_out(library):
    """At a step of the command the clamp current is the ionic one, as in the families."""
    membrane = library["squid-dayan-abbott"]
    _, columns, _ = clamped(membrane, Command((Step(65.0, 2.0, 30.0),), -65.0), 0.025, 6.0)
    assert columns[1] == pytest.approx(columns[5:].sum(axis=0), abs=1e-9)


@pytest.mark.parametrize("method", METHODS)
def test_every_method_gives_way_to_the_clamp(library, method):
    """The clamped run is the same to the last bit, whatever the method and the blocks."""
    membrane = library["squid-dayan-abbott"]
    _, whole, _ = clamped(membrane, SINE, 0.05)
    simulation = Simulation(membrane, SINE, method, 0.05)
    parts = [simulation.advance(n, every=1).columns for n in (1, 7, 100, 252)]
    assert np.array_equal(np.concatenate(parts, axis=1), whole)


def test_a_gate_without_inertia_follows_the_command(library):
    """An instantaneous gate is at its steady state of the command in every row."""
    membrane = library["wang-buzsaki"]
    times, columns, _ = clamped(membrane, RAMP, 0.05)
    (place,) = [q for q, gate in enumerate(membrane.gates) if gate.instantaneous]
    steady = membrane.gates[place].steady_state_at(RAMP.current_at(times))
    assert columns[2 + place] == pytest.approx(steady, abs=2e-7)


def test_no_spike_is_counted_while_clamped(library):
    """A command that crosses the threshold is no spike; a free neuron fires again afterwards."""
    simulation = Simulation(library["squid-dayan-abbott"], Stimulus(holding=10.0))
    assert simulation.advance(1200).spikes.size
    simulation.set_stimulus(Command((Step(90.0, 0.0, 60.0),), -65.0, repeat=70.0))
    assert simulation.advance(6000).spikes.size == 0
    assert simulation.oscillations.count == 0
    simulation.set_stimulus(Stimulus(holding=10.0))
    assert simulation.advance(1200).spikes.size


NAMES = ("squid-dayan-abbott", "traub-miles-lab3", "wang-buzsaki", "lecture6-model6")


@pytest.mark.parametrize("steps", [3, 500, 777])
@pytest.mark.parametrize("method", ["crank-nicolson", "adaptive"])
@pytest.mark.parametrize("name", NAMES)
def test_no_switch_moves_the_state(library, name, method, steps):
    """V and gates go on from the last value when a clamp begins at the present V, and ends."""
    simulation = Simulation(library[name], Stimulus(holding=10.0), method)
    simulation.advance(steps)
    before = simulation.sample().columns
    inert = [2 + q for q, g in enumerate(simulation.membrane.gates) if not g.instantaneous]
    simulation.set_stimulus(Command(holding=simulation.voltage))
    held = simulation.sample().columns
    assert held[[0, *inert]] == pytest.approx(before[[0, *inert]], rel=1e-12)
    simulation.advance(400)
    before = simulation.sample().columns
    assert before[0] == held[0]
    simulation.set_stimulus(Stimulus(holding=float(before[1, 0])))
    free = simulation.sample().columns
    assert free[[0, *inert]] == pytest.approx(before[[0, *inert]], rel=1e-12)
    # and the current that held it still does: V stands still at first
    after = simulation.advance(1, every=0).highest
    assert after == pytest.approx(before[0, 0], abs=0.02)


def test_a_clamp_that_commands_another_voltage_moves_the_gates_on_only(library):
    """Only V jumps, as it is commanded."""
    simulation = Simulation(library["squid-dayan-abbott"], Stimulus(holding=10.0))
    simulation.advance(611)
    before = simulation.sample().columns
    simulation.set_stimulus(Command(holding=-20.0))
    after = simulation.sample().columns
    assert after[0] == -20.0
    assert gates_of(after) == pytest.approx(gates_of(before), rel=1e-12)


def test_the_current_that_holds_keeps_a_stable_neuron_there(library):
    """After some time at -70 mV the clamp's current holds the free axon at -70 mV."""
    simulation = Simulation(library["squid-dayan-abbott"], Command(holding=-70.0))
    simulation.advance(8000)
    current = float(simulation.sample().columns[1, 0])
    simulation.set_stimulus(Stimulus(holding=current))
    block = simulation.advance(8000)
    assert (block.lowest, block.highest) == pytest.approx((-70.0, -70.0), abs=1e-3)


def test_an_edge_at_the_moment_of_release_is_not_taken(library):
    """A clamp that ends when its next step is due leaves V where it was."""
    simulation = Simulation(library["squid-dayan-abbott"], Command((Step(65.0, 5.0, 9.0),)))
    simulation.advance(200)
    simulation.set_stimulus(Stimulus())
    assert simulation.voltage == -65.0


def test_a_clamped_run_goes_on_from_its_checkpoint(library):
    """A checkpoint restores the command with the state: the rest is the same to the last bit."""
    simulation = Simulation(library["traub-miles-lab3"], RAMP)
    simulation.advance(123)
    again = Simulation.from_checkpoint(simulation.checkpoint())
    one, other = (each.advance(300, every=1).columns for each in (simulation, again))
    assert np.array_equal(one, other)


@pytest.mark.parametrize("onset", [0.0, 3.0])
def test_a_command_beyond_the_tables_stops_the_run(library, onset):
    """The message names the range and what to change; rows before it stay."""
    command = Command((Step(120.0, onset, 30.0), Step(120.0, onset, 30.0)), -65.0)
    simulation = Simulation(library["squid-dayan-abbott"], command)
    block = simulation.advance(400, every=1)
    assert block.steps == round(onset / 0.025)
    assert simulation.stop is not None
    assert "the command left -150…150 mV" in simulation.stop.message
    assert simulation.stop.time == pytest.approx(onset)


def test_python_itself_does_what_the_compiled_clamp_does(library, monkeypatch):
    """The clamp gives the same numbers whether it is compiled or interpreted."""
    membrane, command = library["wang-buzsaki"], Command((Step(60.0, 1.03, 3.0), *SINE.components))
    _, compiled, _ = clamped(membrane, command, 0.1, 5.0)
    monkeypatch.setattr(loop, "hold", loop.hold.py_func)
    _, plain, _ = clamped(membrane, command, 0.1, 5.0)
    assert plain == pytest.approx(compiled, rel=1e-9)
