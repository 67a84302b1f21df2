"""Traces as a table, and the JSON beside it from which the same bytes are made again."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from hhgui.document.setup import Setup
from hhgui.engine.methods import METHODS
from hhgui.engine.recording import Bookmark, Recording, record_stride
from hhgui.engine.replay import replay_of
from hhgui.engine.simulation import Simulation
from hhgui.model.parameter import ModelError
from hhgui.model.stimulus.command import Command
from hhgui.model.stimulus.noise import Noise
from hhgui.model.stimulus.stimulus import KINDS, Stimulus
from hhgui.model.stimulus.waveforms import Samples, Step
from hhgui.storage.atomic import WriteError
from hhgui.storage.csv_table import Cancelled, chosen_names
from hhgui.storage.trace_csv import RunRecord, TraceExport, read_traces_json, write_traces
from tests.refusals import refused
from tests.shipped import LIBRARY, SQUID

NOISY = Stimulus((Noise(9.0, 3.0, 2.0, 4, 1.0, 1e6), Step(1.0, 2.0, 7.0)), holding=0.5)
ALL = chosen_names(SQUID, "all")
HEADER = (
    "time_ms,V_mV,I_stim_uA_per_cm2,m,h,n,I_Na_uA_per_cm2,I_K_uA_per_cm2,I_L_uA_per_cm2"
)  # fmt: skip
each_method = pytest.mark.parametrize("method", METHODS)


@pytest.fixture
def path(tmp_path):
    """The path of the table."""
    return tmp_path / "run.csv"


def one_run(method="crank-nicolson", dt=0.025, duration=20.0, every=1, stimulus=NOISY):
    """A run of the command line's kind, all columns."""
    record = RunRecord(SQUID, stimulus, method, dt, duration)
    return TraceExport(record.replay(), ALL, every)


def live_run(low=-1e300, high=1e300):
    """A live run's recording: each change of a row begins a stretch, as the worker does it."""
    simulation, recording, phase = Simulation(SQUID, NOISY), Recording(SQUID), 0
    for method, dt, conductance, holding in (
        ("crank-nicolson", 0.025, 120.0, 0.5), ("crank-nicolson", 0.025, 110.0, 0.5),
        ("rk4", 0.003, 110.0, -0.7), ("adaptive", 0.1, 110.0, 1 / 3), ("euler", 0.01, 120.0, 0.5),
    ):  # fmt: skip
        if (method, dt) != (simulation.method, simulation.dt):
            simulation.set_method(method, dt)
            phase = 0
        simulation.set_membrane(SQUID.with_current("Na", conductance=conductance))
        simulation.set_stimulus(replace(NOISY, holding=holding))
        every = record_stride(dt)
        recording.add_bookmark(Bookmark(recording.total, every, phase, simulation.checkpoint()))
        for steps in (1, 200, 17):
            recording.append(simulation.advance(steps, every, phase))
            phase = (phase - steps) % every
    return TraceExport(replay_of(recording, low, high), ALL)


def written(path, export):
    """The bytes of the table and of its JSON."""
    beside = write_traces(path, export)
    return path.read_bytes(), beside.read_bytes()


def rows_of(path):
    """The numbers of a table, one row a line."""
    return np.loadtxt(path, delimiter=",", skiprows=1, ndmin=2)


def test_the_header_names_columns_and_units(path):
    """The header has time, V, stimulus, gates and ionic currents, in ASCII."""
    write_traces(path, one_run())
    assert path.read_text("ascii").split("\n", 1)[0] == HEADER


