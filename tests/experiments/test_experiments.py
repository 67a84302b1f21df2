"""Each experiment on neurons that are known: closed forms, the literature, and honest sentences."""

import re
from dataclasses import replace

import numpy as np
import pytest

from hhgui.experiments.catalogue import EXPERIMENTS, experiment_named
from hhgui.experiments.contract import Subject
from hhgui.experiments.firing import PulseSearch
from hhgui.experiments.lanes import run_one
from hhgui.experiments.settings import Grid
from hhgui.experiments.varied import range_about
from hhgui.model.membrane import Current, Membrane
from hhgui.model.parameter import (
    CAPACITANCE,
    CONDUCTANCE,
    POWER,
    REVERSAL,
    TEMPERATURE,
    ModelError,
)
from hhgui.model.stimulus.stimulus import Stimulus
from hhgui.model.stimulus.waveforms import Sine, Step
from tests.measuring import measured
from tests.shipped import SQUID

LEAK = Membrane("leak", "leak", 2.0, (Current("L", 0.5, -65.0),), initial_voltage=-65.0)
NEURONS = ("squid-dayan-abbott", "traub-miles-lab3", "cortical-pyramidal", "lecture6-model1")
# Small ones of those that take long.
SMALL = {
    "map": {"x_values": [100.0, 120.0], "y_values": [30.0, 36.0]},
    "temperature": {"temperatures": [6.3]},
    "strength-duration": {"durations": [0.5, 2.0]},
    "accommodation": {"slopes": [1.0, 10.0]},
    "paired-pulses": {"strengths": [4.0]},
    "fi": {"currents": [0.0, 5.0, 10.0]},
    "vary-setting": {"values": [0.5, 2.0]},
    "bifurcation-curves": {"points": 8},
}


def found_by(experiment, subject, **settings):
    """Everything that an experiment of this name finds in a subject."""
    return measured(experiment_named(experiment).from_settings(settings), subject)


@pytest.fixture(scope="module")
def default(library, diagram):
    """What an experiment finds in a shipped parameter set, by default or small settings; kept."""
    kept = {}

    def find(experiment, neuron):
        if experiment == "bifurcation":
            return diagram(neuron)
        if (experiment, neuron) not in kept:
            subject = Subject(library[neuron])
            kept[experiment, neuron] = found_by(experiment, subject, **SMALL.get(experiment, {}))
        return kept[experiment, neuron]

    return find


def value_of(found, key):
    """A result by its key."""
    return next(result.value for result in found.results if result.key == key)


@pytest.mark.parametrize("experiment", EXPERIMENTS)
@pytest.mark.parametrize("neuron", NEURONS)
def test_what_is_missing_is_explained(library, default, experiment, neuron):
    """A missing value of a table or of a result has a sentence that says why."""
    if neuron == "lecture6-model1" and experiment in {"vary", "map"}:
        pytest.skip("its numbers have other names")
    if neuron != "squid-dayan-abbott" and experiment in {"temperature", "bifurcation-curves"}:
        with pytest.raises(ModelError, match=r"warmth has no effect|cannot be varied"):
            found_by(experiment, Subject(library[neuron]))
        return
    found = default(experiment, neuron)
    for result in found.results:
        assert result.how
        assert (result.value is None) == bool(result.problem) or result.value is not None
    if not len(found.rows):
        assert found.problems
    for key in (column.key for column in found.experiment.columns):
        values = found.rows.column(key)
        assert not np.isinf(values).any()


@pytest.mark.parametrize("experiment", EXPERIMENTS)
def test_a_cancelled_experiment_ends_early(experiment):
    """Nothing more comes once it is cancelled."""
    subject = Subject(SQUID)
    running = experiment_named(experiment)()
    assert list(running.run(subject, lambda: True))[1:] == []


@pytest.mark.parametrize("experiment", EXPERIMENTS)
def test_rows_open_as_single_runs(default, experiment):
    """The run behind the last row is one that can be run."""
    found = default(experiment, "squid-dayan-abbott")
    subject = found.subject
    setups = (found.experiment.opened(subject, row) for row in reversed(list(found.rows)))
    setup = next(filter(None, setups), None)
    if setup is not None:
        one = replace(subject, membrane=setup.membrane)
        assert run_one(one, setup.stimulus, min(setup.duration, 20.0)).problem == ""


