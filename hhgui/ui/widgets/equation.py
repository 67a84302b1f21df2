"""Typeset LaTeX display equations as SVG, and paint them in the palette's colour of text.

Loading matplotlib takes most of a second and an equation some 10 ms, so both are done in another
thread, and typeset equations are kept. An equation label stays empty until its SVG is ready.
"""

import re
from collections import deque
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache, partial

from PySide6.QtCore import (
    QByteArray,
    QEvent,
    QObject,
    QRectF,
    QSize,
    QSizeF,
    Qt,
    QTimer,
    Signal,
    Slot,
)
from PySide6.QtGui import QColor, QFontInfo, QImage, QPainter, QPaintEvent
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication, QSizePolicy, QWidget

from hhgui.figures.equation import equation_svg
from hhgui.ui.widgets.latex_text import plain_text

TYPESET_EM = 32.0  # px in the SVG
EM_PER_FONT = 1.15  # STIX has smaller letters than a window's font of the same size
INDENT = 10
MARGIN = 3
NARROWEST = 60
PAUSE_MS = 20
MOST_KEPT = 500  # equations: while a rate is turned there is a new one at every step
_TALL = re.compile(r"\\(?:frac|sum|prod|int|begin)")


class Typesetter(QObject):
    """Typesets equations as SVG in another thread, one after the other.

    ``typeset(latex)``: Emitted with the LaTeX of an equation when its SVG is ready. Because
    Python's threads share one interpreter lock, each equation slows the window a little; therefore
    the thread pauses before each, to let the window draw.
    """

    typeset = Signal(str)
    _arrived = Signal(str, bytes)

    def __init__(self) -> None:
        super().__init__()
        self._done: dict[str, bytes] = {}
        self._waiting: deque[str] = deque()
        self._busy = False
        self._pool: ThreadPoolExecutor | None = None
        self._pause = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._pause.timeout.connect(self._begin)
        self._arrived.connect(self._keep)

    def svg(self, latex: str) -> bytes | None:
        """Return the SVG of an equation, b"" if it can't be typeset, None if it is not ready."""
        return self._done.get(latex)

    def request(self, equations: Iterable[str], ahead: bool = False) -> None:
        """Ask for these equations to be typeset in order.

        ahead: whether they are not visible yet, so that requests for visible ones go first.
        """
        wanted = [e for e in dict.fromkeys(equations) if e not in self._done]
        if ahead:
            self._waiting.extend(e for e in wanted if e not in self._waiting)
        else:
            rest = [e for e in self._waiting if e not in wanted]
            self._waiting = deque([*wanted, *rest])
        if not self._busy and not self._pause.isActive():
            self._pause.start()

    @Slot()
    def stop(self) -> None:
        """Drop all remaining requests; at exit Python waits only for the equation in work.

        A later request, for example of another window, starts the thread again.
        """
        self._waiting.clear()
        self._pause.stop()
        self._busy = False  # one that had not begun never arrives
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)
            self._pool = None

    @Slot()
    def _begin(self) -> None:
        while self._waiting and self._waiting[0] in self._done:
            self._waiting.popleft()
        if not self._waiting:
            return
        if self._pool is None:
            self._pool = ThreadPoolExecutor(1, "equations")
        self._busy = True
        latex = self._waiting.popleft()
        self._pool.submit(_svg_of, latex).add_done_callback(partial(self._hand_over, latex))

    def _hand_over(self, latex: str, done: Future[bytes]) -> None:
        """Send a result from the typesetting thread to the thread of the window, by a signal."""
        if not done.cancelled():
            self._arrived.emit(latex, b"" if done.exception() else done.result())

    @Slot(str, bytes)
    def _keep(self, latex: str, svg: bytes) -> None:
        """Keep an SVG, in the thread of the window, and emit ``typeset``."""
        self._busy = False
        self._done[latex] = svg
        while len(self._done) > MOST_KEPT:
            del self._done[next(iter(self._done))]
        self.typeset.emit(latex)
        self._pause.start()


