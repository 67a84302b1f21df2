import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from hhgui.storage import recovery
from hhgui.storage.atomic import WriteError
from hhgui.storage.instance_lock import Held, InstanceLock
from hhgui.storage.recovery import LAST_SESSION, Recovery, leftover_recoveries
from hhgui.storage.session import load_session
from tests.storage.files import names
from tests.storage.sessions import full_session, plain_session

ROOT = Path(__file__).resolve().parents[2]
SESSION = plain_session()


@pytest.fixture
def folder(tmp_path):
    """Where recovery files go; not there yet."""
    return tmp_path / "hhgui" / "recovery"


def window(folder, voltage):
    """The process of another window, which has kept a session of this start voltage (mV)."""
    code = """
        import sys, time
        from pathlib import Path
        from hhgui.storage.recovery import Recovery
        from tests.storage.sessions import plain_session
        mine = Recovery(Path(sys.argv[1]))
        mine.save(plain_session(float(sys.argv[2])))
        print("kept", flush=True)
        time.sleep(600)
    """
    command = [sys.executable, "-c", textwrap.dedent(code), str(folder), str(voltage)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "kept\n"
    return process


def kill(process):
    """End a process as a crash does."""
    process.send_signal(signal.SIGKILL if os.name == "posix" else signal.SIGTERM)
    process.communicate()


def test_nothing_is_on_the_disk_before_the_first_save(folder):
    """A window that only opens and closes makes no folder."""
    mine = Recovery(folder)
    assert leftover_recoveries(folder) == []
    mine.close()
    assert not folder.parent.exists()


def test_a_session_that_is_kept_already_is_not_written_again(folder):
    """An equal session is not written again; a different one is."""
    mine = Recovery(folder)
    mine.save(full_session())
    mine.path.write_text("as it was")
    mine.save(full_session())
    assert mine.path.read_text() == "as it was"
    mine.save(SESSION)
    assert load_session(mine.path) == SESSION
    mine.close()


def test_a_killed_windows_session_is_offered_once(folder):
    """After a kill -9 the session is found, whole, until it is discarded."""
    kill(window(folder, -70.0))
    (found,) = leftover_recoveries(folder)
    assert found.load() == plain_session(-70.0)
    found.discard()
    assert leftover_recoveries(folder) == []
    assert names(folder) == []


def test_a_living_windows_session_is_never_offered(folder):
    """The session of a window that runs is neither offered nor removed."""
    process = window(folder, -70.0)
    try:
        before = names(folder)
        assert leftover_recoveries(folder) == []
        assert names(folder) == before
        assert len(before) == 2
    finally:
        kill(process)
    assert len(leftover_recoveries(folder)) == 1


def test_this_windows_own_session_is_not_offered(folder):
    """A window does not take its own file for a leftover."""
    mine = Recovery(folder)
    mine.save(SESSION)
    assert leftover_recoveries(folder) == []
    assert load_session(mine.path) == SESSION
    mine.close()


def leave(folder, *sessions):
    """Recovery files of windows that died, the last one newest."""
    folder.mkdir(parents=True)
    for number, session in enumerate(sessions):
        mine = Recovery(folder)
        mine.save(session)
        os.utime(mine.path, (1000.0 + number, 1000.0 + number))
        os.close(mine._lock._handle)


def test_the_newest_comes_first(folder):
    """Several leftovers are in the order of their times, newest first."""
    leave(folder, plain_session(-61.0), plain_session(-62.0), plain_session(-63.0))
    found = leftover_recoveries(folder)
    assert [left.load().document.membrane.initial_voltage for left in found] == [-63, -62, -61]
    assert found[0].saved > found[1].saved


def test_two_windows_are_not_offered_the_same(folder):
    """A session that one start offers no other does, until it is released."""
    leave(folder, SESSION)
    (found,) = leftover_recoveries(folder)
    assert leftover_recoveries(folder) == []
    found.release()
    (again,) = leftover_recoveries(folder)
    assert again.load() == SESSION
    again.release()


def test_a_broken_recovery_file_is_not_deleted(folder):
    """A file that can't be read is offered, refused, and still there."""
    leave(folder, SESSION)
    (path,) = folder.glob("*.hh.json")
    path.write_text("{", encoding="utf-8")
    (found,) = leftover_recoveries(folder)
    with pytest.raises(ValueError, match="not valid JSON"):
        found.load()
    found.release()
    assert path.read_text(encoding="utf-8") == "{"


def test_a_clean_close_leaves_the_last_session_only(folder):
    """Closing keeps the last session, and nothing that the next start would offer."""
    mine = Recovery(folder)
    mine.save(SESSION)
    mine.close(full_session())
    assert names(folder) == [LAST_SESSION]
    assert load_session(folder / LAST_SESSION) == full_session()
    assert leftover_recoveries(folder) == []
    assert names(folder) == [LAST_SESSION]


def test_a_close_that_fails_keeps_the_recovery_file(folder, monkeypatch):
    """Where the last session can't be written, the work stays in the recovery file."""
    mine = Recovery(folder)
    mine.save(SESSION)
    monkeypatch.setattr(recovery, "LAST_SESSION", "x" * 300)
    with pytest.raises(WriteError, match="the name is too long"):
        mine.close(SESSION)
    assert load_session(mine.path) == SESSION
    mine.close()


def test_temporary_files_of_the_dead_are_removed(folder):
    """A start without other windows removes what a kill in mid-save left; beside one it waits."""
    folder.mkdir(parents=True)
    temporary = folder / f".{'0' * 16}.hhgui-tmp"
    with InstanceLock(folder / "recovery-1-other.lock"):
        temporary.touch()
        leftover_recoveries(folder)
        assert temporary.exists()
    leftover_recoveries(folder)
    assert names(folder) == []


def test_a_lock_without_a_session_goes(folder):
    """A window that died before its first save leaves nothing to offer."""
    folder.mkdir(parents=True)
    (folder / "recovery-1-dead.lock").touch()
    (folder / "mine.hh.json").touch()
    assert leftover_recoveries(folder) == []
    assert names(folder) == ["mine.hh.json"]


@pytest.mark.skipif(sys.platform == "win32", reason="an open file can't be removed there")
def test_a_folder_that_was_emptied_is_made_again(folder):
    """Somebody deletes the folder while the window runs: the next save works."""
    mine = Recovery(folder)
    mine.save(SESSION)
    for path in folder.iterdir():
        path.unlink()
    folder.rmdir()
    mine.save(SESSION)
    assert load_session(mine.path) == SESSION
    mine.close()
    assert names(folder) == []


def test_a_folder_that_cannot_be_made_is_reported(tmp_path):
    """A home that can't be written to gives one message; nothing is offered from it."""
    (tmp_path / "home").touch()
    folder = tmp_path / "home" / "recovery"
    with pytest.raises(WriteError, match=r"recovery can't be made: "):
        Recovery(folder).save(SESSION)
    assert leftover_recoveries(folder) == []


def test_a_lock_is_held_by_one(tmp_path):
    """A second program gets Held; after a release the file is gone and can be locked."""
    path = tmp_path / "a.lock"
    with InstanceLock(path), pytest.raises(Held):
        InstanceLock(path)
    assert not path.exists()
    InstanceLock(path).release()


def test_a_lock_whose_file_was_removed_meanwhile_is_refused(tmp_path, monkeypatch):
    """A lock on a file that another start has just deleted would be held by two: it is refused."""
    path = tmp_path / "a.lock"
    monkeypatch.setattr("hhgui.storage.instance_lock._lock", lambda handle: path.unlink())
    with pytest.raises(Held):
        InstanceLock(path)