@pytest.mark.parametrize("membrane", LIBRARY.membranes.values(), ids=lambda m: m.id)
def test_the_columns_follow_the_model(path, membrane):
    """The table has the model's own gates and currents, and as many numbers a row as names."""
    export = TraceExport(RunRecord(membrane, NOISY, "euler", 0.01, 0.1).replay(),
                         chosen_names(membrane, "all"))  # fmt: skip
    write_traces(path, export)
    names = path.read_text().split("\n", 1)[0].split(",")
    assert names[3 : 3 + len(membrane.gates)] == [g.name for g in membrane.gates]
    ionic = [f"I_{c.name}_uA_per_cm2" for c in membrane.currents]
    assert names[3 + len(membrane.gates) :] == ionic
    assert rows_of(path).shape == (11, len(names))


def test_pandas_reads_floats(path):
    """Every column is float64, a run of zeros too, and no cell is empty."""
    write_traces(path, one_run(stimulus=Stimulus()))
    frame = pd.read_csv(path)
    assert set(map(str, frame.dtypes)) == {"float64"}
    assert not frame.isna().any().any()
    assert (frame["I_stim_uA_per_cm2"] == 0.0).all()


def test_numbers_come_back_to_the_last_bit(path):
    """The table holds what the simulation gave, both ends included; times are free of dust."""
    write_traces(path, one_run())
    block = Simulation(SQUID, NOISY).advance(801, every=1)
    table = rows_of(path)
    assert np.array_equal(table[:, 1:].T, block.columns)
    assert table[:, 0].tolist() == [round(k * 0.025, 9) for k in range(801)]
    assert b",0.30000000000000004," not in path.read_bytes()


@pytest.mark.parametrize("dt", [0.0001, 1 / 3, 0.0123456789])
def test_times_are_exact_to_a_femtosecond(path, dt):
    """At any dt the time of row k is k dt to 1e-9 ms."""
    write_traces(path, one_run("euler", dt, 10 * dt))
    assert rows_of(path)[:, 0] == pytest.approx(np.arange(11) * dt, rel=0, abs=5.1e-10)


def test_chosen_columns_come_in_the_chosen_order(path):
    """Chosen columns have the same numbers as in the full table."""
    write_traces(path, one_run())
    full = rows_of(path)
    write_traces(path, replace(one_run(), columns=("n", "V", "I_K")))
    assert path.read_text().split("\n", 1)[0] == "time_ms,n,V_mV,I_K_uA_per_cm2"
    assert np.array_equal(rows_of(path), full[:, [0, 5, 1, 7]])


def test_derived_quantities_follow_every_edit_of_a_live_run(path):
    """ḡNa is 120, then 110 mS/cm² in four settings of the run, then 120 again."""
    keys = ("V", "m", "h", "g_Na", "d_Na", "p_Na", "I_Na")
    write_traces(path, replace(live_run(), columns=keys))
    header = path.read_text().split("\n", 1)[0]
    assert header.endswith(
        "g_Na_mS_per_cm2,driving_force_Na_mV,open_probability_Na,I_Na_uA_per_cm2"
    )
    _, volts, m, h, conductance, force, probability, current = rows_of(path).T
    np.testing.assert_allclose(probability, m**3 * h, rtol=1e-12)
    assert np.array_equal(force, volts - 50.0)
    np.testing.assert_allclose(conductance * force, current, rtol=1e-12)
    assert np.unique(np.round(conductance / probability, 9)).tolist() == [110.0, 120.0]


@pytest.mark.parametrize("every", [2, 7, 800, 801, 1_000_000])
def test_every_nth_row_is_written(path, monkeypatch, every):
    """Row 0, N, 2N … of the full table, wherever the run is cut into blocks."""
    write_traces(path, one_run())
    full = rows_of(path)
    monkeypatch.setattr("hhgui.engine.replay.BLOCK_STEPS", 123)
    write_traces(path, one_run(every=every))
    assert np.array_equal(rows_of(path), full[::every])


def test_an_unknown_column_is_not_written(path):
    """A column that is not there raises the caller's error, and no file appears."""
    with pytest.raises((ModelError, KeyError)):
        write_traces(path, replace(one_run(), columns=("V", "x")))
    assert list(path.parent.iterdir()) == []


