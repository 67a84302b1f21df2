import json
import time
from dataclasses import replace

import pytest

from hhgui.document.document import Document
from hhgui.document.session import Session
from hhgui.model.model_file import ModelFileError
from hhgui.model.stimulus.stimulus import Stimulus
from hhgui.model.stimulus.waveforms import MOST_SAMPLES
from hhgui.storage.atomic import WriteError
from hhgui.storage.record import record_lines
from hhgui.storage.session import (
    load_session,
    save_session,
    session_path,
    session_to_record,
)
from hhgui.storage.session_reading import session_from_record
from tests.storage.sessions import full_session, long_current, plain_session

FULL = full_session()


def record():
    """A fresh record of a full session, as JSON would give it back."""
    return json.loads(json.dumps(session_to_record(FULL)))


def put(table, path, value):
    """Set the value under a path such as ``runs.0.setup.dt``; ... removes it."""
    *way, last = [int(p) if p.isdigit() else p for p in path.split(".")]
    for name in way:
        table = table[name]
    if value is ...:
        del table[last]
    else:
        table[last] = value


def refusal(path, value):
    """The message about a session with one value changed."""
    broken = record()
    put(broken, path, value)
    with pytest.raises(ModelFileError) as caught:
        session_from_record(broken, "a.hh.json")
    message = str(caught.value)
    assert message.startswith(f"a.hh.json: {caught.value.key}: ")
    assert message.isprintable()
    assert len(message) < 600
    return caught.value.key, message


@pytest.mark.parametrize("session", [plain_session(), FULL, full_session(70_000, 3)])
def test_a_session_comes_back_to_the_last_bit(tmp_path, session):
    """A session that is loaded equals the saved one in every number."""
    path = tmp_path / "Übung 1.hh.json"
    save_session(path, session)
    assert load_session(path) == session
    assert repr(load_session(path)) == repr(session)


def test_a_neuron_is_written_once():
    """A neuron or a stimulus that several parts share is in the file a single time."""
    found = record()
    assert len(found["models"]) == 3
    assert len(found["stimuli"]) == 4  # that of the document and the runs, the command, …


def test_a_file_can_be_read_by_people(tmp_path):
    """UTF-8 text with a line for each neuron, run and curve."""
    save_session(tmp_path / "a", FULL)
    lines = (tmp_path / "a").read_text(encoding="utf-8").splitlines()
    assert lines[1] == ' "program": "hhgui",'
    assert any("ḡNa 41" in line for line in lines)
    assert len(lines) < 40


def test_a_file_name_that_is_no_unicode_survives(tmp_path):
    """A sampled current from a path named in Latin-1 is kept with its path."""
    current = type(long_current(1))((0.0, 1.0), (2.0,), "caf\udce9.csv")
    document = plain_session().document
    session = Session(Document(document.membrane, document.base, Stimulus((current,))))
    save_session(tmp_path / "a", session)
    assert load_session(tmp_path / "a") == session


