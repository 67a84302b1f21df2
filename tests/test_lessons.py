"""The lessons that come with the app: they parse, run, and every number they quote is true.

The numbers in the texts are repeated here as they are written there, and compared with runs.
"""

import re
from dataclasses import replace

import numpy as np
import pytest

from hhgui.analysis.equilibrium import equilibria_at
from hhgui.content.lesson import Text, lessons_dir, load_lessons, parse_lesson
from hhgui.engine.methods import DEFAULT_METHOD
from hhgui.engine.simulation import Simulation
from hhgui.engine.trajectory import trajectory
from hhgui.experiments.catalogue import experiment_named
from hhgui.experiments.clamp_fitting import FitRequest, fit_family
from hhgui.experiments.contract import Subject
from hhgui.experiments.excitability import excitability
from hhgui.experiments.fi import fi_points
from hhgui.experiments.frequency_current import FrequencyCurrent
from hhgui.experiments.marked import mark_action_potential
from hhgui.experiments.single_run import run_once
from hhgui.model.edit import with_value
from hhgui.model.stimulus.spec import parse_component
from tests.measuring import measured
from tests.shipped import SQUID

BUILD_UP, SPIKE, INTEGRATOR = "from-leak-to-spike", "the-action-potential", "choosing-an-integrator"
THRESHOLD, DURATION, WARMTH, WHY = (
    "threshold-and-refractoriness", "rheobase-and-chronaxie", "temperature", "why-neurons-fire",
)  # fmt: skip
CLAMP = "from-currents-to-equations"
MOST_WORDS = 120


@pytest.fixture(scope="module")
def lessons(library):
    """The app's lessons by id."""
    found, problems = load_lessons(library, lessons_dir())
    assert problems == ()
    return {lesson.id: lesson for lesson in found}


@pytest.fixture(scope="module")
def run(lessons):
    """Runs a step (from 1) of a lesson, changed as the step tells the student to."""

    def run_step(lesson, step, method=None, dt=None, stimulus=None, values=()):
        setup = lessons[lesson].steps[step - 1].setup
        membrane = setup.membrane
        for path, value in dict(values).items():
            membrane = with_value(membrane, path, value)
        if stimulus:
            parts = (parse_component(stimulus),)
            setup = replace(setup, stimulus=replace(setup.stimulus, components=parts))
        changed = {"method": method or setup.method, "dt": dt or setup.dt}
        if setup.experiment == "integrators":  # which has a duration of its own
            changed["duration"] = setup.settings["duration"]
        return run_once(replace(setup, membrane=membrane, **changed))

    return run_step


def at(run, time, name="V"):
    """A column's value at a time (ms)."""
    return float(np.interp(time, run.times, run.column(name)))


def between(run, start, stop, name="V"):
    """A column's values from start to stop (ms)."""
    return run.column(name)[(run.times >= start) & (run.times < stop)]


def test_the_lessons_come_in_order(lessons):
    """The lessons go from the membrane to the spike, the numerics and measurements."""
    assert list(lessons) == [
        BUILD_UP, SPIKE, INTEGRATOR, THRESHOLD, DURATION, WARMTH, CLAMP, WHY,
    ]  # fmt: skip


def test_every_step_is_short(lessons):
    """At most 120 words each, so that it can be read beside the traces."""
    for lesson in lessons.values():
        for step in lesson.steps:
            text = " ".join(b.markdown for b in step.blocks if isinstance(b, Text))
            assert len(re.sub(r"[*#]", "", text).split()) <= MOST_WORDS, step.title


def test_every_step_but_the_last_advice_sets_something(lessons):
    """Only the last step, "What to take", changes no setting."""
    steps = [step for lesson in lessons.values() for step in lesson.steps]
    assert [s.title for s in steps if s.setup is None] == ["What to take"]


def test_the_leaky_membrane_answers_up_and_down_alike(run):
    """V goes to -35 and -95 mV; with twice the leak half as far, C/g = 0.5 ms."""
    leaky, twice = run(BUILD_UP, 1), run(BUILD_UP, 1, values={"L.conductance": 2.0})
    assert (at(leaky, 39.9), at(leaky, 79.9)) == pytest.approx((-35, -95), abs=0.01)
    assert (at(twice, 39.9), at(twice, 79.9)) == pytest.approx((-50, -80), abs=0.01)
    assert at(twice, 20.5) == pytest.approx(-65 + 15 * (1 - np.exp(-1)), abs=0.1)


def test_two_conductances_share_the_rest(run):
    """0 mV at 1:1, -52 mV at 9:1; the pulses move it by 15 mV."""
    equal = run(BUILD_UP, 2)
    assert (at(equal, 19.9), at(equal, 39.9), at(equal, 79.9)) == pytest.approx(
        (0, 15, -15), abs=0.01
    )
    assert at(run(BUILD_UP, 2, values={"a.conductance": 9.0}), 19.9) == pytest.approx(-52, abs=0.01)


