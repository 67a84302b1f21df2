"""The command line: what it prints, writes and refuses."""

import json
from pathlib import Path

import numpy as np
import pytest

from hhgui import __version__
from hhgui.app import main
from hhgui.engine.methods import METHODS
from hhgui.engine.replay import Replay, Stretch
from hhgui.engine.simulation import Simulation
from hhgui.model.model_file import dump_membrane
from hhgui.model.stimulus.stimulus import Stimulus
from hhgui.model.stimulus.waveforms import Ramp, Samples, Step
from hhgui.storage.trace_csv import TraceExport, write_traces
from tests.cli.commands import FI, RUN, STEP
from tests.shipped import LIBRARY, SQUID

KEYS = ["spike_times_ms", "spike_count", "V_min_mV", "V_max_mV", "V_final_mV", "warnings"]


@pytest.fixture
def printed(capsys):
    """The output of a call that succeeds."""

    def call(*arguments):
        assert main(arguments) == 0
        out, err = capsys.readouterr()
        assert err == ""
        return out

    return call


@pytest.fixture
def summary(printed):
    """The summary of a run, as JSON holds it."""
    return lambda *options: json.loads(printed(*RUN, "--json", *options))


def column(path, name):
    """A column of a table."""
    table = np.genfromtxt(path, delimiter=",", names=True)
    return table[name]


def test_models_are_listed_by_id_and_name(printed):
    """Each set is one line, in the order of the dropdown."""
    membranes = LIBRARY.membranes
    assert printed("models").splitlines() == [f"{i}, {m.name}" for i, m in membranes.items()]


def test_a_broken_model_of_the_users_is_reported_beside_the_list(capsys, own_folder):
    """An invalid model file is reported, and the other models are listed."""
    folder = own_folder / "data" / "hhgui" / "models"
    folder.mkdir(parents=True)
    (folder / "mine.toml").write_text("[model]\n")
    assert main(["models"]) == 0
    out, err = capsys.readouterr()
    assert "squid-dayan-abbott, Squid giant axon\n" in out
    assert err.startswith("hhgui: left out: mine.toml: ")
    assert err.count("\n") == 1


def test_a_run_is_summed_up_in_three_lines(printed):
    """The three lines are the number of spikes, their times, and the range of V."""
    lines = printed(*RUN, *STEP).splitlines()
    assert lines[0] == "spikes: 2"
    assert lines[1].startswith("spike times (ms): 6.90")
    assert lines[2].startswith("V: -75.")
    assert len(lines) == 3


@pytest.mark.parametrize("method", METHODS)
def test_the_summary_is_that_of_the_simulation(summary, method):
    """Every key of the contract, every number to the last bit."""
    found = summary(*STEP, "--method", method, "--dt", "0.02", "--threshold", "-10")
    stimulus = Stimulus((Step(10.0, 5.0, 25.0),))
    simulation = Simulation(SQUID, stimulus, method, 0.02, -10.0)
    block = simulation.advance(1500, every=1)
    volts = block.columns[0]
    assert list(found) == KEYS
    assert found["spike_times_ms"] == block.spikes.tolist()
    assert [found[k] for k in KEYS[1:5]] == [
        block.spikes.size, block.lowest, block.highest, simulation.voltage,
    ]  # fmt: skip
    # the adaptive method's range is not that of its samples, but close
    assert (block.lowest, block.highest) == pytest.approx((volts.min(), volts.max()), abs=0.05)


def test_numbers_of_the_membrane_can_be_set(summary):
    """--set takes conductances, capacitance, a gate's power, a midpoint, and several at once."""
    changed = SQUID.with_current("Na", conductance=100.0).with_current("L", reversal=-50.0)
    simulation = Simulation(changed)
    simulation.advance(1200)
    found = summary("--set", "Na.conductance=100", "--set", "L.reversal = -50")
    assert found["V_final_mV"] == simulation.voltage
    for setting in ("membrane.capacitance=2", "m.power=2", "m.alpha.midpoint=-42", "h.initial=0.5"):
        assert summary("--set", setting) != summary()


