"""Where compiled kernels are kept: a folder named after the sources they were compiled from.

Numba looks only at the date of the file a kernel stands in, not at what it inlines from others: an
update that changes a shared helper or constant would go on with the old kernel, and wrong numbers.
"""

import hashlib
import os
import shutil
import tempfile
from pathlib import Path

from hhgui.paths import is_own, temporary_folder, user_cache_dir

_KEPT = 4
_PREFIX = "kernels-"
_SOURCES = ("inline.py", "kernel.py", "lanes.py", "loop.py", "noise.py", "packing.py", "tables.py")


def kernel_cache_dir() -> Path | None:
    """The folder, made if needed: in NUMBA_CACHE_DIR, the user's cache or the temporary folder.

    What is in it is run, so a folder that others can write to is not used, unless the user wished
    for it. None where there is no place; then every start compiles anew.
    """
    wish = os.environ.get("NUMBA_CACHE_DIR")
    wished = [Path(wish)] if wish else []
    for base in [*wished, user_cache_dir(), temporary_folder("hhgui-cache")]:
        folder = base / (_PREFIX + _fingerprint())
        try:
            base.mkdir(mode=0o700, parents=True, exist_ok=True)
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
    """Whether nobody else can put a file there.

    Elsewhere the system sees to that. Where everybody may make folders, each on the way must be a
    true folder, of this user, and closed to others' writing.
    """
    shared = Path(tempfile.gettempdir())
    if not base.is_relative_to(shared):
        return True
    on_the_way = [base, *base.parents]
    return all(is_own(folder) for folder in on_the_way[: on_the_way.index(shared)])


def _fingerprint() -> str:
    """Changes with any source that a kernel may inline."""
    here = Path(__file__).parent
    digest = hashlib.sha256()
    for path in sorted([*(here / name for name in _SOURCES), *here.glob("integrators/*.py")]):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _forget_old(base: Path, used: Path) -> None:
    """Keep the few folders made last; an older program that comes back compiles again."""
    made = sorted(base.glob(_PREFIX + "*"), key=lambda p: p.stat().st_mtime, reverse=True)
    for folder in [p for p in made if p != used][_KEPT - 1 :]:
        shutil.rmtree(folder, ignore_errors=True)
