"""Where an experiment has no answer it has a sentence, and no number in its place."""

from dataclasses import replace

import numpy as np
import pytest

from hhgui.experiments.catalogue import EXPERIMENTS, experiment_named
from hhgui.experiments.contract import Subject
from hhgui.experiments.impedance import impedance
from hhgui.experiments.lanes import at_rest
from hhgui.experiments.rests import resting_states
from hhgui.experiments.variants import Variants
from hhgui.model.stimulus.stimulus import Stimulus
from hhgui.model.stimulus.waveforms import Step
from tests.measuring import measured, result
from tests.shipped import SQUID

# Small ones of those that take long, and those that begin elsewhere than at rest.
SMALL = {
    "accommodation": {"slopes": [1.0]}, "displacement": {"displacements": [5.0]},
    "strength-duration": {"durations": [0.5]}, "refractory": {"intervals": [20.0]},
    "hysteresis": {"slope": 0.1},
    "impedance": {"frequencies": [10.0], "amplitude": 0.0},
}  # fmt: skip


def found_by(experiment, subject, **settings):
    """Everything that an experiment of this name finds in a subject."""
    return measured(experiment_named(experiment).from_settings(settings), subject)


@pytest.fixture(scope="module")
def squid():
    """The squid giant axon at the default dt."""
    return Subject(SQUID)


@pytest.mark.parametrize("experiment", [e for e in SMALL if EXPERIMENTS[e].findings])
def test_a_neuron_without_rest_has_the_same_results_without_values(squid, experiment):
    """At 10 µA/cm² the axon fires: each finding is there, empty, and says why."""
    found = found_by(
        experiment, replace(squid, stimulus=Stimulus(holding=10.0)), **SMALL[experiment]
    )
    results = {each.key: each for each in found.results}
    for column in EXPERIMENTS[experiment].findings:
        assert results[column.key].value is None
        assert "fires without a stimulus" in results[column.key].problem


def test_a_neuron_that_fires_on_after_the_ramp_has_no_last_spike(squid):
    """At 7 µA/cm² rest and firing are both stable (6.26 to 9.78): once it fires it stays so."""
    held = replace(squid, stimulus=Stimulus(holding=7.0))
    offset = result(found_by("hysteresis", held, top=8.0, slope=0.05), "offset")
    assert offset.value is None
    assert "fires on when the ramp is over" in offset.problem
    ends = result(found_by("hysteresis", squid, top=15.0, slope=0.05), "offset")
    assert 5.0 < ends.value < 7.5


def test_a_neuron_that_falls_silent_has_no_steady_rate(squid):
    """At 6.25 µA/cm², just below the fold of cycles at 6.264, the axon fires a few times only."""
    found = found_by("adaptation", squid, current=6.25)
    assert result(found, "steady_rate").value is None
    assert "silent for the last" in result(found, "steady_rate").problem
    assert result(found, "first_rate").value > 0.0


def test_the_step_of_an_f_i_curve_is_added_to_the_holding_current(squid):
    """10 µA/cm² are 10, whether held or stepped; the run that opens has the same holding."""
    settings = {"on": 10.0, "off": 200.0, "duration": 200.0}
    alone = found_by("fi", squid, currents=[10.0], **settings)
    held = replace(squid, stimulus=Stimulus(holding=-5.0))
    found = found_by("fi", held, currents=[15.0], **settings)
    count = found.rows.column("spike_count")[0]
    assert count == pytest.approx(alone.rows.column("spike_count")[0], abs=1)
    setup = found.experiment.opened(held, next(iter(found.rows)))
    assert setup.stimulus == Stimulus((Step(15.0, 10.0, 200.0),), -5.0)


@pytest.mark.parametrize("experiment", ["threshold", "displacement", "anode-break"])
def test_a_neuron_that_rests_above_the_threshold_of_a_spike_says_so(squid, experiment):
    """At -80 mV no pulse takes the axon across from below."""
    found = found_by(experiment, replace(squid, threshold=-80.0), **SMALL.get(experiment, {}))
    assert result(found, "threshold").value is None
    assert "above the threshold of a spike" in result(found, "threshold").problem