def test_a_leaks_impedance_is_that_of_rc():
    """|Z| = R / sqrt(1 + (2 pi f R C)^2): 2 kΩ·cm², time constant 4 ms; no resonance."""
    found = found_by("impedance", Subject(LEAK), frequencies=[0.0, 10.0, 100.0], amplitude=0.0)
    omega = 2e-3 * np.pi * np.array([0.0, 10.0, 100.0])
    exact = 2.0 / (1.0 + 1j * omega * 4.0)
    assert found.rows.column("magnitude") == pytest.approx(np.abs(exact), rel=1e-12)
    assert found.rows.column("phase") == pytest.approx(np.degrees(np.angle(exact)), abs=1e-9)
    assert value_of(found, "resonance") is None


def test_a_chirp_estimates_the_axons_impedance(default):
    """The spectra of V and I give the linear theory's |Z| to 4 %."""
    found = default("impedance", "squid-dayan-abbott")
    estimate, exact = found.rows.column("estimate"), found.rows.column("magnitude")
    assert np.nanmax(np.abs(estimate / exact - 1.0)) < 0.04
    assert value_of(found, "resonance") == pytest.approx(67.0, abs=1.0)


def test_a_shock_before_the_period_ends_advances_the_next_spike(default):
    """The axon is of type II: a late pulse advances, an early one delays (Hansel 1995)."""
    found = default("phase-response", "squid-dayan-abbott")
    phase, shift = found.rows.column("phase"), found.rows.column("shift")
    assert shift[(phase > 0.7) & (phase < 0.95)].min() > 0.0
    assert shift[(phase > 0.3) & (phase < 0.6)].max() < 0.0
    assert abs(shift[0]) < 1e-3


def test_the_axon_accommodates_and_the_lab_neuron_does_not(library):
    """Slow ramps to twice the rheobase fire the one whose firing begins as rest vanishes."""
    axon = found_by("accommodation", Subject(SQUID), slopes=[1.0, 10.0])
    assert 0.1 < value_of(axon, "minimal_slope") < 1.0
    lab = found_by("accommodation", Subject(library["traub-miles-lab3"]), slopes=[1.0])
    assert value_of(lab, "minimal_slope") is None
    assert any("no accommodation" in problem for problem in lab.problems)


def test_a_fast_ramp_fires_by_its_charge():
    """The top A of a ramp of slope s carries A²/2s, the charge of a short pulse: 6.5 nC/cm²."""
    subject = Subject(SQUID, dt=0.0025)
    found = found_by("accommodation", subject, slopes=[500.0])
    top = found.rows.column("threshold")[0]
    assert top**2 / 1000.0 == pytest.approx(6.52, rel=0.03)


def test_the_axon_is_supernormal_after_its_relative_period():
    """At 20 ms less than at rest is enough, as in Hodgkin & Huxley 1952."""
    subject = Subject(SQUID)
    found = found_by("refractory", subject, intervals=[8.0, 12.0, 20.0, 40.0])
    relative = found.rows.column("relative_strength")
    assert relative[0] > relative[1] > 1.0 > relative[2]
    assert relative[3] == pytest.approx(1.0, abs=0.02)
    assert value_of(found, "absolute") < 8.0 < value_of(found, "relative") < 20.0


def test_no_second_pulse_fires_within_the_absolute_period(default):
    """The row before has no value, the row after it needs nearly the strongest pulse."""
    subject = Subject(SQUID)
    absolute = value_of(default("refractory", "squid-dayan-abbott"), "absolute")
    around = [absolute - 0.05, absolute + 0.05]
    found = found_by("refractory", subject, intervals=around).rows.column("relative_strength")
    assert np.isnan(found[0])
    assert found[1] > 10.0


def test_hyperpolarisation_must_last_to_fire_at_its_end(default):
    """The shorter the step the stronger it must be; the lab neuron has no anode break."""
    subject = Subject(SQUID)
    short, long = (
        value_of(found_by("anode-break", subject, duration=duration), "threshold")
        for duration in (5.0, 30.0)
    )
    assert short < long < 0.0
    lab = default("anode-break", "traub-miles-lab3")
    assert value_of(lab, "threshold") is None


def test_what_anode_break_cannot_follow_it_says(default):
    """From 29 µA/cm² V leaves the tables, and 30 µA/cm² does fire: no row says it did not."""
    found = default("anode-break", "squid-dayan-abbott")
    assert any("from −28.76 µA/cm² on can't be followed" in text for text in found.problems)
    size, fired = found.rows.column("size"), found.rows.column("fired")
    assert np.isnan(fired[size > 28.77]).all()
    assert fired[(size > 2.793) & (size < 28.7)].all()
    stimulus = Stimulus((Step(-30.0, 0.0, 20.0),))
    subject = replace(found.subject, method="adaptive", dt=0.1)
    assert run_one(subject, stimulus, 40.0).spikes.size > 0