def test_a_gate_that_only_resists(run):
    """V goes to -50.1, then -51.0, down to -94.5 mV; a at 0.06 makes I_a 16, the leak 14."""
    gated, leaky = run(BUILD_UP, 3), run(BUILD_UP, 3, values={"a.conductance": 0.0})
    assert gated.column("V").max() == pytest.approx(-50.1, abs=0.05)
    assert (at(gated, 39.9), at(gated, 79.9)) == pytest.approx((-51.0, -94.5), abs=0.05)
    assert at(gated, 39.9, "a") == pytest.approx(0.06, abs=0.005)
    currents = at(gated, 39.9, "I_a"), at(gated, 39.9, "I_L"), at(gated, 79.9, "I_a")
    assert currents == pytest.approx((16, 14, 0), abs=0.5)
    assert (at(leaky, 39.9), at(leaky, 79.9)) == pytest.approx((-35, -95), abs=0.01)


def test_model_4_creeps_and_never_turns_back(run):
    """V rises from -53 mV at 42 ms to -42 at the pulse's end, and is -66 at 85 ms."""
    weak = run(BUILD_UP, 4)
    assert [at(weak, t) for t in (42, 79.9, 85)] == pytest.approx([-53, -42, -66], abs=0.5)
    assert np.all(np.diff(between(weak, 42, 79.9)) > 0)


def test_model_4_pushed_harder_never_comes_down(run):
    """V is 0 mV at 56 ms, +125, then +91 for good; +57 under the downward pulse; b at 0.09."""
    strong = run(BUILD_UP, 5)
    assert strong.spikes == pytest.approx([56.1], abs=0.1)
    assert strong.column("V").max() == pytest.approx(125, abs=0.5)
    assert (at(strong, 119), at(strong, 159.9), at(strong, 199)) == pytest.approx(
        (91, 57, 91), abs=0.5
    )
    assert at(strong, 119, "b") == pytest.approx(0.09, abs=0.005)


def test_euler_blows_up_on_model_4s_fast_gate(run, library):
    """At +120 mV gate b's time constant is 0.007 ms, shorter than dt."""
    assert "blew up" in run(BUILD_UP, 5, method="euler").problem
    b = library["lecture6-model4"].gates[1]
    assert b.time_constant(120.0) == pytest.approx(0.007, abs=5e-4)


def test_model_5_rises_and_hangs(run):
    """Up to +14 mV, then 0 during the pulse and -7.9 after it, while a_inact goes 0.99 to 0.17."""
    hanging = run(BUILD_UP, 6)
    assert between(hanging, 40, 80).max() == pytest.approx(14, abs=0.5)
    assert (at(hanging, 79.9), at(hanging, 199)) == pytest.approx((0, -7.9), abs=0.05)
    inactivation = at(hanging, 39.9, "a_inact"), at(hanging, 79.9, "a_inact")
    assert inactivation == pytest.approx((0.99, 0.17), abs=0.005)


def test_no_constant_leak_repolarises_model_5(run):
    """At 2 mS/cm² it hangs at -16.8 mV, at 3 it no longer rises."""
    assert at(run(BUILD_UP, 6, values={"b.conductance": 2.0}), 119) == pytest.approx(
        -16.8, abs=0.05
    )
    assert run(BUILD_UP, 6, values={"b.conductance": 3.0}).column("V").max() < -55


def test_model_6_falls_but_not_to_rest(run):
    """V is +64 mV, falls 77 mV in under 4 ms, is -9, then -11.8; with g of b = 50 still -24."""
    almost = run(BUILD_UP, 7)
    assert between(almost, 40, 45).max() == pytest.approx(64, abs=0.5)
    trough = between(almost, 44, 48)
    peak_time = almost.times[almost.column("V").argmax()]
    assert 64.2 - trough.min() == pytest.approx(77, abs=0.5)
    assert almost.times[almost.times >= 44][trough.argmin()] - peak_time < 4
    assert (at(almost, 79.9), at(almost, 199)) == pytest.approx((-9.2, -11.8), abs=0.1)
    assert at(almost, 199, "a_inact") == pytest.approx(0.30, abs=0.005)
    assert at(run(BUILD_UP, 7, values={"b.conductance": 50.0}), 199) == pytest.approx(-24, abs=0.5)


def test_the_squid_spikes_and_returns(run):
    """+44 mV, -76 within 3 ms, rest; a rebound at 165 ms."""
    squid = run(BUILD_UP, 8)
    assert squid.spikes == pytest.approx([42.9, 164.7], abs=0.1)
    first = between(squid, 40, 60)
    assert (first.max(), first.min()) == pytest.approx((44, -76), abs=0.5)
    assert (first.argmin() - first.argmax()) * squid.setup.dt < 3


