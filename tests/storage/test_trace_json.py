"""Errors in the JSON beside a table of traces are named by their key."""

import json
from dataclasses import replace
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hhgui.engine.replay import Replay, Stretch
from hhgui.engine.simulation import Simulation
from hhgui.model.model_file import ModelFileError
from hhgui.model.stimulus.noise import Noise
from hhgui.model.stimulus.stimulus import Stimulus
from hhgui.model.stimulus.waveforms import Samples, Step
from hhgui.storage.trace_csv import RunRecord, TraceExport, read_traces_json, write_traces
from tests.shipped import SQUID
from tests.storage import records
from tests.storage.records import damaged, written_beside

STIMULUS = Stimulus((Noise(9.0, 3.0, 2.0, 4, 1.0, 1e6), Samples((0.0, 1.0, 9.0), (1.0, 2.0))))
RUN = TraceExport(RunRecord(SQUID, STIMULUS, "crank-nicolson", 0.025, 1.0).replay(), ("V", "m"))
KEYS = ["model", "stimulus", "method", "dt_ms", "threshold_mV", "columns", "every", "program",
        "version", "format", "experiment"]  # fmt: skip
LIVE_KEYS = ["from_ms", "to_ms", "models", "stimuli"]
STRETCH_KEYS = ["model", "stimulus", "method", "dt_ms", "steps", "every", "phase", "step",
                "base_step", "base_time_ms", "state", "noise"]  # fmt: skip


def two_stretches():
    """A live run: half a millisecond, then the same with a stronger sodium current and a step."""
    simulation = Simulation(SQUID, STIMULUS)
    first = simulation.checkpoint()
    simulation.advance(20)
    simulation.set_membrane(SQUID.with_current("Na", conductance=130.0))
    simulation.set_stimulus(replace(STIMULUS, components=(*STIMULUS.components, Step())))
    second = Stretch(simulation.checkpoint(), 20, 2, 1)
    return TraceExport(Replay((Stretch(first, 20), second), 0.1, 0.9), ("V", "m"))


LIVE = two_stretches()
refusal = partial(records.refusal, read_traces_json)


@pytest.fixture
def path(tmp_path):
    """The path of the table."""
    return tmp_path / "run.csv"


def record_of(path, export):
    """The JSON that is written beside an export's table."""
    return json.loads(write_traces(path, export).read_text("utf-8"))


@pytest.mark.parametrize(
    ("export", "key"),
    [(RUN, key) for key in KEYS] + [(LIVE, key) for key in (*KEYS, *LIVE_KEYS)],
    ids=lambda value: value if isinstance(value, str) else f"{len(value.replay.stretches)} stretch",
)
def test_a_missing_key_is_named(path, export, key):
    """A record without a key is refused with its name; no default is assumed."""
    record = record_of(path, export)
    del record[key]
    assert refusal(path, record)[0] == key


def test_a_run_without_an_end_is_refused(path):
    """A duration or stretches must be there."""
    record = record_of(path, RUN)
    del record["duration_ms"]
    assert refusal(path, record) == (
        "duration_ms", "run.json: duration_ms: duration_ms or stretches is missing",
    )  # fmt: skip