def test_spikes_within_long_pulses_are_not_denied(squid):
    """Pulses of 10 ms fire the axon while they last: recovery says what it counts instead."""
    problem = result(found_by("refractory", squid, duration=10.0), "absolute").problem
    assert "makes V rise on after its end" in problem


def test_pulses_that_fire_twice_each_have_no_shortest_interval(squid):
    """30 ms of four times the threshold fire again and again."""
    found = found_by("paired-pulses", squid, strengths=[4.0], duration=30.0)
    assert "even where the second pulse follows the first at once" in found.problems[0]


def test_resonance_does_not_depend_on_the_frequencies_drawn(squid):
    """The resonance is the largest |Z| of the linear theory, here on a fine grid."""
    settings = {"frequencies": [300.0, 10.0], "amplitude": 0.0}
    found = found_by("impedance", squid, **settings)
    fine = np.linspace(50.0, 90.0, 40_001)
    size = np.abs(impedance(at_rest(squid), fine))
    assert result(found, "resonance").value == pytest.approx(fine[np.argmax(size)], abs=0.02)
    still = np.abs(impedance(at_rest(squid), 0.0))
    assert result(found, "quality").value == pytest.approx(size.max() / still, rel=1e-6)


def test_a_chirp_that_fires_the_neuron_gives_no_estimate(library):
    """The lab's rheobase is 0.02 µA/cm²: an estimate by 0.05 was wrong by a factor of 60."""
    subject = Subject(library["traub-miles-lab3"])
    found = found_by("impedance", subject, frequencies=[1.0, 100.0])
    assert np.isnan(found.rows.column("estimate")).all()
    assert "makes the neuron fire" in "".join(found.problems)
    found = found_by("impedance", subject, frequencies=[1.0, 500.0])  # a quicker chirp: 1.6 mV
    assert np.isnan(found.rows.column("estimate")).all()
    assert "not by half of that under half of it" in "".join(found.problems)


@pytest.mark.parametrize(
    ("neuron", "start"), [("squid-dayan-abbott", -90.0), ("lecture6-model6", -65.0)]
)
def test_a_threshold_against_a_number_is_from_rest(library, neuron, start):
    """It is the pulse threshold whatever the start voltage; it was missing or half of that."""
    subject = Subject(replace(library[neuron], initial_voltage=start))
    values = {"path": "membrane.capacitance", "values": [1.0], "duration": 5.0}
    varied = found_by("vary", subject, measures=["threshold_uA_cm2"], **values)
    alone = found_by("threshold", subject, duration=0.5)
    expected = result(alone, "threshold").value
    assert varied.rows.column("threshold")[0] == pytest.approx(expected, rel=1e-3)


def test_many_neurons_rest_where_each_does_alone():
    """Conductances, reversals, gates and holding currents differ; some have no rest."""
    membrane = SQUID
    subject = Subject(membrane)
    values = {
        "Na.conductance": np.array([60.0, 120.0, 240.0, 0.0]),
        "K.reversal": np.array([-77.0, -82.0, -77.0, -60.0]),
        "membrane.temperature": np.array([6.3, 20.0, 6.3, 0.0]),
    }
    variants = Variants.by_path(membrane, values)
    variants = replace(variants, columns={**variants.columns, "holding": np.array([0, 2, 0, 1.0])})
    found = resting_states(membrane, 0.0, variants, 4)
    for run, holding in enumerate((0.0, 2.0, 0.0, 1.0)):
        one = replace(
            subject, membrane=variants.membrane(membrane, run), stimulus=Stimulus(holding=holding)
        )
        if run == 2:  # it fires by itself
            assert np.isnan(found[:, run]).all()
            continue
        rest = at_rest(one)
        assert found[0, run] == pytest.approx(rest.initial_voltage, abs=1e-9)
        assert found[1:, run] == pytest.approx(rest.initial_gates(), abs=1e-9)
