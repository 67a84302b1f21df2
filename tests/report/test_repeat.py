"""The command line in a report computes the same numbers again."""

import json
import shlex
from dataclasses import replace

import numpy as np
import pytest

from hhgui.cli import command_line
from hhgui.document.fi_protocol import FiProtocol
from hhgui.document.setup import Setup
from hhgui.engine.replay import Replay, Stretch
from hhgui.engine.simulation import Simulation
from hhgui.experiments.catalogue import EXPERIMENTS
from hhgui.experiments.contract import Subject
from hhgui.experiments.fi import fi_points
from hhgui.experiments.single_run import run_once
from hhgui.model.edit import with_value
from hhgui.model.rate import Form, Rate
from hhgui.model.stimulus.noise import Noise
from hhgui.model.stimulus.stimulus import Stimulus
from hhgui.model.stimulus.waveforms import Samples, Sine, Step
from hhgui.report.repeat import repeat_fi, repeat_measure, repeat_run, repeat_sweep
from hhgui.storage.measure_csv import columns_of
from tests.measuring import measured
from tests.shipped import LIBRARY, SQUID

STEP = Stimulus((Step(10.0, 5.0, 40.0),))
SHORT = Step(20.0, 1.0, 2.0)


def printed(repeat, tmp_path, monkeypatch, capsys):
    """What the command prints as JSON, typed as it is written, with its record saved beside."""
    monkeypatch.chdir(tmp_path)
    if repeat.record:
        (tmp_path / repeat.file).write_text(repeat.record, encoding="utf-8")
    program, *words = shlex.split(repeat.text)
    assert program == "hhgui"
    assert command_line([*words, "--json", "--no-check"]) == 0
    return json.loads(capsys.readouterr().out)


def edited(**values):
    """The squid axon with other numbers, by path with "__" for a point."""
    membrane = SQUID
    for path, value in values.items():
        membrane = with_value(membrane, path.replace("__", "."), value)
    return membrane


def sigmoid_beta():
    """The squid axon with an equation of another form."""
    gate = SQUID.gates[0]
    rate = Rate(Form.SIGMOID, 1.0, -40.0, -10.0)
    gates = tuple(replace(g, beta=rate) if g is gate else g for g in SQUID.currents[0].gates)
    return replace(SQUID, currents=(replace(SQUID.currents[0], gates=gates), *SQUID.currents[1:]))


RUNS = {
    "as it is": Setup(SQUID, SQUID, STEP),
    "other numbers": Setup(
        edited(Na__conductance=60.0, m__alpha__midpoint=-38.5, membrane__temperature=10.0),
        SQUID, STEP, "euler", 0.01, 45.0,
    ),
    "holding, again and again": Setup(
        SQUID, SQUID, Stimulus((SHORT, Sine(2.0, 40.0)), holding=-1.5, repeat=20.0), duration=61.5
    ),
    "noise": Setup(SQUID, SQUID, Stimulus((Noise(5.0, 3.0, 2.0, 7),)), "rk4", 0.02, 30.0),
    "another rule": Setup(
        LIBRARY["traub-miles-lab3"], LIBRARY["traub-miles-lab3"], STEP, "adaptive", 0.05,
        threshold=-20.0, rearm=5.0,
    ),
    "an equation": Setup(sigmoid_beta(), SQUID, STEP),
    "a table's current": Setup(
        SQUID, SQUID, Stimulus((Samples((0.0, 5.0, 30.0), (0.0, 12.0), path="my file.csv"),))
    ),
    "a later origin": Setup(SQUID, SQUID, Stimulus((SHORT,), origin=3.0)),
    "a neuron of the user's": Setup(
        replace(edited(K__conductance=30.0), id="mine", name="Mein „<Neuron>“"), SQUID, STEP
    ),
}  # fmt: skip
BY_OPTIONS = {"as it is", "other numbers", "holding, again and again", "noise", "another rule"}


