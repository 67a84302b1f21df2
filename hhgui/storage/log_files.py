"""Write the log of this window to a file of its own, and delete old ones."""

import faulthandler
import logging
import os
import sys
import time
from contextlib import suppress
from logging.handlers import RotatingFileHandler
from pathlib import Path

from hhgui.paths import user_local_dir

MOST_BYTES = 1_000_000
_OLDER_PARTS = 2
_MOST_FILES = 40
LOGGER = logging.getLogger("hhgui")


def log_dir() -> Path:
    """Return the folder of the log files, which may not exist."""
    return user_local_dir() / "logs"


class LogFiles:
    """The log file of one window; ``path`` is None if no file can be created.

    Logging begins when it is created. If the process crashes, the stacks of its threads are written
    to a file beside it that ends with ``.crash``.
    """

    def __init__(self, folder: Path | None = None) -> None:
        folder = folder if folder is not None else log_dir()
        name = f"hhgui-{time.strftime('%Y%m%d-%H%M%S')}-{os.getpid()}"
        self.path: Path | None = folder / f"{name}.log"
        self._crash_path = folder / f"{name}.crash"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            _remove_oldest(folder)
            self._crash = self._crash_path.open("w", encoding="utf-8")
            # Windows reports exceptions that COM handles itself, as in file dialogs: reading the
            # stacks of running threads at each of them can end the process.
            faulthandler.enable(self._crash, all_threads=sys.platform != "win32")
            self._handler: logging.Handler = RotatingFileHandler(
                self.path, maxBytes=MOST_BYTES, backupCount=_OLDER_PARTS, encoding="utf-8",
                errors="backslashreplace", delay=True,
            )  # fmt: skip
        except OSError:
            self.path = None
            self._handler = logging.NullHandler()  # without any, logging would write to stderr
        self._handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
        LOGGER.addHandler(self._handler)
        LOGGER.propagate = False

    def close(self) -> None:
        """Stop writing, and delete files that are empty."""
        LOGGER.removeHandler(self._handler)
        LOGGER.propagate = True
        self._handler.close()
        if self.path is None:
            return
        faulthandler.disable()
        self._crash.close()
        with suppress(OSError):
            if self._crash_path.stat().st_size == 0:
                self._crash_path.unlink()


def _remove_oldest(folder: Path) -> None:
    """Delete all but the newest log files; one that another window has open may remain."""
    dated = []
    for path in folder.glob("hhgui-*"):
        with suppress(OSError):
            dated.append((path.stat().st_mtime, path))
    for _, path in sorted(dated)[:-_MOST_FILES]:
        with suppress(OSError):
            path.unlink()
