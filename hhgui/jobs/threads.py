"""Run worker objects in threads of their own, and end these in order."""

import os
import sys
import threading

from PySide6.QtCore import QObject, Qt, QThread

NICENESS = 3  # more, and other programs that keep every core busy would starve them


class WorkerThread(QThread):
    """A thread that runs the event loop of one worker object.

    If the worker has the methods ``start_up`` and ``shut_down``, they are called in the thread,
    because timers can only be started and stopped there.
    """

    def __init__(self, worker: QObject, name: str) -> None:
        super().__init__()
        self.setObjectName(name)
        worker.moveToThread(self)
        if hasattr(worker, "start_up"):
            self.started.connect(worker.start_up)
        if hasattr(worker, "shut_down"):
            # direct: the thread itself emits finished() as its last action
            self.finished.connect(worker.shut_down, Qt.ConnectionType.DirectConnection)

    def run(self) -> None:
        """Run the event loop, at a lower priority than the thread of the window."""
        if sys.platform == "linux":
            # Qt's own priorities do nothing under Linux's default scheduler; niceness is per thread
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICENESS)
        else:
            self.setPriority(QThread.Priority.LowPriority)
        self.exec()

    def finish(self) -> None:
        """End the event loop and wait for the thread."""
        self.quit()
        self.wait()
