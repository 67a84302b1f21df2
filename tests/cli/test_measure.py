"""``hhgui measure``: its list, its output, its files and its errors."""

import csv
import json

import pytest

from hhgui.cli import command_line
from hhgui.experiments.catalogue import EXPERIMENTS

SQUID = ("--model", "squid-dayan-abbott")
DURATIONS = ("strength-duration", *SQUID, "--no-check")


def test_it_lists_the_experiments(capsys):
    """hhgui measure without an experiment prints a line with id and title for each."""
    assert command_line(["measure"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines == [f"{e.id}, {e.title}" for e in EXPERIMENTS.values()]


@pytest.mark.parametrize("experiment", EXPERIMENTS)
def test_help_lists_an_experiments_settings(capsys, experiment):
    """Each setting of the form is an option."""
    with pytest.raises(SystemExit, match="0"):
        command_line(["measure", experiment, "--help"])
    text = capsys.readouterr().out
    for setting in EXPERIMENTS[experiment].form():
        assert setting.help.split()[0] in text
        assert f"--{setting.key.replace('_', '-')}" in text or f"--{setting.option} " in text


def test_a_range_and_a_list_are_the_same_grid(capsys):
    """--from, --to and --points, in the logarithm as the form has it, or a list."""
    command_line(["measure", *DURATIONS, "--from", "0.5", "--to", "2", "--points", "3", "--json"])
    ranged = json.loads(capsys.readouterr().out)
    command_line(["measure", *DURATIONS, "--durations", "0.5,1,2", "--json"])
    listed = json.loads(capsys.readouterr().out)
    assert ranged["columns"] == listed["columns"]
    assert ranged["settings"]["durations"] == {"from": 0.5, "to": 2, "points": 3, "log": True}


def test_the_json_beside_a_table_repeats_it_to_the_byte(tmp_path, capsys):
    """The model in full, the settings and the rest."""
    first, second = tmp_path / "first.csv", tmp_path / "second.csv"
    command_line(["measure", *DURATIONS, "--durations", "0.5,1", "--csv", str(first)])
    beside = str(first.with_suffix(".json"))
    repeat = ["measure", "strength-duration", "--from-json", beside, "--no-check"]
    assert command_line([*repeat, "--csv", str(second)]) == 0
    assert first.read_bytes() == second.read_bytes()
    assert first.with_suffix(".json").read_bytes() == second.with_suffix(".json").read_bytes()


def test_the_table_has_the_columns_of_the_json(tmp_path, capsys):
    """The table has the names and numbers of the JSON, in the same order."""
    path = tmp_path / "table.csv"
    command_line(["measure", *DURATIONS, "--durations", "0.5,1", "--csv", str(path), "--json"])
    columns = json.loads(capsys.readouterr().out)["columns"]
    header, *rows = csv.reader(path.read_text().splitlines())
    assert header == list(columns)
    assert [[float(cell) for cell in row] for row in rows] == [
        list(row) for row in zip(*columns.values(), strict=True)
    ]


def test_integrators_are_compared_by_their_table(tmp_path, capsys):
    """Methods with their dt are one option; the table names them, and repeats to the byte."""
    first, second = tmp_path / "first.csv", tmp_path / "second.csv"
    comparison = [
        "measure", "integrators", *SQUID, "--stimulus", "step:amplitude=10,start=5,stop=40",
        "--trials", "euler:0.1,hines:0.025", "--duration", "40", "--csv", str(first), "--json",
    ]  # fmt: skip
    assert command_line(comparison) == 0
    out, err = capsys.readouterr()
    found = json.loads(out)
    assert found["settings"]["trials"] == [["euler", 0.1], ["crank-nicolson", 0.025]]
    assert found["columns"]["method"] == ["adaptive", "euler", "crank-nicolson"]
    assert found["columns"]["outcome"] == ["finite", "stopped", "finite"]
    assert found["columns"]["spike_count"] == [3, None, 3]
    assert found["results"] == {"spikes": 3}
    assert "Forward Euler, dt 0.1 ms: At 7." in err
    beside = str(first.with_suffix(".json"))
    again = ["measure", "integrators", "--from-json", beside, "--csv", str(second)]
    assert command_line(again) == 0
    assert first.read_bytes() == second.read_bytes()


def test_a_graded_response_has_no_threshold_and_says_so(tmp_path, capsys):
    """A membrane without gates passes 0 mV by as much as is injected."""
    path = tmp_path / "table.csv"
    arguments = ["strength-duration", "--model", "lecture6-model1", "--durations", "1,2"]
    assert command_line(["measure", *arguments, "--csv", str(path), "--json"]) == 0
    out, err = capsys.readouterr()
    found = json.loads(out)
    assert found["columns"]["threshold_uA_cm2"] == [None, None]
    assert found["results"]["rheobase_uA_cm2"] is None
    assert err.startswith("warning: graded response: V passes 0 mV")
    assert list(csv.DictReader(path.read_text().splitlines()))[1]["problem"].startswith(
        "graded response"
    )


def test_a_neuron_that_fires_by_itself_has_no_threshold(capsys):
    """A holding current beyond the onset of firing leaves no rest to start from."""
    assert command_line(["measure", "threshold", *SQUID, "--holding", "20", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["results"] == {"threshold_uA_cm2": None}
    assert found["warnings"][0].startswith("fires without a stimulus under 20 µA/cm²")


@pytest.mark.parametrize(
    ("experiment", "own"),
    [
        ("fi", ["--currents", "2.6"]),
        ("adaptation", ["--current", "2.6"]),
        ("vary", ["--stimulus", "step:amplitude=2.6,start=10,stop=300", "--values", "40"]),
        ("phase-response", ["--current", "2.6", "--phases", "0.5"]),
        ("hysteresis", ["--top", "3", "--slope", "0.01"]),
    ],
)
@pytest.mark.parametrize("method", ["crank-nicolson", "adaptive"])
def test_oscillation_that_no_spike_counts_is_a_warning(capsys, experiment, own, method):
    """The warning proposes the threshold that counts the cortical cell's spikes."""
    own = ["--duration", "300", *own] if experiment == "vary" else own
    cell = ["--model", "cortical-pyramidal", "--method", method, "--no-check"]
    assert command_line(["measure", experiment, *cell, *own]) == 0
    warning = capsys.readouterr().err.splitlines()[0]
    assert warning.startswith("warning: V oscillates below the threshold of 0 mV")
    assert "; a threshold of -" in warning


def test_it_judges_its_own_time_step(capsys):
    """Plain exponential Euler's thresholds move by a percent at half the time step."""
    arguments = ["threshold", *SQUID, "--method", "exponential-euler", "--dt", "0.05", "--json"]
    command_line(["measure", *arguments])
    out, err = capsys.readouterr()
    assert "at half the dt of 0.05 ms" in json.loads(out)["warnings"][0]
    assert err.startswith("warning: pulse threshold is ")
    command_line(["measure", *arguments[:-1], "--no-check"])
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["rheobase"], "choose from"),
        (["threshold"], "measure needs --model"),
        (["threshold", *SQUID, "--duration", "x"], "pulse width must be a number"),
        (["threshold", *SQUID, "--duration", "0"], "pulse width must be above 0"),
        (["strength-duration", *SQUID, "--durations", "1,2", "--from", "1"], "exclude each other"),
        (["strength-duration", *SQUID, "--from", "-1"], "must be above 0"),
        (["strength-duration", *SQUID, "--points", "2.5"], "whole number"),
        (["threshold", "--from-json", "no.json", "--duration", "1"], "exclude each other"),
        (["threshold", "--from-json", "no.json"], "can't be read"),
    ],
)
def test_refusals_are_one_line_and_status_2(capsys, arguments, message):
    """The line says what is wrong and what is allowed."""
    assert command_line(["measure", *arguments]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    assert message in err


def test_the_json_of_another_experiment_is_refused(tmp_path, capsys):
    """The error names the experiment that the JSON belongs to."""
    path = tmp_path / "table.csv"
    command_line(["measure", "threshold", *SQUID, "--csv", str(path), "--no-check"])
    capsys.readouterr()
    beside = str(path.with_suffix(".json"))
    assert command_line(["measure", "strength-duration", "--from-json", beside]) == 2
    assert "is of threshold, not of strength-duration" in capsys.readouterr().err


def test_what_was_assumed_about_a_file_is_said(tmp_path, capsys):
    """A file without units of its current is read as µA/cm², and a note on stderr says so."""
    path = tmp_path / "bare.csv"
    path.write_text("time_ms,current\n0,0\n5,10\n60,0\n")
    given = ["measure", "fi", *SQUID, "--currents", "10", "--on", "5", "--off", "60",
             "--duration", "60", "--no-check", "--stimulus", f"file:{path}"]  # fmt: skip
    assert command_line(given) == 0
    measured = capsys.readouterr().err
    run = ["run", *SQUID, "--duration", "60", "--no-check", "--stimulus", f"file:{path}"]
    assert command_line(run) == 0
    assert measured == capsys.readouterr().err
    assert measured.startswith("note: ")
