import errno
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import textwrap
import time
from pathlib import Path

import pytest

from hhgui.storage import atomic
from hhgui.storage.atomic import (
    WriteError,
    atomic_writer,
    remove_leftovers,
    write_atomically,
    write_pair,
)
from tests.storage.files import OLD, names, only_old_is_left, small_disk

ROOT = Path(__file__).resolve().parents[2]
POSIX = pytest.mark.skipif(os.name != "posix", reason="POSIX permissions and signals")
AS_ROOT = pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can mount"
)


def python(code, *arguments, **options):
    """Run ``code`` in a Python of its own, which finds hhgui."""
    command = [sys.executable, "-c", textwrap.dedent(code), *map(str, arguments)]
    return subprocess.Popen(command, cwd=ROOT, text=True, **options)


def full(*_):
    """Raise the error of a full disk."""
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@pytest.mark.parametrize("step", ["write", "fsync", "replace"])
def test_a_full_disk_leaves_the_old_bytes(old, monkeypatch, step):
    """Wherever ENOSPC strikes, the message says that the disk is full."""
    fill = full if step == "write" else (lambda stream: stream.write("new"))
    if step != "write":
        monkeypatch.setattr(atomic.os, step, full)
    with (
        pytest.raises(WriteError, match=r"curve\.csv.*disk is full; free"),
        atomic_writer(old) as stream,
    ):
        fill(stream)
    assert only_old_is_left(old)


@AS_ROOT
def test_a_really_full_disk_leaves_the_old_bytes(tmp_path):
    """On a disk of 64 kB, 1 MB is refused; the old file is whole and its space is free again."""
    with small_disk(tmp_path / "disk", 64) as disk:
        path = disk / "curve.csv"
        write_atomically(path, OLD)
        with pytest.raises(WriteError, match="disk is full"), atomic_writer(path) as stream:
            stream.writelines("x" * 1000 for _ in range(1000))
        assert only_old_is_left(path)
        write_atomically(path, "x" * 40000)


UNPRIVILEGED = """
    import os, sys
    from pathlib import Path
    from hhgui.storage.atomic import WriteError, write_atomically
    if os.geteuid() == 0:
        os.setgroups([]); os.setgid(65534); os.setuid(65534)
    try:
        write_atomically(Path(sys.argv[1]), "new")
    except WriteError as error:
        print(error)
"""


@pytest.fixture
def open_folder():
    """A folder that others can reach, which pytest's are not."""
    folder = Path(tempfile.mkdtemp(prefix="hhgui-test-"))
    folder.chmod(0o777)
    yield folder
    folder.chmod(0o777)
    shutil.rmtree(folder)