@cache
def typesetter() -> Typesetter:
    """Return the typesetter that the whole application shares; it stops when that quits."""
    # without a parent: it must outlive every equation that is still under way
    made = Typesetter()
    app = QApplication.instance()
    if app is not None:
        app.aboutToQuit.connect(made.stop)
    return made


def _svg_of(latex: str) -> bytes:
    """Return a formula as a black SVG with an em of TYPESET_EM. Raises ValueError if that fails."""
    return equation_svg(latex, TYPESET_EM)


class EquationLabel(QWidget):
    """Shows one equation, in the size of the label's font but never wider than the label."""

    def __init__(self, latex: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._latex = ""
        self._renderer: QSvgRenderer | None = None
        self._picture = QImage()
        self._look: tuple[object, ...] = ()
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        typesetter().typeset.connect(self._on_typeset)
        self.set_latex(latex)

    @property
    def latex(self) -> str:
        return self._latex

    @property
    def is_shown(self) -> bool:
        """Return whether the equation has been typeset and is visible."""
        return self._renderer is not None

    def set_latex(self, latex: str) -> None:
        """Show this formula, at once if its SVG is ready."""
        self._latex = latex
        self._renderer = None
        self.setAccessibleName(plain_text(latex))
        if latex:
            typesetter().request([latex])
            self._on_typeset(latex)
        self.updateGeometry()
        self.update()

    @Slot(str)
    def _on_typeset(self, latex: str) -> None:
        svg = typesetter().svg(latex) if latex == self._latex else None
        if svg:
            self._renderer = QSvgRenderer(QByteArray(svg))
            self._look = ()
        if svg is not None:
            self.updateGeometry()
            self.update()

    def _natural(self) -> QSizeF:
        """Return the size (px) of the equation in the label's font, however wide that is."""
        em = QFontInfo(self.font()).pixelSize() * EM_PER_FONT
        if self._renderer is None:
            lines = 2.4 if _TALL.search(self._latex) else 1.4
            return QSizeF(NARROWEST, em * lines)
        return self._renderer.viewBoxF().size() * (em / TYPESET_EM)

    def _fitted(self, width: int) -> QSizeF:
        """Return the size (px) of the equation in a label that is ``width`` px wide."""
        natural = self._natural()
        room = max(width - INDENT, 1)
        return natural * min(1.0, room / max(natural.width(), 1.0))

    def sizeHint(self) -> QSize:
        natural = self._natural()
        height = natural.height() + 2 * MARGIN
        return QSizeF(natural.width() + INDENT, height).toSize()

    def minimumSizeHint(self) -> QSize:
        return QSize(NARROWEST, self.heightForWidth(NARROWEST))

    def hasHeightForWidth(self) -> bool:  # noqa: N802
        return True

    def heightForWidth(self, width: int) -> int:  # noqa: N802
        return round(self._fitted(width).height()) + 2 * MARGIN

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.PaletteChange):
            self.updateGeometry()
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        try:
            self._paint(painter)
        finally:
            painter.end()  # no painter may outlive its event, even if a reference remains

    def _paint(self, painter: QPainter) -> None:
        if self._renderer is None:
            if typesetter().svg(self._latex) is not None:  # no LaTeX: show what was written
                flags = Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextWordWrap
                place = self.rect().adjusted(INDENT, 0, 0, 0)
                painter.drawText(place, flags, self.accessibleName())
            return
        size = self._fitted(self.width())
        look = (size.width(), self.devicePixelRatioF(), self.palette().windowText().color().rgba())
        if look != self._look:
            self._look = look
            self._picture = self._drawn(size, self.palette().windowText().color())
        painter.drawImage(INDENT, MARGIN, self._picture)

    def _drawn(self, size: QSizeF, color: QColor) -> QImage:
        """Return an image of the equation in one colour, whatever the colours of the SVG."""
        assert self._renderer is not None
        ratio = self.devicePixelRatioF()
        picture = QImage(
            (size * ratio).toSize() + QSize(1, 1), QImage.Format.Format_ARGB32_Premultiplied
        )
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._renderer.render(painter, QRectF(0, 0, size.width() * ratio, size.height() * ratio))
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceIn)
        painter.fillRect(picture.rect(), color)
        painter.end()
        picture.setDevicePixelRatio(ratio)
        return picture
