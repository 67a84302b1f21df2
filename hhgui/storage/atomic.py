"""Write files atomically: a reader finds either the whole old file or the whole new file.

The new content goes to a temporary file in the target's folder, is flushed to the disk, and then
replaces the target in one step. A failure raises WriteError and leaves the old file unchanged.
Temporary files that a killed process has left are recognised by their names and deleted by
``remove_leftovers``, at the latest when something is next saved in that folder.
"""

import errno
import os
import re
import secrets
import shutil
import stat
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TextIO

if sys.platform == "win32":

    def _claim(_handle: int) -> bool:
        """Return True: Windows itself keeps other programs from deleting an open file."""
        return True
else:
    import fcntl

    def _claim(handle: int) -> bool:
        """Lock an open temporary file; return False if another program writes it."""
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True


LOCKED_RETRY_S = 2.0
LEFTOVER_S = 60.0  # a temporary file that is complete has its name long before
_RETRY_EVERY_S = 0.05
_SUFFIX = ".hhgui-tmp"
_LEFTOVER = re.compile(r"\.[0-9a-f]{16}" + re.escape(_SUFFIX))
_PROBLEMS = {
    errno.ENOENT: "the folder {folder} does not exist; choose another folder",
    errno.ENOTDIR: "{folder} is not a folder; choose another folder",
    errno.EACCES: "the folder {folder} can't be written to; choose another folder",
    errno.EPERM: "the folder {folder} can't be written to; choose another folder",
    errno.EROFS: "the disk is read-only; save somewhere else",
    errno.ENOSPC: "the disk is full; free some space or save somewhere else",
    errno.EDQUOT: "your quota of the disk is used up; free some space or save somewhere else",
    errno.EFBIG: "the file is too large for this disk; save somewhere else",
    errno.EISDIR: "it is a folder; choose another name",
    errno.ENAMETOOLONG: "the name is too long; choose a shorter one",
}
_OTHER = "{text}; choose another name or folder"
# Windows says "not found" for more than what is not there.
_REFUSED = (
    "the system lets hhgui make no such file in {folder} (ransomware protection, a path of more "
    "than 260 characters, or a network drive that is gone); choose another folder or a shorter name"
)
_LOCKED = "it is locked or open in another program; close it there or choose another name"


class WriteError(OSError):
    """Raised if a file can't be saved; the message names the file, the problem and what to do.

    path: the file that was to be written. What it contained before is unchanged.
    """

    def __init__(self, path: Path, problem: str) -> None:
        super().__init__(f"{shown(path.name or path)}: can't be saved: {problem}")
        self.path = path


def shown(name: object) -> str:
    """Return a name for display on one line: what can't be printed becomes "?"."""
    return "".join(c if c.isprintable() else "?" for c in str(name))


@contextmanager
def atomic_writer(path: Path) -> Iterator[TextIO]:
    """Open a UTF-8 text stream; its content becomes the file ``path`` when the block ends.

    Line ends are written unchanged. An existing file keeps its permission bits; if ``path`` is a
    symbolic link, the file to which it points is replaced. After any exception ``path`` is
    unchanged. Raises WriteError if the file can't be written.
    """
    with _drafted(path) as draft:
        yield draft.stream
        draft.finish()
        draft.publish()
        _sync_folder(draft.target.parent)
        remove_leftovers(draft.target.parent)


def write_atomically(path: Path, content: str | bytes) -> None:
    """Write ``content`` (text as UTF-8) to the file ``path``. Raises WriteError."""
    raw = content.encode() if isinstance(content, str) else content
    with atomic_writer(path) as stream:
        stream.buffer.write(raw)


def write_pair(table: Path, fill: Callable[[TextIO], object], record: Path, text: str) -> None:
    """Write a table and the record that belongs to it: both files or neither.

    table, record: their paths. fill(stream): writes the table. text: that of the record. Only if
    the process or the machine crashes between two renames can a new table be left beside an old
    record. Raises WriteError, and any exception of ``fill``.
    """
    if not table.parent.is_dir():
        # the table's name is the one that the user chose, so the error names it
        raise WriteError(table, _problem(table, FileNotFoundError(errno.ENOENT, "")))
    with _drafted(record) as beside:
        beside.stream.write(text)
        with _drafted(table) as draft:
            fill(draft.stream)
            draft.finish()
            beside.finish()
            # The table first: it is the one a spreadsheet locks, and then nothing needs undoing.
            draft.await_target()
            with _restored_on_failure(draft.target):
                draft.publish()
                beside.publish()  # at once: the disk is waited for when both have their names
            for folder in {draft.target.parent, beside.target.parent}:
                _sync_folder(folder)
                remove_leftovers(folder)


def remove_leftovers(folder: Path, older_than_s: float = LEFTOVER_S) -> int:
    """Delete temporary files that killed processes have left in ``folder``; return how many.

    Files that are being written, and those last written less than ``older_than_s`` seconds ago, are
    kept, as another window may be saving. Never raises OSError.
    """
    removed = 0
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            with suppress(OSError):
                if _LEFTOVER.fullmatch(entry.name) and entry.is_file(follow_symlinks=False):
                    status = entry.stat(follow_symlinks=False)
                    old = time.time() - status.st_mtime >= older_than_s
                    if old and _is_unclaimed(entry.path):
                        os.unlink(entry.path)
                        removed += 1
    return removed


