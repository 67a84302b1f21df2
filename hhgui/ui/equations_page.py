"""Help: every quantity with its unit and its equation."""

from PySide6.QtWidgets import QDialog, QDialogButtonBox, QFrame, QScrollArea, QVBoxLayout, QWidget

from hhgui.experiments.lesson import Equation, Text, parse_lesson
from hhgui.model.library import Library
from hhgui.model.resources import resource_dir
from hhgui.ui.lesson_text import LessonText


def show_equations(parent: QWidget) -> QDialog:
    """A window beside the main one, so that it can be read while playing."""
    dialog = QDialog(parent)
    dialog.setObjectName("equations.dialog")
    dialog.setWindowTitle("The equations")
    dialog.resize(600, 680)
    text = LessonText()
    text.set_blocks(page_blocks())
    scroll = QScrollArea()
    scroll.setObjectName("equations.scroll")
    scroll.setAccessibleName("The equations")
    scroll.setFrameShape(QFrame.Shape.NoFrame)
    scroll.setWidget(text)
    scroll.setWidgetResizable(True)
    buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
    buttons.rejected.connect(dialog.close)
    column = QVBoxLayout(dialog)
    column.addWidget(scroll)
    column.addWidget(buttons)
    dialog.show()
    return dialog


def page_blocks() -> list[Text | Equation]:
    """The page, which is written as a lesson that sets nothing, chapter after chapter."""
    path = resource_dir() / "help" / "equations.md"
    page = parse_lesson(path.read_text(encoding="utf-8"), "equations", Library({}), path.name)
    blocks: list[Text | Equation] = []
    for chapter in page.steps:
        blocks += [Text(f"### {chapter.title}"), *chapter.blocks]
    return blocks
