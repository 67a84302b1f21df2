"""This window's log: what is written rotates, and each window has files of its own."""

import faulthandler
import logging
import os
import time
from contextlib import suppress
from logging.handlers import RotatingFileHandler
from pathlib import Path

from hhgui.paths import user_data_dir

MOST_BYTES = 1_000_000
_OLDER_PARTS = 2
_MOST_FILES = 40
LOGGER = logging.getLogger("hhgui")


def log_dir() -> Path:
    """Folder of the log files; may not exist."""
    return user_data_dir() / "logs"


class LogFiles:
    """``path``: what is logged goes there from the first line on; None if no file can be made.

    The stacks of a process that crashes go to a ``.crash`` file beside it.
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
            faulthandler.enable(self._crash)
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
        """Write no more; a file in which nothing stands is removed."""
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
    """Keep the newest files; one that another window has open may stay."""
    dated = []
    for path in folder.glob("hhgui-*"):
        with suppress(OSError):
            dated.append((path.stat().st_mtime, path))
    for _, path in sorted(dated)[:-_MOST_FILES]:
        with suppress(OSError):
            path.unlink()
