"""What a tab is: its page, and the controller that connects it with the document and its jobs.

A tab is a folder of ``ui/`` with a ``Tab`` in ``tab.py`` and a ``TabController`` in
``controller.py``, and one line in ``TABS`` (``ui/tabs.py``). The window, the themes, the menus, the
figures and the sessions know the methods below and no tab by its class.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from hhgui.document.setup import Setup
from hhgui.engine.recording import Recording
from hhgui.model.membrane import Membrane
from hhgui.ui.widgets.theme import Theme

if TYPE_CHECKING:
    from hhgui.figures.figure import Figure
    from hhgui.jobs.runner import Runner
    from hhgui.ui.editor import Editor
    from hhgui.ui.window.main_window import MainWindow


@dataclass(frozen=True)
class Command:
    """An entry of a tab in the Simulation menu; ``name`` is the action's objectName.

    does: the method of the tab that it calls. "run" brings the tab to the front first.
    """

    name: str
    text: str
    key: str
    tip: str
    does: Literal["run", "stop"]


@dataclass(frozen=True)
class NoState:
    """The state of a tab of which a session keeps nothing."""


class Tab(QWidget):
    """The page of a tab. A subclass overrides what applies to it.

    name: in session files, protocols and lessons; title: what the tab bar shows; commands: its
    entries in the Simulation menu; can_run: whether Run applies, and halt: what the action says
    while the tab runs; can_step: whether Step, Reset and Pulse apply; State: what a session keeps
    of it, a frozen dataclass of plain values and of the records that ``storage/session.py`` knows,
    which checks itself (ModelError).
    cancel_requested(): end what runs; model_requested(id): choose this parameter set; kept(): there
    is something that a crash must not lose.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    commands: ClassVar[tuple[Command, ...]] = ()
    can_run: ClassVar[bool] = True
    halt: ClassVar[str] = "Stop"
    can_step: ClassVar[bool] = False
    State: ClassVar[type[Any]] = NoState

    cancel_requested = Signal()
    model_requested = Signal(str)
    kept = Signal()

    @property
    def running(self) -> bool:
        """Whether something runs that ``stop`` ends; the Run action offers it then."""
        return False

    def run(self) -> None:
        """Start what the tab computes, as its own button does; nothing where it computes none."""

    def stop(self) -> None:
        """End what the tab computes; what is there stays."""
        self.cancel_requested.emit()

    def prepare(self) -> None:
        """The kernels are compiled: make now what takes a while the first time."""

    def tick(self, recording: Recording | None) -> bool:
        """Draw what is new; the display timer calls it while the tab is in front.

        recording: that of the live run. Returns whether traces were drawn, which the frame rate
        counts.
        """
        return False

    def set_library(self, membranes: Iterable[Membrane]) -> None:
        """Take the parameter sets to choose from."""

    def set_theme(self, theme: Theme, scale: float = 1.0) -> None:
        """Redraw in the theme's colours; ``scale`` above 1: thick lines for a projector."""

    def reset_axes(self) -> None:
        """Show everything again, each axis in its usual range."""

    def show_setup(self, setup: Setup, runs: bool) -> None:
        """Show what a protocol or a lesson sets here; the document has its neuron already.

        runs: start what takes a while at once. A lesson leaves that to the student.
        """

    def state(self) -> Any:
        """Return what a session keeps of the tab: a ``State``. It asks no widget."""
        return self.State()

    def restore(self, state: Any) -> None:
        """Be as a session says; the document has its neuron already."""

    def figure(self) -> Figure | None:
        """Return what the tab shows, for paper; None where there is nothing yet."""
        return None


class TabController(QObject):
    """Connects a tab with the document, the window and its jobs.

    runners: of what the tab computes. A ``worker`` is for what a runner cannot do: it moves into a
    thread of its own, named after the tab, which runs its ``start_up`` and ``shut_down``.
    """

    runners: tuple[Runner, ...] = ()
    worker: QObject | None = None

    def __init__(self, tab: Tab, editor: Editor, window: MainWindow) -> None:
        super().__init__()
