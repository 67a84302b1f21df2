"""The marked action potential against SciPy's solution and the published facts."""

from dataclasses import replace

import numpy as np
import pytest
import scipy

from hhgui.content.setup_table import setup_from_table
from hhgui.document.setup import Setup
from hhgui.experiments.marked import mark_action_potential, mark_by_experiment
from hhgui.experiments.single_run import run_once
from hhgui.model.parameter import ModelError
from hhgui.model.stimulus.stimulus import Stimulus
from hhgui.model.stimulus.waveforms import Pulses, Step
from tests.shipped import SQUID

READ = (
    "threshold", "threshold_time", "upstroke", "peak", "amplitude", "half_width",
    "repolarisation", "undershoot",
)  # fmt: skip
FOUND = ("excitability", "absolute_refractory", "relative_refractory")


def slopes(t, y, current):
    """Hodgkin and Huxley's equations as Dayan & Abbott print them (5.25)."""
    V, m, h, n = y
    am, bm = 0.1 * (V + 40) / (1 - np.exp(-(V + 40) / 10)), 4 * np.exp(-(V + 65) / 18)
    ah, bh = 0.07 * np.exp(-(V + 65) / 20), 1 / (1 + np.exp(-(V + 35) / 10))
    an, bn = 0.01 * (V + 55) / (1 - np.exp(-(V + 55) / 10)), 0.125 * np.exp(-(V + 65) / 80)
    ionic = 120 * m**3 * h * (V - 50) + 36 * n**4 * (V + 77) + 0.3 * (V + 54.387)
    return current - ionic, am * (1 - m) - bm * m, ah * (1 - h) - bh * h, an * (1 - n) - bn * n


@pytest.fixture(scope="module")
def solution():
    """DOP853 under 10 µA/cm² from the start state on: V(t), dV/dt(t)."""
    start = [-65.0, *SQUID.initial_gates()]
    dense = scipy.integrate.solve_ivp(
        slopes, (0, 12), start, "DOP853", rtol=1e-11, atol=1e-12, args=(10.0,), dense_output=True
    ).sol
    return lambda t: dense(t)[0], lambda t: slopes(t, dense(t), 10.0)[0]


@pytest.fixture
def held(squid):
    """The voltage of the program's own run: 12 ms under 10 µA/cm²."""
    return Setup(squid, squid, Stimulus(holding=10.0), "adaptive", 0.01, duration=12.0)


def expected_marks(V, dV):
    """The eight numbers of the first spike, by root finding and optimisation on the solution."""

    def lowest(f, a, b):
        return float(
            scipy.optimize.minimize_scalar(
                f, bounds=(a, b), method="bounded", options={"xatol": 1e-9}
            ).x
        )

    up, top = lowest(lambda t: -dV(t), 1.5, 2.1), scipy.optimize.brentq(dV, 2.0, 2.4)
    begins = scipy.optimize.brentq(lambda t: dV(t) - 20.0, 1.0, up)
    half = 0.5 * (V(begins) + V(top))
    rise, fall = (
        scipy.optimize.brentq(lambda t: V(t) - half, *ends) for ends in ((begins, top), (top, 5.0))
    )
    down, low = lowest(dV, 3.5, 4.7), scipy.optimize.brentq(dV, 4.5, 6.0)
    return (
        V(begins), begins, dV(up), V(top), V(top) - V(begins), fall - rise, dV(down), V(low)
    )  # fmt: skip


@pytest.mark.parametrize(("dt", "margin"), [(0.01, 1.0), (0.025, 8.0)])
def test_the_marks_are_those_of_scipys_solution(held, solution, dt, margin):
    """Every number, at margins that grow with dt² (straight lines and parabolas between steps)."""
    marked = mark_action_potential(run_once(replace(held, dt=dt)))
    wanted = dict(zip(READ, expected_marks(*solution), strict=True))
    margins = (3e-3, 1e-4, 0.05, 1e-3, 3e-3, 1e-4, 0.02, 1e-3)
    for (key, value), allowed in zip(wanted.items(), margins, strict=True):
        assert marked.mark(key).value == pytest.approx(value, abs=margin * allowed), key


@pytest.mark.parametrize("method", ["rk4", "crank-nicolson", "exponential-euler-gates-first"])
def test_methods_of_fixed_steps_have_the_marks_of_scipys_solution(held, solution, method):
    """At dt 0.025 within 0.5 %: slopes come from V, whose gates may be half a step behind.

    The time at which the spike begins is late by the first-order method's own error.
    """
    marked = mark_action_potential(run_once(replace(held, method=method, dt=0.025)))
    for key, value in zip(READ, expected_marks(*solution), strict=True):
        allowed = 0.03 if key == "threshold_time" else 0.005 * abs(value)
        assert marked.mark(key).value == pytest.approx(value, abs=allowed), key


