"""Show the list of lessons, or one step of a lesson."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import QFont, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from hhgui.content.lesson import Lesson, Step, Text
from hhgui.ui.lessons.text import LessonText
from hhgui.ui.widgets.currents import per_area_remark, shown_currents
from hhgui.ui.widgets.equation import typesetter
from hhgui.ui.widgets.labels import named, push_button
from hhgui.ui.widgets.layouts import add_layout
from hhgui.ui.widgets.theme import Theme

WIDTH = 340
NARROWEST = 280
_PADDING = 8


class LessonPanel(QWidget):
    """Shows lessons, and reports which step is entered, so that its settings are applied.

    ``step_entered(Step)``: Emitted with the step, also if the same step is entered again.
    ``closed()``: Emitted when the user closes the panel. ``return_requested()``: Emitted when the
    user wants the settings from before the lessons. ``new_requested()``, ``folder_requested()``:
    Emitted when the user wants to write a lesson, or to see the folder of lessons.
    """

    step_entered = Signal(object)
    closed = Signal()
    return_requested = Signal()
    new_requested = Signal()
    folder_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("lesson")
        self.setAccessibleName("Lessons")
        self.setMinimumWidth(NARROWEST)
        self._lessons: tuple[Lesson, ...] = ()
        self._lesson: Lesson | None = None
        self._at = 0
        self._title = _label("lesson.title", "Lesson", wraps=True)
        self._place = _label("lesson.place", "Place in the lesson")
        self._step_title = _label("lesson.step", "Step", wraps=True)
        self._unit = _label("lesson.unit", "The unit of currents in this text", wraps=True)
        shown_currents().changed.connect(self._show_unit)
        self._problems = _label("lesson.problems", "Lessons left out", wraps=True)
        self._list = _LessonList()
        self._text = LessonText()
        self._scroll = QScrollArea()
        self._contents = _tool("lesson.contents", "☰", "All lessons")
        self._return = _tool("lesson.return", "↺ My own", "Back to my own settings")
        self._return.setToolTip("Neuron, stimulus and views as before the lesson; results stay")
        self._return.hide()
        self._close = _tool("lesson.close", "✕", "Close the lessons")
        self._back = _button("lesson.back", "Back", "Previous step")
        self._apply = _button("lesson.apply", "Show again", "Apply this step's settings again")
        self._next = _button("lesson.next", "Next", "Next step")
        self._new = push_button("New lesson…", "lesson.new", "Write a lesson of your own")
        self._folder = push_button("Show folder", "lesson.folder", "Where your own lessons are")
        self._pages = QStackedWidget()
        self._lay_out()
        self._connect()
        self.show_list()

    def sizeHint(self) -> QSize:
        return QSize(WIDTH, 560)

    @property
    def step(self) -> Step | None:
        """Return the step that is shown, None if it is the list."""
        return self._lesson.steps[self._at] if self._lesson else None

    @property
    def place(self) -> tuple[str, int]:
        """Return the id of the lesson and the index (from 0) of the step; ("", 0) in the list."""
        return (self._lesson.id, self._at) if self._lesson else ("", 0)

    @property
    def lesson_ids(self) -> tuple[str, ...]:
        """Return the ids of the available lessons."""
        return tuple(lesson.id for lesson in self._lessons)

    def set_lessons(self, lessons: Sequence[Lesson], problems: Sequence[str] = ()) -> None:
        """Set the lessons to choose from, and sentences on what is wrong with files."""
        self._lessons = tuple(lessons)
        self._list.set_lessons(self._lessons)
        self._problems.setText("\n".join(problems))
        self._problems.setVisible(bool(problems))
        self.show_list()

    def open_lesson(self, lesson_id: str, step: int = 0) -> None:
        """Open a lesson at a step, counted from 0. Raises KeyError for an unknown id."""
        found = {lesson.id: lesson for lesson in self._lessons}[lesson_id]
        self._lesson = found
        self._title.setText(found.title)
        self._pages.setCurrentIndex(1)
        self._contents.show()
        self._enter(min(max(step, 0), len(found.steps) - 1))
        every = (latex for each in found.steps for latex in each.equations)
        typesetter().request(every, ahead=True)
        self._next.setFocus()

    def show_list(self) -> None:
        """Return to the list of lessons."""
        self._lesson = None
        self._title.setText("Lessons")
        self._contents.hide()
        self._pages.setCurrentIndex(0)
        self._list.setFocus()

    def offer_return(self, offered: bool) -> None:
        """Show, or else hide, the button that returns to the settings from before the lessons."""
        self._return.setVisible(offered)

    def set_theme(self, theme: Theme) -> None:
        """Set muted colours for all but the text."""
        for label in (self._place, self._unit):
            label.setStyleSheet(f"color: {theme.faint_text};")
        self._problems.setStyleSheet(f"color: {theme.error};")
        self._list.set_colors(theme)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        # loads what typesets equations while the list is read
        typesetter().request(["V"], ahead=True)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self._contents, 0, Qt.AlignmentFlag.AlignTop)
        head.addWidget(self._title, 1)
        head.addWidget(self._return, 0, Qt.AlignmentFlag.AlignTop)
        head.addWidget(self._close, 0, Qt.AlignmentFlag.AlignTop)
        _embolden(self._title)
        _embolden(self._step_title)
        self._scroll.setWidget(self._text)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        named(self._scroll, "lesson.scroll", "What the step says")
        buttons = self._buttons = QHBoxLayout()
        for button in (self._back, self._apply, self._next):
            buttons.addWidget(button)
        own = QHBoxLayout()
        own.addWidget(self._new)
        own.addWidget(self._folder)
        self._pages.addWidget(_column(self._list, own))
        self._pages.addWidget(
            _column(self._place, self._step_title, self._scroll, self._unit, buttons)
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 8, 8, 8)
        add_layout(column, head)
        column.addWidget(self._problems)
        column.addWidget(self._pages, 1)

    def _connect(self) -> None:
        self._close.clicked.connect(self.closed)
        self._contents.clicked.connect(self.show_list)
        self._return.clicked.connect(self.return_requested)
        self._new.clicked.connect(self.new_requested)
        self._folder.clicked.connect(self.folder_requested)
        self._list.chosen.connect(self.open_lesson)
        self._back.clicked.connect(self._go_back)
        self._next.clicked.connect(self._go_on)
        self._apply.clicked.connect(self._show_again)

    def _enter(self, at: int) -> None:
        """Show the step with this index and emit ``step_entered``."""
        lesson = self._lesson
        if lesson is None:
            return
        self._at = at
        step, last = lesson.steps[at], at == len(lesson.steps) - 1
        self._place.setText(f"Step {at + 1} of {len(lesson.steps)}")
        self._step_title.setText(step.title)
        self._text.set_blocks(step.blocks)
        self._show_unit()
        self._scroll.verticalScrollBar().setValue(0)
        self._back.setEnabled(at > 0)
        self._apply.setEnabled(step.setup is not None)
        self._next.setText("All lessons" if last else "Next")
        self._next.setAccessibleName("All lessons" if last else "Next step")
        for button in (self._back, self._apply, self._next):  # narrow, each as its text needs
            width = button.fontMetrics().horizontalAdvance(f"  {button.text()}  ")
            self._buttons.setStretchFactor(button, width)
        self.step_entered.emit(step)

    @Slot()
    def _show_unit(self) -> None:
        """Show below the text what 1 µA/cm² is in the unit in which currents are shown.

        Nothing is shown if currents are shown as densities, or if the text has none.
        """
        text = ""
        if self._lesson is not None:
            blocks = self._lesson.steps[self._at].blocks
            text = per_area_remark(
                " ".join(block.markdown for block in blocks if isinstance(block, Text))
            )
        self._unit.setText(text)
        self._unit.setVisible(bool(text))

    def _go_back(self) -> None:
        self._enter(max(self._at - 1, 0))

    def _go_on(self) -> None:
        if self._lesson is not None and self._at + 1 < len(self._lesson.steps):
            self._enter(self._at + 1)
        else:
            self.show_list()

    def _show_again(self) -> None:
        """Enter the present step again, which applies its settings again."""
        if self.step is not None:
            self.step_entered.emit(self.step)


class _LessonList(QListWidget):
    """A list of titles with their summaries.

    ``chosen(id)``: Emitted with the id of a lesson that was clicked or chosen by Enter.
    """

    chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("lesson.list")
        self.setAccessibleName("Lessons")
        self.setWordWrap(True)
        self.setSpacing(2)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.itemActivated.connect(self._choose)
        self.itemClicked.connect(self._choose)

    def set_lessons(self, lessons: Sequence[Lesson]) -> None:
        self.clear()
        for lesson in lessons:
            item = QListWidgetItem(f"{lesson.title}\n{lesson.summary}".strip())
            item.setData(Qt.ItemDataRole.UserRole, lesson.id)
            self.addItem(item)
        if lessons:
            self.setCurrentRow(0)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._fit()

    def _fit(self) -> None:
        """Give each entry the height of its text; the list ignores padding of wrapped text."""
        margins = 2 * (_PADDING + self.spacing() + 2)
        room = QRect(0, 0, self.viewport().width() - margins - 2 * _PADDING, 10_000)
        for row in range(self.count()):
            item = self.item(row)
            text = self.fontMetrics().boundingRect(room, Qt.TextFlag.TextWordWrap, item.text())
            item.setSizeHint(QSize(NARROWEST // 2, text.height() + 2 * _PADDING + 2))

    def set_colors(self, theme: Theme) -> None:
        self.setStyleSheet(
            f"QListWidget {{ background: {theme.window}; outline: 0; }}"
            f" QListWidget::item {{ border: 1px solid {theme.outline}; border-radius: 5px;"
            f" padding: {_PADDING}px; color: {theme.text}; background: {theme.base}; }}"
            f" QListWidget::item:selected {{ border-color: {theme.accent}; }}"
        )

    def _choose(self, item: QListWidgetItem) -> None:
        # where one click activates, both signals come: the second finds the list gone
        if self.isVisible():
            self.chosen.emit(item.data(Qt.ItemDataRole.UserRole))


def _label(name: str, accessible: str, wraps: bool = False) -> QLabel:
    label = QLabel(wordWrap=wraps)
    label.setObjectName(name)
    label.setAccessibleDescription(accessible)  # its name is what it says
    return label


def _button(name: str, text: str, accessible: str) -> QPushButton:
    button = push_button(text, name, accessible)
    button.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
    return button


def _tool(name: str, text: str, accessible: str) -> QToolButton:
    button = QToolButton()
    button.setText(text)
    button.setAutoRaise(True)
    named(button, name, accessible)
    button.setToolTip(accessible)
    button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    return button


def _column(*parts: QWidget | QHBoxLayout) -> QWidget:
    page = QWidget()
    column = QVBoxLayout(page)
    column.setContentsMargins(0, 0, 0, 0)
    for part in parts:
        if isinstance(part, QHBoxLayout):
            add_layout(column, part)
        else:
            column.addWidget(part)
    return page


def _embolden(label: QLabel) -> None:
    font = QFont()  # nothing but the weight is set, so the size still follows the window's
    font.setBold(True)
    label.setFont(font)
