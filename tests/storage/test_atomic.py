import errno
import os
import stat
import sys
from pathlib import Path

import pytest

from hhgui.storage import atomic
from hhgui.storage.atomic import WriteError, atomic_writer, write_atomically, write_pair
from tests.storage.files import OLD, names, only_old_is_left

POSIX = pytest.mark.skipif(os.name != "posix", reason="POSIX permissions")


def refusal(path):
    """The message about a save to ``path``."""
    with pytest.raises(WriteError) as caught:
        write_atomically(path, "new")
    assert caught.value.path == path
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_new_content_replaces_the_old(old):
    """The file holds the new text, its line ends as given, and nothing is left beside it."""
    with atomic_writer(old) as stream:
        stream.write("V,µ\n1.0\r\n")
    assert old.read_bytes() == "V,µ\n1.0\r\n".encode()
    assert names(old.parent) == [old.name]


def test_the_old_file_stays_until_the_block_ends(old):
    """A reader during the write sees the old bytes."""
    with atomic_writer(old) as stream:
        stream.write("new")
        stream.flush()
        assert old.read_bytes() == OLD
    assert old.read_text() == "new"


def test_bytes_are_written_as_they_are(tmp_path):
    """write_atomically takes bytes as well as text."""
    write_atomically(tmp_path / "picture", b"\x89PNG\r\n")
    assert (tmp_path / "picture").read_bytes() == b"\x89PNG\r\n"


@pytest.mark.parametrize("failure", [RuntimeError, KeyboardInterrupt, GeneratorExit, MemoryError])
def test_any_exception_in_mid_write_leaves_the_old_bytes(old, failure):
    """The exception comes out as it is; the old file is untouched and no temporary is left."""
    with pytest.raises(failure), atomic_writer(old) as stream:  # noqa: PT012
        stream.write("half" * 10000)
        raise failure
    assert only_old_is_left(old)


def test_an_error_of_the_block_itself_is_not_ours(old):
    """A file that the block can't read is not reported as a failure to write."""
    with pytest.raises(FileNotFoundError) as caught, atomic_writer(old):
        (old.parent / "input.csv").read_text()
    assert not isinstance(caught.value, WriteError)
    with pytest.raises(ValueError, match="of the block"), atomic_writer(old):
        raise ValueError("of the block")
    assert only_old_is_left(old)


def test_a_folder_is_refused(tmp_path):
    """A target that is a folder stays one."""
    (tmp_path / "curve.csv").mkdir()
    assert "curve.csv: can't be saved: it is a folder" in refusal(tmp_path / "curve.csv")
    assert names(tmp_path) == ["curve.csv"]
    assert "it is a folder" in refusal(Path())


@pytest.mark.skipif(sys.platform == "win32", reason="an open file can't be removed there")
def test_a_folder_that_vanishes_meanwhile_is_named(tmp_path):
    """The folder goes away in mid-write: one clear message."""
    folder = tmp_path / "stick"
    folder.mkdir()
    saving = atomic_writer(folder / "curve.csv")
    saving.__enter__()
    for entry in folder.iterdir():
        entry.unlink()
    folder.rmdir()
    with pytest.raises(WriteError, match=r"the folder .*stick does not exist"):
        saving.__exit__(None, None, None)


def test_a_missing_folder_is_named(tmp_path):
    """A missing folder, which may be a typing error, is named and not made."""
    assert "nowhere does not exist; choose another folder" in refusal(tmp_path / "nowhere" / "a")
    assert names(tmp_path) == []


@POSIX
def test_a_file_on_the_way_to_the_folder_is_named(old):
    """A path through a file is refused."""
    assert "curve.csv is not a folder" in refusal(old / "x.csv")


@POSIX
@pytest.mark.parametrize("device", ["/dev/null", "pipe"])
def test_a_device_is_refused(tmp_path, device):
    """Nothing takes the place of a device or a pipe."""
    path = tmp_path / device  # an absolute device stays itself
    if device == "pipe":
        os.mkfifo(path)
    assert "it is a device" in refusal(path)
    assert not path.is_file()


@pytest.mark.parametrize("name", ["a\0.csv", "\ud800.csv"])
def test_an_impossible_name_is_refused(tmp_path, name):
    """A name with NUL or half a character in it gets a message of one printable line."""
    message = refusal(tmp_path / name)
    assert "character that is not allowed" in message
    assert message.encode().isascii() or "?" in message