@pytest.mark.parametrize(
    ("path", "value", "key"),
    [
        ("format", 4, "format"),
        ("experiment", "fi", "experiment"),
        ("program", "neuron", "program"),
        ("secret", 1, "secret"),
        ("models", {}, "models"),
        ("models.0.membrane.capacitance", -1.0, "models[0].membrane.capacitance"),
        ("models.1.current.0.gate", 3, "models[1].current[1].gate"),
        ("stimuli.0", [], "stimuli[0]"),
        ("stimuli.0.components", {}, "stimuli[0].components"),
        ("stimuli.0.components.4.times", [1.5], "stimuli[0].components[4].times"),
        ("stimuli.0.components.4.times", ["****"], "stimuli[0].components[4].times"),
        ("stimuli.0.components.4.values", ["AAAA"], "stimuli[0].components[4].values"),
        ("stimuli.0.components.4.values", "AAAA", "stimuli[0].components[4].values"),
        ("stimuli.0.components.0.evil\n", 1, "stimuli[0].components[0].evil?"),
        ("document.membrane", 3, "document.membrane"),
        ("document.base", -1, "document.base"),
        ("document.stimulus", True, "document.stimulus"),
        ("document.command", 0, "document.command"),
        ("document.clamped", 1, "document.clamped"),
        ("document.stimulus", 1, "document.stimulus"),
        ("stimuli.1.holding", 151.0, "stimuli[1].holding"),
        ("document.method", ["euler"], "document.method"),
        ("document.dt", 0, "document.dt"),
        ("document.dt", ..., "document.dt"),
        ("document.threshold", "0", "document.threshold"),
        ("view.tab", ["fi"], "view.tab"),
        ("view.tabs", [], "view.tabs"),
        ("view.tabs.live", [], "view.tabs.live"),
        ("view.tabs.fi.curves.0", {"$curve": 2}, "view.tabs.fi.curves.$curve"),
        ("view.tabs.fi.curves.0", {"$file": 2}, "view.tabs.fi.curves"),
        ("view.step", 1.5, "view.step"),
        ("view.lesson", "x" * 10**6, "view.lesson"),
        ("view.newer", 1, "view.newer"),
        ("runs", {}, "runs"),
        ("runs.0", 0, "runs[0]"),
        ("runs.0.color", 1e300, "runs[0].color"),
        ("runs.0.visible", "yes", "runs[0].visible"),
        ("runs.0.setup.base", ..., "runs[0].setup.base"),
        ("runs.0.setup.against", 1.5, "runs[0].setup.against"),
        ("runs.0.setup.marks", 0, "runs[0].setup.marks"),
        ("runs.0.setup.panes", 0, "runs[0].setup.panes"),
        ("runs.0.setup.method", "x" * 10**6, "runs[0].setup.method"),
        ("curves.0.name", 1, "curves[0].name"),
        ("curves.0.protocol.on", "now", "curves[0].protocol.on"),
        ("curves.0.points", [], "curves[0].points"),
        ("curves.0.points.count.3", -1, "curves[0].points.count[3]"),
        ("curves.0.points.rate", [], "curves[0].points"),
        ("curves.0.points.index.3", 2, "curves[0].points.index"),
        ("curves.0.points.index.39", 41, "curves[0].points.index"),
        ("curves.0.points.latency.0", "soon", "curves[0].points.latency[0]"),
        ("curves.0.problems.0", [40, "no such point"], "curves[0].problems"),
        ("curves.0.problems.0", ["4", "text"], "curves[0].problems[0]"),
    ],
)  # fmt: skip
def test_a_wrong_value_is_refused_by_key(path, value, key):
    """Every wrong value gives one message of one line with file and key."""
    assert refusal(path, value)[0] == key


def test_a_newer_session_is_refused_and_stays(tmp_path):
    """The file of a newer hhgui gets a message and is not touched."""
    path = tmp_path / "new.hh.json"
    raw = json.dumps(record() | {"format": 4, "more": []}).encode()
    path.write_bytes(raw)
    with pytest.raises(ModelFileError, match=r"^new\.hh\.json: format: 4 is of a newer hhgui"):
        load_session(path)
    assert path.read_bytes() == raw


def test_an_older_session_may_lack_what_came_later():
    """A view or a setup without an entry has it as it is without a session."""
    older = record()
    older["view"] = {}
    session = session_from_record(older, "a")
    assert session.view == plain_session().view
    older = record()
    del older["runs"][0]["setup"]["panes"]
    assert session_from_record(older, "a").view.tabs["experiment"]["runs"][0].setup.panes == ()


def test_a_session_too_large_to_be_read_is_not_written(tmp_path, monkeypatch):
    """Beyond the limit of reading the old file stays, and the message says what to do."""
    path = tmp_path / "a.hh.json"
    path.write_bytes(b"old")
    monkeypatch.setattr("hhgui.storage.session.MAX_BYTES", 5000)
    with pytest.raises(WriteError, match="larger than 16 MB; keep fewer"):
        save_session(path, FULL)
    assert path.read_bytes() == b"old"
    assert len(list(tmp_path.iterdir())) == 1


def test_the_longest_samples_and_many_curves_fit():
    """The longest current from a file and ten curves of 1001 points are below 16 MB."""
    large = full_session(MOST_SAMPLES, 1001)
    curves = tuple(replace(large.view.tabs["fi"]["curves"][0], name=str(n)) for n in range(10))
    session = Session(large.document, replace(large.view, tabs={"fi": {"curves": curves}}))
    text = json.dumps(session_to_record(session))
    assert len(text) < 16_000_000


@pytest.mark.parametrize(
    ("given", "made"),
    [("a", "a.hhgui"), ("a.json", "a.hhgui"), ("a.hh", "a.hhgui"), ("a.HH.JSON", "a.hhgui"),
     ("a.HHGUI", "a.hhgui"), ("a.v1", "a.v1.hhgui"), (".json", ".json.hhgui"),
     ("神経", "神経.hhgui")],
)  # fmt: skip
def test_a_session_gets_its_ending(tmp_path, given, made):
    """Any chosen name is completed to end in .hhgui, which systems can tell from other JSON."""
    assert session_path(tmp_path / given) == tmp_path / made


def test_a_large_session_is_written_in_small_pieces():
    """A piece costs less than 20 ms of CPU, so that a thread that draws gets its turn."""
    record, longest = session_to_record(full_session(MOST_SAMPLES, 1001)), 0.0
    begun = time.thread_time()
    for _piece in record_lines(record):
        longest, begun = max(longest, time.thread_time() - begun), time.thread_time()
    assert longest < 0.020
