"""Worker objects in threads of their own, and their orderly end."""

from PySide6.QtCore import QMetaObject, QObject, Qt, QThread


class WorkerThread(QThread):
    """A thread that runs one worker's event loop.

    ``start_up`` and ``shut_down`` slots of the worker, where it has them, run in the thread.
    """

    def __init__(self, worker: QObject, name: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self._worker = worker
        worker.moveToThread(self)
        if hasattr(worker, "start_up"):
            self.started.connect(worker.start_up)

    def finish(self) -> None:
        """Stop the worker's timers in its own thread, then the thread, and wait for it."""
        if not self.isRunning():
            return
        if hasattr(self._worker, "shut_down"):
            # queued, not blocking: the worker may be compiling, and wait() below waits for it
            QMetaObject.invokeMethod(
                self._worker, "shut_down", Qt.ConnectionType.QueuedConnection
            )
        self.quit()
        self.wait()