def test_the_start_voltage_can_be_set(summary, printed):
    """The first row has it, and the gates start in its steady state."""
    found = summary("--initial-voltage", "-80", "--csv", "a.csv")
    assert found["V_min_mV"] == -80.0
    assert column("a.csv", "V_mV")[0] == -80.0
    steady = float(SQUID.gates[0].steady_state_at(-80.0))
    assert column("a.csv", "m")[0] == steady


def test_a_model_can_be_a_file(own_folder, summary, printed):
    """``--model`` accepts the path of a TOML file instead of an id."""
    path = own_folder / "mine.toml"
    path.write_text(dump_membrane(SQUID.with_current("K", conductance=30.0)), "utf-8")
    options = ("--duration", "30", "--json", *STEP)
    of_file = json.loads(printed("run", "--model", str(path), *options))
    assert of_file == summary(*STEP, "--set", "K.conductance=30")


@pytest.mark.parametrize(
    "spec",
    ["pulses:span=30", "train:amplitude=20,start=2,width=1,interval=8,count=3", "ramp:stop=20",
     "sine:amplitude=4,frequency=80", "chirp", "noise:mean=6,sd=3,tau=2,seed=7", "step"],
)  # fmt: skip
def test_every_kind_of_stimulus_can_be_given(summary, spec):
    """A run accepts each kind of stimulus, and each of them changes V."""
    found = summary("--stimulus", spec)
    assert found["V_max_mV"] > summary()["V_max_mV"]


def test_a_current_from_a_file(own_folder, summary):
    """Each value holds until the next row's time."""
    (own_folder / "i.csv").write_text("time_ms,I\n0,0\n5,10\n25,0\n29,0\n")
    found = summary("--stimulus", "file:i.csv", "--csv", "a.csv")
    assert found == summary(*STEP)
    samples = Samples((0.0, 5.0, 25.0, 29.0, 33.0), (0.0, 10.0, 0.0, 0.0))
    expected = samples.current_at(column("a.csv", "time_ms"))
    assert np.array_equal(column("a.csv", "I_stim_uA_per_cm2"), expected)


def test_several_stimuli_add_up(printed):
    """Two --stimulus options give their sum at every step."""
    printed(*RUN, *STEP, "--stimulus", "ramp:start=2,stop=20", *STEP, "--csv", "a.csv")
    times = column("a.csv", "time_ms")
    expected = 2 * Step(10.0, 5.0, 25.0).current_at(times) + Ramp(
        start=2.0, stop=20.0
    ).current_at(times)  # fmt: skip
    np.testing.assert_allclose(column("a.csv", "I_stim_uA_per_cm2"), expected, rtol=1e-12)


def test_chosen_columns_and_rows_are_written(printed):
    """--record and --every; the summary is of every step all the same."""
    full = printed(*RUN, *STEP, "--csv", "full.csv")
    assert printed(*RUN, *STEP, "--csv", "a.csv", "--record", "I_K,V", "--every", "100") == full
    lines = Path("a.csv").read_text().splitlines()
    assert lines[0] == "time_ms,I_K_uA_per_cm2,V_mV"
    assert len(lines) == 1 + 13
    assert np.array_equal(column("a.csv", "V_mV"), column("full.csv", "V_mV")[::100])


@pytest.mark.parametrize("method", METHODS)
def test_a_run_from_its_json_has_the_same_bytes(printed, method):
    """A run repeated from its JSON gives the same table, JSON and summary."""
    noise = ("--stimulus", "noise:mean=8,sd=5,seed=3", "--set", "Na.conductance=111")
    first = printed(*RUN, *noise, "--method", method, "--every", "3", "--csv", "a.csv", "--json")
    again = printed("run", "--from-json", "a.json", "--csv", "b.csv", "--json")
    assert again == first
    assert Path("a.csv").read_bytes() == Path("b.csv").read_bytes()
    assert Path("a.json").read_bytes() == Path("b.json").read_bytes()