def test_steady_firing_has_the_published_peak_and_undershoot(facts):
    """The limit cycle at 20 µA/cm², "steady_f_I20": Vmax 25.1208, Vmin -73.6119."""
    axon = SQUID.with_current("L", reversal=-54.4)
    setup = Setup(axon, axon, Stimulus(holding=20.0), "adaptive", 0.01, duration=300.0)
    marked = mark_action_potential(run_once(setup), which=20)
    assert "Vmax 25.1208, Vmin -73.6119" in facts["steady_f_I20"]["description"]
    assert marked.mark("peak").value == pytest.approx(25.1208, abs=1e-3)
    assert marked.mark("undershoot").value == pytest.approx(-73.6119, abs=1e-3)


def test_a_short_pulses_peak_and_trough(library, seed_systems):
    """40.0458 mV at 3.128 ms, then -76.1808 mV: "short_pulse", by DOP853."""
    values = {"n.initial": 0.317, "m.initial": 0.05, "h.initial": 0.6}
    table = {
        "model": "squid-dayan-abbott", "set": values, "method": "adaptive", "dt": 0.01,
        "stimulus": ["step:amplitude=10,start=1,stop=3"],
    }  # fmt: skip
    expected = seed_systems["short_pulse"]
    marked = mark_action_potential(run_once(setup_from_table(table, library)))
    peak = marked.mark("peak")
    assert peak.value == pytest.approx(expected["peak_mV"], abs=1e-3)
    assert peak.at[0][0] == pytest.approx(expected["peak_time_ms"], abs=2e-3)
    assert marked.mark("undershoot").value == pytest.approx(expected["trough_mV"], abs=1e-3)


@pytest.fixture(scope="module")
def by_experiment():
    """What experiments tell of the facts' axon, E_L = -54.4 mV, its own pulse 0.5 ms long."""
    axon = SQUID.with_current("L", reversal=-54.4)
    pulse = Stimulus((Step(20.0, 5.0, 5.5),))
    run = run_once(Setup(axon, axon, pulse, duration=30.0))
    return mark_by_experiment(mark_action_potential(run))


def assert_is_fact(found, fact):
    """Assert that a value is within the fact's tolerance, a number or "0.1 %"."""
    allowed = fact["tolerance"]
    if isinstance(allowed, str):
        allowed = float(allowed.removesuffix("%")) / 100.0 * fact["value"]
    assert found == pytest.approx(fact["value"], rel=0, abs=allowed)


def test_the_pulse_threshold_is_the_published_fact(by_experiment, facts):
    """The weakest 0.5 ms pulse is that of the facts, within their own tolerance."""
    assert_is_fact(by_experiment.mark("excitability").value, facts["threshold_pulse_0.5ms"])


def test_refractory_periods_lie_between_what_equal_pulses_show(by_experiment, facts):
    """30 times fires sooner than a pair of 4 times does; 5 % more fires only after a pair of 2."""
    absolute = by_experiment.mark("absolute_refractory").value
    relative = by_experiment.mark("relative_refractory").value
    assert 4.0 < absolute < facts["refractory_4.0x"]["value"]
    assert facts["refractory_2.0x"]["value"] < relative < 20.0


def test_the_lab_neurons_marks_hold_in_its_own_run(library):
    """From -65 mV by forward Euler: 0.238 µA/cm² fires, a little less does not."""
    lab = library["traub-miles-lab3"]
    setup = Setup(lab, lab, Stimulus((Step(3.0, 10.0, 20.0),)), "euler", 0.025, 60.0)
    marked = mark_by_experiment(mark_action_potential(run_once(setup)))
    weakest = marked.mark("excitability").value
    for factor, fires in ((0.999, False), (1.001, True)):
        step = Stimulus((Step(factor * weakest, 10.0, 20.0),))
        assert (run_once(replace(setup, stimulus=step)).spikes.size > 0) is fires
    # under 10 µA/cm² it fires each 4.3 ms
    assert marked.mark("absolute_refractory").value < 4.3


def test_a_long_steps_threshold_is_the_rheobase(facts):
    """A step of more than 200 ms is as good as endless: "rheobase_single_spike"."""
    axon = SQUID.with_current("L", reversal=-54.4)
    setup = Setup(axon, axon, Stimulus((Step(5.0, 5.0, 505.0),)), duration=20.0)
    marked = mark_by_experiment(mark_action_potential(run_once(setup)))
    assert_is_fact(marked.mark("excitability").value, facts["rheobase_single_spike"])


def test_a_holding_current_lowers_the_threshold_by_itself(squid):
    """Under a long step, holding and step add up; slowly, the neuron accommodates a little."""
    step = Stimulus((Step(5.0, 5.0, 505.0),))
    without = Setup(squid, squid, step, duration=20.0)
    runs = [run_once(replace(without, stimulus=replace(step, holding=h))) for h in (0.0, 0.5)]
    alone, helped = (
        mark_by_experiment(mark_action_potential(run)).mark("excitability").value for run in runs
    )
    assert alone - 0.5 < helped < alone


