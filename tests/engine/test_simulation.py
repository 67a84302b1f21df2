"""A membrane in time: what is recorded, what an edit does, where a run can be taken up."""

from dataclasses import replace

import numpy as np
import pytest

from hhgui.engine.integrators import crank_nicolson
from hhgui.engine.kernel_store import kernel_of
from hhgui.engine.methods import DEFAULT_METHOD, METHODS
from hhgui.engine.simulation import Simulation
from hhgui.model.edit import with_value
from hhgui.model.parameter import ModelError
from hhgui.model.stimulus.stimulus import Stimulus
from hhgui.model.stimulus.waveforms import Step
from tests.refusals import refused

FIRING = Stimulus(holding=10.0)
each_method = pytest.mark.parametrize("method", METHODS)


def now(simulation):
    """Time, V, gates and ionic currents at present."""
    block = simulation.sample()
    return [simulation.time, *np.delete(block.columns[:, 0], 1).tolist()]


@each_method
def test_a_run_starts_from_the_membranes_start_state(squid, method):
    """Row 0: time 0, the start voltage, the current at time 0, every gate at its steady state."""
    block = Simulation(squid, FIRING, method).advance(1, every=1)
    expected = [-65.0, 10.0, 0.0529324852572, 0.596120753508, 0.317676914061]
    assert block.time.tolist() == [0.0]
    assert block.columns[:5, 0] == pytest.approx(expected, abs=1e-12)


def test_without_a_word_it_is_crank_nicolson_at_0_025_and_no_stimulus(squid):
    """A simulation of a membrane alone has the default method, dt and no stimulus."""
    simulation = Simulation(squid)
    assert (simulation.method, simulation.dt) == (DEFAULT_METHOD, 0.025)
    assert simulation.advance(10, every=1).columns[1].tolist() == [0.0] * 10


@each_method
def test_rows_hold_what_their_names_say(squid, method):
    """Times k·dt, the stimulus at that time, and currents that follow from V and gates."""
    stimulus = Stimulus((Step(20.0, 2.0, 8.0),), holding=1.0)
    simulation = Simulation(squid, stimulus, method, 0.05)
    block = simulation.advance(200, every=1)
    assert block.time.tolist() == [k * 0.05 for k in range(200)]
    assert np.array_equal(block.columns[1], stimulus.current_at(block.time))
    gates, currents = block.columns[2:5], block.columns[5:]
    np.testing.assert_allclose(
        currents, squid.ionic_currents(block.columns[0], gates), rtol=1e-12, atol=1e-12
    )
    assert (block.steps, block.stop, simulation.step) == (200, None, 200)


@pytest.mark.parametrize(
    ("every", "phase", "rows"),
    [(1, 0, range(20)), (3, 0, range(0, 20, 3)), (7, 5, [5, 12, 19]), (50, 0, [0]), (5, 19, [19]),
     (5, 20, []), (0, 0, [])],
)  # fmt: skip
def test_rows_are_recorded_every_so_many_steps(squid, every, phase, rows):
    """The first row is ``phase`` steps from now, the others follow every ``every`` steps."""
    full = Simulation(squid, FIRING).advance(20, every=1)
    block = Simulation(squid, FIRING).advance(20, every=every, phase=phase)
    assert np.array_equal(block.time, full.time[list(rows)])
    assert np.array_equal(block.columns, full.columns[:, list(rows)])


@pytest.mark.parametrize("count", [0, -5])
def test_no_steps_change_nothing(squid, count):
    """An empty block has no rows and no spikes."""
    simulation = Simulation(squid, FIRING)
    before = simulation.checkpoint()
    block = simulation.advance(count, every=1)
    assert (block.steps, block.time.size, block.columns.shape, block.spikes.size) == (
        0,
        0,
        (8, 0),
        0,
    )
    assert simulation.checkpoint() == before


@each_method
def test_a_sample_moves_nothing(squid, method):
    """``sample`` returns the row that the next step records, and changes no state."""
    simulation = Simulation(squid, FIRING, method)
    simulation.advance(123)
    before = simulation.checkpoint()
    sample = simulation.sample()
    assert simulation.checkpoint() == before
    following = simulation.advance(1, every=1)
    assert np.array_equal(sample.columns, following.columns)
    assert np.array_equal(sample.time, following.time)