@pytest.mark.parametrize(("amplitude", "upward", "afterwards"), [(2, 0, 0), (6, 3, 1)])
def test_the_squids_spikes_by_amplitude(run, amplitude, upward, afterwards):
    """There is no spike at 2; at 6 three in the upward pulse and one after the downward."""
    spikes = run(BUILD_UP, 8, stimulus=f"pulses:amplitude={amplitude},span=200").spikes
    assert (np.sum(spikes < 80), np.sum(spikes > 160), spikes.size) == (
        upward, afterwards, upward + afterwards,
    )  # fmt: skip


def test_the_squid_taken_apart(run):
    """Without K, V rises by itself at 2 ms and hangs near 0 mV; half the Na bumps to -55."""
    stuck = run(BUILD_UP, 9)
    assert stuck.spikes[0] == pytest.approx(2.4, abs=0.05)
    assert abs(at(stuck, 119)) < 5
    half = run(BUILD_UP, 9, values={"K.conductance": 36.0, "Na.conductance": 60.0})
    assert half.column("V").max() == pytest.approx(-55, abs=0.5)


def test_lab_3s_two_spikes(run):
    """13.15 and 32.2 ms; one at 2 µA/cm²; exactly computed the second comes at 26.7."""
    assert run(SPIKE, 1).spikes == pytest.approx([13.15, 32.2], abs=0.05)
    assert run(SPIKE, 1, stimulus="step:amplitude=2,start=10,stop=20").spikes.size == 1
    assert run(SPIKE, 1, method="adaptive").spikes[1] == pytest.approx(26.7, abs=0.05)


def test_the_take_off(run):
    """Threshold at 12.8 ms and -52 mV; the steepest slope is about 744 mV/ms."""
    marked = mark_action_potential(run(SPIKE, 2))
    values = [marked.mark(key).value for key in ("threshold_time", "threshold", "upstroke")]
    assert values == [
        pytest.approx(12.8, abs=0.05), pytest.approx(-52, abs=0.5), pytest.approx(744, abs=5),
    ]  # fmt: skip


def test_all_or_nothing(run):
    """0.2 climbs to -62.6 mV; 0.3 fires 23 ms late, 1 at 16.8 ms, with heights of 47.5 to 48."""
    weak, late, one = (
        run(SPIKE, 2, stimulus=f"step:amplitude={a},start=10,stop=20") for a in (0.2, 0.3, 1)
    )
    assert (weak.spikes.size, weak.column("V").max()) == pytest.approx((0, -62.6), abs=0.05)
    assert (late.spikes[0], one.spikes[0]) == pytest.approx((33.3, 16.8), abs=0.05)
    for spike in (late, one, run(SPIKE, 2)):
        assert 47.5 <= between(spike, 0, 50).max() < 48.05


@pytest.mark.parametrize(
    ("path", "value", "peak"),
    [("Na.reversal", 30, 28), ("Na.reversal", 70, 68), ("Na.conductance", 25, 40)],
)
def test_what_the_peak_follows(run, path, value, peak):
    """The peak follows the sodium reversal potential, and the conductance less."""
    assert between(run(SPIKE, 3, values={path: value}), 0, 20).max() == pytest.approx(peak, abs=0.5)


def test_the_upstrokes_speed_follows_the_conductance(run):
    """V rises by 744 mV/ms with 50 mS/cm², by 470 with 25."""
    half = mark_action_potential(run(SPIKE, 3, values={"Na.conductance": 25}))
    assert half.mark("upstroke").value == pytest.approx(470, abs=1)


def test_potassium_outlasts_the_spike(run):
    """At 14.5 ms its conductance is 1.3 mS/cm², sodium's is gone."""
    spike = run(SPIKE, 4)
    assert at(spike, 14.5, "g_K") == pytest.approx(1.3, abs=0.05)
    assert at(spike, 14.5, "g_Na") < 1e-3


@pytest.mark.parametrize(
    ("potassium", "width", "undershoot"), [(10, 0.55, -78), (5, 0.69, -71), (20, 0.44, -83)]
)
def test_potassium_sets_the_width(run, potassium, width, undershoot):
    """The width halfway between threshold and peak, and the undershoot that follows."""
    marked = mark_action_potential(run(SPIKE, 4, values={"K.conductance": potassium}))
    assert marked.mark("half_width").value == pytest.approx(width, abs=0.006)
    assert marked.mark("undershoot").value == pytest.approx(undershoot, abs=0.5)


def test_without_potassium_the_spike_stays_up(run):
    """V never falls below -10 mV again."""
    stuck = run(SPIKE, 4, values={"K.conductance": 0.0})
    assert between(stuck, 14, 50).min() > -10