def test_warmth_makes_the_spike_small_and_short():
    """Height and half width of the axon's spike fall with temperature (Huxley 1959)."""
    subject = Subject(SQUID)
    found = found_by("temperature", subject, temperatures=[0.0, 6.3, 18.5])
    assert (np.diff(found.rows.column("amplitude")) < 0.0).all()
    assert (np.diff(found.rows.column("half_width")) < 0.0).all()
    assert found.rows.column("amplitude")[1] == pytest.approx(105.0, abs=2.0)


def test_a_varied_number_is_that_of_single_runs():
    """Peak, spikes and latency of each value are those of the run that it opens."""
    subject = Subject(SQUID)
    names = ["peak_mV", "spikes", "latency_ms"]
    found = found_by("vary", subject, values=[80.0, 120.0], measures=names)
    for row in found.rows:
        setup = found.experiment.opened(subject, row)
        run = run_one(replace(subject, membrane=setup.membrane), setup.stimulus, setup.duration)
        assert row.values["peak"] == pytest.approx(run.voltage.max(), abs=1e-6)
        assert row.values["spikes"] == run.spikes.size
        assert row.values["latency"] == pytest.approx(run.spikes[0] - 10.0, abs=1e-6)


@pytest.mark.parametrize("method", ["crank-nicolson", "euler", "rk4"])
@pytest.mark.parametrize("neuron", [*NEURONS, "wang-buzsaki"])
def test_widths_side_by_side_have_the_thresholds_of_each_alone(library, neuron, method):
    """Widths that end within a step or have no threshold, too, give the same as alone."""
    subject = Subject(library[neuron], method=method, dt=0.025 if method != "rk4" else 0.01)
    search = PulseSearch(subject)
    widths = np.array([0.11, 0.5, 3.01, 20.0])
    for width, found in zip(widths.tolist(), search.thresholds(widths), strict=True):
        alone = search.threshold(width)
        assert found.problem == alone.problem
        assert found.value == (alone.value and pytest.approx(alone.value, rel=2e-4))


def test_neurons_that_fire_by_themselves_have_no_threshold_at_any_width():
    """A sentence says that the neuron fires without a pulse."""
    subject = Subject(SQUID, Stimulus(holding=6.5))
    pushed = np.tile(PulseSearch(subject).state, 1)
    search = PulseSearch(subject, from_start=True)
    object.__setattr__(search, "state", pushed + np.array([20.0, 0.0, 0.0, 0.0]))
    problems = {found.problem for found in search.thresholds(np.array([0.5, 2.0]))}
    assert problems == {"fires without a stimulus: no threshold"}


@pytest.mark.parametrize(
    ("path", "values"),
    [
        ("stimulus.amplitude", [0.0, 5.0, 20.0]),
        ("stimulus.holding", [-3.0, 0.0, 8.0]),
        ("stimulus.start", [5.0, 10.0]),
        ("stimulus[2].amplitude", [0.0, 30.0]),
        ("stimulus.repeat", [25.0, 60.0]),
        ("m.power", [2.0, 3.0]),
        ("membrane.initial_voltage", [-75.0, -55.0]),
    ],
)
@pytest.mark.parametrize("method", ["crank-nicolson", "adaptive"])
def test_any_number_of_a_run_can_be_varied(path, values, method):
    """The measures of a number of the stimulus or the neuron are those of single runs."""
    second = (Sine(3.0, 50.0, 20.0, 40.0),) if "[2]" in path else ()
    repeat = 50.0 if path.endswith("repeat") else None
    stimulus = Stimulus((Step(10.0, 10.0, 12.0), *second), 1.0, repeat=repeat)
    subject = Subject(SQUID, stimulus, method)
    measures = ["peak_mV", "lowest_mV", "spikes"]
    found = found_by("vary", subject, path=path, values=values, measures=measures, duration=60.0)
    for row in found.rows:
        setup = found.experiment.opened(subject, row)
        one = replace(subject, membrane=setup.membrane)
        run = run_one(one, setup.stimulus, setup.duration)
        off = 1e-6 if method == "crank-nicolson" else 0.5  # the samples are further apart
        assert row.values["peak"] == pytest.approx(run.voltage.max(), abs=off)
        assert row.values["spikes"] == run.spikes.size


