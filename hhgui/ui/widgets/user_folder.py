"""Watch folders of the user's files, and open a file in the system's editor."""

import os
from collections.abc import Iterable
from pathlib import Path

from PySide6.QtCore import QFileSystemWatcher, QObject, QTimer, QUrl, Signal, Slot
from PySide6.QtGui import QDesktopServices

READ_AFTER_MS = 300  # an editor writes a file in several steps


def open_in_system(path: Path) -> bool:
    """Open a file in its editor, or a folder in the file manager; return whether that worked."""
    real = os.path.realpath(path)  # the Store's Python redirects AppData
    return QDesktopServices.openUrl(QUrl.fromLocalFile(real))


class WatchedFolders(QObject):
    """Notices changes of files in some folders.

    ``changed()``: Emitted once for several changes in quick succession, some time after the last.
    If an editor replaces a file instead of writing it, further changes are noticed if ``watch`` is
    called again.
    """

    changed = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._folders: tuple[Path, ...] = ()
        self._near: set[Path] = set()  # each folder, or its nearest parent that exists
        self._watcher = QFileSystemWatcher(self)
        self._timer = QTimer(self, singleShot=True, interval=READ_AFTER_MS)
        self._timer.timeout.connect(self.changed)
        self._watcher.fileChanged.connect(self._note)
        self._watcher.directoryChanged.connect(self._note)

    def stop(self) -> None:
        """Emit nothing more, since there is no receiver any more."""
        self.blockSignals(True)
        self._timer.stop()

    def watch(self, folders: Iterable[Path], files: Iterable[Path]) -> None:
        """Watch these folders and files, and no others.

        In place of a folder that does not exist its nearest parent is watched, since it may be
        created.
        """
        self._folders = tuple(folders)
        self._near = {_existing(folder) for folder in self._folders}
        wanted = {str(each) for each in self._near}
        wanted |= {str(path) for path in files if path.exists()}
        present = {*self._watcher.directories(), *self._watcher.files()}
        if present - wanted:
            self._watcher.removePaths(sorted(present - wanted))
        if wanted - present:
            self._watcher.addPaths(sorted(wanted - present))

    @Slot(str)
    def _note(self, path: str) -> None:
        """Emit ``changed`` after a pause without further changes."""
        changed = Path(path)
        # In a folder above, which other programs use, only the making of the next one matters: it
        # is watched from now on, and with the folder itself there may be something to read.
        if changed in self._near and changed not in self._folders:
            there = self._near.intersection(self._folders)
            while {_existing(folder) for folder in self._folders} != self._near:
                self.watch(self._folders, map(Path, self._watcher.files()))
            if self._near.intersection(self._folders) == there:
                return
        self._timer.start()


def _existing(folder: Path) -> Path:
    """Return the folder, or its nearest parent that exists."""
    return next(each for each in (folder, *folder.parents) if each.is_dir())
