"""Print a report as PDF pages."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from itertools import count

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMarginsF, QRectF, Qt
from PySide6.QtGui import (
    QAbstractTextDocumentLayout,
    QColor,
    QFont,
    QFontMetricsF,
    QGuiApplication,
    QImage,
    QPageLayout,
    QPageSize,
    QPainter,
    QPalette,
    QPdfWriter,
    QTextCursor,
    QTextDocument,
    QTextFormat,
    QTextOption,
)

from hhgui.figures.drawing import INK, MM_PER_INCH, POINTS_PER_INCH
from hhgui.figures.figure import Figure
from hhgui.figures.shapes import figure_shapes
from hhgui.report.html import SESSION_FILE, numbered, report_body, size_of
from hhgui.report.repeat import Repeat
from hhgui.report.report import Report
from hhgui.ui.report.shapes import DrawnFigures

PAPERS = {"A4": QPageSize.PageSizeId.A4, "Letter": QPageSize.PageSizeId.Letter}
_MARGIN_MM, _FOOT_MM = 18.0, 8.0
_DPI = 96  # in which lengths of the text are counted
_GREY = "#4a545e"
_STYLE = """
h1 { font-size: 19pt; } h2 { font-size: 13.5pt; margin-top: 18px; margin-bottom: 4px; }
h3 { font-size: 11pt; margin-top: 12px; margin-bottom: 2px; }
p { margin-top: 4px; margin-bottom: 4px; } p.by, footer { color: #4a545e; }
p.note { color: #8a4b00; } th { font-weight: 600; text-align: left; }
code { font-family: "DejaVu Sans Mono", Consolas, Menlo, monospace; font-size: 8pt; }
p.command { background-color: #f0f2f4; }
table { margin-top: 8px; }
td, th { padding-right: 12px; padding-top: 1px; padding-bottom: 1px; }
td.number { white-space: nowrap; }
"""


def report_pdf(report: Report, paper: str, drawn: Callable[[], object] = lambda: None) -> bytes:
    """Return the report as PDF, with the records of its commands attached.

    paper: one of PAPERS. It may be called in any thread. drawn: called before each picture and each
    page; it may raise an exception to end the work.
    """
    report = numbered(report)
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = _writer(buffer, report, paper)
    document = _document(report, drawn)
    try:
        _print(document, writer, _foot(report), drawn)
    finally:
        buffer.close()
    return bytes(data.data())


def _writer(buffer: QBuffer, report: Report, paper: str) -> QPdfWriter:
    writer = QPdfWriter(buffer)
    margins = QMarginsF(_MARGIN_MM, _MARGIN_MM, _MARGIN_MM, _MARGIN_MM)
    writer.setPageLayout(QPageLayout(
        QPageSize(PAPERS[paper]), QPageLayout.Orientation.Portrait, margins,
        QPageLayout.Unit.Millimeter,
    ))  # fmt: skip
    writer.setResolution(1200)
    writer.setTitle(report.title)
    writer.setCreator(f"hhgui {report.version}")
    if report.session:
        content = QByteArray(report.session.encode())
        writer.addFileAttachment(SESSION_FILE, content, "application/octet-stream")
    for section in report.sections:
        repeat = section.repeat
        if repeat is not None and repeat.record:
            content = QByteArray(repeat.record.encode())
            writer.addFileAttachment(repeat.file, content, "application/json")
    return writer


def _document(report: Report, drawn: Callable[[], object]) -> QTextDocument:
    """Return the report as a text document, whose images draw themselves."""
    document = QTextDocument()
    font = QFont(QGuiApplication.font().family())
    font.setPointSizeF(9.5)
    document.setDefaultFont(font)
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    document.setDefaultTextOption(option)
    document.setDefaultStyleSheet(_STYLE)
    document.documentLayout().setPaintDevice(_ruler())
    document.setDocumentMargin(0.0)

    drawings, places = DrawnFigures(document), count()

    def picture(figure: Figure) -> str:
        drawn()
        size, name = size_of(figure), f"figure:{next(places)}"
        width = size.width * POINTS_PER_INCH / MM_PER_INCH
        drawings.figures[name] = width, figure_shapes(figure, size)
        across, down = (f"{each * _DPI / MM_PER_INCH:.0f}" for each in (size.width, size.height))
        return f'<img src="{name}" width="{across}" height="{down}">'

    def record(repeat: Repeat) -> str:
        return f"It reads {repeat.file}, which is attached to this PDF: save it first."

    session = f"{SESSION_FILE}, attached to this PDF"
    document.setHtml(report_body(report, picture, record, session))
    return document


def keep_headings(document: QTextDocument, height: float) -> None:
    """Start a new page before each heading that would stand alone at the foot of a page.

    height: of a page.
    """
    layout, block = document.documentLayout(), document.begin()
    while block.isValid():
        below = block.next()
        while below.isValid() and below.blockFormat().headingLevel():
            below = below.next()
        if block.blockFormat().headingLevel() and below.isValid():
            ends = [layout.blockBoundingRect(each) for each in (block, below)]
            if ends[0].top() // height < (ends[1].bottom() - 1.0) // height:
                cursor, broken = QTextCursor(block), block.blockFormat()
                broken.setPageBreakPolicy(QTextFormat.PageBreakFlag.PageBreak_AlwaysBefore)
                cursor.setBlockFormat(broken)
                block = below
                continue
        block = block.next()


def _on_white() -> QPalette:
    palette = QPalette()
    for role in (QPalette.ColorRole.Text, QPalette.ColorRole.WindowText):
        palette.setColor(role, QColor(INK))
    return palette


@cache
def _ruler() -> QImage:
    """Return a paint device of _DPI, so that pages do not depend on the screen's resolution."""
    image = QImage(1, 1, QImage.Format.Format_RGB32)
    image.setDotsPerMeterX(round(1000.0 * _DPI / MM_PER_INCH))
    image.setDotsPerMeterY(round(1000.0 * _DPI / MM_PER_INCH))
    return image


def _foot(report: Report) -> str:
    """Return the text at the foot of each page."""
    return " · ".join(each for each in (report.head.name, report.head.date) if each)


def _print(
    document: QTextDocument, writer: QPdfWriter, foot: str, drawn: Callable[[], object]
) -> None:
    """Draw the pages one by one, each with its number at the foot."""
    painter = QPainter(writer)
    painter.setRenderHint(QPainter.RenderHint.LosslessImageRendering)
    scale = writer.logicalDpiX() / _DPI
    painter.scale(scale, scale)
    width, height = writer.width() / scale, writer.height() / scale
    body = height - _FOOT_MM * _DPI / MM_PER_INCH
    document.setPageSize(QRectF(0.0, 0.0, width, body).size())
    keep_headings(document, body)
    pages = document.pageCount()
    ink = QAbstractTextDocumentLayout.PaintContext()
    ink.palette = _on_white()  # whatever the window's theme
    font = QFont(document.defaultFont())
    font.setPixelSize(round(8.0 * _DPI / 72.0))
    for page in range(pages):
        drawn()
        if page:
            writer.newPage()
        painter.save()
        painter.translate(0.0, -page * body)
        ink.clip = QRectF(0.0, page * body, width, body)
        painter.setClipRect(ink.clip)
        document.documentLayout().draw(painter, ink)
        painter.restore()
        painter.setFont(font)
        painter.setPen(QColor(_GREY))
        line = QRectF(0.0, body, width, height - body)
        number = f"{page + 1} of {pages}"
        painter.drawText(line, Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignRight, number)
        room = 0.85 * width
        named = QFontMetricsF(font, writer).elidedText(foot, Qt.TextElideMode.ElideRight, room)
        painter.drawText(line, Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignLeft, named)
    painter.end()
