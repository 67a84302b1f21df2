"""Runs that end early: found at once, explained, with a remedy that works."""

from dataclasses import replace

import numpy as np
import pytest

from hhgui.engine import simulation as simulation_module
from hhgui.engine.kernel import Status
from hhgui.engine.methods import METHODS
from hhgui.engine.simulation import Simulation
from hhgui.engine.stops import explain_stop
from hhgui.model.membrane import Current, Gate, Membrane
from hhgui.model.rate import Rate
from hhgui.model.stimulus.noise import Noise
from hhgui.model.stimulus.stimulus import Stimulus
from hhgui.model.stimulus.waveforms import Step

FIRING = Stimulus(holding=10.0)
FIXED = [method for method in METHODS if method != "adaptive"]


@pytest.fixture
def leak(library):
    """1 mS/cm² to -65 mV: 400 µA/cm² would take it to 335 mV."""
    return library["lecture6-model1"]


def test_noise_that_drives_v_away_is_not_blamed_on_dt(squid):
    """Half the dt would draw another noise, which may not reach so far: it would be no remedy."""
    noise = Stimulus((Noise(10.0, 30.0, 5.0, 3, 0.0, 1e6),))
    stop = Simulation(squid, noise).advance(8000).stop
    assert "blew up" not in stop.message
    assert stop.dt in (None, 0.025)


@pytest.mark.parametrize("dt", [0.1, 0.2, 0.5, 1.0])
@pytest.mark.parametrize("method", ["euler", "rk4"])
def test_too_large_a_step_is_named_with_a_remedy_that_works(squid, method, dt):
    """The message names dt, the method and what to try; that setting stable a second."""
    simulation = Simulation(squid, FIRING, method, dt)
    stop = simulation.advance(round(1000 / dt)).stop
    assert stop.message.startswith(f"At {stop.time:.3f} ms the run blew up: dt {dt:g} ms is too ")
    assert f"too large for {METHODS[method].label} here. Try dt ≤ {stop.dt:g} ms" in stop.message
    assert "or Crank–Nicolson" in stop.message
    assert (stop.method, stop.dt) == (method, 0.05)
    assert Simulation(squid, FIRING, stop.method, stop.dt).advance(20_000).stop is None


@pytest.mark.parametrize(("method", "stable", "fails"), [("euler", 0.06, 0.08), ("rk4", 0.08, 0.1)])
def test_explicit_methods_blow_up_where_others_saw_it(squid, method, stable, fails):
    """At 10 µA/cm² within 1 s: ground_truth.json, "Euler_stability_limit", its observations."""
    assert Simulation(squid, FIRING, method, stable).advance(round(1000 / stable)).stop is None
    assert Simulation(squid, FIRING, method, fails).advance(round(1000 / fails)).stop is not None


def test_exponential_euler_does_not_blow_up_but_lies(squid, facts):
    """At dt 0.5 ms it gives 54 spikes instead of 69: "Euler_stability_limit", its observations."""
    assert facts["spike_counts_1000ms"]["value"]["10"] == 69
    block = Simulation(squid, FIRING, "exponential-euler", 0.5).advance(2000)
    assert (block.spikes.size, block.stop) == (54, None)


@pytest.mark.parametrize("method", FIXED)
def test_a_physical_drive_off_the_table_names_the_current(leak, method):
    """As no dt helps, the message names the current, and the method without limits."""
    simulation = Simulation(leak, Stimulus(holding=400.0), method)
    stop = simulation.advance(2000).stop
    assert "V left -150…150 mV, driven there by the stimulus" in stop.message
    assert "Reduce the current, or use the adaptive method" in stop.message
    assert (stop.method, stop.dt) == ("adaptive", 0.025)
    assert (
        Simulation(leak, Stimulus(holding=400.0), stop.method, stop.dt).advance(2000).stop is None
    )