@pytest.mark.parametrize("experiment", [e for e in EXPERIMENTS if EXPERIMENTS[e].findings])
def test_the_findings_of_an_experiment_are_its_results(experiment):
    """Each is found under its key and in its unit, so that a setting can be varied."""
    subject = Subject(SQUID)
    found = found_by(experiment, subject, **SMALL.get(experiment, {}))
    units = {result.key: result.unit for result in found.results}
    for column in found.experiment.findings:
        assert units[column.key] == column.unit


def test_a_setting_is_varied_with_the_others_as_given():
    """Each row is what the experiment alone finds with that value."""
    subject = Subject(SQUID)
    found = found_by(
        "vary-setting", subject, path="threshold.duration", values=[0.5, 2.0],
        others='{"watch": 25.0}',
    )  # fmt: skip
    alone = [
        value_of(found_by("threshold", subject, duration=duration, watch=25.0), "threshold")
        for duration in (0.5, 2.0)
    ]
    assert found.rows.column("threshold").tolist() == alone
    assert found.experiment.columns[0].unit == "ms"


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"path": "temperature.step"}, "must begin with one of threshold"),
        ({"path": "threshold.width"}, "no number 'width'; there are duration, watch"),
        ({"others": "[1]"}, "must be a JSON object"),
        ({"others": '{"width": 1}'}, "has no setting 'width'"),
    ],
)
def test_a_setting_that_is_not_there_is_refused(settings, says):
    """The message names what there is."""
    with pytest.raises(ModelError, match=re.escape(says)):
        found_by("vary-setting", Subject(SQUID), **settings)


def test_a_range_about_a_number_is_allowed_and_holds_the_number():
    """A range is half to one and a half times a number, in whole powers, within the limits."""
    assert range_about(CONDUCTANCE, 120.0) == Grid(60.0, 180.0, 7)
    assert range_about(POWER, 3).values.tolist() == [0, 1, 2, 3, 4, 5, 6]
    assert range_about(POWER, 8).values.tolist() == [5, 6, 7, 8]
    for parameter, value in ((CAPACITANCE, 1e-3), (REVERSAL, 290.0), (TEMPERATURE, -19.0)):
        made = range_about(parameter, value).values
        for each in made.tolist():
            parameter.check(each)
        assert made[0] <= value <= made[-1]


def test_gates_and_temperature_can_be_varied():
    """Paths beside conductances: each value has tables of its own."""
    subject = Subject(SQUID)
    warm = found_by("vary", subject, path="membrane.temperature", values=[6.3, 20.0])
    assert np.diff(warm.rows.column("rate"))[0] > 100.0
    moved = found_by("vary", subject, path="m.alpha.midpoint", values=[-40.0, -36.0])
    assert np.diff(moved.rows.column("spikes"))[0] < 0.0


def test_a_map_has_the_values_of_single_variations():
    """The pixels are the values of ``vary`` along either number, coarse to fine."""
    subject = Subject(SQUID)
    values = np.linspace(60.0, 180.0, 20).tolist()
    across = found_by("map", subject, x_values=values, y_values=[20.0, 36.0], which="spikes")
    alone = found_by("vary", subject, values=values, measures=["spikes"], duration=200.0)
    row = across.rows.column("spikes").reshape(2, 20)[1]
    assert row.tolist() == alone.rows.column("spikes").tolist()


def test_the_lab_3_curve_is_the_f_i_experiments(library, seed_systems):
    """The 51 steps by forward Euler give 0, 3, 5, 6 … 34 spikes."""
    subject = Subject(library["traub-miles-lab3"], method="euler")
    currents = {"from": 0.0, "to": 10.0, "points": 51}
    found = found_by("fi", subject, currents=currents, on=50.0, off=200.0, duration=200.0)
    assert found.rows.column("spike_count").tolist() == seed_systems["lab3_fi"]["spike_counts"]


def test_spikes_on_a_ramp_begin_late_and_end_early(default):
    """The axon's hysteresis: firing begins above the Hopf point and ends below it."""
    found = default("hysteresis", "squid-dayan-abbott")
    assert value_of(found, "onset") > 9.78 > value_of(found, "offset")


def test_adaptation_compares_the_first_interval_with_the_last(default):
    """The steady rate of the axon under 10 µA/cm² is 68.3 Hz (period 14.638 ms)."""
    found = default("adaptation", "squid-dayan-abbott")
    assert value_of(found, "steady_rate") == pytest.approx(1000.0 / 14.638, rel=2e-3)
    first, steady = value_of(found, "first_rate"), value_of(found, "steady_rate")
    assert value_of(found, "adaptation") == pytest.approx(100.0 * (1.0 - steady / first))
