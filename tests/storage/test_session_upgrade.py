"""Sessions that an older hhgui saved still open: what was in them is where it belongs now."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from hhgui.engine.spikes import REARM_MV, Oscillations
from hhgui.model.model_file import ModelFileError
from hhgui.storage.session import load_session
from tests.storage.sessions import full_session, plain_session

SESSIONS = Path(__file__).parents[1] / "data" / "sessions"


def noteless(owner, *keys):
    """Return a record without the names and notes of its membranes, which are of its time."""
    bare = {key: replace(getattr(owner, key), notes="", name="") for key in keys}
    return replace(owner, **bare)


def of_its_time(curve):
    """Return a curve without what format 1 did not have: a re-arm distance, and three columns."""
    points = tuple(
        replace(p, outside=0, steady_rate=None, oscillations=Oscillations()) for p in curve.points
    )
    protocol = replace(curve.protocol, rearm=REARM_MV)
    return replace(noteless(curve, "membrane"), points=points, protocol=protocol)


def test_a_plain_session_of_format_1_is_read():
    """Format 1 wrote every default out; the document is the one that was saved."""
    session = load_session(SESSIONS / "1-plain.hh.json")
    wanted = plain_session().document
    assert noteless(session.document, "membrane", "base") == noteless(wanted, "membrane", "base")
    assert (session.view.tab, session.view.lesson, session.view.step) == ("live", "", 0)
    assert session.view.tabs["live"]["speed"] == 0.05
    assert session.view.tabs["experiment"]["runs"] == ()


@pytest.mark.parametrize("number", [1, 2])
def test_every_part_of_a_full_session_of_an_older_format_is_read(number):
    """Each of the view's sixteen values, the runs and the curves come to their tab."""
    old, new = load_session(SESSIONS / f"{number}-full.hh.json").view, full_session().view
    assert (old.tab, old.lesson, old.step) == (new.tab, new.lesson, new.step)
    for tab in ("live", "gating", "integrators"):
        present = {key: value for key, value in new.tabs[tab].items() if key != "kept"}
        assert old.tabs[tab] == present
    had, now = old.tabs["fi"], new.tabs["fi"]
    assert [noteless(c, "membrane") for c in had["curves"]] == [*map(of_its_time, now["curves"])]
    assert {**had, "curves": ()} == {**now, "curves": (), "rearm": REARM_MV}
    kept, same = old.tabs["experiment"], new.tabs["experiment"]
    assert {k: v for k, v in kept.items() if k != "runs"} == {
        k: v for k, v in same.items() if k != "runs"
    }
    assert [(run.name, run.color, run.visible) for run in kept["runs"]] == [
        (run.name, run.color, run.visible) for run in same["runs"]
    ]


@pytest.mark.parametrize(
    ("key", "value", "path"),
    [
        ("fi", {"protocol": {"$protocol": {"first": 0}}}, r"view\.tabs\.fi\.protocol\.dt"),
        ("fi", {"protocol": 3}, r"view\.tabs\.fi\.protocol"),
        ("integrators", {"trials": 3}, r"view\.tabs\.integrators\.trials"),
        ("integrators", 3, r"view\.tabs\.integrators"),
    ],
)
def test_a_wrong_value_of_format_2_is_refused_by_key(tmp_path, key, value, path):
    """The message names it as it stands in the file."""
    record = json.loads((SESSIONS / "2-full.hh.json").read_text(encoding="utf-8"))
    record["view"]["tabs"][key] = value
    (tmp_path / "a.hh.json").write_text(json.dumps(record), encoding="utf-8")
    with pytest.raises(ModelFileError, match=path):
        load_session(tmp_path / "a.hh.json")


def test_an_unknown_key_of_format_1_is_refused(tmp_path):
    """The message names it as it stands in the file."""
    record = json.loads((SESSIONS / "1-plain.hh.json").read_text(encoding="utf-8"))
    record["view"]["games"] = True
    path = tmp_path / "a.hh.json"
    path.write_text(json.dumps(record), encoding="utf-8")
    with pytest.raises(ModelFileError, match=r"view\.games"):
        load_session(path)