@pytest.mark.parametrize(
    ("amplitude", "interval", "spikes"), [(30, 3, 1), (60, 3, 2), (30, 10, 2), (200, 1, 1)]
)
def test_refractory(run, amplitude, interval, spikes):
    """The axon is absolutely refractory at 1 ms, relatively at 3, and recovered at 10 ms."""
    pair = f"train:amplitude={amplitude},start=10,width=0.5,interval={interval},count=2"
    assert run(SPIKE, 5, stimulus=pair).spikes.size == spikes


def test_ten_ms_later_the_spike_takes_longer(run):
    """The first spike comes 0.7 ms after its pulse, the second 1.8 ms."""
    pair = run(SPIKE, 5, stimulus="train:amplitude=30,start=10,width=0.5,interval=10,count=2")
    assert pair.spikes - (10, 20) == pytest.approx((0.7, 1.8), abs=0.06)


@pytest.mark.parametrize(
    ("amplitude", "interval", "open_fraction"), [(200, 1, 0.05), (30, 3, 0.54), (30, 10, 0.99)]
)
def test_h_when_the_second_pulse_comes(run, amplitude, interval, open_fraction):
    """h recovers between 1 and 10 ms after the first pulse."""
    pair = f"train:amplitude={amplitude},start=10,width=0.5,interval={interval},count=2"
    h = at(run(SPIKE, 5, stimulus=pair), 10 + interval, "h")
    assert h == pytest.approx(open_fraction, abs=0.006)


def test_the_table_of_marks_says_how_long_it_lasts(lessons):
    """The lab neuron is absolutely refractory for 3.6 ms, relatively until 94 ms."""
    found = {f.key: f for f in excitability(lessons[SPIKE].steps[1].setup)}
    absolute, relative = found["absolute_refractory"], found["relative_refractory"]
    assert absolute.value == pytest.approx(3.6, abs=0.05)
    assert relative.value == pytest.approx(94.0, abs=0.5)


def test_the_lab_neuron_starts_slowly_the_squid_at_once(lessons, library):
    """The lab's counts are 0, 3, 5 … 34; the squid hardly fires up to 6 µA/cm², then 8 times."""
    setup = lessons[SPIKE].steps[5].setup
    experiment = FrequencyCurrent.from_settings(setup.settings)
    protocol = experiment.protocol(setup.method, setup.dt, setup.threshold, setup.rearm)
    counts = [p.count for p in fi_points(library["traub-miles-lab3"], protocol)]
    assert (counts[:6], counts[-1], len(counts)) == ([0, 3, 5, 6, 7, 8], 34, 51)
    squid = [p.count for p in fi_points(SQUID, protocol)]
    assert max(squid[:31]) <= 2  # up to 6 µA/cm²
    assert (squid[31], min(squid[31:])) == (8, 8)
    assert squid[31] / 0.150 == pytest.approx(53, abs=0.5)


@pytest.mark.parametrize(
    ("method", "dt", "spikes"),
    [
        ("exponential-euler", 0.1, 92), ("exponential-euler", 0.05, 95),
        ("exponential-euler", 0.01, 98), ("exponential-euler-gates-first", 0.1, 98),
        ("euler", 0.05, 98), ("rk4", 0.05, 98), ("crank-nicolson", 0.1, 98), ("adaptive", 0.1, 98),
    ],
)  # fmt: skip
def test_the_noises_spikes(run, method, dt, spikes):
    """The counts of spikes are those in the lesson's first three steps."""
    assert run(INTEGRATOR, 1, method=method, dt=dt).spikes.size == spikes


@pytest.mark.parametrize("method", ["euler", "rk4"])
def test_at_a_tenth_of_a_millisecond_two_blow_up(run, method):
    """At dt 0.1 ms each of two methods blows up within two milliseconds."""
    burst = run(INTEGRATOR, 2, method=method, dt=0.1)
    assert "blew up" in burst.problem
    assert burst.times[-1] < 2.0


def test_why_they_blow_up(run):
    """The conductances add up to 38 mS/cm²: C over that is 0.026 ms."""
    true = run(INTEGRATOR, 1, method=DEFAULT_METHOD, dt=0.025)
    total = sum(true.column(f"g_{name}") for name in ("Na", "K", "L")).max()
    assert (total, 1 / total) == (pytest.approx(38, abs=0.5), pytest.approx(0.026, abs=5e-4))


def test_the_noise_is_as_described(run):
    """The noise is about 30 µA/cm² with a standard deviation of 3.8."""
    current = run(INTEGRATOR, 1).column("I_stim")[:-1]
    assert (current.mean(), current.std()) == pytest.approx((30.3, 3.75), abs=0.06)