@pytest.mark.parametrize("name", RUNS)
def test_a_run_is_computed_again(name, tmp_path, monkeypatch, capsys):
    """Spikes and extremes are those of the run, to the last bit; options are used if they do."""
    run = run_once(RUNS[name])
    repeat = repeat_run(RUNS[name])
    assert bool(repeat.record) == (name not in BY_OPTIONS)
    found = printed(repeat, tmp_path, monkeypatch, capsys)
    assert found["spike_times_ms"] == run.spikes.tolist()
    assert found["V_final_mV"] == run.column("V")[-1]
    assert found["V_min_mV"] == pytest.approx(run.column("V").min(), abs=1e-3)  # between samples


def test_a_sweep_of_the_live_run_is_computed_again(tmp_path, monkeypatch, capsys):
    """An edit within it included: the record has a stretch for each setting."""
    first = Simulation(SQUID, STEP)
    start = first.checkpoint()
    first.advance(400)
    first.set_membrane(edited(Na__conductance=115.0))
    replay = Replay((Stretch(start, 400), Stretch(first.checkpoint(), 1200)), 5.0, 39.0)
    whole = first.advance(1200)
    found = printed(repeat_sweep(replay), tmp_path, monkeypatch, capsys)
    late = whole.spikes[whole.spikes <= 39.0].tolist()
    assert late
    assert found["spike_times_ms"][-len(late) :] == late


@pytest.mark.parametrize("membrane", [SQUID, edited(Na__conductance=90.0), sigmoid_beta()])
def test_a_curve_is_measured_again(membrane, tmp_path, monkeypatch, capsys):
    """Counts and rates are those of the curve."""
    protocol = FiProtocol(0.0, 12.0, 5, 10.0, 110.0, 120.0, method="euler", threshold=-10.0)
    points = list(fi_points(membrane, protocol))
    found = printed(repeat_fi(membrane, protocol), tmp_path, monkeypatch, capsys)
    assert found["spike_counts"] == [p.count for p in points]
    assert found["rates_Hz"] == [p.rate for p in points]
    assert found["currents_uA_cm2"] == [p.current for p in points]


FEW = {
    "threshold": {},
    "strength-duration": {"durations": {"from": 0.2, "to": 4.0, "points": 3, "log": True}},
    "voltage-clamp": {},
    "integrators": {"trials": [["euler", 0.1], ["rk4", 0.05]]},
}


@pytest.mark.parametrize("kind", FEW)
@pytest.mark.parametrize("membrane", [edited(K__conductance=30.0), sigmoid_beta()])
def test_a_measurement_is_made_again(kind, membrane, tmp_path, monkeypatch, capsys):
    """Every number of its table is the same, from options and from a record."""
    subject = Subject(membrane, Stimulus((SHORT,), holding=0.5), dt=0.05)
    once = measured(EXPERIMENTS[kind].from_settings(FEW[kind]), subject)
    repeat = repeat_measure(once.experiment, subject)
    assert bool(repeat.record) == (membrane == sigmoid_beta())
    found = printed(repeat, tmp_path, monkeypatch, capsys)["columns"]
    assert found == json.loads(json.dumps(columns_of(once)))


@pytest.mark.parametrize("kind", EXPERIMENTS)
def test_the_settings_of_every_experiment_can_be_typed(kind):
    """The options of any value are read back as that value."""
    experiment = EXPERIMENTS[kind]()
    for setting in experiment.form():
        value = getattr(experiment, setting.key)
        options = dict(zip(*[iter(setting.options(value))] * 2, strict=True))
        if setting.flag in options:
            assert setting.read(options[setting.flag]) == value
        else:
            ends = [options[setting.range_flag(end)] for end in ("from", "to", "points")]
            assert [float(end) for end in ends] == [value.first, value.last, value.points]


def test_a_command_can_be_typed_in_any_shell():
    """What a shell would take apart stands between plain quotation marks."""
    setup = RUNS["other numbers"]
    text = repeat_run(setup).text
    assert shlex.split(text)[1:] == list(repeat_run(setup).words)
    assert "'" not in text
    assert np.all([character.isascii() for character in text])
