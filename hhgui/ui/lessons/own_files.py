"""Write files into the user's folders of lessons and protocols, and show these folders."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from hhgui.storage.atomic import WriteError, write_atomically
from hhgui.ui.widgets.user_folder import open_in_system

if TYPE_CHECKING:
    from hhgui.jobs.runner import Outcome, Runner


class OwnFiles(QObject):
    """Makes folders and files in the thread of a runner; ``say`` shows a notice to the user."""

    def __init__(self, runner: Runner, say: Callable[[str], object], parent: QObject) -> None:
        super().__init__(parent)
        self._runner, self._say = runner, say

    def write(self, path: Path, text: str, then: Callable[[], object]) -> None:
        """Write a new file, and its folder if that is missing; then call ``then``."""
        self._start(path.parent, partial(write_atomically, path, text), then)

    def show_folder(self, folder: Path, then: Callable[[], object]) -> None:
        """Open a folder in the file manager, made if it is missing; then call ``then``."""

        def show() -> None:
            open_in_system(folder)
            self._say(f"Your own files: {folder}")
            then()

        self._start(folder, lambda: None, show)

    def _start(self, folder: Path, write: Callable[[], object], then: Callable[[], object]) -> None:
        """Make a folder, call ``write`` (both in the runner's thread), then call ``then``."""

        def work(_cancelled: Callable[[], bool], _progress: Callable[[float], object]) -> None:
            try:
                folder.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise WriteError(folder, error.strerror or str(error)) from None
            write()

        job = self._runner.start(work, f"{folder} can't be written")
        job.finished.connect(partial(self._finish, then))

    def _finish(self, then: Callable[[], object], outcome: Outcome) -> None:
        if outcome.message:
            self._say(outcome.message)
        else:
            then()


def free_path(path: Path) -> Path:
    """Return the path, with a number added if a file of this name exists."""
    found, number = path, 2
    while found.exists():
        found, number = path.with_stem(f"{path.stem}-{number}"), number + 1
    return found