def test_every_mark_says_how(by_experiment):
    """Eleven marks, each with a unit and a sentence."""
    assert tuple(mark.key for mark in by_experiment.marks) == (*READ, *FOUND)
    assert all(mark.unit and len(mark.how) > 10 for mark in by_experiment.marks)


def test_refractory_spans_follow_the_spike_within_the_run(by_experiment):
    """The absolute one begins at the spike's threshold, the relative one where that ends."""
    (t, V) = by_experiment.mark("threshold").at[0]
    absolute, relative = (by_experiment.mark(f"{k}_refractory") for k in ("absolute", "relative"))
    assert absolute.at == ((t, V), (pytest.approx(t + absolute.value), V))
    assert relative.at == (absolute.at[1], (pytest.approx(min(t + relative.value, 30.0)), V))


def test_a_span_that_the_trace_contradicts_is_not_drawn(library):
    """A run that fires again within the absolute period says so instead."""
    lab = library["traub-miles-lab3"]
    setup = Setup(lab, lab, Stimulus((Step(60.0, 10.0, 60.0),)), duration=50.0)
    marked = mark_by_experiment(mark_action_potential(run_once(setup)))
    absolute = marked.mark("absolute_refractory")
    assert marked.interval < absolute.value
    assert absolute.at == marked.mark("relative_refractory").at == ()
    assert "fires again after" in absolute.how


def test_a_threshold_that_is_the_stimulus_own_jump_is_reported(squid):
    """A pulse of 50 µA/cm² drives 1 µF/cm² at 50 mV/ms by itself."""
    setup = Setup(squid, squid, Stimulus((Step(50.0, 5.0, 8.0),)), duration=20.0)
    assert "stimulus" in mark_action_potential(run_once(setup)).mark("threshold").how
    weak = replace(setup, stimulus=Stimulus((Step(10.0, 5.0, 7.0),)))
    assert "stimulus" not in mark_action_potential(run_once(weak)).mark("threshold").how


def test_a_run_without_a_spike_has_no_marks_but_its_neuron_has(squid):
    """The problem says what was looked for."""
    quiet = mark_action_potential(run_once(Setup(squid, squid)))
    assert (quiet.marks, quiet.count) == ((), 0)
    assert "0 mV" in quiet.problem
    absolute = mark_by_experiment(quiet).mark("absolute_refractory")
    assert absolute.value > 0.0
    assert absolute.at == ()


@pytest.mark.parametrize("which", [-1, 5])
def test_a_spike_that_is_not_there_is_a_problem(held, which):
    """Of one spike neither number -1 nor number 5 can be marked."""
    assert mark_action_potential(run_once(held), which=which).problem


def test_a_thinned_run_is_not_marked(squid):
    """A run without all its steps is refused, because slopes need every step."""
    setup = Setup(squid, squid, Stimulus(holding=10.0), duration=6000.0)
    marked = mark_action_potential(run_once(setup))
    assert marked.marks == ()
    assert "too long" in marked.problem


@pytest.mark.parametrize("rise", [0.0, -1.0, float("nan"), 1e6])
def test_a_criterion_out_of_range_is_refused(held, rise):
    """ModelError says what is allowed."""
    with pytest.raises(ModelError):
        mark_action_potential(run_once(held), rise)


def test_cancelled_experiments_give_none(held):
    """A cancelled measurement shows nothing half-done."""
    assert mark_by_experiment(mark_action_potential(run_once(held)), lambda: True) is None


def test_spontaneous_firing_has_no_threshold(held):
    """Under 10 µA/cm² the axon does not stay at rest: no value, and the reason."""
    marked = mark_by_experiment(mark_action_potential(run_once(replace(held, duration=60.0))))
    for key in FOUND:
        assert marked.mark(key).value is None
        assert "fires without a stimulus" in marked.mark(key).how


@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_membrane_that_only_follows_its_current_has_no_threshold(library, number):
    """A graded response has no excitability and no refractory period."""
    leaky = library[f"lecture6-model{number}"]
    run = run_once(Setup(leaky, leaky, Stimulus((Pulses(30.0, 100.0),)), "euler", 0.01, 100.0))
    marked = mark_by_experiment(mark_action_potential(run))
    assert [marked.mark(key).value for key in FOUND] == [None] * 3


@pytest.mark.parametrize("current", [-20.0, 3.0, 160.0, 1000.0])
@pytest.mark.parametrize("duration", [0.02, 13.3])
@pytest.mark.parametrize(
    "name", ["squid-dayan-abbott", "traub-miles-lab3", "lecture6-model4", "lecture6-model6"]
)
def test_no_run_raises(library, name, current, duration):
    """Cut off, blown up, blocked or silent: marks without values, never an exception."""
    stimulus = Stimulus((Step(current, 1.0, 30.0),), holding=current / 10.0)
    run = run_once(Setup(library[name], library[name], stimulus, "euler", 0.01, duration))
    for mark in mark_by_experiment(mark_action_potential(run)).marks:
        assert mark.value is None or np.isfinite(mark.value)
        assert np.isfinite(np.array(mark.at, dtype=float)).all()