@pytest.mark.parametrize("method", METHODS)
def test_a_drive_beyond_10_v_is_refused_by_every_method(leak, method):
    """A neuron at 10 V has certainly gone wrong; no setting is offered."""
    runaway = leak.with_current("L", conductance=0.5)
    stop = Simulation(runaway, Stimulus(holding=9999.0), method).advance(2000).stop
    assert "V ran away: the stimulus is too strong for this membrane. Reduce it." in stop.message
    assert (stop.method, stop.dt) == (None, None)


def test_a_membrane_too_stiff_for_the_adaptive_method_gets_another(squid):
    """More than 20,000 steps a sample end the run loudly; the remedy works."""
    fast = Rate("constant", 1e7)
    stiff = Membrane("stiff", "", 1.0, (
        Current("a", 1.0, 0.0, (Gate("x", 1, fast, fast, initial=0.0),)), Current("L", 1.0, -65.0),
    ))  # fmt: skip
    stop = Simulation(stiff, None, "adaptive").advance(100).stop
    assert "needed too many steps. Try Crank–Nicolson (staggered), dt 0.025 ms." in stop.message
    simulation = Simulation(stiff, None, stop.method, stop.dt)
    assert simulation.advance(400).stop is None
    assert simulation.voltage == pytest.approx(-65.0 / 1.5, abs=1e-2)


@pytest.mark.parametrize(("rate", "offered"), [(1e3, "adaptive"), (1e5, None)])
def test_the_adaptive_method_is_offered_only_where_it_is_quick(leak, rate, offered):
    """A gate of 1e5 per ms costs it about 750 steps a sample, for which nobody would wait."""
    gate = Gate("x", 1, Rate("sigmoid", rate, 0.0, 50.0), Rate("constant", rate))
    gated = replace(leak, currents=(*leak.currents, Current("a", 0.0, 0.0, (gate,))))
    stop = Simulation(gated, Stimulus(holding=400.0)).advance(2000).stop
    assert stop.method == offered


@pytest.mark.parametrize("method", ["euler", "rk4", "adaptive"])
def test_numbers_beyond_doubles_are_found(squid, method):
    """Infinity and NaN stop the run in the step that makes them."""
    block = Simulation(replace(squid, capacitance=1e-300), FIRING, method).advance(100, every=1)
    assert (block.steps, block.stop.time, block.time.size) == (1, 0.025, 1)


def test_a_stopped_block_ends_with_the_step_that_failed(squid):
    """Steps, rows and spikes up to there are kept; the stop's time is where it failed."""
    simulation = Simulation(squid, FIRING, "euler", 0.1)
    block = simulation.advance(1000, every=1)
    assert block.stop.time == pytest.approx(block.steps * 0.1)
    assert block.time.size == block.columns.shape[1] == block.steps < 100
    assert np.isfinite(block.columns).all()
    assert block.spikes.size == 1
    assert simulation.time == block.stop.time


def test_a_stopped_simulation_stays_where_it_is(squid):
    """Further blocks are empty and give the same reason, and it can still be looked at."""
    simulation = Simulation(squid, FIRING, "euler", 0.1)
    stop = simulation.advance(1000).stop
    time = simulation.time
    again = simulation.advance(1000, every=1)
    assert (again.steps, again.time.size, again.spikes.size, again.stop) == (0, 0, 0, stop)
    assert simulation.sample().stop == simulation.stop == stop
    assert simulation.time == time


def test_the_remedy_is_two_calls_away(squid):
    """Setting and state renewed, the run goes on in time: the banner's button."""
    simulation = Simulation(squid, FIRING, "euler", 0.1)
    stop = simulation.advance(1000).stop
    simulation.set_method(stop.method, stop.dt)
    assert simulation.stop == stop
    simulation.restart_state()
    assert simulation.time == stop.time
    block = simulation.advance(2000)
    assert block.stop is None
    assert block.spikes.size == 7


