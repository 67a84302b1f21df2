"""The work of sessions: what is read and written, and what the list of recent files becomes."""

import pytest

from hhgui.model.model_file import ModelFileError
from hhgui.storage.atomic import WriteError
from hhgui.storage.recent import recent_files
from hhgui.storage.recovery import LAST_SESSION, Recovery, leftover_recoveries, recovery_dir
from hhgui.storage.session import load_session, save_session
from hhgui.ui.session.controller import load, save
from hhgui.ui.session.keeping import close
from tests.storage.sessions import full_session, plain_session


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    """The user's folder, which holds the list of recent files."""
    for variable in ("XDG_DATA_HOME", "WIN_PD_OVERRIDE_APPDATA", "WIN_PD_OVERRIDE_LOCAL_APPDATA"):
        monkeypatch.setenv(variable, str(tmp_path / "data"))


def do(work):
    """Do a work here; what it returns."""
    return work(lambda: False, lambda fraction: None)


def test_a_session_goes_to_the_disk_and_back(tmp_path):
    """The session that is read is equal, and its file is the most recent one."""
    path, other = tmp_path / "a.hh.json", tmp_path / "b.hh.json"
    assert do(save(path, full_session())) == (path,)
    assert do(save(other, plain_session())) == (other, path)
    assert do(load(path, remembers=True)) == (full_session(), (path, other))


def test_a_recovered_session_does_not_join_the_recent_files(tmp_path):
    """The file of a recovered session is the program's, not the user's."""
    save_session(tmp_path / "a.hh.json", plain_session())
    assert do(load(tmp_path / "a.hh.json", remembers=False)) == (plain_session(), ())


def test_what_cannot_be_saved_is_not_remembered(tmp_path):
    """The error names the folder that is not there."""
    with pytest.raises(WriteError, match="no does not exist; choose another folder"):
        do(save(tmp_path / "no" / "a", plain_session()))
    assert recent_files() == ()


def test_what_cannot_be_read_is_not_remembered_and_stays_as_it_is(tmp_path):
    """A broken file gives no session."""
    path = tmp_path / "a.hh.json"
    path.write_text("[]")
    with pytest.raises(ModelFileError, match="must be a JSON object"):
        do(load(path, remembers=True))
    assert recent_files() == ()
    assert path.read_text() == "[]"


def test_a_list_that_cannot_be_kept_does_not_fail_the_save(tmp_path):
    """A session is saved even where the list of recent files can't be written."""
    (tmp_path / "data").touch()
    assert do(save(tmp_path / "a.hh.json", plain_session())) == ()
    assert load_session(tmp_path / "a.hh.json") == plain_session()


def test_a_clean_close_leaves_the_last_session_and_nothing_to_recover(tmp_path):
    """A restored session's file goes, an unanswered one stays for the next start."""
    folder = tmp_path / "recovery"
    folder.mkdir()
    for name in ("recovery-1-restored", "recovery-2-unanswered"):
        save_session(folder / f"{name}.hh.json", plain_session())
    found = {leftover.path.name.split(".")[0]: leftover for leftover in leftover_recoveries(folder)}
    mine = Recovery(folder)
    mine.save(plain_session())
    unanswered = [found["recovery-2-unanswered"]]
    do(close(mine, full_session(), unanswered, [found["recovery-1-restored"]]))
    assert {path.name for path in folder.iterdir()} == {
        LAST_SESSION, "recovery-2-unanswered.hh.json"}  # fmt: skip
    assert load_session(folder / LAST_SESSION) == full_session()


def test_a_close_that_cannot_keep_the_last_session_loses_nothing(tmp_path, monkeypatch):
    """The restored session and the recovery file are offered again."""
    folder = tmp_path / "recovery"
    folder.mkdir()
    save_session(folder / "recovery-1-restored.hh.json", plain_session())
    (restored,) = leftover_recoveries(folder)
    mine = Recovery(folder)
    mine.save(plain_session())
    (folder / LAST_SESSION).mkdir()
    with pytest.raises(WriteError):
        do(close(mine, full_session(), [], [restored]))
    assert restored.path.exists()
    assert mine.path.exists()
    restored.release()
    (folder / LAST_SESSION).rmdir()
    mine.close()


def test_a_window_in_which_nothing_was_done_leaves_nothing(new_desktop, qtbot):
    """However long it was open; the first edit is kept."""
    keeping = new_desktop.sessions.keeping
    keeping.keep()
    qtbot.waitUntil(lambda: not new_desktop.sessions.runner.running)
    assert list(recovery_dir().glob("recovery-*")) == []
    new_desktop.editor.set_method("euler", 0.01)
    keeping.keep()
    qtbot.waitUntil(lambda: len(list(recovery_dir().glob("recovery-*.hh.json"))) == 1)
