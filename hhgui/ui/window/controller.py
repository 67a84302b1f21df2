"""Show the document in the panels and the run bar, and apply edits made there."""

from dataclasses import replace

from PySide6.QtCore import QObject, Slot

from hhgui.document.document import Document
from hhgui.engine.spikes import REARM_MV, SpikeRule
from hhgui.model.library import Library
from hhgui.model.membrane import Membrane
from hhgui.ui.editor import Editor
from hhgui.ui.widgets.currents import shown_currents
from hhgui.ui.window.main_window import MainWindow
from hhgui.ui.window.preferences import current_choice


class PanelWiring(QObject):
    """Connects neuron, stimulus, method and dt with the document, and holds the parameter sets."""

    def __init__(self, window: MainWindow, editor: Editor, library: Library) -> None:
        super().__init__()
        self.library = library
        self._window, self._editor = window, editor
        window.neuron.model_chosen.connect(self.choose_model)
        window.neuron.membrane_changed.connect(editor.set_membrane)
        window.spikes.rule_changed.connect(self._set_rule)
        for page in window.pages.values():
            page.model_requested.connect(self.choose_model)
            page.rule_requested.connect(self._set_rule)
        window.stimulus.stimulus_changed.connect(editor.set_stimulus)
        window.bar.method_changed.connect(editor.set_method)
        window.bar.clamp_switched.connect(self._switch_clamp)
        window.actions_by_name["clamp.voltage"].triggered.connect(self._switch_clamp)
        window.tabs.currentChanged.connect(self._show_played)
        editor.document_changed.connect(self._show)
        editor.undo_named.connect(window.actions_by_name.set_undo)
        editor.redo_named.connect(window.actions_by_name.set_redo)
        window.actions_by_name["undo"].triggered.connect(editor.undo)
        window.actions_by_name["redo"].triggered.connect(editor.redo)
        self._show_library()
        document = editor.document
        shown_currents().set_area(document.membrane.area)
        shown_currents().choose(current_choice())
        window.neuron.set_membrane(document.membrane, document.base)
        self._show_clamp(document.clamped)
        window.bar.set_method(document.method, document.dt)

    @Slot(str)
    def choose_model(self, model_id: str) -> None:
        """Choose a parameter set, without edits, and restart the live run."""
        membrane = self.library[model_id]
        before = self._editor.document
        label = f"parameter set {membrane.name}"
        # a protocol's own spikes end with it
        self._editor.edit(label, membrane=membrane, base=membrane, threshold=0.0,
                          rearm=REARM_MV)  # fmt: skip
        if self._editor.document is before:  # nothing was edited, but the dropdown shows another
            self._window.neuron.set_membrane(membrane, membrane)

    @Slot(object)
    def _set_rule(self, rule: SpikeRule) -> None:
        """Change the spike rule of all tabs but that of f–I curves."""
        self._editor.edit(threshold=rule.threshold, rearm=rule.rearm)

    @Slot(bool)
    def _switch_clamp(self, clamped: bool) -> None:
        """Clamp the live neuron to the command voltage, or give it the stimulus again."""
        self._editor.edit(clamped=clamped)

    def _show_clamp(self, clamped: bool) -> None:
        self._window.bar.clamp.set_clamped(clamped)
        self._window.actions_by_name.set_clamped(clamped)
        self._show_played()

    @Slot()
    def _show_played(self) -> None:
        """Show in the panel what the tab in front gives the neuron, and what else Live does."""
        document, plays = self._editor.document, self._window.front.plays
        panel = self._window.stimulus
        panel.show_elsewhere(document.clamped and not plays)
        played = document.played if plays else document.stimulus
        if panel.stimulus != played:
            panel.set_stimulus(played)
            self._window.show_knobs()

    @Slot(object)
    def open_model(self, membrane: Membrane) -> None:
        """Choose a membrane read from a file; if its id is taken, it gets a new one."""
        known = self.library.membranes
        name, number = membrane.id, 2
        while membrane.id in known and known[membrane.id] != membrane:
            membrane = replace(membrane, id=f"{name[:58]}-{number}")
            number += 1
        self.list_model(membrane)
        self.choose_model(membrane.id)

    @Slot(object)
    def list_model(self, membrane: Membrane) -> None:
        """Add a membrane to the list of sets, without changing the present neuron."""
        self.library = self.library.with_membrane(membrane)
        self._show_library()
        document = self._editor.document
        known = self.library.membranes.get(document.base.id, document.base)
        self._window.neuron.set_membrane(document.membrane, known)

    @Slot(object)
    def take_saved(self, saved: Membrane) -> None:
        """Add a saved neuron to the list of sets.

        Choose it unless the neuron has been edited since.
        """
        self.list_model(saved)
        present = self._editor.document.membrane
        texts = {key: getattr(saved, key) for key in ("id", "name", "source", "notes")}
        if replace(present, **texts) == saved:
            self._editor.edit(f"saved as {saved.name}", membrane=saved, base=saved)

    def know(self, membrane: Membrane) -> None:
        """Add a parameter set to the list, unless its id is there already."""
        if membrane.id not in self.library.membranes:
            self.list_model(membrane)

    def _show_library(self) -> None:
        membranes = list(self.library.membranes.values())
        self._window.neuron.set_library(membranes)
        for page in self._window.pages.values():
            page.set_library(membranes)

    @Slot(object, object)
    def _show(self, before: Document, after: Document) -> None:
        """Update what differs between two documents.

        The panel that made an edit shows it already.
        """
        window = self._window
        shown_currents().set_area(after.membrane.area)
        if window.neuron.membrane is not after.membrane or before.base != after.base:
            window.neuron.set_membrane(after.membrane, after.base)
        if before.clamped != after.clamped:
            self._show_clamp(after.clamped)
        else:
            self._show_played()
        if before.rule != after.rule:
            window.spikes.set_rule(after.rule)
        if (before.method, before.dt) != (after.method, after.dt):
            window.bar.set_method(after.method, after.dt)
        window.show_knobs()