def test_a_line_end_in_a_name_does_not_break_the_message(tmp_path):
    """The name is shown with "?" for what can't be printed."""
    assert refusal(tmp_path / "no" / "a\nb.csv").startswith("a?b.csv: can't be saved")


@pytest.mark.parametrize("name", ["n" * 251 + ".csv", "神経" * 41 + "ξ.csv", "Kurve µA ü.csv"])
def test_long_and_foreign_names_are_written(tmp_path, name):
    """A name of 255 bytes, and names in other scripts, are fine and so is their temporary."""
    write_atomically(tmp_path / name, "one")
    write_atomically(tmp_path / name, "two")
    assert (tmp_path / name).read_text() == "two"
    assert names(tmp_path) == [name]


def test_a_longer_name_is_refused(tmp_path):
    """256 bytes are too many."""
    assert "the name is too long; choose a shorter one" in refusal(tmp_path / ("n" * 256))
    assert names(tmp_path) == []


@POSIX
def test_permission_bits_are_kept(old):
    """A file that only its owner may read stays one."""
    old.chmod(0o640)
    write_atomically(old, "new")
    assert stat.S_IMODE(old.stat().st_mode) == 0o640


@POSIX
def test_a_new_file_has_the_umasks_default(tmp_path):
    """A new file is as readable as any that a program makes."""
    write_atomically(tmp_path / "a", "new")
    (tmp_path / "b").touch()
    assert (tmp_path / "a").stat().st_mode == (tmp_path / "b").stat().st_mode


@POSIX
def test_a_disk_without_permission_bits_is_written(old, monkeypatch):
    """A disk that refuses chmod takes the file all the same."""

    def refuse(*_):
        raise PermissionError(errno.EPERM, "no bits here")

    monkeypatch.setattr(atomic.os, "chmod", refuse)
    write_atomically(old, "new")
    assert old.read_text() == "new"


@POSIX
def test_a_link_is_followed(tmp_path):
    """Of a symbolic link, the file it points to is replaced, also in another folder."""
    real, link = tmp_path / "real" / "data.csv", tmp_path / "link.csv"
    real.parent.mkdir()
    link.symlink_to(real)
    write_atomically(link, "new")
    assert link.is_symlink()
    assert real.read_text() == "new"
    assert names(tmp_path) == ["link.csv", "real"]


@pytest.fixture
def disk(monkeypatch):
    """Record what is asked of the disk: ``("sync", inode, size)`` and ``("rename", target)``."""
    asked, sync, replace = [], os.fsync, os.replace

    def recorded_sync(handle):
        status = os.fstat(handle)
        size = 0 if stat.S_ISDIR(status.st_mode) else status.st_size
        asked.append(("sync", status.st_ino, size))
        sync(handle)

    def recorded_replace(source, target):
        replace(source, target)
        if source != target:  # which only asks whether a program holds it open
            asked.append(("rename", Path(target).name))

    monkeypatch.setattr(atomic.os, "fsync", recorded_sync)
    monkeypatch.setattr(atomic.os, "replace", recorded_replace)
    return asked


def synced(path):
    """How ``disk`` records that a file with its present content, or a folder, was flushed."""
    size = 0 if path.is_dir() else path.stat().st_size
    return "sync", path.stat().st_ino, size


@POSIX
def test_a_file_is_on_the_disk_before_it_has_its_name(old, disk):
    """Content is flushed before the rename and the folder after it: a crash loses neither."""
    write_atomically(old, "new")
    assert disk == [synced(old), ("rename", old.name), synced(old.parent)]


@POSIX
def test_a_pair_is_on_the_disk_before_either_has_its_name(tmp_path, disk):
    """Both contents are flushed, then both are renamed, then both folders are flushed."""
    (tmp_path / "records").mkdir()
    table, record = tmp_path / "curve.csv", tmp_path / "records" / "curve.json"
    write_pair(table, lambda stream: stream.write("1,2\n"), record, "{}")
    assert sorted(disk[:2]) == sorted([synced(table), synced(record)])
    assert disk[2:4] == [("rename", table.name), ("rename", record.name)]
    assert sorted(disk[4:]) == sorted([synced(tmp_path), synced(record.parent)])
