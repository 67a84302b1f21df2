"""Gates without effect on V are checked too, and rows that are not finite are left out."""

from dataclasses import replace

import numpy as np
import pytest

from hhgui.engine.batch import run_population
from hhgui.engine.methods import METHODS
from hhgui.engine.population import BatchProtocol, Population
from hhgui.engine.recording import Recording
from hhgui.engine.simulation import Simulation
from hhgui.model.membrane import Current, Gate, Membrane
from hhgui.model.rate import Rate
from hhgui.model.stimulus.stimulus import Stimulus
from hhgui.model.stimulus.waveforms import Step

EXPLICIT = ["euler", "rk4"]
FIXED = [method for method in METHODS if method != "adaptive"]
DT = 0.1
# powers and conductances with which V does not feel a gate
UNFELT = pytest.mark.parametrize(("power", "conductance"), [(0, 0.1), (3, 0.0), (1, 0.0)])


def relaxing(stiffness, power=0, conductance=0.1):
    """A leak at rest, and a gate that goes from 0 to 1/2 with tau = DT / ``stiffness``."""
    quick = Gate("x", power, steady_state=Rate("constant", 0.5),
                 time_constant=Rate("constant", DT / stiffness), initial=0.0)  # fmt: skip
    currents = (Current("L", 0.3, -65.0), Current("X", conductance, -65.0, (quick,)))
    return Membrane("x", "x", 1.0, currents)


def bursting(power=8):
    """A gate that goes beyond all numbers in its second step, and takes V along."""
    burst = Rate("constant", 1e40)
    gate = Gate("x", power, burst, burst, initial=0.0)
    return Membrane("x", "x", 1.0, (Current("L", 0.3, -54.4), Current("X", 0.1, 50.0, (gate,))))


@UNFELT
def test_a_gate_that_v_does_not_feel_stops_the_run_where_it_passes_1000(power, conductance):
    """Forward Euler gives x_k = (1 - (1 - dt/tau)^k)/2: at dt = 3 tau it is 1024.5 after 11."""
    membrane = relaxing(3.0, power, conductance)
    block = Simulation(membrane, None, "euler", DT).advance(500, every=1)
    expected = 0.5 * (1.0 - (-2.0) ** np.arange(11))
    assert (block.steps, block.stop.time) == (11, pytest.approx(1.1))
    np.testing.assert_allclose(block.columns[2], expected, rtol=1e-9)


@pytest.mark.parametrize(("method", "limit"), [("euler", 2.0), ("rk4", 2.7853)])
@UNFELT
def test_it_stops_beyond_the_method_s_limit_only(method, limit, power, conductance):
    """|1 - z| and |1 - z + z²/2 - z³/6 + z⁴/24| are 1 at dt/tau = 2 and 2.7853."""
    stops = []
    for share in (0.99, 1.01):
        membrane = relaxing(share * limit, power, conductance)
        stops.append(Simulation(membrane, None, method, DT).advance(3000).stop)
    assert stops[0] is None
    assert f"the run blew up: dt 0.1 ms is too large for {METHODS[method].label}" in (
        stops[1].message
    )


@pytest.mark.parametrize("method", EXPLICIT)
@UNFELT
def test_the_remedy_for_a_gate_bears(method, power, conductance):
    """The dt that the message names lets the gate go where it should."""
    membrane = relaxing(100.0, power, conductance)
    stop = Simulation(membrane, None, method, DT).advance(500).stop
    remedied = Simulation(membrane, None, stop.method, stop.dt)
    block = remedied.advance(5000, every=1)
    assert (stop.method, block.stop) == (method, None)
    assert block.columns[2, -1] == pytest.approx(0.5, abs=1e-9)


@pytest.mark.parametrize("method", EXPLICIT)
def test_a_gate_too_quick_for_every_dt_names_another_method(method):
    """Tau is a femtosecond: Crank-Nicolson, at the same dt, bears it."""
    membrane = relaxing(1e11)
    stop = Simulation(membrane, None, method, DT).advance(500).stop
    assert "is stable here at no dt that was tried. Try Crank–Nicolson (staggered)." in stop.message
    assert (stop.method, stop.dt) == ("crank-nicolson", DT)
    assert Simulation(membrane, None, stop.method, stop.dt).advance(500).stop is None


@pytest.mark.parametrize("method", METHODS)
def test_a_gate_without_rates_is_the_reason_itself(method):
    """At 100 mV this alpha is -53 per ms: x grows without bound, by every method and any dt."""
    alpha = Rate("exponential", -1.0, 60.0, 10.0, offset=1.0)
    gate = Gate("x", 0, alpha, Rate("constant", 0.1), initial=0.5)
    currents = (Current("L", 1.0, 100.0), Current("X", 1.0, 100.0, (gate,)))
    membrane = Membrane("x", "x", 1.0, currents, initial_voltage=100.0)
    block = Simulation(membrane, None, method).advance(500, every=1)
    assert "a gate ran far from 0…1: at this V its rates are negative" in block.stop.message
    assert (block.stop.method, block.stop.dt) == (None, None)
    assert np.abs(block.columns[2]).max() < 2000.0  # half a step on from where it is kept


@pytest.mark.parametrize("method", METHODS)
def test_a_blocked_current_stops_nothing(squid, method):
    """An axon without sodium charges, and m and h stay shares."""
    blocked = squid.with_current("Na", conductance=0.0)
    block = Simulation(blocked, Stimulus(holding=10.0), method).advance(2000, every=1)
    assert block.stop is None
    assert block.columns[2:5].min() >= 0.0
    assert block.columns[2:5].max() <= 1.0


