"""Show the paragraphs, display equations and pictures of a step below each other."""

import re
from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QTextDocument
from PySide6.QtWidgets import QLabel, QSizePolicy, QVBoxLayout, QWidget

from hhgui.content.lesson import Block, Equation
from hhgui.content.picture import Picture
from hhgui.ui.lessons.picture import PictureView
from hhgui.ui.widgets.equation import EquationLabel
from hhgui.ui.widgets.labels import unbroken
from hhgui.ui.widgets.latex_text import inline_html

GAP = 8
_INLINE = re.compile(r"(?<![\\$])\$([^$]+)\$(?!\$)")
# A formula's place in Markdown: two characters that no keyboard has around its number.
_OPEN, _CLOSE = "\ue000", "\ue001"
_PLACE = re.compile(f"{_OPEN}(\\d+){_CLOSE}")
# Qt indents a list by 40 px, a fifth of the panel.
_LIST = (" -qt-list-indent: 1;", " -qt-list-indent: 0; margin-left: 20px;")
_TABLES_BUT_NO_HTML = (
    QTextDocument.MarkdownFeature.MarkdownDialectGitHub
    | QTextDocument.MarkdownFeature.MarkdownNoHTML
)
_IMAGE = re.compile("<img[^>]*>")  # a label would read any file
_BODY = re.compile(r"<body[^>]*>(.*)</body>", re.DOTALL)


class LessonText(QWidget):
    """A column of paragraphs, equations and pictures."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("lesson.text")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 6, 0)
        self._column.setSpacing(GAP)

    def minimumSizeHint(self) -> QSize:
        """Return a size without height, so that a scroll area asks for the height at its width."""
        return QSize(super().minimumSizeHint().width(), 0)

    def set_blocks(self, blocks: Sequence[Block]) -> None:
        """Show these blocks in place of the present ones."""
        while (item := self._column.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self._column.addStretch(1)
        self.add_blocks(blocks)

    def add_blocks(self, blocks: Sequence[Block]) -> None:
        """Show these blocks below the present ones."""
        for block in blocks:
            if isinstance(block, Equation):
                widget: QWidget = EquationLabel(block.latex)
            elif isinstance(block, Picture):
                widget = PictureView(block)
            else:
                widget = _paragraphs(block.markdown)
            self._column.insertWidget(self._column.count() - 1, widget)


def html_of(markdown: str) -> str:
    """Return Markdown with ``$formulas$`` as HTML, in the font of the widget."""
    formulas: list[str] = []

    def remember(found: re.Match[str]) -> str:
        formulas.append(found[1])
        return f"{_OPEN}{len(formulas) - 1}{_CLOSE}"

    document = QTextDocument()
    marked = _INLINE.sub(remember, markdown)
    document.setMarkdown(marked, _TABLES_BUT_NO_HTML)
    body = _BODY.search(document.toHtml())
    html = _IMAGE.sub("", body[1].replace(*_LIST)) if body else ""
    return _PLACE.sub(lambda place: inline_html(formulas[int(place[1])]), html)


def _paragraphs(markdown: str) -> QLabel:
    label = QLabel(html_of(unbroken(markdown)), wordWrap=True)
    label.setTextFormat(Qt.TextFormat.RichText)
    label.setOpenExternalLinks(True)
    label.setTextInteractionFlags(
        Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.LinksAccessibleByMouse
    )
    policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
    policy.setHeightForWidth(True)
    label.setSizePolicy(policy)
    return label