@each_method
@pytest.mark.parametrize("every", [1, 3])
def test_a_run_made_again_from_its_json_has_the_same_bytes(path, tmp_path, method, every):
    """Table and JSON are the same, with noise, by every method."""
    before = written(path, one_run(method, 0.0125, every=every))
    export = read_traces_json(path.with_suffix(".json"))
    assert written(tmp_path / "again.csv", export) == before
    assert len(before[0].splitlines()) == 1 + len(range(0, 1601, every))


def test_a_live_run_made_again_from_its_json_has_the_same_bytes(path, tmp_path):
    """Five stretches of several methods, dt, membranes and stimuli, with noise going on."""
    export = live_run()
    before = written(path, export)
    again = read_traces_json(path.with_suffix(".json"))
    assert again == export
    assert written(tmp_path / "again.csv", again) == before
    assert len(export.replay.stretches) == 5


@pytest.mark.parametrize(("low", "high"), [(0.0, 3.1), (3.3, 11.0), (6.0, 6.05), (7.7, 1e300)])
def test_part_of_a_live_run_made_again_has_the_same_bytes(path, tmp_path, low, high):
    """Only rows of the range, from the JSON too; they are those of the whole."""
    before = written(path, live_run(low, high))
    assert written(tmp_path / "b.csv", read_traces_json(path.with_suffix(".json"))) == before
    part = rows_of(path)
    write_traces(path, live_run())
    whole = rows_of(path)
    keep = (whole[:, 0] >= low - 1e-9) & (whole[:, 0] <= high + 1e-9)
    assert np.array_equal(part, whole[keep])
    assert part.size


HELD = Command((Step(65.0, 3.0, 9.0),), -65.0)


def clamped_run(*stimuli):
    """A live run of 4 ms under each of these, free or clamped, and its recording."""
    simulation, recording = Simulation(SQUID, stimuli[0]), Recording(SQUID)
    for stimulus in stimuli:
        simulation.set_stimulus(stimulus)
        recording.add_bookmark(Bookmark(recording.total, 1, 0, simulation.checkpoint()))
        recording.append(simulation.advance(160, every=1))
    return TraceExport(replay_of(recording, -1e300, 1e300), ALL), recording


@pytest.mark.parametrize(
    ("stimuli", "current", "command"),
    [
        ((NOISY,), "I_stim_uA_per_cm2", ()),
        ((HELD, HELD), "I_clamp_uA_per_cm2", ("V_command_mV",)),
        ((NOISY, HELD, NOISY), "I_injected_uA_per_cm2", ("V_command_mV",)),
    ],
    ids=["free", "clamped", "both"],
)
def test_the_header_says_whether_the_voltage_was_clamped(path, tmp_path, stimuli, current, command):
    """The current is named by what gives it; the command is empty where V is free."""
    export, recording = clamped_run(*stimuli)
    before = written(path, export)
    names = HEADER.replace("I_stim_uA_per_cm2", current).replace(
        "V_mV", ",".join(("V_mV", *command))
    )
    assert before[0].decode().splitlines()[0] == names
    assert recording.injected(0.0, 1e9).header == current
    assert written(tmp_path / "again.csv", read_traces_json(path.with_suffix(".json"))) == before
    if command:
        table = pd.read_csv(path)
        held = [isinstance(each, Command) for each in stimuli]
        expected = np.where(np.repeat(held, 160), HELD.current_at(table["time_ms"]), np.nan)
        assert table["V_command_mV"].to_numpy() == pytest.approx(expected, nan_ok=True)
        clamp = table[current][np.repeat(held, 160)]
        assert clamp.max() > 10.0 > NOISY.holding


def test_a_current_from_a_file_needs_the_file_no_more(path, tmp_path):
    """The samples of a current from a file are in the JSON."""
    stimulus = Stimulus((Samples((0.0, 1.0, 1.7, 9.0), (1.0, 20.0, -1 / 3), "gone.csv"),))
    before = written(path, one_run(stimulus=stimulus))
    export = read_traces_json(path.with_suffix(".json"))
    assert written(tmp_path / "again.csv", export) == before