@pytest.mark.parametrize("key", STRETCH_KEYS)
def test_a_stretch_needs_all_its_keys(path, key):
    """The missing one is named."""
    record = record_of(path, LIVE)
    del record["stretches"][1][key]
    place = f"stretches[1].{key}"
    assert refusal(path, record) == (place, f"run.json: {place}: is missing")


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("method", "unheard-of"), ("method", None), ("method", ["euler"]), ("dt_ms", 0),
        ("dt_ms", "1"),
        ("dt_ms", True), ("threshold_mV", 151), ("threshold_mV", None), ("columns", []),
        ("columns", ["V", "x"]), ("columns", "V"), ("columns", None), ("columns", [3]),
        ("every", 0), ("every", 1.5), ("every", "2"), ("duration_ms", 0), ("duration_ms", -1),
        ("duration_ms", 1e9), ("duration_ms", "20"), ("speed", 1),
    ],
    ids=str,
)  # fmt: skip
def test_a_wrong_value_is_refused_with_its_key(path, key, value):
    """File, key, and what is allowed."""
    record = record_of(path, RUN)
    record[key] = value
    assert refusal(path, record)[0].partition("[")[0] == key


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("model", 2), ("model", -1), ("model", True), ("model", 0.5), ("stimulus", 99),
        ("method", "unheard-of"), ("method", 3), ("dt_ms", 2), ("steps", 0), ("steps", 2**53),
        ("steps", 1.5), ("every", 0), ("phase", -1), ("step", -1), ("base_step", "0"),
        ("base_time_ms", None), ("base_time_ms", False), ("state", [0.0]), ("state", "0"),
        ("state", []), ("state", [0.0] * 6), ("state", [0, 0, 0, 0, None]), ("noise", None),
        ("noise", ["0"]), ("more", 0),
    ],
    ids=str,
)  # fmt: skip
def test_a_wrong_stretch_is_refused(path, key, value):
    """The numbers of a stretch are checked one by one, and the message names the wrong one."""
    record = record_of(path, LIVE)
    record["stretches"][1][key] = value
    assert key in refusal(path, record)[1]


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999"])
@pytest.mark.parametrize("key", ["dt_ms", "threshold_mV", "duration_ms", "capacitance"])
def test_numbers_that_are_none_are_refused(path, key, number):
    """JSON has no NaN, and no number beyond a double."""
    text = write_traces(path, RUN).read_text("utf-8")
    value = json.dumps(1.0 if key in {"capacitance", "duration_ms"} else 0.025)
    value = "0.0" if key == "threshold_mV" else value
    assert text.count(f'"{key}": {value}') == 1
    target = path.with_suffix(".json")
    target.write_text(text.replace(f'"{key}": {value}', f'"{key}": {number}'), "utf-8")
    with pytest.raises(ModelFileError, match=r"run\.json: is not valid JSON"):
        read_traces_json(target)


@pytest.mark.parametrize(
    ("key", "value"),
    [("path", ["a.csv"]), ("path", 1), ("times", [0.0, 1.0]), ("times", [0.0, 2.0, 1.0]),
     ("values", "12"), ("values", [1e9, 0.0]), ("values", [[1.0], [2.0]])],
    ids=str,
)  # fmt: skip
def test_wrong_samples_are_refused(path, key, value):
    """A current that once came from a file is checked as one that does."""
    record = record_of(path, RUN)
    record["stimulus"]["components"][1][key] = value
    assert refusal(path, record)[0] == f"stimulus.components[1].{key}"


def test_membranes_of_two_structures_are_no_run(path):
    """All membranes of a live run have the same columns."""
    record = record_of(path, LIVE)
    other = replace(SQUID, currents=SQUID.currents[::-1])
    record["models"][1] = record_of(path, TraceExport(
        RunRecord(other, STIMULUS, "euler", 0.01, 1.0).replay(), ("V",)))["model"]  # fmt: skip
    key, text = refusal(path, record)
    assert key == "models"
    assert "the same currents and gates" in text


def test_a_record_of_another_experiment_is_refused(path):
    """An f-I curve's JSON is no run."""
    record = record_of(path, RUN) | {"experiment": "fi"}
    assert refusal(path, record) == ("experiment", "run.json: experiment: must be 'run'")


@pytest.fixture
def both(path):
    """The JSON of a run and of a live run."""
    return [record_of(path, RUN), record_of(path, LIVE)]


@pytest.mark.filterwarnings("ignore::RuntimeWarning")  # an absurd rate may overflow on its way
@settings(max_examples=150)
@given(live=st.booleans(), data=st.data())
def test_no_damaged_record_raises_anything_else(path, both, live, data):
    """A damaged record gives a run or a ModelFileError."""
    target = written_beside(path, data.draw(damaged(both[live])))
    try:
        export = read_traces_json(target)
    except ModelFileError:
        return
    assert isinstance(export, TraceExport)
    assert isinstance(hash(export), int)  # so that its parts can be written once each