@each_method
@pytest.mark.parametrize("threshold", [-20.0, 0.0, 20.0])
def test_a_spike_is_an_upward_crossing_of_the_threshold(squid, method, threshold):
    """A spike's time lies on the line through the rows beside it (adaptive: closer)."""
    simulation = Simulation(squid, FIRING, method, 0.025, threshold)
    block = simulation.advance(2000, every=1)
    before, after = block.columns[0][:-1], block.columns[0][1:]
    rows = np.flatnonzero((before < threshold) & (after >= threshold))
    line = (rows + (threshold - before[rows]) / (after[rows] - before[rows])) * 0.025
    assert block.spikes.size == rows.size == 4
    assert block.spikes == pytest.approx(line, abs=1e-3 if method == "adaptive" else 1e-11)


@each_method
def test_touching_the_threshold_is_reaching_it_once(library, method):
    """Reaching the threshold exactly from below is a spike at that time; starting on it is none."""
    bare = library["lecture6-model1"].with_current("L", conductance=0.0)
    for start, expected in ((-1.0, [1.0]), (0.0, []), (1.0, [])):
        membrane = replace(bare, initial_voltage=start)
        simulation = Simulation(membrane, Stimulus(holding=1.0), method, 0.5)
        assert simulation.advance(8).spikes == pytest.approx(expected, abs=1e-12)


@each_method
def test_after_a_reset_the_run_is_the_same_again(squid, method):
    """Time zero and the start state, to the last bit."""
    simulation = Simulation(squid, FIRING, method)
    first = simulation.advance(500, every=1)
    simulation.reset()
    assert (simulation.time, simulation.step, simulation.voltage) == (0.0, 0, -65.0)
    assert np.array_equal(simulation.advance(500, every=1).columns, first.columns)


@each_method
def test_the_state_can_start_anew_while_time_goes_on(squid, method):
    """The neuron is as at the start, the clock is not."""
    simulation = Simulation(squid, FIRING, method)
    start = now(simulation)
    simulation.advance(500)
    simulation.restart_state()
    assert now(simulation)[1:] == start[1:]
    assert simulation.time == 12.5


@each_method
def test_an_edited_membrane_goes_on_from_the_same_state(squid, method):
    """V and gates do not jump, and the next steps follow the new numbers."""
    simulation = Simulation(squid, FIRING, method)
    untouched = Simulation(squid, FIRING, method)
    simulation.advance(480)
    untouched.advance(480)
    before = now(simulation)
    simulation.set_membrane(squid.with_current("K", reversal=-90.0))
    assert now(simulation)[:5] == before[:5]
    simulation.advance(40)
    untouched.advance(40)
    assert simulation.voltage < untouched.voltage - 1.0


@each_method
def test_another_membrane_starts_from_its_own_start_state(library, method):
    """A membrane of another structure cannot take the state over, but time goes on."""
    simulation = Simulation(library["squid-dayan-abbott"], FIRING, method)
    simulation.advance(400)
    simulation.set_membrane(replace(library["lecture6-model4"], initial_voltage=-60.0))
    assert simulation.voltage == -60.0
    assert simulation.time == 10.0
    assert simulation.advance(10, every=1).columns.shape == (2 + 2 + 2, 10)


@each_method
def test_another_stimulus_acts_from_the_next_step(squid, method):
    """The state does not jump when the stimulus changes."""
    simulation = Simulation(squid, None, method)
    simulation.advance(100)
    before = now(simulation)
    simulation.set_stimulus(Stimulus((Step(5.0, 2.5, 100.0),)))
    assert now(simulation) == before
    assert simulation.advance(1, every=1).columns[1, 0] == 5.0
    assert simulation.voltage == pytest.approx(before[1] + 0.025 * 5.0, abs=0.01)


@each_method
@pytest.mark.parametrize("other", METHODS)
def test_another_method_goes_on_from_the_same_state(squid, method, other):
    """In mid-upstroke: time, V, gates and currents are as before, to the last bit."""
    simulation = Simulation(squid, FIRING, method)
    simulation.advance(75)
    before = now(simulation)
    simulation.set_method(other, 0.01)
    assert now(simulation) == before
    assert before[1] > -30.0
    following = simulation.advance(2, every=1)
    assert following.time.tolist() == [1.875, 1.875 + 0.01]
    assert abs(following.columns[0, 1] - following.columns[0, 0]) < 5.0


def test_a_chain_of_methods_solves_the_same_equations(squid, facts):
    """Methods and dt that change every few ms still find the spikes of "I10_spike_times"."""
    simulation = Simulation(squid, FIRING, "rk4", 0.01)
    spikes = simulation.advance(300).spikes.tolist()
    for turn in range(20):
        method, dt = (("adaptive", 0.5), ("rk4", 0.01), ("crank-nicolson", 0.005))[turn % 3]
        simulation.set_method(method, dt)
        spikes += simulation.advance(round(4.0 / dt)).spikes.tolist()
    assert simulation.time == pytest.approx(83.0, abs=1e-9)
    assert spikes == pytest.approx(facts["I10_spike_times"]["value"][:6], abs=5e-3)


