"""Define every command of the window as one QAction, and the menus that list them."""

import sys
from collections.abc import Iterable, Sequence
from functools import partial
from html import escape

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu, QWidget

from hhgui.model.quantity import PANES
from hhgui.ui.tab import Tab
from hhgui.ui.widgets.currents import in_unit
from hhgui.ui.widgets.theme import Theme
from hhgui.ui.window.icons import drawn_icon

Key = QKeySequence.StandardKey
# name: (text, shortcut, tooltip); the name is the action's objectName
COMMANDS: dict[str, tuple[str, str | QKeySequence.StandardKey, str]] = {
    "open.session": ("&Open session…", Key.Open, "Everything as it was saved"),
    "save.session": ("&Save session", Key.Save, "Neuron, stimulus, views, kept runs and curves"),
    "save.session_as": ("Save session &as…", Key.SaveAs, "Save the session under another name"),
    "open.last": ("Reopen &last session", "", "Everything as it was when a window was closed last"),
    "session.restore": ("&Restore last session at start", "", "Begin where the window was closed"),
    "open.model": ("Open &model file…", "Ctrl+Shift+O", "Add a parameter set from a TOML file"),
    "save.model": ("Save mo&del as…", "", "Save the neuron with its present values"),
    "export.csv": ("&Export numbers…", "Ctrl+E", "What the tab in front shows, as a table"),
    "export.figure": ("Save fi&gure…", "Ctrl+G", "The shown plots as PNG, SVG, or their numbers"),
    "report": ("Lab repor&t…", "", "Runs, curves and tables as one HTML page and as PDF"),
    "quit": ("&Quit", Key.Quit, "Close the program"),
    "undo": ("&Undo", Key.Undo, "Take the last edit back"),
    "redo": ("&Redo", Key.Redo, "Make the edit again"),
    "reset.parameters": ("&Reset parameters to defaults", "Ctrl+D", "Every value as in its set"),
    "copy": ("Cop&y", Key.Copy, "The chosen rows of a table, or the shown plots as a picture"),
    "copy.picture": ("&Copy figure", "Ctrl+Shift+C", "The shown plots on white, to the clipboard"),
    "open.models_folder": ("Show my &models folder", "", "Where your own model files are"),
    "tab.next": ("&Next tab", "Ctrl+Tab", "The tab to the right"),
    "tab.previous": ("&Previous tab", "Ctrl+Shift+Tab", "The tab to the left"),
    "reset.axes": ("&Reset axes", "Ctrl+0", "Every axis of the shown tab back to its range"),
    "cursors": ("Measuring c&ursors", "C", "Two cursors in the live traces: Δt and ΔV"),
    "panel": ("&Side panel", "Ctrl+B", "Neuron and stimulus beside the plots"),
    "forms": ("Settings of the ta&b", "Ctrl+Shift+B", "The settings beside the tab's plots"),
    "sliders": ("S&liders", "", "Sliders under conductances, reversal potentials and amplitude"),
    "preferences": ("Pre&ferences…", Key.Preferences, "What tables are written like"),
    "presentation": (
        "&Presentation mode",
        "F11",
        "Large plots and pinned numbers, for a projector",
    ),
    "annotate.laser": ("&Laser pointer", "L", "A red dot in place of the mouse pointer on plots"),
    "annotate.pen": ("&Pen", "D", "Draw on a plot; a right click takes the last mark back"),
    "annotate.text": ("&Text note", "T", "Click on a plot, type, Enter; drag a note to move it"),
    "annotate.zoom": (
        "&Zoom box",
        "Z",
        "Span a box over a plot to see that part; Ctrl+0 goes back",
    ),
    "annotate.clear": ("&Clear what was drawn", "", "On every plot, and put the tool away: Esc"),
    "annotate.back": ("&Bring back what was cleared", "Shift+Esc", "Strokes and notes"),
    "run": ("&Run", "Space", "Run what the tab in front shows, or stop it"),
    "step": ("S&tep", ".", "One time step, then pause"),
    "reset": ("R&eset", "Ctrl+R", "Back to time zero and the start voltage"),
    "restart": ("Restart from start sta&te", "", "The neuron to its start state; time goes on"),
    "pulse": ("&Pulse", "P", "Play the stimulus from its onset now"),
    "clamp.voltage": (
        "&Voltage clamp",
        "V",
        "The live neuron's voltage follows a command, or is free",
    ),
    "hold.voltage": ("&Hold here", "H", "Clamp the live neuron at its present voltage"),
    "hold.current": (
        "Hold this c&urrent",
        "Shift+H",
        "Free the live neuron, with the present current of the clamp as its holding current",
    ),
    "keep": ("&Keep", "K", "Keep what is shown, to compare it with what follows"),
    "freeze": ("&Freeze", "F", "Hold the picture of Live while the neuron goes on"),
    "lessons": ("&Show lessons", "Ctrl+L", "Guided paths through the neuron"),
    "protocol.save": ("&Save as protocol…", "", "The present settings as an entry of this menu"),
    "protocol.show_folder": ("Show my protocols &folder", "", "Where your own protocols are"),
    "lesson.new_file": ("&New lesson…", "", "A file that teaches how to write one, in your editor"),
    "lesson.show_folder": ("Show my lessons &folder", "", "Where your own lessons are"),
    "equations": ("&Equations and units", "", "Every quantity with its equation and unit"),
    "tour": ("&Quick tour", Key.HelpContents, "What the window can do"),
    "keys": ("&Keyboard", "Ctrl+F1", "Every key of the window"),
    "about": ("&About hhgui", "", "Version and sources"),
}
# Where the platform has no standard key for a command.
OWN_KEYS = {Key.Quit: "Ctrl+Q", Key.SaveAs: "Ctrl+Shift+S"}
# On macOS F11 shows the desktop, and ⌘Tab, which Qt calls Ctrl+Tab there, another program.
MAC_KEYS: dict[str, str | QKeySequence.StandardKey] = {
    "presentation": Key.FullScreen, "tab.next": "Meta+Tab", "tab.previous": "Meta+Shift+Tab",
}  # fmt: skip
# The tooltips of their buttons name the key.
KEY_IN_TOOLTIP = (
    "run", "step", "reset", "pulse",
    "annotate.laser", "annotate.pen", "annotate.text", "annotate.zoom",
)  # fmt: skip
ANNOTATING = ("laser", "pen", "text", "zoom")
DEMONSTRATION_KEYS = ("F2", "F3", "F4", "F7", "F8", "F9", "F12")
THEME_TEXTS = {"system": "As the s&ystem", "light": "&Light", "dark": "&Dark"}


