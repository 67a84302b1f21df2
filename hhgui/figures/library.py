"""Import matplotlib on first use and let one thread use it at a time."""

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
    """Reserve matplotlib for this thread, with its default settings and these.

    Matplotlib keeps settings and parsers in its modules, so that two threads must not use it at
    once, and the user's own ``matplotlibrc`` would change a figure. Its list of fonts lies in
    hhgui's cache.
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
