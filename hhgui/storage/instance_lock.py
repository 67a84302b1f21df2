"""Lock a file for one running program; the system releases the lock however the program ends."""

import errno
import os
import sys
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

if sys.platform == "win32":
    import msvcrt

    def _lock(handle: int) -> None:
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _lock(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


class Held(Exception):  # noqa: N818 - that another program runs is no error
    """Raised if another running program holds the lock."""


class InstanceLock:
    """A lock on the file ``path``, held until ``release`` is called or the program ends.

    Raises Held if another program holds it, OSError if the folder can't be written or the disk does
    not support locks.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            _lock(self._handle)
            # Windows refuses to remove an open file
            if sys.platform != "win32" and not self._is_the_file():
                raise Held(str(path))
        except OSError as error:
            os.close(self._handle)
            if error.errno in {errno.EAGAIN, errno.EACCES, errno.EDEADLK}:
                raise Held(str(path)) from None
            raise
        except Held:
            os.close(self._handle)
            raise

    def release(self) -> None:
        """Release the lock and delete the file. Never raises OSError."""
        if sys.platform != "win32":
            self._remove()  # while locked, so that a waiting program notices that the file is gone
        os.close(self._handle)
        if sys.platform == "win32":
            self._remove()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self.release()

    def _remove(self) -> None:
        with suppress(OSError):
            self.path.unlink()

    def _is_the_file(self) -> bool:
        """Return whether ``path`` is still the locked file, not deleted and created again."""
        try:
            return os.path.samestat(os.stat(self.path), os.fstat(self._handle))
        except FileNotFoundError:
            return False