@pytest.mark.parametrize(
    ("method", "coarse", "fine"),
    [("euler", 0.080, 0.041), ("exponential-euler", 2.4, 1.2), ("crank-nicolson", 0.059, 0.015)],
)
def test_halving_the_step(lessons, method, coarse, fine):
    """The worst error of the seven spike times at 0.05 and at 0.025 ms is as quoted."""
    setup = lessons[INTEGRATOR].steps[3].setup

    def spikes(method, dt):
        simulation = Simulation(setup.membrane, setup.stimulus, method, dt)
        return simulation.advance(round(setup.settings["duration"] / dt)).spikes

    true = spikes("adaptive", 0.01)
    errors = [np.abs(spikes(method, dt) - true).max() for dt in (0.05, 0.025)]
    assert true.size == 7
    assert errors == pytest.approx([coarse, fine], rel=0.03)


@pytest.mark.parametrize("method", ["euler", "rk4", "exponential-euler"])
def test_the_handouts_capacitance_gives_one_spike(run, method):
    """Every method gives one spike, and none blows up."""
    slow = run(INTEGRATOR, 5, method=method)
    assert (slow.spikes.size, slow.problem) == (1, "")


def test_after_its_spike_the_handouts_neuron_only_oscillates(run):
    """Below -6 mV by every method; RK4 keeps to the adaptive curve, others lie 50 mV off."""
    grid = np.arange(20.0, 1000.0, 0.5)
    true, *others = (
        np.interp(grid, r.times, r.column("V"))
        for m in ("adaptive", "rk4", "euler", "exponential-euler")
        if (r := run(INTEGRATOR, 5, method=m))
    )
    assert max(v.max() for v in (true, *others)) < -6
    far = [np.abs(v - true).max() for v in others]
    assert far[0] < 1
    assert max(far[1:]) == pytest.approx(50, abs=1)


def test_a_pulse_nearly_fires_and_then_does(run):
    """V nearly fires at 9.4 ms and at 13; the spikes of 33, 39 and 41 mV come ever sooner."""
    for strength, top, time in (
        (13.25, -56.3, 9.4), (13.0, -58.2, 7.85), (13.3, 33.0, 10.9), (20.0, 39.0, 7.1),
        (40.0, 41.0, 6.2),
    ):  # fmt: skip
        found = run(THRESHOLD, 1, stimulus=f"step:amplitude={strength},start=5,stop=5.5")
        voltage = found.column("V")
        assert voltage.max() == pytest.approx(top, abs=0.5 if top > 0.0 else 0.05)
        assert found.times[voltage.argmax()] == pytest.approx(time, abs=0.06)
    assert at(run(THRESHOLD, 1), 5.5) == pytest.approx(-59.0, abs=0.1)


def test_a_second_pulse_is_too_soon_after_14_ms(run):
    """After 15 ms it fires, at 22.6 ms; after 8 ms one of 100 µA/cm² does."""
    pair = "paired:amplitude=20,start=5,width=0.5,interval={},second={}"
    assert run(THRESHOLD, 5).spikes.size == 1
    later = run(THRESHOLD, 5, stimulus=pair.format(15, 20)).spikes
    assert later[1] == pytest.approx(22.6, abs=0.05)
    assert run(THRESHOLD, 5, stimulus=pair.format(8, 100)).spikes.size == 2


def test_the_gates_remember_a_spike(run):
    """h 0.15 and n 0.68 at 10 ms, both back at 20 ms, n a little too far; at rest 0.60, 0.32."""
    spike = run(THRESHOLD, 7)
    gates = [(at(spike, t, "h"), at(spike, t, "n")) for t in (0.0, 10.0, 20.0)]
    assert np.array(gates) == pytest.approx(
        np.array([(0.596, 0.318), (0.154, 0.68), (0.598, 0.315)]), abs=0.003
    )


def test_a_long_step_fires_early_or_never(run):
    """2.23 µA/cm² reaches -57 mV; 2.25 fires once, at 13.6 ms."""
    weak = run(DURATION, 1)
    assert (weak.spikes.size, weak.column("V").max()) == (0, pytest.approx(-57.0, abs=0.1))
    assert run(DURATION, 1, stimulus="step:amplitude=2.25,start=5,stop=205").spikes == (
        pytest.approx([13.6], abs=0.05)
    )


def test_a_warm_spike_is_low(run):
    """The peak is 40.5 mV at 6.3 °C, 30.3 at 18.5 and 41.9 at 0."""
    for temperature, peak in ((6.3, 40.5), (18.5, 30.3), (0.0, 41.9)):
        warm = run(WARMTH, 1, values={"membrane.temperature": temperature})
        assert warm.column("V").max() == pytest.approx(peak, abs=0.1)


