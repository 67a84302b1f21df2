"""Disks that are full, folders that can't be written to, names of every kind: nothing is lost."""

import os
import shutil
import subprocess
import sys
import tempfile
import textwrap
from pathlib import Path

import pytest

from hhgui.model.model_file import dump_membrane, load_membrane
from hhgui.storage.atomic import WriteError, write_atomically
from hhgui.storage.fi_csv import write_fi
from hhgui.storage.recent import recent_files, remember_file
from hhgui.storage.recovery import Recovery, leftover_recoveries
from hhgui.storage.session import load_session, save_session
from tests.shipped import LIBRARY
from tests.storage.files import small_disk
from tests.storage.sessions import full_session, measured, plain_session

ROOT = Path(__file__).resolve().parents[2]
POSIX = pytest.mark.skipif(os.name != "posix", reason="POSIX permissions and limits")
FULL = full_session(20_000)
CURVE = measured(FULL.document.membrane, FULL.view.tabs["fi"]["curves"][0].protocol)
SAVES = {
    "session": lambda path: save_session(path, FULL),
    "model": lambda path: write_atomically(path, dump_membrane(FULL.document.membrane)),
    "curve": lambda path: write_fi(path, CURVE.membrane, CURVE.protocol, CURVE.points),
}
OLD = b"old \x00 bytes"
saves = pytest.mark.parametrize("save", SAVES.values(), ids=SAVES)


def contents(folder):
    """Every file of a folder, with its bytes."""
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


@saves
def test_a_full_disk_leaves_the_old_bytes(tmp_path, save):
    """On a disk without a free byte the message says so; what was there is there."""
    with small_disk(tmp_path / "disk", 128) as disk:
        (disk / "a.csv").write_bytes(OLD)
        fill_up(disk / "filling")
        before = contents(disk)
        with pytest.raises(WriteError, match=r"^a\.(csv|json): can't be saved: the disk is full"):
            save(disk / "a.csv")
        assert contents(disk) == before


def fill_up(path):
    """Fill the disk to its last free byte."""
    with path.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(b"x" * 512)
        except OSError:
            pass


def test_a_session_that_fills_the_disk_leaves_the_last_one(tmp_path):
    """A session that outgrows its disk: the one before it stays, and can be saved again."""
    with small_disk(tmp_path / "disk", 128) as disk:
        path = disk / "a.hh.json"
        save_session(path, plain_session())
        with pytest.raises(WriteError, match="the disk is full; free some space"):
            save_session(path, FULL)
        assert load_session(path) == plain_session()
        save_session(path, plain_session(-70.0))
        assert [p.name for p in disk.iterdir()] == ["a.hh.json"]


def test_a_full_disk_keeps_the_last_recovery(tmp_path):
    """What was kept last is offered, although nothing newer could be kept."""
    with small_disk(tmp_path / "disk", 128) as disk:
        mine = Recovery(disk / "recovery")
        mine.save(plain_session())
        with pytest.raises(WriteError, match="the disk is full"):
            mine.save(FULL)
        os.close(mine._lock._handle)  # as the system does for a process that dies
        (left,) = leftover_recoveries(disk / "recovery")
        assert left.load() == plain_session()
        left.discard()


LIMIT = """
    import resource, signal
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))
"""
BE_NOBODY = """
    import os
    if os.geteuid() == 0:
        os.setgroups([]); os.setgid(65534); os.setuid(65534)
"""
SAVE_ALL = """
    import sys
    from pathlib import Path
    from hhgui.storage.atomic import WriteError
    for kind, save in SAVES.items():
        try:
            save(Path(sys.argv[1], kind, "a.csv"))
        except WriteError as error:
            print(error)
"""


def messages(limit, folder):
    """The lines printed by a limited process that saves everything into ``folder``."""
    code = "from tests.robust.test_disks import SAVES\n" + textwrap.dedent(limit)
    process = subprocess.run(
        [sys.executable, "-c", code + textwrap.dedent(SAVE_ALL), str(folder)],
        cwd=ROOT, capture_output=True, text=True, timeout=600, check=False,
    )  # fmt: skip
    if process.returncode:
        pytest.skip(f"can't be limited here: {process.stderr[-200:]}")
    return process.stdout.splitlines()