def key_bindings(name: str, key: str | QKeySequence.StandardKey) -> list[QKeySequence]:
    """Return all keys of a command on this platform, first the one that menus show."""
    if sys.platform == "darwin":
        key = MAC_KEYS.get(name, key)
    if isinstance(key, str):
        return [QKeySequence(key)] if key else []
    own = OWN_KEYS.get(key, "")
    return QKeySequence.keyBindings(key) or ([QKeySequence(own)] if own else [])


def key_text(action: QAction) -> str:
    """Return the key of a command as the platform writes it: Ctrl+R, or ⌘R on macOS."""
    return action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)


class ProtocolMenu(QMenu):
    """A menu of the protocols of courses, or of the demonstrations, by group.

    ``chosen(id)``: Emitted with the id of the protocol that the user has chosen.
    """

    chosen = Signal(str)

    def __init__(self, name: str, title: str, keys: Sequence[str], parent: QWidget) -> None:
        super().__init__(title, parent)
        self.setObjectName(name)
        self.setToolTipsVisible(True)
        self._keys = keys

    def set_entries(
        self, entries: Iterable[tuple[str, str, str, str]], problems: Iterable[str] = (),
        own: Iterable[QAction] = (),
    ) -> None:  # fmt: skip
        """Set the protocols: for each, in order, id, name, group and notes.

        problems: what is wrong with files that are left out. own: commands for the user's own
        files.
        """
        self.clear()
        last = ""
        for place, (protocol_id, name, group, notes) in enumerate(entries):
            if group not in (last, self.title().replace("&", "")):
                self.addSection(group)
                last = group
            action = self.addAction(name)
            action.setObjectName(f"protocol.{protocol_id}")
            action.setToolTip(f"<p>{escape(notes)}</p>")
            if place < len(self._keys):
                action.setShortcut(QKeySequence(self._keys[place]))
            action.triggered.connect(partial(self._choose, protocol_id))
        self.addSeparator()
        self.addActions(list(own))
        for problem in problems:
            action = self.addAction(f"⚠ {_shortened(problem)}".replace("&", "&&"))
            action.setObjectName("protocol.problem")
            action.setToolTip(f"<p>Left out: {escape(problem)}</p>")
            action.setEnabled(False)

    def _choose(self, protocol_id: str, _checked: bool = False) -> None:
        self.chosen.emit(protocol_id)


