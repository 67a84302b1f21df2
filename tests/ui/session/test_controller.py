"""A session brings everything back: the document, the views, kept runs and curves."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QFileDialog, QLabel, QMessageBox

from hhgui.document.fi_protocol import FiProtocol
from hhgui.model.membrane import Membrane
from hhgui.storage.atomic import WriteError
from hhgui.storage.recovery import last_session_path, leftover_recoveries, recovery_dir
from hhgui.storage.session import load_session, save_session
from hhgui.ui.live.state import LiveState
from hhgui.ui.session.view import view_of
from tests.ui.caught_up import run_has_caught_up
from tests.ui.controls import box, button, text

OLD = Path(__file__).parents[2] / "data" / "sessions" / "1-window.hh.json"
SMALL = FiProtocol(0.0, 10.0, 3, 10.0, 60.0, 60.0)


@pytest.fixture
def worked(desktop, qtbot):
    """The module's window in which somebody worked: edits, a kept run, a curve, another tab."""
    return work_in(desktop, qtbot)


@pytest.fixture
def worked_once(new_desktop, qtbot):
    """A window of the test's own in which somebody worked."""
    return work_in(new_desktop, qtbot)


def work_in(desktop, qtbot):
    """Edit a conductance, keep a run and measure a curve."""
    box(desktop.window, "conductance.Na").setValue(80.0)
    desktop.window.show_tab("experiment")
    tab = desktop.window.pages["experiment"]
    qtbot.waitUntil(lambda: run_has_caught_up(desktop))
    button(tab, "experiment.keep").click()
    fi = desktop.window.pages["fi"]
    fi.sweep_requested.emit(SMALL)
    qtbot.waitUntil(lambda: fi.curve is not None and fi.curve.complete and not fi.running)
    return desktop


def test_a_saved_session_comes_back_whole(worked, qtbot, tmp_path, monkeypatch):
    """After everything was changed, opening it shows what was saved, to the last bit."""
    path = tmp_path / "mine.hhgui"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "mine"), ""))
    saved = worked.sessions.session()
    worked.window.actions_by_name["save.session"].trigger()
    qtbot.waitUntil(path.exists)
    qtbot.waitUntil(lambda: worked.window.windowTitle().startswith("mine[*] – "))
    worked.panels.choose_model("cortical-pyramidal")
    worked.window.show_tab("gating")
    for page in worked.window.pages.values():
        page.restore(page.State())
    worked.sessions.open_path(str(path))
    qtbot.waitUntil(lambda: len(worked.window.pages["experiment"].runs) == 1)
    assert worked.editor.document == saved.document
    qtbot.waitUntil(lambda: not worked.sessions.busy)
    # The tab in front runs again; its run takes the place of the session's, which is the same.
    qtbot.waitUntil(lambda: run_has_caught_up(worked))
    assert view_of(worked.window) == saved.view
    assert worked.sessions.session() == saved


def test_the_current_run_is_the_sessions_own(worked, qtbot, tmp_path):
    """The run on the screen before is replaced by the session's; the f–I tab forgets its curve."""
    path = tmp_path / "mine.hh.json"
    session = worked.sessions.session()
    tabs = dict(session.view.tabs) | {"fi": {}}
    save_session(path, replace(session, view=replace(session.view, tabs=tabs)))
    tab, wanted = worked.window.pages["experiment"], worked.editor.document.membrane
    worked.panels.choose_model("lecture6-model1")
    qtbot.waitUntil(lambda: tab.current.setup.membrane.id == "lecture6-model1")
    worked.sessions.open_path(str(path))
    qtbot.waitUntil(lambda: tab.current.setup.membrane == wanted)
    qtbot.waitUntil(lambda: len(tab.runs) == 1 and not worked.sessions.busy)
    page = worked.window.pages["fi"]
    texts = [text(page, f"fi.{name}") for name in ("title", "result")]
    assert texts == ["f–I curve", ""]


