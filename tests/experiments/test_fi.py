"""The f-I experiment: the lab course's numbers, invalid settings, progress and cancel."""

from dataclasses import replace
from itertools import islice, pairwise

import pytest

from hhgui.document.fi_protocol import LAB_3, LAB_3_MODEL, FiPoint, FiProtocol
from hhgui.engine.simulation import Simulation
from hhgui.experiments import fi
from hhgui.experiments.fi import fi_points
from hhgui.model.parameter import ModelError
from hhgui.model.stimulus.stimulus import Stimulus
from hhgui.model.stimulus.waveforms import Step
from tests.refusals import refused
from tests.shipped import SQUID

SHORT = FiProtocol(0.0, 20.0, 5, 5.0, 45.0, 50.0)
FACTS = {"fi_squid_dayan_abbott": "squid-dayan-abbott", "fi_cortical_pyramidal":
         "cortical-pyramidal"}  # fmt: skip
each_way = pytest.mark.parametrize("method", ["crank-nicolson", "adaptive"])


def steps_of(fact, **changes):
    """A protocol for each current of a fact: on for 50 <= t < 550 ms of 550 ms."""
    return [FiProtocol(i, i, 1, **changes) for i in fact["currents_uA_cm2"]]


def test_lab_3_is_reproduced_exactly(library, seed_systems):
    """The preset gives lab3_fi's currents and counts, all 51, and rates per 150 ms."""
    fact = seed_systems["lab3_fi"]
    points = list(fi_points(library[LAB_3_MODEL], LAB_3))
    assert [p.index for p in points] == list(range(51))
    assert [p.current for p in points] == fact["currents_uA_cm2"]
    assert [p.count for p in points] == fact["spike_counts"]
    assert [p.rate for p in points] == [1000.0 * n / 150.0 for n in fact["spike_counts"]]


def test_the_adaptive_method_gives_lab_3s_exact_counts(library, seed_systems):
    """Without Euler's error the counts are the exact ones of lab3_fi."""
    exact = seed_systems["lab3_fi"]["spike_counts_exact"]
    protocol = replace(LAB_3, method="adaptive", dt=0.5)
    assert [p.count for p in fi_points(library[LAB_3_MODEL], protocol)] == exact


@pytest.mark.parametrize("name", FACTS)
def test_curves_from_tight_tolerances_are_reproduced(library, seed_systems, name):
    """Counts and first spikes (1e-5 ms) of seed_systems, by the adaptive method."""
    fact = seed_systems[name]
    for i, protocol in enumerate(steps_of(fact, method="adaptive", dt=0.5)):
        (point,) = fi_points(library[FACTS[name]], protocol)
        assert point.count == fact["spike_counts"][i]
        first = fact["first_spike_ms"][i]
        wanted = None if first is None else pytest.approx(first - 50.0, abs=1e-5)
        assert point.latency == wanted


@pytest.mark.parametrize("name", FACTS)
def test_the_default_settings_give_the_same_counts(library, seed_systems, name):
    """Crank-Nicolson at 0.025 ms loses no spike of seed_systems; latencies to 0.004 ms."""
    fact = seed_systems[name]
    for i, protocol in enumerate(steps_of(fact)):
        (point,) = fi_points(library[FACTS[name]], protocol)
        assert point.count == fact["spike_counts"][i]
        if point.latency is not None:
            assert point.latency + 50.0 == pytest.approx(fact["first_spike_ms"][i], abs=4e-3)


@each_way
def test_a_point_is_what_one_simulation_gives(method):
    """Count, rate over the step's length and latency are those of a run under that step."""
    point = list(fi_points(SQUID, replace(SHORT, method=method, threshold=-20.0)))[2]
    simulation = Simulation(SQUID, Stimulus((Step(10.0, 5.0, 45.0),)), method, threshold=-20.0)
    spikes = simulation.advance(2000).spikes
    assert point == FiPoint(
        2, 10.0, spikes.size, spikes.size * 25.0, pytest.approx(spikes[0] - 5.0, abs=1e-9)
    )
    assert spikes.size == 3