def test_a_hot_axon_oscillates_and_a_hotter_one_settles(run):
    """At 28 °C V oscillates by 28 mV after the first peak; at 30 °C not at all."""
    hot, hotter = run(WARMTH, 4), run(WARMTH, 4, values={"membrane.temperature": 30.0})
    assert hot.spikes.size == hotter.spikes.size == 1
    assert np.ptp(between(hot, 60.0, 109.0)) == pytest.approx(28.0, abs=0.3)
    assert np.ptp(between(hotter, 60.0, 109.0)) < 0.1


@pytest.fixture
def found(lessons):
    """What the experiment of a step (from 1) finds: its results by key, and its rows."""

    def measure(lesson, step, values=(), **changes):
        setup = lessons[lesson].steps[step - 1].setup
        membrane = setup.membrane
        for path, value in dict(values).items():
            membrane = with_value(membrane, path, value)
        kind = experiment_named(setup.experiment)
        experiment = kind.from_settings({**setup.settings, **changes})
        stimulus = setup.stimulus
        made = measured(experiment, Subject(membrane, stimulus, setup.method, setup.dt))
        return {result.key: result.value for result in made.results}, made.rows

    return measure


@pytest.mark.parametrize(
    ("lesson", "step", "values", "changes", "quoted"),
    [
        (THRESHOLD, 3, {}, {}, {"threshold": 13.28}),
        (THRESHOLD, 3, {}, {"duration": 1.0}, {"threshold": 6.92}),
        (THRESHOLD, 4, {}, {}, {"threshold": 6.505}),
        (THRESHOLD, 4, {"Na.conductance": 80.0}, {}, {"threshold": 9.8}),
        (THRESHOLD, 6, {}, {}, {"absolute": 5.8, "relative": 15.8}),
        (THRESHOLD, 6, {"membrane.temperature": 18.5}, {}, {"absolute": 1.9, "relative": 4.8}),
        (DURATION, 2, {}, {}, {"rheobase": 2.24, "chronaxie": 1.65}),
        (DURATION, 5, {}, {"slopes": [1.0]}, {"minimal_slope": 0.38}),
        (DURATION, 5, {"K.conductance": 30.0}, {"slopes": [1.0]}, {"minimal_slope": 0.25}),
        (DURATION, 6, {}, {}, {"rheobase": 0.02, "chronaxie": 54.0, "lapicque_error": -7.0}),
        (WHY, 3, {}, {}, {"onset": 15.1, "offset": 6.28}),
        (WHY, 6, {}, {"first": 28.0, "last": 30.0, "points": 2}, {"merge_1": 28.858}),
        (WARMTH, 3, {}, {"temperatures": [0.0, 28.0, 30.0]}, {"merging": 28.86}),
    ],
)
def test_a_step_finds_the_numbers_that_it_quotes(found, lesson, step, values, changes, quoted):
    """Each step's experiment finds the numbers of its text to the digits given there."""
    results, _ = found(lesson, step, values, **changes)
    for key, value in quoted.items():
        assert results[key] == pytest.approx(value, rel=0.03 if value < 5.0 else 0.01)


def test_the_axon_is_supernormal_around_19_ms(found):
    """The second pulse needs 0.85 times the strength that it needs at rest."""
    _, rows = found(THRESHOLD, 6, intervals=[18.77])
    assert rows.column("relative_strength")[0] == pytest.approx(0.85, abs=0.006)


def test_short_pulses_need_one_charge(found):
    """Pulses of 130 and 13 µA/cm² need 6.5 to 6.6 nC/cm²; twice that with twice the C."""
    _, rows = found(DURATION, 3)
    assert rows.column("charge")[[0, -1]] == pytest.approx([6.51, 6.64], abs=0.006)
    assert rows.column("threshold")[[0, -1]] == pytest.approx([130.0, 13.3], abs=0.3)
    _, larger = found(DURATION, 3, {"membrane.capacitance": 2.0})
    assert larger.column("charge")[0] / rows.column("charge")[0] == pytest.approx(2.07, abs=0.05)


def test_neither_law_holds_at_a_fifth_of_a_millisecond(found):
    """The threshold is 32.7 µA/cm²; Lapicque's law gives 27.9 and Weiss's 20.8."""
    _, rows = found(DURATION, 4)
    at = rows.column("duration").tolist().index(0.2)
    need, lapicque, weiss = (rows.column(k)[at] for k in ("threshold", "lapicque", "weiss"))
    assert (need, lapicque, weiss) == pytest.approx((32.7, 27.9, 20.8), abs=0.06)
    assert (1 - lapicque / need, 1 - weiss / need) == pytest.approx((0.15, 0.36), abs=0.006)


def test_slower_ramps_climb_less_down_to_half_a_microampere(found):
    """Of the slopes tried the one with the lowest top is 0.5 µA/cm² per ms."""
    _, rows = found(DURATION, 5)
    slopes, tops = rows.column("slope"), rows.column("threshold")
    assert slopes[np.nanargmin(tops)] == 0.5


