"""Import matplotlib on first use, and let only one thread at a time use it."""

import os
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from hhgui.paths import user_cache_dir

_lock = threading.RLock()


@contextmanager
def borrowed_matplotlib(settings: dict[str, Any] | None = None) -> Iterator[None]:
    """Reserve matplotlib for this thread during a ``with`` block.

    It then has its default settings and, over these, ``settings``; the user's own ``matplotlibrc``,
    which would change a figure, is ignored. Two threads must not use matplotlib at once, because it
    keeps settings and parsers in its modules. Its list of fonts is kept in hhgui's cache.
    """
    os.environ.setdefault("MPLCONFIGDIR", str(user_cache_dir() / "matplotlib"))
    with _lock, warnings.catch_warnings():
        # paper that is far too small for its axes is drawn as well as it goes
        warnings.filterwarnings("ignore", message="constrained_layout not applied")
        import matplotlib

        with matplotlib.rc_context():
            matplotlib.rcdefaults()
            matplotlib.rcParams.update(settings or {})
            yield