@pytest.fixture
def open_folder():
    """A folder that others can reach, which pytest's are not, with an old file for each save."""
    folder = Path(tempfile.mkdtemp(prefix="hhgui-test-"))
    folder.chmod(0o755)
    for kind in SAVES:
        (folder / kind).mkdir()
        (folder / kind / "a.csv").write_bytes(OLD)
        (folder / kind / "a.csv").chmod(0o666)
        (folder / kind).chmod(0o777)
    yield folder
    for kind in SAVES:
        (folder / kind).chmod(0o777)
    shutil.rmtree(folder)


@POSIX
def test_a_file_too_large_for_its_disk_leaves_the_old_bytes(open_folder):
    """The system refuses in mid-write: one line, the old bytes, nothing beside them."""
    lines = messages(LIMIT, open_folder)
    assert len(lines) == len(SAVES)
    assert all("the file is too large for this disk; save somewhere else" in n for n in lines)
    assert all(contents(open_folder / kind) == {"a.csv": OLD} for kind in SAVES)


@POSIX
def test_a_read_only_folder_leaves_the_old_bytes(open_folder):
    """A user without rights gets a message, and the old file stays."""
    for kind in SAVES:
        (open_folder / kind).chmod(0o555)
    lines = messages(BE_NOBODY, open_folder)
    assert len(lines) == len(SAVES)
    assert all("can't be written to; choose another folder" in line for line in lines)
    assert all(contents(open_folder / kind) == {"a.csv": OLD} for kind in SAVES)


@saves
def test_a_folder_in_the_way_stays(tmp_path, save):
    """A name that is a folder's is refused; what is in the folder stays."""
    (tmp_path / "a.csv").mkdir()
    (tmp_path / "a.csv" / "mine").write_bytes(OLD)
    with pytest.raises(WriteError, match=r"^a\.csv: can't be saved: it is a folder"):
        save(tmp_path / "a.csv")
    assert contents(tmp_path / "a.csv") == {"mine": OLD}
    assert len(list(tmp_path.iterdir())) == 1


NAMES = (
    "n" * 247 + ".hh.json", "神経" * 41 + ".hh.json", "Пример Ω µA ü.hh.json", "a\nb 'c'.hh.json",
    "عصب.hh.json", "🧠.hh.json", "-rf.hh.json", "caf\udce9.hh.json", " .hh.json",
)  # fmt: skip


@POSIX
@pytest.mark.parametrize("name", NAMES, ids=ascii)
def test_every_name_that_the_disk_takes_is_kept(tmp_path, name):
    """255 bytes, other scripts, line ends, no Unicode: saved, read, and remembered as recent."""
    path = tmp_path / name
    save_session(path, FULL)
    save_session(path, plain_session())
    assert load_session(path) == plain_session()
    assert remember_file(path, tmp_path / "recent") == recent_files(tmp_path / "recent") == (path,)
    assert {p.name for p in tmp_path.iterdir()} == {name, "recent"}


@pytest.mark.parametrize("name", ["n" * 256, "a\0b", "\ud800"], ids=ascii)
def test_an_impossible_name_is_refused(tmp_path, name):
    """Too long, NUL, half a character: one printable line, and nothing made."""
    with pytest.raises(WriteError) as caught:
        save_session(tmp_path / name, plain_session())
    assert str(caught.value).isprintable()
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_vanished_leaves_the_work_in_the_program(tmp_path):
    """A stick is pulled: the message names the folder; saved elsewhere, nothing is missing."""
    folder = tmp_path / "stick"
    folder.mkdir()
    save_session(folder / "a.hh.json", plain_session())
    shutil.rmtree(folder)
    with pytest.raises(WriteError, match=r"stick does not exist; choose another folder"):
        save_session(folder / "a.hh.json", FULL)
    save_session(tmp_path / "a.hh.json", FULL)
    assert load_session(tmp_path / "a.hh.json") == FULL


def test_a_model_saved_over_another_is_whole(tmp_path):
    """A model file with a long name in another script comes back equal."""
    path = tmp_path / ("神経" * 41 + ".toml")
    for membrane in LIBRARY.membranes.values():
        write_atomically(path, dump_membrane(membrane))
        assert load_membrane(path) == membrane