@pytest.mark.parametrize("renew", ["reset", "restart_state"])
def test_a_renewed_state_is_not_stopped(squid, renew):
    """After a reset or a restart of the state the run goes on, and may stop again."""
    simulation = Simulation(squid, FIRING, "euler", 0.1)
    steps = simulation.advance(1000).steps
    getattr(simulation, renew)()
    assert simulation.stop is None
    assert simulation.advance(1000).steps == steps


def test_a_failure_late_in_a_run_is_explained_from_there(squid):
    """The remedy is tried on the stretch that failed, not on the quiet time before it."""
    stimulus = Stimulus((Step(10.0, 200.0, 1000.0),))
    simulation = Simulation(squid, stimulus, "euler", 0.1)
    assert simulation.advance(1999).stop is None
    stop = simulation.advance(8001).stop
    assert 201.0 < stop.time < 204.0
    assert (stop.method, stop.dt) == ("euler", 0.05)


def test_one_stop_is_explained_once(leak, monkeypatch):
    """Settings that are tried and fail are not explained in turn."""
    explained = []
    monkeypatch.setattr(
        simulation_module, "explain_stop", lambda *a: explained.append(a) or explain_stop(*a)
    )
    assert Simulation(leak, Stimulus(holding=400.0), "euler", 0.1).advance(100).stop is not None
    assert len(explained) == 1


def explain(method, dt, stable, status=Status.OFF_RANGE):
    """The stop at 3 ms, and the settings that were tried for it."""
    tried = []

    def recorded(*setting):
        tried.append(setting)
        return stable(*setting)

    return explain_stop(status, 3.0, method, dt, recorded), tried


def test_smaller_steps_are_tried_from_the_largest():
    """The largest of the smaller steps that works is offered."""
    stop, tried = explain("euler", 0.5, lambda method, dt: dt <= 0.05)
    assert tried == [("euler", 0.2), ("euler", 0.1), ("euler", 0.05)]
    assert (stop.time, stop.method, stop.dt) == (3.0, "euler", 0.05)


def test_crank_nicolson_does_not_offer_itself():
    """The remedy for Crank-Nicolson is a smaller dt and no other method."""
    stop, _ = explain("crank-nicolson", 0.1, lambda method, dt: dt <= 0.05)
    assert stop.message.endswith("Try dt ≤ 0.05 ms.")


def test_the_adaptive_method_offers_no_dt():
    """A smaller dt is no remedy for the adaptive method, whose steps do not depend on it."""
    stop, tried = explain("adaptive", 0.1, lambda method, dt: True)
    assert tried == []
    assert (stop.method, stop.dt) == (None, None)
    assert "Reduce it." in stop.message


def test_where_no_smaller_dt_helps_the_default_method_is_tried():
    """The default method is tried at the same dt, after all smaller ones."""
    stop, tried = explain("rk4", 0.005, lambda method, dt: method == "crank-nicolson")
    assert tried == [("rk4", 0.0025), ("rk4", 0.001), ("crank-nicolson", 0.005)]
    assert stop.message.endswith("no dt that was tried. Try Crank–Nicolson (staggered).")
    assert (stop.method, stop.dt) == ("crank-nicolson", 0.005)


def test_a_gate_that_nothing_helps_is_named_as_the_reason():
    """V did not leave its range, so it is not spoken of as if."""
    stop, _ = explain("rk4", 0.1, lambda *_: False, Status.GATE_RAN_AWAY)
    assert stop.message.startswith("At 3.000 ms a gate ran far from 0…1")
    assert (stop.method, stop.dt) == (None, None)


def test_too_many_steps_need_no_trial():
    """If the adaptive method needs too many steps, the default one is offered without a trial."""
    stop, tried = explain("adaptive", 1.0, lambda *_: False, Status.STEP_BUDGET)
    assert tried == []
    assert (stop.method, stop.dt) == ("crank-nicolson", 0.025)