def test_a_session_of_an_older_window_comes_back(desktop, qtbot, tmp_path):
    """Saved in format 1: edits, a kept run, a curve, panes, the second parameter set."""
    desktop.sessions.open_path(shutil.copy(OLD, tmp_path))  # Save would write over the original
    pages = desktop.window.pages
    qtbot.waitUntil(lambda: len(pages["experiment"].runs) == 1)
    qtbot.waitUntil(lambda: not desktop.sessions.busy)
    assert [c.conductance for c in desktop.editor.document.membrane.currents] == [80.0, 30.0, 0.3]
    assert [c.conductance for c in pages["experiment"].runs[0].run.setup.membrane.currents] == [
        80.0, 36.0, 0.3,
    ]  # fmt: skip
    assert len(pages["fi"].curve.points) == 3
    gating = pages["gating"].state()
    assert (gating.against, gating.thermal) == ("cortical-pyramidal", True)
    assert pages["live"].state() == LiveState(0.1, 500.0, ("voltage", "stimulus", "currents"))
    assert desktop.window.front.name == "gating"
    assert not desktop.window.actions_by_name.panes["gates"].isChecked()
    assert desktop.window.bar.speed.currentData() == 0.1


def test_a_state_that_a_tab_refuses_changes_nothing(worked, qtbot, tmp_path, monkeypatch):
    """A single message names file, tab and key."""
    warnings = []
    monkeypatch.setattr(QMessageBox, "warning", lambda *args: warnings.append(args[2]))
    before = worked.sessions.session()
    view = replace(before.view, tabs={"live": {"speed": -1.0}})
    save_session(tmp_path / "a.hh.json", replace(before, view=view))
    worked.sessions.open_path(str(tmp_path / "a.hh.json"))
    qtbot.waitUntil(lambda: bool(warnings))
    assert warnings[0].startswith("a.hh.json: view.tabs.live.speed: ")
    assert worked.sessions.session() == before


def test_looking_at_a_session_says_nothing(worked):
    """A wrong f–I field gets no message by it, and the last good protocol is kept."""
    before = worked.sessions.session().view.tabs["fi"]["settings"]
    box(worked.window, "fi.off").setValue(1.0)
    error = worked.window.findChild(QLabel, "error.fi.off")
    assert error.text()
    error.clear_error()
    assert worked.sessions.session().view.tabs["fi"]["settings"] == before
    assert not error.text()


def test_a_broken_session_changes_nothing(worked, qtbot, tmp_path, monkeypatch):
    """A message; the file and the window stay as they are."""
    path = tmp_path / "broken.hh.json"
    path.write_text('{"program": "hhgui", "format": 99}', encoding="utf-8")
    warnings = []
    monkeypatch.setattr(QMessageBox, "warning", lambda *args: warnings.append(args[2]))
    before = worked.sessions.session()
    worked.sessions.open_path(str(path))
    qtbot.waitUntil(lambda: bool(warnings))
    assert "broken.hh.json" in warnings[0]
    assert worked.sessions.session() == before
    assert path.read_text(encoding="utf-8") == '{"program": "hhgui", "format": 99}'


def test_an_edit_is_kept_for_recovery_within_seconds(worked_once, qtbot):
    """In a file of this window's own, which no other start is offered."""
    qtbot.waitUntil(lambda: bool(list(recovery_dir().glob("*.hh.json"))))
    kept = next(recovery_dir().glob("*.hh.json"))
    qtbot.waitUntil(lambda: load_session(kept).document == worked_once.editor.document)
    assert leftover_recoveries() == []


def test_a_clean_close_leaves_the_last_session_and_nothing_to_recover(worked_once):
    """A start can restore the last session, and has nothing to recover."""
    session = worked_once.sessions.session()
    worked_once.window.close()
    assert load_session(last_session_path()).document == session.document
    assert [p.name for p in recovery_dir().glob("*.hh.json")] == [last_session_path().name]


