"""Fill the menus of protocols and demonstrations, and let the user add protocols."""

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QObject, Signal, Slot

from hhgui.content.protocols import (
    DEMONSTRATIONS,
    PROTOCOLS,
    Protocol,
    load_protocols,
    user_protocols_dir,
)
from hhgui.content.setup_writing import dump_protocol, setup_to_table
from hhgui.document.setup import Setup
from hhgui.model.library import Library, user_models_dir
from hhgui.model.membrane import Membrane
from hhgui.model.parameter import ModelError
from hhgui.model.words import sentence
from hhgui.ui.editor import Editor
from hhgui.ui.lessons.own_files import OwnFiles
from hhgui.ui.lessons.protocol_dialog import ProtocolDialog
from hhgui.ui.widgets.user_folder import WatchedFolders
from hhgui.ui.window.main_window import MainWindow


class ProtocolMenus(QObject):
    """Lists all protocols in the menus, again whenever the user's files change.

    protocols: by id. ``chosen(id)``: Emitted with the protocol that the user chooses.
    """

    chosen = Signal(str)

    def __init__(
        self, window: MainWindow, editor: Editor, library: Callable[[], Library],
        files: OwnFiles, parent: QObject,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self._window, self._editor, self._library, self._files = window, editor, library, files
        self._at_start = library()
        self.protocols: dict[str, Protocol] = {}
        act = window.actions_by_name
        self._menus = {PROTOCOLS: act.protocols, DEMONSTRATIONS: act.demonstrations}
        self._own = act["protocol.save"], act["protocol.show_folder"]
        self._watched = WatchedFolders(self)
        self._watched.changed.connect(self.read)
        for menu in self._menus.values():
            menu.chosen.connect(self.chosen)
        act["protocol.save"].triggered.connect(self.ask_save)
        act["protocol.show_folder"].triggered.connect(self.show_folder)
        self.read()

    @Slot()
    def read(self) -> None:
        """Read all files; list the protocols, and what is wrong with files."""
        self.protocols = {}
        for kind, menu in self._menus.items():
            problems: list[str] = []
            found = []
            for each in load_protocols(self._library(), kind, problems):
                if each.setup.tab in self._window.pages:
                    found.append(each)
                else:
                    tabs = ", ".join(self._window.pages)
                    problems.append(f"{each.name}: setup.tab must be one of {tabs}")
            self.protocols |= {each.id: each for each in found}
            own = self._own if kind == PROTOCOLS else ()
            entries = ((p.id, p.name, p.group, p.notes) for p in found)
            menu.set_entries(entries, problems, own)
        folders = [user_protocols_dir(kind) for kind in self._menus]
        self._watched.watch(folders, [path for f in folders for path in f.glob("*.toml")])

    def stop(self) -> None:
        """Stop watching files, because the window closes."""
        self._watched.stop()

    @Slot()
    def show_folder(self) -> None:
        """Open the folder of the user's protocols in the file manager."""
        self._files.show_folder(user_protocols_dir(), self.read)

    @Slot()
    def ask_save(self) -> None:
        """Ask for a name, and save the present settings as a protocol."""
        try:
            setup = self.present_setup()
            self._check_set(setup.base)
            setup_to_table(setup, self._library())
        except ModelError as error:
            self._window.note.show_note("Not saved as protocol", sentence(str(error), "."))
            return
        dialog = ProtocolDialog(setup, set(self.protocols), user_protocols_dir(), self._window)
        dialog.saved.connect(self._save)
        dialog.open()

    @Slot(object)
    def _save(self, protocol: Protocol) -> None:
        path = user_protocols_dir() / f"{protocol.id}.toml"

        def say() -> None:
            self.read()
            self._window.say(f"Saved in Simulation → Protocols: {protocol.name} ({path})")

        self._files.write(path, dump_protocol(protocol, self._library()), say)

    def _check_set(self, base: Membrane) -> None:
        """Raise ModelError unless the parameter set will exist at the next start."""
        saved = user_models_dir() / f"{base.id}.toml"
        if base.id not in self._at_start.membranes and not saved.is_file():
            problem = f"{base.name} is not among your models: save the neuron as a model first"
            raise ModelError("model", problem)

    def present_setup(self) -> Setup:
        """Return the document and the settings of the tab in front. Raises ModelError."""
        page, document = self._window.front, self._editor.document
        setup = Setup(
            document.membrane, document.base, replace(document.stimulus, origin=0.0),
            document.method, document.dt, threshold=document.threshold, rearm=document.rearm,
            tab=page.name,
            command=replace(document.command, origin=0.0) if document.clamped and page.plays
            else None,
        )  # fmt: skip
        return replace(setup, **page.setup_values())