@pytest.mark.parametrize("method", EXPLICIT)
def test_blocks_do_not_matter_to_a_gate_s_stop(method):
    """In single steps it is the same step, with the same rows, to the last bit."""
    whole = Simulation(relaxing(3.0), None, method, DT).advance(500, every=1)
    stepped = Simulation(relaxing(3.0), None, method, DT)
    blocks = [stepped.advance(1, every=1) for _ in range(whole.steps)]
    assert stepped.stop.time == whole.stop.time
    assert np.array_equal(np.concatenate([b.columns for b in blocks], axis=1), whole.columns)


@pytest.mark.parametrize("method", FIXED)
@UNFELT
def test_lanes_watch_such_gates_too(method, power, conductance):
    """A lane stops when the scalar does, and where that goes on the lane does."""
    membrane = relaxing(3.0, power, conductance)
    protocol = BatchProtocol(Stimulus(), 20.0, DT, method)
    (result,) = run_population(Population(membrane, [0.0]), protocol)
    stop = Simulation(membrane, None, method, DT).advance(200).stop
    assert (stop is not None) == (method in EXPLICIT)
    expected = np.nan if stop is None else stop.time
    assert result.stopped[0] == pytest.approx(expected, abs=1e-12, nan_ok=True)


@pytest.mark.parametrize("method", EXPLICIT)
def test_each_lane_knows_whether_it_feels_a_gate(method):
    """Side by side: one does not, one does, and they stop when the scalar runs do."""
    conductance = np.array([0.0, 0.1, 1e-6])
    membrane = replace(relaxing(3.0, 1), initial_voltage=-64.0)
    population = Population(membrane, np.zeros(3), conductance={"X": conductance})
    (result,) = run_population(population, BatchProtocol(Stimulus(), 20.0, DT, method))
    for lane, g in enumerate(conductance):
        one = Simulation(membrane.with_current("X", conductance=g), None, method, DT)
        assert result.stopped[lane] == pytest.approx(one.advance(200).stop.time, abs=1e-12)
    assert len(set(result.stopped)) > 1


@pytest.mark.parametrize(("method", "steps"), [("euler", 2), ("rk4", 1)])
def test_a_row_that_a_blow_up_spoilt_is_left_out(method, steps):
    """The row of the step that fails is there only if it holds numbers."""
    block = Simulation(bursting(), None, method, DT).advance(100, every=1)
    assert block.steps == steps
    assert block.time.tolist() == [0.0]
    assert block.columns[:, 0].tolist() == pytest.approx([-65.0, 0.0, 0.0, -3.18, 0.0])


@pytest.mark.parametrize("every", [1, 2])
def test_rows_are_left_out_whatever_their_spacing(every):
    """Every second row: the spoilt one was not asked for."""
    block = Simulation(bursting(), None, "euler", DT).advance(100, every=every)
    assert block.time.tolist() == [0.0]


def test_a_gate_whose_partner_is_shut_runs_to_the_end_of_numbers():
    """|x_k| = (99**k - 1)/2 times 0: past 1.8e308 after 155 steps. A recording keeps 32 bits."""
    shut = Gate("y", 1, Rate("constant", 0.0), Rate("constant", 1.0), initial=0.0)
    leak, current = relaxing(100.0, 1).currents
    shut_off = replace(current, gates=(*current.gates, shut))
    membrane = Membrane("x", "x", 1.0, (leak, shut_off))
    block = Simulation(membrane, None, "euler", DT).advance(500, every=1)
    assert block.stop is not None
    assert block.time.size == 155
    recording = Recording(membrane)
    recording.append(block)
    _, rows = recording.envelope(0.0, 50.0, 1000)
    assert np.isfinite(rows).all()
    np.testing.assert_allclose(rows[2, :15], block.columns[2, :15], rtol=1e-6)


def test_a_state_past_all_numbers_is_no_sample(squid):
    """An infinite state gives no row, and a change of method accepts it."""
    simulation = Simulation(squid, None, "euler")
    simulation._state[1] = 1e200
    assert simulation.sample().columns.shape == (8, 0)
    simulation.set_method("rk4", 0.01)
    assert simulation.checkpoint().state[1] == 1e200


@pytest.mark.parametrize("method", EXPLICIT)
def test_a_stopped_lane_is_held_at_its_last_good_voltage(squid, method):
    """A stopped lane ends at V of the scalar run's last row; all its values stay finite."""
    stimulus = Stimulus((Step(8.0, 2.0, 60.0),))
    scalar = Simulation(squid, stimulus, method, DT).advance(400, every=1)
    protocol = BatchProtocol(stimulus, 40.0, DT, method, 0.0, 5, 10)
    (result,) = run_population(Population(squid, [1.0]), protocol)
    last = scalar.columns[0, -1]
    assert result.final[0] == pytest.approx(last, abs=1e-6)
    after = scalar.steps // 10 + 1
    assert (result.low[0, after:] == result.final[0]).all()
    assert (result.high[0, after:] == result.final[0]).all()
    ends = (result.lowest[0], result.highest[0])
    assert ends == pytest.approx((scalar.columns[0].min(), scalar.columns[0].max()), abs=1e-6)


def test_traces_of_lanes_that_burst_are_numbers():
    """Lowest and highest V of every bin, of the whole run and at its end."""
    protocol = BatchProtocol(Stimulus(), 5.0, DT, "euler", record_every=1)
    (result,) = run_population(Population(bursting(), [0.0, 1.0]), protocol)
    assert np.isfinite(result.stopped).all()
    for volts in (result.low, result.high, result.lowest, result.highest, result.final):
        assert np.isfinite(volts).all()