@pytest.mark.parametrize("kind", [k for k in KINDS if k != "file"])
def test_every_kind_of_stimulus_comes_back(path, kind):
    """Each kind comes back with its numbers, origin and repeat."""
    stimulus = Stimulus((KINDS[kind](),), holding=1 / 3, origin=-2.5, repeat=40.0)
    export = one_run(duration=1.0, stimulus=stimulus)
    assert read_traces_json(write_traces(path, export)) == export


def test_a_threshold_comes_back(path):
    """The threshold, which decides what is a spike, is part of the run."""
    export = TraceExport(RunRecord(SQUID, NOISY, "euler", 0.01, 5.0, -33.3).replay(), ("V",))
    assert read_traces_json(write_traces(path, export)) == export


def test_a_single_run_is_written_with_all_that_its_setup_says(path):
    """The rule for spikes, too, is the setup's: a re-arm distance comes back."""
    setup = Setup(SQUID, SQUID, NOISY, "euler", 0.01, 5.0, threshold=-33.3, rearm=4.5)
    start = RunRecord.of(setup).replay().stretches[0].start
    export = TraceExport(RunRecord.of(setup).replay(), ("V",))
    assert (start.membrane, start.stimulus, start.method) == (SQUID, NOISY, "euler")
    assert (start.dt, start.threshold, start.rearm) == (0.01, -33.3, 4.5)
    assert read_traces_json(write_traces(path, export)) == export


def test_the_watcher_sees_every_step(path):
    """``watch`` is called with every step, also those whose rows are left out."""
    blocks = []
    write_traces(path, one_run(every=1000), watch=blocks.append)
    assert sum(b.time.size for b in blocks) == 801
    assert sum(b.spikes.size for b in blocks) == 2


@pytest.mark.parametrize(
    "bad",
    [{"duration": 0.0}, {"duration": 1e8}, {"duration": float("nan")}, {"dt": 0.0}, {"dt": 2.0},
     {"method": "unheard-of"}, {"threshold": 200.0}],
    ids=str,
)  # fmt: skip
def test_a_run_out_of_range_is_refused(bad):
    """Duration, dt, method and threshold are checked before anything is computed."""
    good = {"membrane": SQUID, "stimulus": NOISY, "method": "euler", "dt": 0.01, "duration": 9.0}
    with refused(next(iter(bad))):
        RunRecord(**good | bad).replay()


def test_a_failed_write_leaves_the_old_pair(path, full_disk):
    """Table and JSON are the old ones; nothing else is left in the folder."""
    before = written(path, one_run())
    full_disk()
    with pytest.raises(WriteError, match="disk is full"):
        write_traces(path, one_run("euler", 0.01))
    assert (path.read_bytes(), path.with_suffix(".json").read_bytes()) == before
    assert len(list(path.parent.iterdir())) == 2


def test_a_cancelled_write_leaves_the_old_pair(path):
    """A cancelled export leaves the old table and the old JSON."""
    before = written(path, one_run())
    answers = iter([False, True])
    with pytest.raises(Cancelled):
        write_traces(path, one_run("euler", 0.01), cancelled=lambda: next(answers))
    assert (path.read_bytes(), path.with_suffix(".json").read_bytes()) == before
    assert len(list(path.parent.iterdir())) == 2


def test_a_folder_that_is_not_there_is_named(path):
    """The message says what to do."""
    with pytest.raises(WriteError, match="does not exist; choose another folder"):
        write_traces(path.parent / "nowhere" / "run.csv", one_run())


def test_rows_are_reported_as_they_are_written(path):
    """Progress is reported in rows, and ends with the table's number of rows."""
    reports = []
    write_traces(path, one_run(), reports.append)
    assert reports == sorted(reports)
    assert reports[-1] == 801
