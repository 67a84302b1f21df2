"""The export's thread: computes and writes files, so that the window never waits for a disk."""

import threading
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from hhgui.document.fi_curve import FiCurve
from hhgui.failures import report
from hhgui.storage.atomic import WriteError
from hhgui.storage.csv_table import Cancelled
from hhgui.storage.fi_csv import write_fi
from hhgui.storage.trace_csv import TraceExport, write_traces


class ExportWorker(QObject):
    """Writes one file at a time.

    rows_written(count): some 20 times a second; export_finished(path, problem): problem "" when it
    is saved; after any problem the old file is as it was.
    """

    rows_written = Signal(int)
    export_finished = Signal(str, str)

    def __init__(self) -> None:
        super().__init__()
        self._cancelled = threading.Event()

    def cancel(self) -> None:
        """End the export that runs; may be called from any thread."""
        self._cancelled.set()

    @Slot(str, object)
    def export_traces(self, path: str, export: TraceExport) -> None:
        """Write traces and the JSON beside them."""
        self._write(path, lambda: write_traces(
            Path(path), export, self.rows_written.emit, self._cancelled.is_set
        ))  # fmt: skip

    @Slot(str, object)
    def export_fi(self, path: str, curve: FiCurve) -> None:
        """Write an f-I curve and the JSON beside it."""
        self._write(path, lambda: write_fi(
            Path(path), curve.membrane, curve.protocol, curve.points
        ))  # fmt: skip

    def _write(self, path: str, write: Callable[[], object]) -> None:
        self._cancelled.clear()
        try:
            write()
        except Cancelled:
            self.export_finished.emit(path, "cancelled; nothing was written")
        except WriteError as error:
            self.export_finished.emit(path, str(error))
        except Exception as error:  # whatever it is, the person must hear that nothing was saved
            report(error, tell=False)
            self.export_finished.emit(path, f"could not be saved: {error!r}")
        else:
            self.export_finished.emit(path, "")