def test_a_live_runs_json_can_be_run(printed):
    """The JSON that the window exports gives the same bytes, and a summary of its range."""
    simulation = Simulation(SQUID, Stimulus((Step(10.0, 2.0, 90.0),)))
    first = Stretch(simulation.checkpoint(), 400)
    volts = [simulation.advance(400, every=1).columns[0]]
    simulation.set_membrane(SQUID.with_current("K", conductance=30.0))
    second = Stretch(simulation.checkpoint(), 400)
    volts.append(simulation.advance(400, every=1).columns[0])
    replay = Replay((first, second), 1.0, 19.0)
    write_traces(Path("live.csv"), TraceExport(replay, ("V", "I_K"), 10))
    summary = json.loads(printed("run", "--from-json", "live.json", "--csv", "b.csv", "--json"))
    assert Path("b.csv").read_bytes() == Path("live.csv").read_bytes()
    assert summary["V_final_mV"] == np.concatenate(volts)[760]
    assert summary["spike_count"] == 2


def test_the_lab_sweep_gives_exactly_its_counts(printed, seed_systems):
    """fi with the lab's protocol has all 51 counts of lab3_fi in seed_systems.json."""
    expected = seed_systems["lab3_fi"]
    found = json.loads(printed(
        "fi", "--model", "traub-miles-lab3", "--from", "0", "--to", "10", "--points", "51", "--on",
        "50", "--off", "200", "--duration", "200", "--dt", "0.025", "--method", "euler", "--json",
        "--no-check",
    ))  # fmt: skip
    assert list(found) == [
        "currents_uA_cm2", "spike_counts", "rates_Hz", "steady_rates_Hz", "spikes_outside",
        "warnings",
    ]  # fmt: skip
    assert found["currents_uA_cm2"] == expected["currents_uA_cm2"]
    assert found["spike_counts"] == expected["spike_counts"]
    assert found["rates_Hz"] == [1000.0 * n / 150.0 for n in expected["spike_counts"]]


def test_a_sweep_is_a_table_for_people(printed):
    """The table has a header, then one line a current; without a spike there is no latency."""
    lines = printed(*FI, "--to", "10", "--on", "5", "--off", "45").splitlines()
    assert len(lines) == 3
    assert lines[1].split() == ["0", "0", "0.000", "–", "0", "–"]
    assert lines[2].split()[:3] == ["10", "3", "75.000"]


def test_the_threshold_of_a_sweep_can_be_set(printed):
    """With --threshold 45 a sweep counts no spike, since none rises so high."""
    options = ("--to", "10", "--on", "5", "--off", "45", "--threshold", "45", "--json",
               "--no-check")  # fmt: skip
    assert json.loads(printed(*FI, *options))["spike_counts"] == [0, 0]


def test_a_sweep_is_written_as_a_table(printed):
    """The JSON of the protocol lies beside the table; a run lasts until the step's stop."""
    printed(*FI, "--to", "10", "--on", "5", "--off", "45", "--csv", "fi.csv")
    assert column("fi.csv", "spike_count").tolist() == [0.0, 3.0]
    protocol = json.loads(Path("fi.json").read_text())["protocol"]
    assert (protocol["on"], protocol["off"], protocol["duration"]) == (5.0, 45.0, 45.0)


def test_a_sweep_from_its_json_has_the_same_bytes(printed):
    """A sweep from its JSON writes and prints the same as the first one."""
    first = printed(*FI, "--to", "10", "--on", "5", "--off", "45", "--dt", "0.02", "--csv", "a.csv")
    assert printed("fi", "--from-json", "a.json", "--csv", "b.csv") == first
    assert Path("a.csv").read_bytes() == Path("b.csv").read_bytes()
    assert Path("a.json").read_bytes() == Path("b.json").read_bytes()