def drop(window, path):
    """Drop a file on the window."""
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path))])
    window.dropEvent(QDropEvent(
        QPointF(5.0, 5.0), Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    ))  # fmt: skip


def test_a_table_dropped_on_the_window_becomes_the_stimulus_if_that_is_wanted(
    desktop, qtbot, tmp_path, monkeypatch
):
    """The single run lasts as long as the table, which is not read as a session."""
    path = tmp_path / "current.dat"
    path.write_text("time_ms I_uA_per_cm2\n0 0\n5 10\n60 0\n75 0\n")
    yes = QMessageBox.StandardButton.Yes
    monkeypatch.setattr(QMessageBox, "question", lambda *_: yes)
    drop(desktop.window, path)
    qtbot.waitUntil(lambda: desktop.editor.document.stimulus.components[0].kind == "file")
    assert desktop.editor.document.stimulus.components[0].values == (0.0, 10.0, 0.0, 0.0)
    assert desktop.window.pages["experiment"].duration == 75.0


def test_files_dropped_on_the_window_are_opened(worked, qtbot, tmp_path, monkeypatch):
    """A model file joins the list and is chosen."""
    path = tmp_path / "dropped.toml"
    model = Path(__file__).parents[3] / "resources" / "models" / "lecture6-model2.toml"
    text = model.read_text(encoding="utf-8").replace("lecture6-model2", "dropped-model")
    path.write_text(text, encoding="utf-8")
    drop(worked.window, path)
    membrane: Membrane = worked.editor.document.membrane
    assert membrane.id == "dropped-model"


def test_what_a_dead_window_left_is_offered_and_restored(worked_once, qtbot, tmp_path):
    """Restore shows it; the file goes when this window closes well."""
    recovery_dir().mkdir(parents=True, exist_ok=True)
    left = recovery_dir() / "recovery-1-dead.hh.json"
    save_session(left, worked_once.sessions.session())
    worked_once.panels.choose_model("cortical-pyramidal")
    worked_once.sessions.start()
    qtbot.waitUntil(worked_once.window.offer.isVisible)
    button(worked_once.window, "offer.restore").click()
    qtbot.waitUntil(lambda: worked_once.editor.document.membrane.id == "squid-dayan-abbott")
    assert not worked_once.window.offer.isVisible()
    assert left.exists()
    worked_once.window.close()
    assert not left.exists()


def test_what_is_not_wanted_is_discarded(worked_once, qtbot):
    """The file of a discarded session goes, and nothing is offered any more."""
    recovery_dir().mkdir(parents=True, exist_ok=True)
    left = recovery_dir() / "recovery-1-dead.hh.json"
    save_session(left, worked_once.sessions.session())
    worked_once.sessions.start()
    qtbot.waitUntil(worked_once.window.offer.isVisible)
    button(worked_once.window, "offer.discard").click()
    assert not worked_once.window.offer.isVisible()
    qtbot.waitUntil(lambda: not left.exists())


def test_a_disk_that_does_not_keep_is_reported_once_for_each_problem(
    worked_once, qtbot, monkeypatch
):
    """Every two seconds the same message would be too many; after a success it may come again."""
    problems, said = ["full", "full", None, "full"], []
    monkeypatch.setattr(worked_once.window, "warn", said.append)

    def save(_session):
        problem = problems.pop(0)
        if problem is not None:
            raise WriteError(recovery_dir(), problem)

    for timer in (worked_once.sessions.keeping._soon, worked_once.sessions.keeping._often):
        timer.stop()
    qtbot.waitUntil(lambda: not worked_once.sessions.runner.running)
    monkeypatch.setattr(worked_once.sessions.keeping._recovery, "save", save)
    while problems:
        left = len(problems)
        worked_once.sessions.keeping.keep()
        qtbot.waitUntil(lambda n=left: len(problems) < n)
        qtbot.waitUntil(lambda: not worked_once.sessions.runner.running)
    assert len(said) == 2
    assert all("full" in text for text in said)