@each_way
def test_latency_is_counted_from_the_onset(method):
    """Let go from -100 mV it fires at once; the latency is of the first spike of the step."""
    released = replace(SQUID, initial_voltage=-100.0)
    protocol = replace(SHORT, on=30.0, off=60.0, duration=60.0, method=method)
    points = list(fi_points(released, protocol))
    assert [p.count for p in points][:2] == [1, 2]
    assert points[0].latency is None
    assert 1.0 < points[1].latency < 10.0


@each_way
def test_spikes_after_the_step_are_counted_apart(method):
    """A rebound from a negative step is a spike of the run, but in no rate of the step."""
    protocol = FiProtocol(-10.0, -10.0, 1, 5.0, 45.0, 70.0, method=method)
    (point,) = fi_points(SQUID, protocol)
    assert (point.count, point.rate, point.outside) == (1, 0.0, 1)
    assert 40.0 < point.latency < 55.0


@each_way
def test_the_threshold_decides_what_is_a_spike(method):
    """A peak below the threshold is not counted."""
    high = replace(SHORT, threshold=45.0, method=method)
    assert [p.count for p in fi_points(SQUID, high)] == [0] * 5


def test_falling_currents_are_allowed():
    """A sweep from 20 down to 0 has the points of the rising sweep, backwards."""
    rising = list(fi_points(SQUID, SHORT))
    falling = list(fi_points(SQUID, replace(SHORT, first=20.0, last=0.0)))
    assert [(p.current, p.count) for p in falling] == [(p.current, p.count) for p in rising[::-1]]


def test_currents_are_as_a_person_writes_them():
    """0.6 is 0.6, not 0.6000000000000001; both ends are included."""
    assert LAB_3.currents.tolist() == [round(0.2 * k, 1) for k in range(51)]
    assert FiProtocol(3.0, 9.0, 1).currents.tolist() == [3.0]


def test_more_currents_than_one_group_of_lanes():
    """130 points come in order, each once."""
    protocol = FiProtocol(0.0, 12.9, 130, 1.0, 20.0, 20.0)
    points = list(fi_points(SQUID, protocol))
    assert [p.index for p in points] == list(range(130))
    assert [p.current for p in points] == [round(0.1 * k, 1) for k in range(130)]


def test_a_run_off_the_table_is_reported_with_its_point():
    """The point has the problem of a single run; points whose run ended well have none."""
    protocol = FiProtocol(0.0, 900.0, 2, 5.0, 15.0, 20.0, method="euler", dt=0.05)
    quiet, wild = fi_points(SQUID, protocol)
    assert quiet.problem == ""
    simulation = Simulation(SQUID, Stimulus((Step(900.0, 5.0, 15.0),)), "euler", 0.05)
    assert wild.problem == simulation.advance(400).stop.message
    assert wild.problem.startswith("At 5.550 ms the run blew up: dt 0.05 ms is too large for ")


def test_an_adaptive_run_that_stops_is_reported_with_its_point(library):
    """Nothing holds the leak at 1000 µA/cm² and 0.01 mS/cm²: 10 V is too far."""
    leak = library["lecture6-model1"].with_current("L", conductance=0.01)
    protocol = FiProtocol(0.0, 1000.0, 2, 5.0, 45.0, 50.0, method="adaptive", dt=0.5)
    quiet, wild = fi_points(leak, protocol)
    assert quiet.problem == ""
    assert "V ran away: the stimulus is too strong" in wild.problem


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"first": -1001.0}, "from"), ({"last": float("nan")}, "to"), ({"first": "0"}, "from"),
        ({"points": 0}, "points"), ({"points": 10002}, "points"), ({"points": 2.5}, "points"),
        ({"points": True}, "points"), ({"on": -1.0}, "on"), ({"off": 50.0}, "off"),
        ({"off": 10.0}, "off"), ({"off": 1e7}, "off"), ({"duration": 549.0}, "duration"),
        ({"duration": float("inf")}, "duration"), ({"threshold": 151.0}, "threshold"),
        ({"dt": 0.0}, "dt"), ({"dt": 1.5}, "dt"), ({"method": "unheard-of"}, "method"),
    ],
    ids=str,
)  # fmt: skip
def test_a_protocol_out_of_range_is_refused(changes, key):
    """The error names the key, so that the tab knows beside which field to show it."""
    with refused(key):
        FiProtocol(**changes)