def test_the_same_method_again_changes_nothing(squid):
    """Crank-Nicolson's gates stay at their half steps."""
    simulation = Simulation(squid, FIRING)
    simulation.advance(77)
    before = simulation.checkpoint()
    simulation.set_method("crank-nicolson", 0.025)
    assert simulation.checkpoint() == before


@pytest.mark.parametrize(
    ("method", "dt", "key"),
    [("unheard-of", 0.025, "method"), ("euler", 0.0, "dt"), ("euler", 2.0, "dt")],
)
def test_a_wrong_setting_is_refused_and_the_run_goes_on(squid, method, dt, key):
    """The error names the key, and the simulation keeps its method and dt."""
    simulation = Simulation(squid, FIRING)
    with refused(key):
        simulation.set_method(method, dt)
    assert (simulation.method, simulation.dt) == ("crank-nicolson", 0.025)
    assert simulation.advance(10).stop is None
    with pytest.raises(ModelError):
        Simulation(squid, FIRING, method, dt)


@each_method
def test_a_checkpoint_is_plain_numbers(squid, method):
    """A checkpoint holds numbers, text and the frozen model only, for use in any process."""
    simulation = Simulation(squid, FIRING, method, threshold=-10.0)
    simulation.advance(100)
    point = simulation.checkpoint()
    assert all(type(x) is float for x in (*point.state, *point.noise, point.base_time, point.dt))
    again = Simulation.from_checkpoint(point)
    assert again.checkpoint() == point
    assert again.threshold == -10.0


@each_method
def test_a_capacitor_alone_charges_in_a_straight_line(library, method):
    """With every conductance 0, V = V₀ + I t/C, also where a scheme divides by their sum."""
    bare = replace(library["lecture6-model1"].with_current("L", conductance=0.0), capacitance=2.0)
    simulation = Simulation(bare, FIRING, method)
    simulation.advance(400)
    assert simulation.voltage == pytest.approx(-65.0 + 10.0 * 10.0 / 2.0, abs=1e-9)


@each_method
@pytest.mark.parametrize("voltage", [-150.0, 150.0])
def test_the_ends_of_the_table_are_within_it(squid, method, voltage):
    """A membrane may start at the very edge."""
    simulation = Simulation(replace(squid, initial_voltage=voltage), None, method, 0.001)
    assert simulation.advance(50_000).stop is None
    assert -80.0 < simulation.voltage < -55.0


@each_method
@pytest.mark.parametrize(("path", "value"), [
    ("Na.conductance", 90.0), ("m.alpha.midpoint", -41.0), ("membrane.temperature", 8.0),
])  # fmt: skip
def test_an_edit_acts_from_the_next_step_on(squid, method, path, value):
    """An edited run continues as one made with the new values from the same state."""
    edited = with_value(squid, path, value)
    turned = Simulation(squid, FIRING, method)
    turned.advance(400)
    turned.set_membrane(edited)
    fresh = Simulation.from_checkpoint(turned.checkpoint())
    found, wanted = (s.advance(200, every=1).columns for s in (turned, fresh))
    np.testing.assert_array_equal(found, wanted)
    untouched = Simulation(squid, FIRING, method)
    untouched.advance(400)
    assert np.abs(untouched.advance(200, every=1).columns - found).max() > 1e-3


def test_of_many_edits_between_two_steps_only_the_last_costs(squid, monkeypatch):
    """A knob that is turned fast must not hold the run up."""
    simulation = Simulation(squid, FIRING)
    simulation.advance(1)
    made = []
    kernel_of.cache_clear()  # it may have the last one's table from another test
    tables = crank_nicolson.relaxation_tables
    monkeypatch.setattr(
        crank_nicolson, "relaxation_tables", lambda *a: made.append(a) or tables(*a)
    )
    for midpoint in range(-50, -40):
        simulation.set_membrane(with_value(squid, "m.alpha.midpoint", float(midpoint)))
    simulation.advance(1)
    simulation.set_membrane(with_value(simulation.membrane, "Na.conductance", 80.0))
    simulation.advance(1)
    assert [membrane.gates[0].alpha.midpoint for membrane, _dt in made] == [-41.0]
