"""Locate the cache of compiled kernels: a folder named after a hash of their source files.

Numba checks only the date of the file that defines a kernel, not those of the files that it
inlines: after an update of a shared helper or constant it would use the old kernel, and give wrong
numbers. Numba also names the folder after the place of that file, which differs at every start of
an AppImage or of a program that macOS has quarantined. ``KernelLocator`` therefore names both after
the hash alone.
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
_SOURCES = (
    "collocation.py", "inline.py", "kernel.py", "lanes.py", "linearisation.py", "loop.py",
    "noise.py", "packing.py", "rosenbrock.py", "tables.py",
)  # fmt: skip
_MODULES = ("hhgui.engine.loop", "hhgui.engine.linearisation", "hhgui.engine.collocation")


class KernelLocator:
    """Tells numba where a compiled kernel is cached and whether it is still valid.

    Numba makes one by ``from_function`` for each function that it caches; the environment variable
    NUMBA_CACHE_LOCATOR_CLASSES names this class.
    """

    folder: Path | None = None

    def __init__(self, folder: Path, line: int) -> None:
        self._folder, self._line = folder, line
        self._py_file = __file__  # named in a warning of numba's

    @classmethod
    def from_function(cls, function: Callable[..., object], _path: str) -> Self | None:
        """Return the locator for a function of a kernel, or None for any other function."""
        if cls.folder is None or function.__module__ not in _MODULES:
            return None
        return cls(cls.folder, function.__code__.co_firstlineno)

    def get_cache_path(self) -> str:
        """Return the folder of the cache."""
        return str(self._folder)

    def ensure_cache_path(self) -> None:
        """Create the folder of the cache again if it has been removed."""
        self._folder.mkdir(parents=True, exist_ok=True)

    def get_source_stamp(self) -> str:
        """Return the hash of the source files.

        If it has changed, numba compiles the function again.
        """
        return self._folder.name

    def get_disambiguator(self) -> str:
        """Return the line number of the function, which tells functions of equal name apart."""
        return str(self._line)


def keep_kernels_in(folder: Path) -> None:
    """Make numba keep compiled kernels in ``folder``.

    Other functions stay where numba puts them.
    """
    KernelLocator.folder = folder
    numba.config.CACHE_DIR = str(folder)  # numba 0.61 has no locators of others
    ours = f"{__name__}.{KernelLocator.__name__}"
    listed = numba.config.__dict__.get("CACHE_LOCATOR_CLASSES") or (
        "UserProvidedCacheLocator,InTreeCacheLocator,UserWideCacheLocator"
    )
    if ours not in listed:
        numba.config.CACHE_LOCATOR_CLASSES = f"{ours},{listed}"


def kernel_cache_dir() -> Path | None:
    """Return the folder for compiled kernels, or None if there is none that is safe to use.

    It is NUMBA_CACHE_DIR, else the user's cache folder, else a temporary one, and is created if
    needed. Since its files are executed, a folder in which other users can write is not used,
    unless it is NUMBA_CACHE_DIR, the user's own choice. Without a folder every start compiles anew.
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
    """Return whether no other user can put a file into the folder ``base``.

    In a shared folder this requires that each parent is a real folder, not a link, that belongs to
    this user and in which others cannot write.
    """
    shared = Path(tempfile.gettempdir())
    if not base.is_relative_to(shared):
        return True
    on_the_way = [base, *base.parents]
    return all(is_own(folder) for folder in on_the_way[: on_the_way.index(shared)])


def _fingerprint() -> str:
    """Return a hash of numba's version and of all source files that a kernel may inline."""
    here = Path(__file__).parent
    digest = hashlib.sha256(numba.__version__.encode())
    for path in sorted([*(here / name for name in _SOURCES), *here.glob("integrators/*.py")]):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _forget_old(base: Path, used: Path) -> None:
    """Delete all but the few newest folders of kernels in ``base``; ``used`` is kept.

    If an older version of the program is used again, it compiles again.
    """
    made = []
    for folder in base.glob(_PREFIX + "*"):
        with suppress(OSError):  # another window may be removing it
            made.append((folder.stat().st_mtime, folder))
    made.sort(reverse=True)
    for folder in [folder for _, folder in made if folder != used][_KEPT - 1 :]:
        shutil.rmtree(folder, ignore_errors=True)
