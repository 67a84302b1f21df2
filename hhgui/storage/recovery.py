"""Keep the session of every running window in a recovery file, in case the program dies.

The folder ``recovery`` holds for each window ``NAME.lock``, which is locked while the window runs,
and from its first save on ``NAME.hh.json``. A file that is not locked belongs to a window that
died; so the file of another running window is never offered to the user nor deleted. On a disk
without locks none is offered.
"""

import os
import secrets
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from hhgui.document.session import Session
from hhgui.paths import user_local_dir
from hhgui.storage.atomic import LEFTOVER_S, WriteError, remove_leftovers, shown
from hhgui.storage.instance_lock import Held, InstanceLock
from hhgui.storage.session import OLD_SUFFIX, load_session, save_session

LAST_SESSION = "last-session" + OLD_SUFFIX  # hhgui of any version finds the other's files
_NAME, _LOCK = "recovery-", ".lock"
_ENDINGS = (_LOCK, OLD_SUFFIX)


def recovery_dir() -> Path:
    """Return the folder of the recovery files, which may not exist."""
    return user_local_dir() / "recovery"


def last_session_path() -> Path:
    """Return the path of the session of the window that was closed last, which may not exist."""
    return recovery_dir() / LAST_SESSION


class Recovery:
    """The recovery file of this window; ``path`` is None until the first save.

    Nothing is written to the disk before ``save`` is called.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder if folder is not None else recovery_dir()
        self.path: Path | None = None
        self._lock: InstanceLock | None = None
        self._kept: Session | None = None

    def save(self, session: Session) -> None:
        """Save the session for recovery after a crash, if it has changed. Raises WriteError."""
        if self._lock is not None and not self._lock.path.exists():
            self.close()  # the folder has been emptied: begin anew
        if session == self._kept:
            return
        if self._lock is None:
            self._lock = _new_lock(self.folder)
        path = _beside(self._lock)
        save_session(path, session)
        self.path, self._kept = path, session

    def close(self, session: Session | None = None) -> None:
        """Save ``session`` as the last session, as the window closes; delete the recovery file.

        If the last session can't be saved, WriteError is raised and the recovery file is kept.
        session: None saves no last session.
        """
        if session is not None:
            _make_folder(self.folder)
            save_session(self.folder / LAST_SESSION, session)
        if self.path is not None:
            with suppress(OSError):
                self.path.unlink(missing_ok=True)
            self.path = self._kept = None
        if self._lock is not None:
            self._lock.release()
            self._lock = None


@dataclass(frozen=True)
class Leftover:
    """The recovery file of a window that died, locked so that no other window offers it too.

    saved: when it was last written. Call ``discard`` or ``release`` when done.
    """

    path: Path
    saved: datetime
    _lock: InstanceLock = field(repr=False, compare=False)

    def load(self) -> Session:
        """Return the session in it. Raises ModelFileError."""
        return load_session(self.path)

    def discard(self) -> None:
        """Delete the file, because the user does not want it or it has been saved elsewhere."""
        with suppress(OSError):
            self.path.unlink(missing_ok=True)
        self._lock.release()

    def release(self) -> None:
        """Unlock the file and keep it, to be offered at the next start."""
        self._lock.release()


def leftover_recoveries(folder: Path | None = None) -> list[Leftover]:
    """Return the sessions of windows that died, newest first; delete locks without a session.

    folder: None for the user's. Never raises OSError: a folder that can't be read counts as empty.
    """
    folder = folder if folder is not None else recovery_dir()
    found = []
    alone = True
    names = {name.removesuffix(OLD_SUFFIX).removesuffix(_LOCK) for name in _names(folder)}
    for name in sorted(names):
        with suppress(OSError):
            try:
                lock = InstanceLock(folder / (name + _LOCK))
            except Held:
                alone = False
                continue
            leftover = _leftover(lock)
            if leftover is None:
                lock.release()
            else:
                found.append(leftover)
    # without any other window, a temporary file is nobody's
    remove_leftovers(folder, 0.0 if alone else LEFTOVER_S)
    return sorted(found, key=lambda leftover: leftover.saved, reverse=True)


def _names(folder: Path) -> list[str]:
    """Return the names of the windows that have a lock or a recovery file in the folder."""
    try:
        return [n for n in os.listdir(folder) if n.startswith(_NAME) and n.endswith(_ENDINGS)]
    except OSError:
        return []


def _leftover(lock: InstanceLock) -> Leftover | None:
    """Return the recovery file that belongs to a lock, None if it has none."""
    path = _beside(lock)
    try:
        return Leftover(path, datetime.fromtimestamp(path.stat().st_mtime), lock)
    except OSError:
        return None


def _beside(lock: InstanceLock) -> Path:
    """Return the recovery file that belongs to a lock."""
    return lock.path.with_name(lock.path.name.removesuffix(_LOCK) + OLD_SUFFIX)


def _new_lock(folder: Path) -> InstanceLock:
    """Lock a new name in the folder for this window."""
    _make_folder(folder)
    try:
        return InstanceLock(folder / f"{_NAME}{os.getpid()}-{secrets.token_hex(4)}{_LOCK}")
    except (OSError, Held) as error:
        reason = getattr(error, "strerror", None) or "no file can be locked there"
        raise WriteError(folder, f"{shown(folder)} can't be used: {shown(reason)}") from error


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        problem = f"the folder {shown(folder)} can't be made: {shown(error.strerror or error)}"
        raise WriteError(folder, problem) from error
