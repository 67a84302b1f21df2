"""The preview of a figure, drawn by a job as large as there is room."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QImage, QPixmap, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QLabel, QSizePolicy

from hhgui.figures.drawing import FigureSize, preview_pixels
from hhgui.figures.figure import Figure
from hhgui.ui.figures.jobs import FigureJobs
from hhgui.ui.figures.picture import image_of

PREVIEW_AFTER_MS = 120
Wanted = Callable[[], tuple[Figure, FigureSize] | None]


class FigurePreview(QLabel):
    """Shows what ``wanted()`` says, soon after ``refresh``.

    One preview at a time: edits that come faster than previews are left out.
    """

    def __init__(self, jobs: FigureJobs, wanted: Wanted) -> None:
        super().__init__("Preparing the preview…", alignment=Qt.AlignmentFlag.AlignCenter)
        self.setWordWrap(True)
        self.setObjectName("figure.preview")
        self.setAccessibleName("Preview of the figure")
        self.setMinimumSize(320, 260)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self._jobs, self._wanted = jobs, wanted
        self._number = 0
        self._stale = False
        self._timer = QTimer(self, singleShot=True, interval=PREVIEW_AFTER_MS)
        self._timer.timeout.connect(self._order)

    def refresh(self) -> None:
        """Paint again, as soon as nothing was edited for a moment."""
        self._timer.start()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.refresh()

    def _order(self) -> None:
        self._stale = self._jobs.waits_for(self._number)
        wanted = self._wanted()
        if self._stale or wanted is None or not self.isVisible():
            return
        ratio = self.devicePixelRatioF()
        box = self.size() * ratio
        draw = partial(preview_pixels, *wanted, box.width(), box.height())
        self._number = self._jobs.new_number()
        show = partial(self._show, ratio)
        self._jobs.order(self._number, lambda _cancelled: image_of(draw()), show, self._fail)

    def _show(self, ratio: float, image: object) -> None:
        assert isinstance(image, QImage)
        pixels = QPixmap.fromImage(image)
        pixels.setDevicePixelRatio(ratio)
        self.setPixmap(pixels)
        self._end()

    def _fail(self, message: str) -> None:
        self.setText(message)
        self._end()

    def _end(self) -> None:
        if self._stale:
            self.refresh()
