"""Where compiled kernels are kept: a folder named after the sources they were compiled from.

Numba looks only at the date of the file a kernel stands in, not at what it inlines from others: an
update that changes a shared helper or constant would go on with the old kernel, and wrong numbers.
"""

import hashlib
import os
import shutil
import tempfile
from pathlib import Path

from hhgui.model.resources import user_cache_dir

_KEPT = 4
_PREFIX = "kernels-"


def kernel_cache_dir() -> Path | None:
    """The folder, made if needed: in NUMBA_CACHE_DIR, the user's cache or the temporary folder.

    None where nothing can be written; then every start compiles anew.
    """
    wish = os.environ.get("NUMBA_CACHE_DIR")
    bases = [Path(wish)] if wish else []
    bases += [user_cache_dir(), Path(tempfile.gettempdir()) / "hhgui-cache"]
    for base in bases:
        folder = base / (_PREFIX + _fingerprint())
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=folder):
                pass
        except OSError:
            continue
        _forget_old(base, folder)
        return folder
    return None


def _fingerprint() -> str:
    """Changes with any source that a kernel may inline."""
    here = Path(__file__).parent
    digest = hashlib.sha256()
    for path in sorted([*here.glob("*.py"), *here.glob("integrators/*.py")]):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _forget_old(base: Path, used: Path) -> None:
    """Keep the few folders made last; an older program that comes back compiles again."""
    made = sorted(base.glob(_PREFIX + "*"), key=lambda p: p.stat().st_mtime, reverse=True)
    for folder in [p for p in made if p != used][_KEPT - 1 :]:
        shutil.rmtree(folder, ignore_errors=True)
