"""The user's own protocols: saved from the window, listed, watched, and named when broken."""

import tomllib

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QLabel,
    QLineEdit,
)

from hhgui.content.protocols import protocol_from_table, user_protocols_dir
from hhgui.content.setup_table import setup_from_table
from hhgui.content.setup_writing import setup_to_table
from hhgui.model.stimulus.command import Command
from hhgui.model.stimulus.waveforms import Family
from tests.ui.controls import box, choose


@pytest.fixture
def folder(desktop):
    """The folder of the user's protocols, emptied afterwards."""
    path = user_protocols_dir()
    yield path
    for each in path.glob("*.toml"):
        each.unlink()
    desktop.guide.menus.read()


def entries(desktop):
    """The texts of the menu of protocols."""
    return [action.text() for action in desktop.window.actions_by_name.protocols.actions()]


def dialog_of(desktop):
    """The dialog that asks for a protocol's name."""
    desktop.window.actions_by_name["protocol.save"].trigger()
    return desktop.window.findChild(QDialog, "save_protocol.dialog")


def save_button(dialog):
    """The button that saves."""
    return dialog.findChild(QDialogButtonBox).button(QDialogButtonBox.StandardButton.Save)


def test_the_present_settings_are_saved_as_a_protocol(desktop, qtbot, folder):
    """Named in a dialog, it is an entry of the menu at once, and gives the same settings back."""
    window, editor = desktop.window, desktop.editor
    window.show_tab("experiment")
    box(window, "conductance.Na").setValue(60.5)
    box(window, "stimulus.amplitude").setValue(17.25)
    box(window, "experiment.duration").setValue(33.0)
    editor.set_method("rk4", 0.0125)
    wanted = editor.document
    dialog = dialog_of(desktop)
    name = dialog.findChild(QLineEdit, "save_protocol.name")
    name.selectAll()
    qtbot.keyClicks(name, "Half the sodium")
    qtbot.mouseClick(save_button(dialog), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "Half the sodium" in entries(desktop))
    desktop.panels.choose_model("wang-buzsaki")
    window.show_tab("live")
    window.findChild(QAction, "protocol.half-the-sodium").trigger()
    qtbot.waitUntil(lambda: not desktop.guide.busy)
    assert editor.document == wanted
    assert (window.front.name, window.front.duration) == ("experiment", 33.0)


@pytest.mark.parametrize(
    "name", ["live", "experiment", "fi", "clamp", "measure", "gating", "integrators"]
)
def test_what_a_tab_shows_is_the_same_when_it_is_read(desktop, library, name):
    """In every tab the settings, written as a protocol and read again, are equal."""
    desktop.window.show_tab(name)
    setup = desktop.guide.menus.present_setup()
    table = setup_to_table(setup, library)
    texts = dict.fromkeys(("id", "name", "group", "source", "notes"), "x")
    assert protocol_from_table({**texts, "setup": table}, library).setup == setup
    assert setup.tab == name


def test_a_clamped_neuron_is_saved_clamped(desktop, library):
    """The command is part of a protocol of Live, and of no other tab's."""
    command = Command((Family(120.0, 5.0, 20.0, 60.0, 7, -30.0),), -70.5, repeat=400.0)
    desktop.editor.edit(command=command, clamped=True)
    for name, wanted in (("live", command), ("experiment", None)):
        desktop.window.show_tab(name)
        setup = desktop.guide.menus.present_setup()
        assert setup.command == wanted
        assert setup_from_table(setup_to_table(setup, library), library) == setup


def test_a_name_that_is_taken_is_refused_in_the_dialog(desktop, qtbot, folder):
    """The reason stands under the name, and Save waits for another."""
    dialog = dialog_of(desktop)
    name, problem = (dialog.findChild(kind, f"save_protocol.{key}")
                     for kind, key in ((QLineEdit, "name"), (QLabel, "problem")))  # fmt: skip
    for text, words in (("Lab3 step", "already"), ("...", "a name is needed"), ("Fine", "")):
        name.selectAll()
        qtbot.keyClicks(name, text)
        assert words in problem.text()
        assert save_button(dialog).isEnabled() == (not words)
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)


def test_what_a_protocol_cannot_hold_is_said(desktop, settle, folder):
    """A gate of another form is no number of the set: the neuron has to be saved as a model."""
    window = desktop.window
    window.show_tab("gating")
    settle(window)
    choose(window, "gating.beta.form", "constant")
    assert desktop.editor.document.membrane != desktop.editor.document.base
    window.actions_by_name["protocol.save"].trigger()
    assert (
        "differs from its set by more than numbers: save it as a model" in window.note.text.text()
    )
    assert window.findChild(QDialog, "save_protocol.dialog") is None


TEXTS = "".join(f'{key} = "own"\n' for key in ("id", "name", "group", "source", "notes"))


def test_a_file_in_the_folder_is_listed_and_followed(desktop, qtbot, folder):
    """At once, and again after each change; a broken one is named with its reason in the menu."""
    folder.mkdir(parents=True, exist_ok=True)
    desktop.guide.menus.read()
    path = folder / "own.toml"
    path.write_text(f'{TEXTS}[setup]\nmodel = "squid-1952"\n', encoding="utf-8")
    qtbot.waitUntil(lambda: "own" in entries(desktop))
    path.write_text(f'{TEXTS}[setup]\nmodel = "squid-1952"\ndt = 5\n', encoding="utf-8")
    qtbot.waitUntil(lambda: "own" not in entries(desktop))
    (problem,) = (text for text in entries(desktop) if text.startswith("⚠"))
    assert "own.toml: dt: " in problem
    assert "from 0.0001 to 1" in problem
    path.write_text(f'{TEXTS}[setup]\nmodel = "squid-1952"\ntab = "moon"\n', encoding="utf-8")
    qtbot.waitUntil(lambda: any("must be one of live" in text for text in entries(desktop)))
    path.write_text("id = \n", encoding="utf-8")
    qtbot.waitUntil(lambda: any("is not valid TOML" in text for text in entries(desktop)))
    path.unlink()
    qtbot.waitUntil(lambda: not any(text.startswith("⚠") for text in entries(desktop)))


def test_the_written_text_is_toml(desktop):
    """Quotes, line breaks and letters of any language in the words are read back from TOML."""
    from hhgui.content.protocols import Protocol
    from hhgui.content.setup_writing import dump_protocol

    setup = desktop.guide.menus.present_setup()
    words = 'a "quoted" \\ word, ÄÖ “λ” \x7f'
    protocol = Protocol("id-1", words, words, words, words, setup)
    text = dump_protocol(protocol, desktop.panels.library)
    again = protocol_from_table(tomllib.loads(text), desktop.panels.library)
    assert again.setup == setup
    assert again.notes == " ".join(words.split())
