"""Show every quantity with its unit and its equation."""

from functools import partial

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

from hhgui.content.lesson import Block, Text, parse_lesson
from hhgui.model.library import Library
from hhgui.paths import resource_dir
from hhgui.ui.lessons.text import LessonText
from hhgui.ui.widgets.deferred import DeferredCalls
from hhgui.ui.widgets.labels import named
from hhgui.ui.widgets.page import Page


class EquationsPage(Page):
    """A dialog beside the window with all equations.

    Its chapters are added from the top in several calls, because all at once would take too long.
    """

    def __init__(self, parent: QWidget) -> None:
        super().__init__("equations.dialog", "The equations", parent, QSize(600, 680))
        text = LessonText()
        text.set_blocks([])
        scroll = named(QScrollArea(), "equations.scroll", "The equations")
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidget(text)
        scroll.setWidgetResizable(True)
        self.fill(scroll)
        self.filling = DeferredCalls(self)
        self.filling.run(*(partial(text.add_blocks, blocks) for blocks in page_chapters()))


def page_chapters() -> list[list[Block]]:
    """Return the chapters of the page, which is written like a lesson without settings."""
    path = resource_dir() / "help" / "equations.md"
    page = parse_lesson(path.read_text(encoding="utf-8"), "equations", Library({}), path.name)
    return [[Text(f"### {chapter.title}"), *chapter.blocks] for chapter in page.steps]