def test_the_family_of_warm_spikes(found):
    """Warmth lowers the spike from 42 to 8 mV and shortens it from 2.95 to 0.25 ms."""
    _, rows = found(WARMTH, 2)
    assert rows.column("peak")[[0, -1]] == pytest.approx([42.0, 8.0], abs=0.4)
    assert rows.column("half_width")[[0, -1]] == pytest.approx([2.95, 0.25], abs=0.01)


def test_threshold_and_rate_against_temperature(found):
    """It takes 13.3 near 6 °C, 17.7 at 22; it fires at 37 Hz at 0 °C, 204 at 20; then graded."""
    _, rows = found(WARMTH, 3, temperatures=[0.0, 4.0, 6.0, 8.0, 20.0, 22.0, 24.0])
    threshold, rate = rows.column("threshold"), rows.column("rate")
    assert threshold.tolist().index(np.nanmin(threshold)) == 2
    assert threshold[[2, 5]] == pytest.approx([13.3, 17.7], abs=0.06)
    assert rate[[0, 4]] == pytest.approx([37.0, 204.0], abs=0.5)
    assert np.isnan(threshold[6])
    assert "graded" in list(rows)[6].problem


def test_the_equations_page_is_the_same_in_help_and_docs():
    """Help and docs show the same text of the equations from the first chapter on."""
    root = lessons_dir().parent.parent
    pages = (root / "resources/help/equations.md", root / "docs/equations.md")
    texts = [path.read_text(encoding="utf-8").partition("\n## ")[2] for path in pages]
    assert texts[0]
    assert texts[0] == texts[1]


def test_the_guides_example_is_a_lesson(library):
    """The example of the authors' guide works, and moves V by as much as it says."""
    guide = (lessons_dir().parent.parent / "docs/writing-a-lesson.md").read_text(encoding="utf-8")
    example = guide.split("````")[1].removeprefix("markdown\n")
    lesson = parse_lesson(example, "example", library)
    weak = run_once(lesson.steps[0].setup)
    assert weak.spikes.size == 0
    assert weak.column("V").max() + 65 == pytest.approx(4.5, abs=0.1)


@pytest.fixture(scope="module")
def clamped(lessons):
    """The staircase of a step (from 1) of the lesson on the voltage clamp, its rows and results."""

    def run_step(step):
        setup = lessons[CLAMP].steps[step - 1].setup
        staircase = experiment_named(setup.experiment).from_settings(setup.settings)
        return measured(staircase, Subject(setup.membrane))

    return run_step


def of(found, varied, column):
    """A column by the value of the number that varies."""
    pairs = zip(found.rows.column(varied), found.rows.column(column), strict=True)
    return {float(key): float(value) for key, value in pairs}


def test_the_first_clamp(clamped):
    """The current is 1272 inward at 0.57 ms, then 1891 outward."""
    found = clamped(1)
    curves = found.experiment.record(found.subject.membrane).curves(2000)
    during = curves.time[0] < 20.0
    total, time = curves.total[0, during], curves.time[0, during]
    assert total.min() == pytest.approx(-1272, abs=0.5)
    assert time[total.argmin()] == pytest.approx(0.57, abs=0.005)
    assert total[-1] == pytest.approx(1891, abs=0.5)


def test_the_family_of_currents(clamped):
    """I_Na is largest at 0 mV, -1457, and zero at 50; late I_K is 1890 at 0 mV."""
    peaks = of(clamped(2), "command", "peak_I_Na")
    assert min(peaks, key=peaks.get) == 0.0
    assert (peaks[0.0], peaks[50.0]) == pytest.approx((-1457, 0), abs=0.5)
    assert max(map(abs, peaks.values())) == pytest.approx(1469, abs=0.5)
    assert clamped(3).experiment == clamped(2).experiment


def test_the_potassium_conductance(clamped):
    """g_K is 24.5 mS/cm² at 0 mV with n∞ 0.91; it is 1.8 after 0.5 ms and 10.4 after 2."""
    found = clamped(4)
    assert of(found, "command", "late_I_K")[0.0] == pytest.approx(1890, abs=0.5)
    conductance = of(found, "command", "late_I_K")[0.0] / 77.0
    assert conductance == pytest.approx(24.5, abs=0.05)
    assert (conductance / 36.0) ** 0.25 == pytest.approx(0.91, abs=0.005)
    record = found.experiment.record(found.subject.membrane)
    assert found.rows.column("command")[3] == 0.0
    early = [record.late(time)[1, 3] / 77.0 for time in (0.5, 2.0)]
    assert early == pytest.approx([1.8, 10.4], abs=0.05)


