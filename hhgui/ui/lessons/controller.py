"""Apply the settings of a protocol or of a lesson's step to the window, as one step of undo."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSignalBlocker, Signal, Slot

from hhgui.content.lesson import Lesson, LessonError, Step, load_lessons, user_lessons_dir
from hhgui.content.protocols import Protocol
from hhgui.model.library import Library
from hhgui.paths import resource_dir
from hhgui.ui.editor import Editor
from hhgui.ui.lessons.own_files import OwnFiles, free_path
from hhgui.ui.lessons.protocol_menus import ProtocolMenus
from hhgui.ui.lessons.setup_view import SetupView
from hhgui.ui.widgets.user_folder import WatchedFolders, open_in_system
from hhgui.ui.window.main_window import MainWindow
from hhgui.ui.window.note_bar import note_text

if TYPE_CHECKING:
    from hhgui.jobs.runner import Runner

NEW_LESSON = "my-lesson"


class GuideWiring(QObject):
    """Fills the menus of protocols and the lesson panel, and applies what the user chooses there.

    ``lesson_began()``: Emitted before the first step of a lesson replaces the user's settings;
    the receiver stores these and calls ``offer_return`` of the panel. The user's own lessons are
    read again when their files change.
    """

    lesson_began = Signal()

    def __init__(
        self, window: MainWindow, editor: Editor, library: Callable[[], Library], runner: Runner
    ) -> None:
        """Connect the panel and the menus.

        library: returns the parameter sets there are at present. runner: the thread that writes
        files.
        """
        super().__init__()
        self._window = window
        self._view = SetupView(window, editor, self)
        act = window.actions_by_name
        self._library = library
        self._files = OwnFiles(runner, window.say, self)
        self.menus = ProtocolMenus(window, editor, library, self._files, self)
        self.menus.chosen.connect(self.show_protocol)
        self._good: dict[str, Lesson] = {}  # the last version of each lesson that was right
        self._watched = WatchedFolders(self)
        self._watched.changed.connect(self.read_lessons)
        self.read_lessons()
        panel = window.lessons
        panel.step_entered.connect(self._enter_step)
        for wish in (panel.new_requested, act["lesson.new_file"].triggered):
            wish.connect(self.write_new_lesson)
        for wish in (panel.folder_requested, act["lesson.show_folder"].triggered):
            wish.connect(self.show_lessons_folder)

    @property
    def busy(self) -> bool:
        """Return whether settings are still being applied."""
        return self._view.busy

    @property
    def protocols(self) -> Mapping[str, Protocol]:
        """Return all protocols and demonstrations of the menus, by id."""
        return self.menus.protocols

    def close(self) -> None:
        """Stop applying settings and watching files, because the window closes."""
        self._view.drop()
        self._watched.stop()
        self.menus.stop()

    @Slot(str)
    def show_protocol(self, protocol_id: str) -> None:
        """Apply the settings of a protocol, run it and show its question."""
        protocol = self.menus.protocols[protocol_id]
        note = note_text(protocol.name, protocol.notes, protocol.source)
        self._view.show(protocol.setup, protocol.name, True, note)

    @Slot()
    def read_lessons(self) -> None:
        """Read all lessons again, and show the open step as it is now."""
        panel = self._window.lessons
        lesson, step = panel.place
        found, errors = _with_known_tabs(*load_lessons(self._library()), self._window.pages)
        lessons, problems = _with_last_good(found, errors, self._good)
        self._good = {each.id: each for each in lessons}
        panel.set_lessons(lessons, problems)
        if lesson in panel.lesson_ids:
            with QSignalBlocker(panel):  # its settings are not applied again
                panel.open_lesson(lesson, step)
        folder = user_lessons_dir()
        pictures = [p for each in lessons for s in each.steps for p in s.pictures]
        own = [path for path in pictures if path.is_relative_to(folder)]
        self._watched.watch([folder], [*folder.glob("*.md"), *own])

    @Slot()
    def show_lessons_folder(self) -> None:
        """Open the folder of the user's lessons in the file manager."""
        self._files.show_folder(user_lessons_dir(), self.read_lessons)

    @Slot()
    def write_new_lesson(self) -> None:
        """Write a lesson that explains how to write one; open it in the panel and in an editor."""
        template = (resource_dir() / "help" / "new-lesson.md").read_text(encoding="utf-8")
        path = free_path(user_lessons_dir() / f"{NEW_LESSON}.md")
        self._files.write(path, template, partial(self._open_new, path))

    def _open_new(self, path: Path) -> None:
        """Open the new lesson in the panel and in an editor."""
        self.read_lessons()
        self._window.show_lessons(True)
        if path.stem in self._window.lessons.lesson_ids:
            self._window.lessons.open_lesson(path.stem)
        edit = "Save it" if open_in_system(path) else "Open it in an editor, save"
        self._window.say(f"{edit}, and look here again: {path}")

    @Slot(object)
    def _enter_step(self, step: Step) -> None:
        """Apply the settings of a step."""
        if step.setup is None:
            self._window.note.hide()
            return
        self.lesson_began.emit()
        self._view.show(step.setup, step.title, False, "")


def _with_known_tabs(
    lessons: Sequence[Lesson], problems: Sequence[LessonError], tabs: Collection[str]
) -> tuple[list[Lesson], list[LessonError]]:
    """Return the lessons all of whose tabs exist; the others are added to the problems.

    tabs: the names of the tabs.
    """
    good, bad = [], list(problems)
    for lesson in lessons:
        wrong = [s for s in lesson.steps if s.setup is not None and s.setup.tab not in tabs]
        if not wrong:
            good.append(lesson)
        for step in wrong[:1]:
            problem = f"tab must be one of {', '.join(tabs)}"
            bad.append(LessonError(f"{lesson.id}.md", 0, step.title, problem))
    return good, bad


def _with_last_good(
    lessons: Sequence[Lesson], errors: Sequence[LessonError], before: Mapping[str, Lesson]
) -> tuple[list[Lesson], list[str]]:
    """Return the lessons, with the last valid version of those that are invalid now, and sentences.

    before: the lessons so far, by id. The sentences say what is wrong.
    """
    shown, problems = {each.id: each for each in lessons}, []
    for error in errors:
        lesson = Path(error.where).stem
        if lesson in before and lesson not in shown:
            shown[lesson] = before[lesson]
            problems.append(f"{error}\nThe version before is shown.")
        else:
            problems.append(f"Left out: {error}")
    return sorted(shown.values(), key=lambda each: each.order), problems
