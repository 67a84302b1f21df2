"""Preview a figure in the space there is, drawn by a job."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtGui import QPixmap, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QLabel, QSizePolicy

from hhgui.figures.drawing import FigureSize, preview_pixels
from hhgui.figures.figure import Figure
from hhgui.ui.figures.picture import image_of

if TYPE_CHECKING:
    from hhgui.jobs.runner import Job, Outcome, Work

FAILURE = "the preview could not be made"
PREVIEW_AFTER_MS = 120
Wanted = Callable[[], tuple[Figure, FigureSize] | None]


class FigurePreview(QLabel):
    """Shows the figure that ``wanted()`` returns, shortly after ``refresh`` was called.

    At most one preview is drawn at a time; in faster edits some are skipped.
    """

    def __init__(self, start: "Callable[[Work, str], Job]", wanted: Wanted) -> None:
        super().__init__("Preparing the preview…", alignment=Qt.AlignmentFlag.AlignCenter)
        self.setWordWrap(True)
        self.setObjectName("figure.preview")
        self.setAccessibleName("Preview of the figure")
        self.setMinimumSize(320, 260)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self._start, self._wanted = start, wanted
        self._job: Job | None = None
        self._ratio = 1.0
        self._stale = False
        self._timer = QTimer(self, singleShot=True, interval=PREVIEW_AFTER_MS)
        self._timer.timeout.connect(self._request)

    def refresh(self) -> None:
        """Draw the figure again once the user has paused."""
        self._timer.start()

    def abandon(self) -> None:
        """Ignore the preview that is being drawn."""
        if self._job is not None:
            self._job.abandon()
            self._job = None

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.refresh()

    def _request(self) -> None:
        self._stale = self._job is not None
        wanted = self._wanted()
        if self._stale or wanted is None or not self.isVisible():
            return
        self._ratio = self.devicePixelRatioF()
        box = self.size() * self._ratio
        draw = partial(preview_pixels, *wanted, box.width(), box.height())
        self._job = self._start(lambda _cancelled, _progress: image_of(draw()), FAILURE)
        self._job.finished.connect(self._show)

    @Slot(object)
    def _show(self, outcome: "Outcome") -> None:
        self._job = None
        if outcome.message:
            self.setText(outcome.message)
        else:
            pixels = QPixmap.fromImage(outcome.value)
            pixels.setDevicePixelRatio(self._ratio)
            self.setPixmap(pixels)
        if self._stale:
            self.refresh()