def test_the_version_is_reported(capsys):
    """--version prints the program's name and version and exits with status 0."""
    with pytest.raises(SystemExit) as caught:
        main(["--version"])
    assert caught.value.code == 0
    assert capsys.readouterr().out == f"hhgui {__version__}\n"


@pytest.mark.parametrize("command", [[], ["run"], ["fi"], ["models"]])
def test_help_is_there(capsys, command):
    """The program and each of its commands print help and exit with status 0."""
    with pytest.raises(SystemExit) as caught:
        main([*command, "--help"])
    assert caught.value.code == 0
    assert "usage: hhgui" in capsys.readouterr().out


def test_a_run_that_is_not_to_be_trusted_is_warned_of(capsys):
    """An inaccurate run prints one warning, also in the JSON, unless --no-check is given."""
    run = [*RUN[:-1], "200", "--stimulus", "step:amplitude=10,start=0,stop=200", "--method",
           "exponential-euler", "--dt", "0.5"]  # fmt: skip
    assert main(run) == 0
    err = capsys.readouterr().err
    assert err.startswith("warning: 11 spikes in 200 ms, but ")
    assert err.count("\n") == 1
    assert main([*run, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["warnings"] == [err[9:-1]]
    assert main([*run, "--no-check"]) == 0
    assert capsys.readouterr().err == ""


def test_a_sweep_that_is_not_to_be_trusted_is_warned_of(capsys):
    """A sweep that finds 2 Hz where 70 to 88 Hz are right prints a warning."""
    sweep = [*FI, "--from", "10", "--to", "20", "--method", "exponential-euler", "--dt", "1"]
    assert main(sweep) == 0
    err = capsys.readouterr().err
    assert err.startswith("warning: at ")
    assert " at half the dt" in err
    assert main([*sweep, "--no-check"]) == 0
    assert capsys.readouterr().err == ""


def test_spikes_outside_the_step_are_named(capsys):
    """Spikes of a rebound after the step are listed apart and in no rate."""
    sweep = ["fi", "--model", "squid-dayan-abbott", "--from", "-10", "--to", "0", "--points", "3",
             "--on", "50", "--off", "100", "--duration", "150", "--json"]  # fmt: skip
    assert main(sweep) == 0
    out, err = capsys.readouterr()
    found = json.loads(out)
    assert found["rates_Hz"] == [0.0, 0.0, 0.0]
    assert found["spikes_outside"] == found["spike_counts"]
    assert sum(found["spikes_outside"]) >= 1
    assert "outside the step" in err


@pytest.mark.parametrize("command", ["run", "fi", "measure"])
def test_the_re_arm_distance_can_be_set(capsys, command):
    """The axon at 10 µA/cm² never falls by 100 mV below 0: so re-armed it counts one spike.

    The JSON beside a table repeats it.
    """
    given = {
        "run": ["run", "--model", SQUID.id, "--stimulus", "step:amplitude=10,start=5,stop=60",
                "--duration", "60"],
        "fi": [*FI, "--from", "10", "--to", "10", "--points", "1", "--on", "5", "--off", "60"],
        "measure": ["measure", "fi", "--model", SQUID.id, "--currents", "10",
                    "--on", "5", "--off", "60", "--duration", "60"],
    }[command]  # fmt: skip
    again = given[: 2 if command == "measure" else 1]
    rules = [[*given], [*given, "--rearm", "100", "--csv", "a.csv"],
             [*again, "--from-json", "a.json"]]  # fmt: skip
    counts = []
    for rule in rules:
        assert main([*rule, "--json", "--no-check"]) == 0
        found = json.loads(capsys.readouterr().out)
        counts.append(
            found["spike_count"] if command == "run"
            else found["spike_counts"][0] if command == "fi"
            else found["columns"]["spike_count"][0]
        )  # fmt: skip
    assert counts == [4, 1, 1]


def test_a_methods_alias_is_taken(summary):
    """A method's alias gives the same run as its id."""
    assert summary("--method", "hines") == summary("--method", "crank-nicolson")