def test_a_protocol_says_what_is_allowed():
    """The error of two times that do not fit names both and the bound."""
    with pytest.raises(ModelError, match=r"step stop must be after step start \(50 ms\)"):
        FiProtocol(off=20.0)
    with pytest.raises(ModelError, match=r"duration must be at least step stop \(550 ms\)"):
        FiProtocol(duration=500.0)


@each_way
def test_a_cancelled_sweep_ends(method):
    """A sweep that is cancelled from the start yields no point."""
    points = list(fi_points(SQUID, replace(SHORT, method=method), lambda: True))
    assert points == []


def test_an_adaptive_sweep_is_cancelled_within_a_run(monkeypatch):
    """A long run is cut, so that a cancel need not wait for its end."""
    monkeypatch.setattr(fi, "BLOCK_STEPS", 100)
    answers = iter([False] * 25 + [True])
    protocol = replace(SHORT, method="adaptive")
    points = list(fi_points(SQUID, protocol, lambda: next(answers)))
    assert [p.index for p in points] == [0]


def test_cuts_of_an_adaptive_run_do_not_matter(monkeypatch):
    """Points are the same however their runs are cut."""
    protocol = replace(SHORT, method="adaptive")
    whole = list(fi_points(SQUID, protocol))
    monkeypatch.setattr(fi, "BLOCK_STEPS", 77)
    assert list(fi_points(SQUID, protocol)) == whole


def test_progress_rises_to_1():
    """The reported fractions of the work never fall, and the last one is 1."""
    shares = []
    protocol = FiProtocol(0.0, 10.0, 200, 1.0, 20.0, 20.0)
    assert len(list(fi_points(SQUID, protocol, progress=shares.append))) == 200
    assert all(a <= b for a, b in pairwise(shares))
    assert shares[-1] == 1.0
    assert len(shares) >= 4


@each_way
def test_points_come_as_they_are_made(method):
    """The first one is there before the last is begun."""
    protocol = replace(SHORT, points=9, method=method)
    assert [p.index for p in islice(fi_points(SQUID, protocol), 2)] == [0, 1]


@each_way
def test_the_steady_rate_is_of_the_last_five_intervals(method):
    """None where there are fewer; else close to the published 69 spikes a second."""
    protocol = FiProtocol(3.0, 10.0, 2, 10.0, 210.0, 210.0, method=method)
    silent, firing = fi_points(SQUID, protocol)
    assert silent.steady_rate is None
    spikes = Simulation(SQUID, Stimulus((Step(10.0, 10.0, 210.0),)), method).advance(8400).spikes
    assert firing.steady_rate == pytest.approx(5000.0 / (spikes[-1] - spikes[-6]), rel=1e-9)
    assert firing.steady_rate == pytest.approx(68.3, abs=0.5)


@each_way
def test_oscillation_below_the_threshold_is_noted(library, method):
    """The cortical cell at 2.3 µA/cm² fires with peaks at -8 mV: the note says what counts it."""
    protocol = FiProtocol(2.3, 2.3, 1, 10.0, 210.0, 210.0, method=method)
    (point,) = fi_points(library["cortical-pyramidal"], protocol)
    note = point.note(protocol)
    assert "oscillates below the threshold of 0 mV" in note
    assert "a threshold of -20 mV counts it" in note
    lower = replace(protocol, threshold=-20.0)
    (again,) = fi_points(library["cortical-pyramidal"], lower)
    assert again.note(lower) == ""
    assert again.steady_rate == pytest.approx(53.0, abs=1.0)
