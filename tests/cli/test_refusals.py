"""Errors of the command line: one line on stderr, status 2, and no file changed."""

from pathlib import Path

import pytest

from hhgui.app import main
from tests.cli.commands import FI, RUN, STEP


@pytest.fixture
def refused(capsys):
    """The one line with which a call is refused: status 2, nothing else anywhere."""

    def call(*arguments):
        assert main(arguments) == 2
        out, err = capsys.readouterr()
        assert out == ""
        assert err.startswith("hhgui: ")
        assert err.count("\n") == 1
        assert err.endswith("\n")
        return err

    return call


def test_a_sweep_with_a_run_that_ended_early_says_so(capsys):
    """The table is shown, the first such current is named, and the status is 2."""
    short = ["--on", "5", "--off", "45", "--to", "900", "--method", "euler", "--dt", "0.05"]
    assert main([*FI, *short]) == 2
    out, err = capsys.readouterr()
    assert len(out.splitlines()) == 3
    assert err.startswith("hhgui: at 900 µA/cm²: At 5.550 ms the run blew up: dt 0.05 ms is ")
    assert err.count("\n") == 1


def test_a_run_that_blows_up_is_one_line_with_the_remedy(refused):
    """A run that blows up prints the remedy on stderr and no summary."""
    text = refused(*RUN, *STEP, "--method", "euler", "--dt", "0.2")
    assert "the run blew up: dt 0.2 ms is too large for Forward Euler here. Try dt ≤ " in text


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["walk"], "invalid choice: 'walk'"),
        (["walk.hh.json"], "there is no file walk.hh.json"),
        (["walk.hhgui"], "there is no file walk.hhgui"),
        (["walk.csv"], "there is no file walk.csv"),
        (["run"], "run needs --model and --duration"),
        (["run", "--model", "squid-dayan-abbott"], "run needs --model and --duration"),
        (["fi"], "fi needs --model (or --from-json FILE.json)"),
        ([*RUN, "--speed", "2"], "unrecognized arguments: --speed 2"),
        ([*RUN, "--dt"], "argument --dt: expected one argument"),
        ([*RUN, "--dt", "fast"], "argument --dt: must be a number, not 'fast'"),
        ([*RUN, "--dt", "0,025"], "argument --dt: must be a number, not '0,025'"),
        ([*RUN, "--dt", "0"], "must be from 0.0001 to 1 ms, not 0"),
        ([*RUN, "--dt", "nan"], "must be from 0.0001 to 1 ms, not nan"),
        ([*RUN, "--method", "unheard-of"], "argument --method: invalid choice: 'unheard-of'"),
        ([*RUN, "--duration", "-5"], "duration must be above 0"),
        ([*RUN, "--duration", "inf"], "duration must be above 0"),
        ([*RUN, "--threshold", "999"], "spike threshold must be from -150 to 150 mV"),
        ([*RUN, "--initial-voltage", "400"], "start voltage must be from -150 to 150 mV"),
        ([*RUN, "--model", "squids"], "no such parameter set; choose one of squid-dayan-abbott"),
        ([*RUN, "--model", "no.toml"], "no.toml: can't be read: No such file"),
        ([*RUN, "--model", "a\0b.toml"], "can't be read"),
        ([*RUN, "--model", ""], "no such parameter set"),
        ([*RUN, "--model", "a\nb"], "a b: no such parameter set"),
        ([*RUN, "--set", "Na.conductance"], "--set takes NAME=NUMBER"),
        ([*RUN, "--set", "Na.conductance=many"], "--set takes NAME=NUMBER"),
        ([*RUN, "--set", "Na.conductance=1,5"], "--set takes NAME=NUMBER"),
        ([*RUN, "--set", "Na.conductance=-1"], "must be from 0 to 10000 mS/cm²"),
        ([*RUN, "--set", "Ca.conductance=1"], "no such value 'Ca.conductance'; there are"),
        ([*RUN, "--set", "m.power=inf"], "gate m power must be a whole number"),
        ([*RUN, "--set", "m.power=9"], "gate m power must be a whole number from 0 to 8, not 9"),
        ([*RUN, "--set", "=5"], "no such value ''"),
        ([*RUN, "--stimulus", "wave"], "stimulus kind must be one of step, pulses"),
        ([*RUN, "--stimulus", "step:amplitude"], "write 'amplitude' as key=value"),
        ([*RUN, "--stimulus", "step:amplitude=big"], "amplitude must be a number, not 'big'"),
        ([*RUN, "--stimulus", "step:height=1"], "height"),
        ([*RUN, "--stimulus", "step:start=9,stop=1"], "stop must not be before start"),
        ([*RUN, "--stimulus", "noise:seed=1.5"], "seed must be a number, not '1.5'"),
        ([*RUN, "--stimulus", "file:no.csv"], "no.csv: can't be read"),
        ([*RUN, "--stimulus", "file:"], "can't be read"),
        ([*RUN, "--record", "V,w"], "can't record 'w'; choose from V, I_stim, m"),
        ([*RUN, "--record", ","], "nothing to record"),
        ([*RUN, "--every", "0"], "every must be a whole number from 1"),
        ([*RUN, "--every", "1.5"], "every must be a whole number from 1"),
        ([*RUN, "--csv", "nowhere/a.csv"], "does not exist; choose another folder"),
        ([*RUN, "--csv", "a.json"], "must not end in .json"),
        ([*RUN, "--csv", "."], "it is a folder"),
        (["run", "--from-json", "no.json"], "no.json: can't be read"),
        ([*RUN, "--from-json", "a.json"], "--model and --from-json exclude each other"),
        (["run", "--from-json", "a.json", "--set", "m.power=2"], "--set and --from-json exclude"),
        (["run", "--from-json", "a.json", "--dt", "0.025"], "--dt and --from-json exclude"),
        (["run", "--from-json", "a.json", "--every", "1"], "--every and --from-json exclude"),
        (["run", "--from-json", "a.json", "--initial-voltage", "0"], "--initial-voltage and"),
        (["fi", "--from-json", "a.json", "--from", "1"], "--from and --from-json exclude"),
        ([*RUN, "--duration", "0.01"], "duration must be at least dt (0.025 ms)"),
        ([*FI, "--from-json", "a.json"], "--model and --from-json exclude each other"),
        ([*FI, "--points", "0"], "number of points must be a whole number from 1"),
        ([*FI, "--points", "2.5"], "number of points must be a whole number from 1"),
        ([*FI, "--from", "-1e9"], "first current must be from -1000 to 1000"),
        ([*FI, "--off", "20"], "step stop must be after step start (50 ms)"),
        ([*FI, "--duration", "60"], "duration must be at least step stop (550 ms)"),
        (["--live-run", "0"], "argument --live-run: must be above 0"),
        (["--live-run", "nan"], "argument --live-run: must be above 0"),
    ],
    ids=lambda value: ascii(" ".join(value)) if isinstance(value, list) else None,
)  # fmt: skip
def test_a_bad_call_is_one_line(refused, arguments, words):
    """Status 2, what is wrong and what is allowed, nothing on stdout, no traceback."""
    assert words in refused(*arguments)


@pytest.mark.parametrize("text", ["", "{}", "[1]", '{"program": "hhgui"', "\0"])
def test_a_broken_json_is_one_line(refused, own_folder, text):
    """A JSON file that can't be read gives one line that names the file."""
    (own_folder / "a.json").write_text(text)
    assert "a.json: " in refused("run", "--from-json", "a.json")


@pytest.mark.parametrize(
    "bad", [["--dt", "7"], [*STEP, "--method", "euler", "--dt", "0.2"]], ids=["refused", "blew up"]
)
def test_a_failed_run_leaves_the_old_table(refused, capsys, bad):
    """Refused at once or failed on its way: neither file is touched."""
    assert main([*RUN, "--csv", "a.csv"]) == 0
    capsys.readouterr()
    before = Path("a.csv").read_bytes(), Path("a.json").read_bytes()
    refused(*RUN, "--csv", "a.csv", *bad)
    assert (Path("a.csv").read_bytes(), Path("a.json").read_bytes()) == before