def test_tails_inactivation_and_recovery(clamped):
    """-1236 at -120 mV, zero at -77; 60 % and 6 %, half at -61.8 and -62.3; 7 and 76 %, 8.5 ms."""
    results = [{each.key: each.value for each in clamped(step).results} for step in (5, 6, 7)]
    assert of(clamped(5), "tail", "peak_I_K")[-120.0] == pytest.approx(-1236, abs=0.5)
    assert results[0]["reversal"] == pytest.approx(-77.0)
    left = of(clamped(6), "conditioning", "relative_peak")
    assert (left[-65.0], left[-40.0]) == pytest.approx((0.60, 0.06), abs=0.005)
    assert (results[1]["half"], results[1]["h_half"]) == pytest.approx((-61.8, -62.3), abs=0.05)
    back = of(clamped(7), "gap", "relative_peak")
    assert (back[0.5], back[12.0]) == pytest.approx((0.07, 0.76), abs=0.005)
    assert results[2]["recovery_time_constant"] == pytest.approx(8.5, abs=0.05)


def test_the_students_own_spike(lessons):
    """The spike is 40.4 mV with rates fitted at 1 % of noise, 40.5 with the axon's own."""
    setup = lessons[CLAMP].steps[-1].setup
    staircase = experiment_named(setup.experiment).from_settings(setup.settings)
    request = FitRequest(staircase, setup.membrane, 1.0, 0)
    fitted = fit_family(request, lambda: False, lambda _: None).membrane
    alone = replace(setup, duration=30.0, stimulus=replace(setup.stimulus, repeat=None))
    own, found = (
        run_once(replace(alone, membrane=membrane)) for membrane in (setup.membrane, fitted)
    )
    assert own.column("V").max() == pytest.approx(40.5, abs=0.1)
    assert found.column("V").max() == pytest.approx(40.4, abs=0.1)


def test_the_squids_rest_and_its_two_hopf_points(lessons):
    """Rest is a spiral of 61 Hz; the Hopf points are 9.775 with 93 Hz and 154.5 with 169 Hz."""
    setup = lessons[WHY].steps[0].setup
    (rest,) = equilibria_at(setup.membrane, 0.0)
    assert rest.voltage == pytest.approx(-65.0, abs=0.05)
    assert rest.words == "stable spiral, 61 Hz, decays in 4.93 ms"
    points = _points(setup)
    low, high = (p for p in points if p["kind"] == "hopf")
    assert (low["criticality"], high["criticality"]) == ("subcritical", "supercritical")
    assert low["parameter"] == pytest.approx(9.775, abs=1e-3)
    assert low["frequency_Hz"] == pytest.approx(93.0, abs=0.5)
    assert high["parameter"] == pytest.approx(154.5, abs=0.03)
    assert high["frequency_Hz"] == pytest.approx(169.0, abs=0.5)
    fold = min((p for p in points if p["kind"] == "fold_of_cycles"), key=lambda p: p["parameter"])
    assert fold["parameter"] == pytest.approx(6.26, abs=1e-3)
    assert fold["frequency_Hz"] == pytest.approx(50.0, abs=0.5)


def test_the_lab_neuron_fires_by_a_saddle_node_on_an_invariant_circle(lessons):
    """At 0.0141 µA/cm² rest and saddle meet, below which there are three equilibria."""
    setup = lessons[WHY].steps[3].setup
    kinds = [point.kind for point in equilibria_at(setup.membrane, 0.0)]
    assert kinds == ["stable node", "saddle", "unstable spiral"]
    (snic,) = [p for p in _points(setup) if p["kind"] == "snic"]
    assert snic["parameter"] == pytest.approx(0.0141, abs=5e-5)


def _points(setup):
    """The special points of the diagram of a step."""
    experiment = experiment_named(setup.experiment).from_settings(setup.settings)
    events = experiment.run(Subject(setup.membrane, setup.stimulus))
    return next(e.entries for e in events if getattr(e, "key", "") == "points")


@pytest.mark.parametrize(("voltage", "fires"), [(-60.0, False), (-45.0, True)])
def test_a_click_near_rest_returns_and_one_at_minus_45_fires(lessons, voltage, fires):
    """A trajectory begins as by a click in the plane of V and n, with n, m and h at rest."""
    membrane = lessons[WHY].steps[0].setup.membrane
    (rest,) = equilibria_at(membrane, 0.0)
    _, states = trajectory(membrane, 0.0, [voltage, *rest.gates], 20.0)
    assert (states[0].max() > 0.0) == fires


@pytest.mark.parametrize(("current", "fires"), [(9.0, False), (11.0, True)])
def test_below_the_hopf_point_the_squid_rests_and_above_it_fires(lessons, current, fires):
    """The run begins beside the equilibrium of its current."""
    membrane = lessons[WHY].steps[1].setup.membrane
    (point,) = equilibria_at(membrane, current)
    _, states = trajectory(membrane, current, [point.voltage + 0.5, *point.gates], 400.0, 0.02)
    assert (states[0, -5000:].max() > 0.0) == fires