def _shortened(text: str, most: int = 90) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


class RecentMenu(QMenu):
    """A menu of the files that were opened or saved last.

    ``chosen(path)``: Emitted with the chosen file. ``clear_chosen()``: Emitted to clear the list.
    """

    chosen = Signal(str)
    clear_chosen = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__("Open re&cent", parent)
        self.setObjectName("recent")
        self.set_files(())

    def set_files(self, paths: Iterable[str]) -> None:
        """List these files, the newest first."""
        self.clear()
        for path in paths:
            self.addAction(path.replace("&", "&&")).triggered.connect(partial(self._choose, path))
        self.setEnabled(not self.isEmpty())
        self.addSeparator()
        self.addAction("&Clear this list").triggered.connect(self.clear_chosen)

    def _choose(self, path: str, _checked: bool = False) -> None:
        self.chosen.emit(path)


class Actions(QObject):
    """All commands of the window by name: ``actions["run"]``."""

    def __init__(self, window: QMainWindow, tabs: Iterable[Tab]) -> None:
        super().__init__(window)
        self._tabs = tuple(tabs)
        self._all: dict[str, QAction] = {}
        self._theme: Theme | None = None
        self._clamped = self._plays = False
        for name, (text, key, tip) in COMMANDS.items():
            action = self._make(name, text, key)
            action.setToolTip(f"{tip} ({key_text(action)})" if name in KEY_IN_TOOLTIP else tip)
        for tab in self._tabs:
            for command in tab.commands:
                self._make(command.name, command.text, command.key).setToolTip(command.tip)
        for name in (
            "presentation",
            "cursors",
            "freeze",
            "clamp.voltage",
            "sliders",
            "lessons",
            "session.restore",
            "panel",
            "forms",
            *(f"annotate.{tool}" for tool in ANNOTATING),
        ):
            self[name].setCheckable(True)
        for name in ("panel", "forms"):
            self[name].setChecked(True)
        self.set_undo("")
        self.set_redo("")
        for number, tab in enumerate(self._tabs, 1):
            self._make(f"tab.{tab.name}", tab.title, f"Ctrl+{number}" if number < 10 else "")
        self.panes = {}
        for number, (name, pane) in enumerate(PANES.items(), 1):
            action = self._make(f"show.{name}", pane.menu, f"Alt+{number}")
            action.setToolTip(pane.help)
            action.setCheckable(True)
            action.setChecked(pane.shown)
            self.panes[name] = action
        self.themes = {}
        group = QActionGroup(self)
        for theme, text in THEME_TEXTS.items():
            action = self._make(f"theme.{theme}", text, "")
            action.setCheckable(True)
            group.addAction(action)
            self.themes[theme] = action
        self._fill_menus(window)
        # shortcuts must work whatever is shown: menus may be hidden in presentation mode
        window.addActions(list(self._all.values()))

    def __getitem__(self, name: str) -> QAction:
        return self._all[name]

    def set_theme(self, theme: Theme) -> None:
        """Draw the icons in the theme's colours."""
        self._theme = theme
        self._apply_theme()

    def show_front(self, tab: Tab) -> None:
        """Name the command Run after the tab in front; disable commands that do not apply to it."""
        self["run"].setEnabled(tab.can_run)
        for name in ("step", "reset", "restart", "pulse", "freeze"):
            self[name].setEnabled(tab.shows_live)
        self["keep"].setEnabled(tab.can_keep)
        self._plays = tab.plays
        self._show_holds()
        for each in self._tabs:
            for command in each.commands:
                if command.does == "export":
                    self[command.name].setEnabled(each is tab)
        word = tab.halt if tab.running else "Run"
        if self["run"].text() != f"&{word}":
            self["run"].setText(f"&{word}")
            self._draw_icon("run")

    def set_clamped(self, clamped: bool) -> None:
        """Show whether the live neuron's voltage is clamped."""
        self._clamped = clamped
        self["clamp.voltage"].setChecked(clamped)
        self._show_holds()

    def _show_holds(self) -> None:
        for name in ("clamp.voltage", "hold.voltage"):
            self[name].setEnabled(self._plays)
        self["hold.current"].setEnabled(self._plays and self._clamped)

    def set_undo(self, edit: str) -> None:
        """Show the name of the edit that undo would revert, "" for none."""
        self._name_edit("undo", in_unit(edit))

    def set_redo(self, edit: str) -> None:
        """Show the name of the edit that redo would repeat, "" for none."""
        self._name_edit("redo", in_unit(edit))

    def _name_edit(self, name: str, edit: str) -> None:
        plain = COMMANDS[name][0]
        self[name].setText(f"{plain} {edit.replace('&', '&&')}" if edit else plain)
        self[name].setEnabled(bool(edit))

    def _apply_theme(self) -> None:
        for name in KEY_IN_TOOLTIP:
            self._draw_icon(name)

    def _draw_icon(self, name: str) -> None:
        """Draw the icon of one command; that of Run shows what the command does now."""
        if self._theme is not None:
            shape = self["run"].text()[1:].lower() if name == "run" else name
            self[name].setIcon(drawn_icon(shape, self._theme))

    def _make(self, name: str, text: str, key: str | QKeySequence.StandardKey) -> QAction:
        """Make the action for a command."""
        action = QAction(text, self)
        action.setObjectName(name)
        action.setShortcuts(key_bindings(name, key))
        self._all[name] = action
        return action

    def _fill_menus(self, window: QMainWindow) -> None:
        bar = window.menuBar()
        file = bar.addMenu("&File")
        self._fill(file, ["open.session"])
        self.recent = RecentMenu(file)
        file.addMenu(self.recent)
        self._fill(file, [
            "save.session", "save.session_as", "", "open.last", "session.restore", "", "open.model",
            "save.model", "", "export.csv", *self._commands(exports=True), "export.figure",
            "report", "", "quit",
        ])  # fmt: skip
        self._fill(bar.addMenu("&Edit"), [
            "undo", "redo", "", "copy", "copy.picture", "", "reset.parameters", "",
            "open.models_folder",
        ])  # fmt: skip
        view = bar.addMenu("&View")
        tabs = view.addMenu("Ta&bs")
        self._fill(tabs, [f"tab.{tab.name}" for tab in self._tabs])
        self._fill(tabs, ["", "tab.next", "tab.previous"])
        view.addActions(list(self.panes.values()))
        self._fill(view, ["", "cursors", "reset.axes", ""])
        view.addMenu(self._theme_menu(view))
        annotate = view.addMenu("A&nnotate")
        self._fill(annotate, [f"annotate.{tool}" for tool in ANNOTATING])
        self._fill(annotate, ["", "annotate.clear", "annotate.back"])
        self._fill(view, ["panel", "forms", "sliders", "presentation", "", "preferences"])
        simulation = bar.addMenu("&Simulation")
        self._fill(simulation, [
            "run", "step", "reset", "restart", "pulse", "keep", "freeze", "",
            "clamp.voltage", "hold.voltage", "hold.current", "",
            *self._commands(exports=False), "",
        ])  # fmt: skip
        self.protocols = ProtocolMenu("protocols", "&Protocols", (), simulation)
        self.demonstrations = ProtocolMenu(
            "demonstrations", "&Demonstrations", DEMONSTRATION_KEYS, simulation
        )
        simulation.addMenu(self.protocols)
        simulation.addMenu(self.demonstrations)
        help_menu = bar.addMenu("&Help")
        lessons = help_menu.addMenu("&Lessons")
        self._fill(lessons, ["lessons", "", "lesson.new_file", "lesson.show_folder"])
        self._fill(help_menu, ["", "tour", "keys", "equations", "about"])

    def _commands(self, exports: bool) -> list[str]:
        """Return the names of the tabs' commands in the File menu, or in the Simulation menu.

        exports: True for the File menu.
        """
        commands = [command for tab in self._tabs for command in tab.commands]
        return [each.name for each in commands if (each.does == "export") == exports]

    def _fill(self, menu: QMenu, names: Iterable[str]) -> None:
        """Add commands to a menu; a name that is "" is a separator."""
        for name in names:
            if name:
                menu.addAction(self[name])
            else:
                menu.addSeparator()

    def _theme_menu(self, parent: QMenu) -> QMenu:
        menu = QMenu("&Theme", parent)
        menu.addActions(list(self.themes.values()))
        return menu