def _is_unclaimed(path: str) -> bool:
    """Return whether no running program has this temporary file open for writing."""
    handle = os.open(path, os.O_RDWR)
    try:
        return _claim(handle)
    finally:
        os.close(handle)


class _Draft:
    """The new content of ``target``, in a temporary file in the same folder."""

    def __init__(self, path: Path) -> None:
        mode = _mode_of(path)
        self.asked = path
        # os.replace would put a file in the place of a link, not of what it points to
        self.target = Path(os.path.realpath(path)) if path.is_symlink() else path
        self.temporary = _temporary_beside(self.target)
        self.stream: TextIO = self.temporary.open("x", encoding="utf-8", newline="\n")
        _claim(self.stream.fileno())
        if mode is not None:
            with suppress(OSError):  # a disk without such bits may refuse
                os.chmod(self.temporary, mode)

    def finish(self) -> None:
        """Flush the content to the disk, so that after a crash a renamed file is never empty."""
        self.stream.flush()
        os.fsync(self.stream.fileno())
        self.stream.close()

    def publish(self) -> None:
        """Rename the temporary file to the target.

        Wait briefly for a program that locks it (Windows).
        """
        self._replace_patiently(self.temporary)

    def await_target(self) -> None:
        """Raise WriteError if another program keeps the target open for a while (Windows).

        This is tried by renaming the target to its own name, which Windows refuses for an open file
        and which changes nothing.
        """
        with suppress(FileNotFoundError):
            self._replace_patiently(self.target)

    def _replace_patiently(self, source: Path) -> None:
        """Rename ``source`` to the target, trying again for a while if the target is locked."""
        deadline = time.monotonic() + LOCKED_RETRY_S
        while True:
            try:
                os.replace(source, self.target)
                break
            except PermissionError as error:
                if time.monotonic() >= deadline:
                    raise WriteError(self.asked, _LOCKED) from error
            time.sleep(_RETRY_EVERY_S)

    def discard(self) -> None:
        """Delete the temporary file, unless it has been published."""
        with suppress(OSError):  # a full disk refuses the last flush too
            self.stream.close()
        with suppress(OSError):
            self.temporary.unlink(missing_ok=True)


@contextmanager
def _drafted(path: Path) -> Iterator[_Draft]:
    """Yield a draft for ``path``; it is deleted at the end, and its failures become WriteErrors."""
    draft = None
    try:
        draft = _Draft(path)
        yield draft
    except OSError as error:
        # What the block itself could not open names its own file, which is not ours.
        ours = draft is None or error.filename in (None, str(draft.temporary))
        if isinstance(error, WriteError) or not ours:
            raise
        raise WriteError(path, _problem(path, error)) from error
    except ValueError as error:
        if draft is None:  # NUL, or half a surrogate pair
            problem = "the name has a character that is not allowed; choose another name"
            raise WriteError(path, problem) from error
        raise
    finally:
        if draft is not None:
            draft.discard()


def _problem(path: Path, error: OSError) -> str:
    """Return a sentence on why ``path`` can't be written, and what to do."""
    text = _PROBLEMS.get(error.errno or 0, _OTHER)
    if error.errno == errno.ENOENT and path.parent.is_dir():
        text = _REFUSED
    folder = shown(path.parent.absolute())
    return text.format(folder=folder, text=shown(error.strerror or error))


def _mode_of(path: Path) -> int | None:
    """Return the permission bits of ``path``, None if there is no file.

    Raises OSError if it can't be replaced.
    """
    try:
        status = os.stat(path)
    except FileNotFoundError:
        return None
    if stat.S_ISDIR(status.st_mode):
        raise WriteError(path, _PROBLEMS[errno.EISDIR])
    if not stat.S_ISREG(status.st_mode):  # /dev/null would become an ordinary file
        raise WriteError(path, "it is a device, not a file; choose another name")
    if not os.access(path, os.W_OK):  # a rename would succeed all the same
        raise WriteError(path, "it is write-protected; choose another name")
    return stat.S_IMODE(status.st_mode)


def _temporary_beside(target: Path) -> Path:
    """Return a new file name in the folder of ``target``, always 27 bytes long."""
    return target.with_name(f".{secrets.token_hex(8)}{_SUFFIX}")


@contextmanager
def _restored_on_failure(target: Path) -> Iterator[None]:
    """Restore the old content of ``target`` if the block fails.

    During the block it has a second name (a hard link), or a copy on a disk without hard links, as
    on most USB sticks. If it were renamed instead, a crash would leave it under the name of a
    temporary file, which is deleted later.
    """
    keeper = _temporary_beside(target)
    was_there = target.exists()
    if was_there:
        with suppress(OSError):
            _link_or_copy(target, keeper)
    try:
        yield
    except BaseException:
        with suppress(OSError):
            if was_there:
                os.replace(keeper, target)
            else:
                target.unlink(missing_ok=True)
        raise
    finally:
        with suppress(OSError):
            keeper.unlink(missing_ok=True)


def _link_or_copy(source: Path, target: Path) -> None:
    """Give the file ``source`` the second name ``target``; copy it where that is not possible."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)


def _sync_folder(folder: Path) -> None:
    """Flush renames in a folder to the disk, where folders can be opened (not on Windows)."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
