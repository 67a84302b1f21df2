"""Apply the neuron, stimulus, method and tab of a protocol or lesson as one undo step."""

from collections.abc import Collection, Sequence
from functools import partial

from PySide6.QtCore import QFileSystemWatcher, QObject, QSignalBlocker, QTimer, Signal, Slot

from hhgui.content.lesson import Lesson, LessonError, Step, load_lessons, user_lessons_dir
from hhgui.content.protocols import DEMONSTRATIONS, PROTOCOLS, Protocol, load_protocols
from hhgui.document.document import document_of
from hhgui.document.setup import Setup
from hhgui.model.library import Library
from hhgui.ui.editor import Editor
from hhgui.ui.widgets.deferred import DeferredCalls
from hhgui.ui.window.main_window import MainWindow

REREAD_AFTER_MS = 300  # an editor writes a file in several steps


class GuideWiring(QObject):
    """Fill the Protocols menu and the lesson panel, and apply what the user chooses.

    ``lesson_began()``: Emitted before the first step of a lesson replaces the user's settings; who
    stores them calls ``offer_return`` of the panel. The user's lessons are read again when their
    files change.
    """

    lesson_began = Signal()

    def __init__(self, window: MainWindow, editor: Editor, library: Library) -> None:
        super().__init__()
        self._window, self._editor = window, editor
        self._deferred = DeferredCalls(self)
        self.protocols: dict[str, Protocol] = {}
        act = window.actions_by_name
        for menu, kind in ((act.protocols, PROTOCOLS), (act.demonstrations, DEMONSTRATIONS)):
            found = load_protocols(library, kind)
            self.protocols |= {p.id: p for p in found}
            menu.set_entries((p.id, p.name, p.group, p.notes) for p in found)
            menu.chosen.connect(self.show_protocol)
        self._library = library
        self._watcher = QFileSystemWatcher(self)
        self._again = QTimer(self, singleShot=True, interval=REREAD_AFTER_MS)
        self._again.timeout.connect(self.read_lessons)
        for changed in (self._watcher.fileChanged, self._watcher.directoryChanged):
            changed.connect(self._again.start)
        self.read_lessons()
        window.lessons.step_entered.connect(self._enter_step)

    @property
    def busy(self) -> bool:
        """Return whether a setup is being shown."""
        return self._deferred.busy

    def close(self) -> None:
        """Drop what a setup still had to show, as its window closes."""
        self._deferred.run()

    @Slot(str)
    def show_protocol(self, protocol_id: str) -> None:
        """Set up a protocol, run it and show its question."""
        protocol: Protocol = self.protocols[protocol_id]
        self._window.note.show_note(protocol.name, protocol.notes, protocol.source)
        self._apply(protocol.setup, protocol.name, True)

    @Slot()
    def read_lessons(self) -> None:
        """Read all lessons, and show the step that was open in its new form."""
        panel = self._window.lessons
        lesson, step = panel.place
        found = _with_known_tabs(*load_lessons(self._library), self._window.pages)
        panel.set_lessons(*found)
        if lesson in panel.lesson_ids:
            with QSignalBlocker(panel):  # its settings are not applied again
                panel.open_lesson(lesson, step)
        folder = user_lessons_dir()
        paths = [str(path) for path in (folder, *sorted(folder.glob("*.md"))) if path.exists()]
        if paths:
            self._watcher.addPaths(paths)

    @Slot(object)
    def _enter_step(self, step: Step) -> None:
        self._window.note.hide()
        if step.setup is not None:
            self.lesson_began.emit()
            self._apply(step.setup, step.title, False)

    def _apply(self, setup: Setup, label: str, runs: bool) -> None:
        """Apply a setup in deferred calls; the window is painted once, when all of it is there.

        Its tab comes first: one that follows edits would replace its run by that of a setup which
        is meant for another tab.
        """
        document, tab = document_of(setup), self._window.pages[setup.tab]
        self._window.setUpdatesEnabled(False)
        self._deferred.run(
            partial(self._show_tab, setup),
            partial(self._editor.edit, label, **vars(document)),
            partial(tab.show_setup, setup, runs),
            partial(self._window.setUpdatesEnabled, True),
        )

    def _show_tab(self, setup: Setup) -> None:
        self._window.show_tab(setup.tab)
        if setup.speed is not None:
            self._window.bar.choose_speed(setup.speed)


def _with_known_tabs(
    lessons: Sequence[Lesson], problems: Sequence[LessonError], tabs: Collection[str]
) -> tuple[list[Lesson], list[LessonError]]:
    """Return lessons without those for an unknown tab, which are added to the problems."""
    good, bad = [], list(problems)
    for lesson in lessons:
        wrong = [s for s in lesson.steps if s.setup is not None and s.setup.tab not in tabs]
        if not wrong:
            good.append(lesson)
        for step in wrong[:1]:
            problem = f"tab must be one of {', '.join(tabs)}"
            bad.append(LessonError(f"{lesson.id}.md", 0, step.title, problem))
    return good, bad