def message_to_nobody(path):
    """The message that a user without rights gets when saving to ``path``."""
    process = python(UNPRIVILEGED, path, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    message, problems = process.communicate(timeout=600)
    if process.returncode:
        pytest.skip(f"can't run without rights here: {problems[-200:]}")
    return message


@POSIX
def test_a_read_only_folder_is_named(open_folder):
    """A user who may not write in the folder gets a message; the old bytes stay."""
    path = open_folder / "curve.csv"
    path.write_bytes(OLD)
    path.chmod(0o666)
    open_folder.chmod(0o555)
    assert "can't be written to; choose another folder" in message_to_nobody(path)
    assert only_old_is_left(path)


@POSIX
def test_a_write_protected_file_is_refused(open_folder):
    """A file that is write-protected is not replaced, though the folder would allow it."""
    path = open_folder / "curve.csv"
    path.write_bytes(OLD)
    path.chmod(0o444)
    assert "it is write-protected; choose another name" in message_to_nobody(path)
    assert only_old_is_left(path)


def test_a_refusal_that_looks_like_a_missing_folder_is_distinguished(old, monkeypatch):
    """Windows says "not found" for protected folders, long paths and drives that are gone, too."""

    def not_found(path, *_args, **_options):
        raise FileNotFoundError(errno.ENOENT, "No such file or directory", str(path))

    with pytest.raises(WriteError, match="does not exist; choose another folder"):
        write_atomically(old.parent / "nowhere" / "a.csv", "new")
    with monkeypatch.context() as protected:
        protected.setattr(Path, "open", not_found)
        with pytest.raises(WriteError, match="ransomware protection, a path of more than 260"):
            write_atomically(old, "new")
    assert only_old_is_left(old)


def locked_for(monkeypatch, times):
    """Let os.replace say "permission denied" so many times."""
    calls, replace = [], os.replace

    def locked(source, target):
        calls.append(source)
        if len(calls) <= times:
            raise PermissionError(errno.EACCES, "locked", str(source))
        replace(source, target)

    monkeypatch.setattr(atomic.os, "replace", locked)
    return calls


def test_a_lock_that_goes_away_is_waited_for(old, monkeypatch):
    """A virus scanner looks at the file for a moment: the save succeeds."""
    calls = locked_for(monkeypatch, 3)
    write_atomically(old, "new")
    assert old.read_text() == "new"
    assert len(calls) == 4


class Clock:
    """The time as ``atomic`` knows it, which only sleeping moves."""

    now = 0.0

    def monotonic(self):
        return self.now

    def sleep(self, seconds):
        self.now += seconds


def test_a_lock_that_stays_is_reported_after_two_seconds(old, monkeypatch):
    """A spreadsheet holds the file: the message says what to close."""
    clock = Clock()
    monkeypatch.setattr(atomic, "time", clock)
    locked_for(monkeypatch, 10**6)
    with pytest.raises(WriteError, match="it is locked or open in another program; close it"):
        write_atomically(old, "new")
    assert clock.now == pytest.approx(2.0, abs=0.06)
    assert only_old_is_left(old)


KILLED = """
    import itertools, sys
    from pathlib import Path
    from hhgui.storage.atomic import atomic_writer
    print("ready", flush=True)
    for number in itertools.count():
        with atomic_writer(Path(sys.argv[1])) as stream:
            for _ in range(50):
                stream.write(f"{number % 10}" * 1000)
"""


@POSIX
def test_a_kill_in_mid_write_leaves_a_whole_file(tmp_path):
    """After each of 20 kill -9 the file is one version whole; what is left behind can be removed.

    HHGUI_KILLS sets another number.
    """
    path = tmp_path / "session"
    for _ in range(int(os.environ.get("HHGUI_KILLS", "20"))):
        process = python(KILLED, path, stdout=subprocess.PIPE)
        assert process.stdout.readline() == "ready\n"
        time.sleep(random.uniform(0.0, 0.05))
        process.send_signal(signal.SIGKILL)
        process.communicate()
        content = path.read_text() if path.exists() else "0" * 50000
        assert content == content[0] * 50000
    remove_leftovers(tmp_path, older_than_s=0.0)
    assert names(tmp_path) in ([], ["session"])


def test_only_old_temporaries_are_removed(tmp_path):
    """A save under way, the user's files and folders stay; an old temporary goes."""
    old, young = tmp_path / f".{'0' * 16}.hhgui-tmp", tmp_path / f".{'1' * 16}.hhgui-tmp"
    for name in (old, young, tmp_path / "mine.hhgui-tmp"):
        name.touch()
        os.utime(name, (1.0, 1.0))
    (tmp_path / f".{'2' * 16}.hhgui-tmp").mkdir()
    young.write_text("")
    assert remove_leftovers(tmp_path) == 1
    assert names(tmp_path) == [young.name, f".{'2' * 16}.hhgui-tmp", "mine.hhgui-tmp"]


def test_a_missing_folder_has_no_leftovers(tmp_path):
    """Cleaning a folder that does not exist is no error."""
    assert remove_leftovers(tmp_path / "nowhere") == 0


@pytest.fixture
def pair(old):
    """A table and its record that are there already."""
    record = old.with_suffix(".json")
    record.write_text("{}")
    return old, record


def old_pair_is_left(table, record):
    """Whether both hold their old bytes and nothing is beside them."""
    same = table.read_bytes() == OLD and record.read_text() == "{}"
    return same and names(table.parent) == ["curve.csv", "curve.json"]


def test_a_pair_is_written(pair):
    """Both files are new and nothing is left beside them."""
    write_pair(pair[0], lambda stream: stream.write("t\n"), pair[1], "[]")
    assert [path.read_text() for path in pair] == ["t\n", "[]"]
    assert len(names(pair[0].parent)) == 2


def test_a_table_that_fails_leaves_the_old_pair(pair):
    """An exception in mid-table leaves both old files."""
    with pytest.raises(ZeroDivisionError):
        write_pair(pair[0], lambda stream: stream.write("half") / 0, pair[1], "[]")
    assert old_pair_is_left(*pair)


def is_open(path):
    """Whether this process has the file open, under whichever of its names."""
    return path.exists() and any(
        os.path.exists(handle) and os.path.samefile(handle, path)
        for handle in Path("/proc/self/fd").iterdir()
    )


@pytest.fixture
def windows_files(monkeypatch):
    """Let an open file be neither renamed, replaced nor deleted, as on Windows."""
    if not Path("/proc/self/fd").exists():
        pytest.skip("open files are listed on Linux only")

    def guard(name):
        real = getattr(os, name)

        def guarded(*paths, **options):
            for path in map(Path, paths):
                if is_open(path):
                    raise PermissionError(errno.EACCES, "is used by another process", str(path))
            return real(*paths, **options)

        monkeypatch.setattr(os, name, guarded)

    for name in ("replace", "unlink"):
        guard(name)
    monkeypatch.setattr(atomic, "LOCKED_RETRY_S", 0.06)


@pytest.mark.parametrize("opened", ["curve.csv", "curve.json"])
def test_a_pair_that_is_open_in_excel_stays_and_leaves_no_litter(pair, windows_files, opened):
    """The message says what to close; the old pair is whole and no hidden file is beside it."""
    with (
        open(pair[0].with_name(opened), "rb"),
        pytest.raises(
            WriteError, match=f"{opened}: can't be saved: it is locked or open in another"
        ),
    ):
        write_pair(pair[0], lambda stream: stream.write("new"), pair[1], "[]")
    assert old_pair_is_left(*pair)
    write_pair(pair[0], lambda stream: stream.write("new"), pair[1], "[]")
    assert names(pair[0].parent) == ["curve.csv", "curve.json"]


def test_the_next_export_sweeps_what_a_killed_one_left(pair, monkeypatch):
    """A leftover a minute old goes; one that is being written stays, however long it takes."""
    left, running = (pair[0].with_name(f".{digit * 16}.hhgui-tmp") for digit in "01")
    left.touch()
    with running.open("w") as stream:
        atomic._claim(stream.fileno())
        for path in (left, running):
            os.utime(path, (time.time() - 61, time.time() - 61))
        write_pair(pair[0], lambda stream: stream.write("new"), pair[1], "[]")
        assert names(pair[0].parent) == [running.name, "curve.csv", "curve.json"]
    write_atomically(pair[0], "newer")
    assert names(pair[0].parent) == ["curve.csv", "curve.json"]


def test_the_record_is_claimed_while_the_table_is_computed(pair):
    """Another window does not sweep the record of a long export away as a leftover."""

    def fill(stream):
        for path in pair[0].parent.glob(".*.hhgui-tmp"):
            os.utime(path, (1.0, 1.0))
        assert remove_leftovers(pair[0].parent) == 0
        stream.write("new")

    write_pair(pair[0], fill, pair[1], "[]")
    assert [path.read_text() for path in pair] == ["new", "[]"]


def break_records(monkeypatch):
    """Let the disk fail when a record gets its name."""
    replace = os.replace

    def failing(source, target):
        if Path(target).suffix == ".json":
            raise OSError(errno.EIO, "input/output error", str(source))
        replace(source, target)

    monkeypatch.setattr(atomic.os, "replace", failing)


@pytest.mark.parametrize("disk", ["with hard links", "without hard links"])
def test_a_record_that_fails_puts_the_old_table_back(pair, monkeypatch, disk):
    """The table has its new name already when the record fails: the old one returns.

    So it does on disks without hard links: exFAT and FAT32.
    """
    if disk == "without hard links":
        monkeypatch.setattr(atomic.os, "link", lambda *_: full())
    break_records(monkeypatch)
    with pytest.raises(WriteError, match=r"curve\.json: can't be saved: input/output error"):
        write_pair(pair[0], lambda stream: stream.write("new"), pair[1], "[]")
    assert old_pair_is_left(*pair)


def test_a_first_pair_that_fails_leaves_nothing(tmp_path, monkeypatch):
    """Without an old table, a record that can't be written takes the new table with it."""
    break_records(monkeypatch)
    with pytest.raises(WriteError):
        write_pair(tmp_path / "a.csv", lambda s: s.write("new"), tmp_path / "a.json", "[]")
    assert names(tmp_path) == []


def test_a_record_that_is_a_folder_leaves_the_old_table(old):
    """The record is looked at before the table is made."""
    record = old.with_suffix(".json")
    record.mkdir()
    with pytest.raises(WriteError, match=r"curve\.json: can't be saved: it is a folder"):
        write_pair(old, lambda stream: stream.write("new"), record, "[]")
    assert old.read_bytes() == OLD
