"""Locate the cache of compiled kernels: a folder named after a hash of their sources.

Numba checks only the date of the file that defines a kernel, not of the files that it inlines:
after an update of a shared helper or constant it would use the old kernel, and give wrong numbers.
It also names the folder after the place of that file, which differs at every start of an AppImage
or of a program that macOS has quarantined. ``KernelLocator`` names both after the hash alone.
"""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Self

import numba

from hhgui.paths import is_own, make_private, temporary_folder, user_cache_dir

_KEPT = 4
_PREFIX = "kernels-"
_SOURCES = ("inline.py", "kernel.py", "lanes.py", "loop.py", "noise.py", "packing.py", "tables.py")


class KernelLocator:
    """The place and the age of a cached kernel, as numba asks for them.

    Numba makes one for each cached function (NUMBA_CACHE_LOCATOR_CLASSES, by ``from_function``).
    """

    folder: Path | None = None

    def __init__(self, folder: Path, line: int) -> None:
        self._folder, self._line = folder, line
        self._py_file = __file__  # named in a warning of numba's

    @classmethod
    def from_function(cls, function: Callable[..., object], _path: str) -> Self | None:
        """Return the locator of a kernel; None for any other function."""
        if cls.folder is None or function.__module__ != "hhgui.engine.loop":
            return None
        return cls(cls.folder, function.__code__.co_firstlineno)

    def get_cache_path(self) -> str:
        """Return the folder."""
        return str(self._folder)

    def ensure_cache_path(self) -> None:
        """Make the folder again if it has been removed."""
        self._folder.mkdir(parents=True, exist_ok=True)

    def get_source_stamp(self) -> str:
        """Return the hash of the sources; numba compiles again if the cached hash differs."""
        return self._folder.name

    def get_disambiguator(self) -> str:
        """Return the first line of the function, which distinguishes functions of equal name."""
        return str(self._line)


def keep_kernels_in(folder: Path) -> None:
    """Make numba keep kernels in ``folder``; other functions keep their places."""
    KernelLocator.folder = folder
    numba.config.CACHE_DIR = str(folder)  # numba 0.61 has no locators of others
    ours = f"{__name__}.{KernelLocator.__name__}"
    listed = numba.config.__dict__.get("CACHE_LOCATOR_CLASSES") or (
        "UserProvidedCacheLocator,InTreeCacheLocator,UserWideCacheLocator"
    )
    if ours not in listed:
        numba.config.CACHE_LOCATOR_CLASSES = f"{ours},{listed}"


def kernel_cache_dir() -> Path | None:
    """Return the folder, created if needed: NUMBA_CACHE_DIR, the user's cache or a temporary one.

    What is in it is run, so a folder that others can write to is not used, unless the user wished
    for it. None where there is no place; then every start compiles anew.
    """
    wish = os.environ.get("NUMBA_CACHE_DIR")
    wished = [Path(wish)] if wish else []
    for base in [*wished, user_cache_dir(), temporary_folder("hhgui-cache")]:
        folder = base / (_PREFIX + _fingerprint())
        try:
            make_private(base)
            if base not in wished and not _is_private(base):
                continue
            folder.mkdir(exist_ok=True)
            with tempfile.TemporaryFile(dir=folder):
                pass
        except OSError:
            continue
        _forget_old(base, folder)
        return folder
    return None


def _is_private(base: Path) -> bool:
    """Return whether no other user can put a file there.

    In a shared folder each parent must be a real folder that belongs to this user and is closed to
    others' writing.
    """
    shared = Path(tempfile.gettempdir())
    if not base.is_relative_to(shared):
        return True
    on_the_way = [base, *base.parents]
    return all(is_own(folder) for folder in on_the_way[: on_the_way.index(shared)])


def _fingerprint() -> str:
    """Return a hash that changes with numba and with any source that a kernel may inline."""
    here = Path(__file__).parent
    digest = hashlib.sha256(numba.__version__.encode())
    for path in sorted([*(here / name for name in _SOURCES), *here.glob("integrators/*.py")]):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _forget_old(base: Path, used: Path) -> None:
    """Keep the few newest folders; an older program that is used again compiles again."""
    made = []
    for folder in base.glob(_PREFIX + "*"):
        with suppress(OSError):  # another window may be removing it
            made.append((folder.stat().st_mtime, folder))
    made.sort(reverse=True)
    for folder in [folder for _, folder in made if folder != used][_KEPT - 1 :]:
        shutil.rmtree(folder, ignore_errors=True)
