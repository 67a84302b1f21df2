"""Apply the neuron, stimulus, method and tab of a protocol or lesson as one undo step."""

from collections.abc import Collection, Sequence
from dataclasses import fields
from functools import partial

from PySide6.QtCore import QObject, Slot

from hhgui.content.lesson import Lesson, LessonError, Step, load_lessons
from hhgui.content.protocols import Protocol, load_protocols
from hhgui.document.document import document_of
from hhgui.document.setup import Setup
from hhgui.model.library import Library
from hhgui.ui.editor import Editor
from hhgui.ui.widgets.deferred import DeferredCalls
from hhgui.ui.window.main_window import MainWindow


class GuideWiring(QObject):
    """Fill the Protocols menu and the lesson panel, and apply what the user chooses."""

    def __init__(self, window: MainWindow, editor: Editor, library: Library) -> None:
        super().__init__()
        self._window, self._editor = window, editor
        self._deferred = DeferredCalls(self)
        self.protocols = {p.id: p for p in load_protocols(library)}
        menu = window.actions_by_name.protocols
        menu.set_entries((p.id, p.name, p.group, p.notes) for p in self.protocols.values())
        menu.chosen.connect(self.show_protocol)
        window.lessons.set_lessons(*_with_known_tabs(*load_lessons(library), window.pages))
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

    @Slot(object)
    def _enter_step(self, step: Step) -> None:
        self._window.note.hide()
        if step.setup is not None:
            self._apply(step.setup, step.title, False)

    def _apply(self, setup: Setup, label: str, runs: bool) -> None:
        """Apply a setup in deferred calls, between which the window draws."""
        document, tab = document_of(setup), self._window.pages[setup.tab]
        values = {each.name: getattr(document, each.name) for each in fields(document)}
        self._deferred.run(
            partial(self._editor.edit, label, **values),
            partial(self._show_tab, setup),
            partial(tab.show_setup, setup, runs),
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
