"""The form of Save model as: what it offers, what it refuses, and what it writes down."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialogButtonBox, QLabel, QLineEdit, QMessageBox, QPlainTextEdit

from hhgui.model.edit import named_after
from hhgui.ui.window.model_dialog import ModelDialog
from tests.shipped import SQUID


@pytest.fixture
def dialog(qtbot, tmp_path):
    """The form of a squid axon of a tenth of the sodium."""
    form = ModelDialog(named_after(SQUID.with_current("Na", conductance=12.0), SQUID), SQUID,
                       tmp_path)  # fmt: skip
    qtbot.addWidget(form)
    form.show()
    return form


def line(dialog, key):
    """A line to fill in."""
    return dialog.findChild(QLineEdit, f"save_model.{key}")


def save(dialog):
    """The button that saves."""
    return dialog.findChild(QDialogButtonBox).button(QDialogButtonBox.StandardButton.Save)


def retype(dialog, key, text):
    """Replace the text of a line by keys."""
    line(dialog, key).selectAll()
    QTest.keyClick(line(dialog, key), Qt.Key.Key_Delete)
    QTest.keyClicks(line(dialog, key), text)


def test_an_edited_neuron_has_no_source_and_no_notes_yet(dialog):
    """The set's source and notes need not hold for an edited neuron, which has its own name."""
    notes = dialog.findChild(QPlainTextEdit, "save_model.notes")
    assert (line(dialog, "source").text(), notes.toPlainText()) == ("", "")
    assert (line(dialog, "name").text(), line(dialog, "id").text()) == (
        "My Squid giant axon", "my-squid-giant-axon",
    )  # fmt: skip


def test_an_unedited_neuron_keeps_what_its_set_says(qtbot, tmp_path):
    """The source and the notes of an unedited set are offered."""
    form = ModelDialog(SQUID, SQUID, tmp_path)
    qtbot.addWidget(form)
    save(form).click()
    assert form.membrane == replace(SQUID, id="my-squid-giant-axon", name="My Squid giant axon")


def test_the_id_follows_the_name_until_it_is_given(dialog):
    """The id is made from the name until the user edits it; the file is named after it."""
    retype(dialog, "name", "Wang & Buzsaki")
    assert line(dialog, "id").text() == "wang-buzsaki"
    retype(dialog, "id", "wb")
    retype(dialog, "name", "Other")
    assert (line(dialog, "id").text(), dialog.path.name) == ("wb", "wb.toml")


@pytest.mark.parametrize(
    ("key", "text", "words"),
    [
        ("name", " ", "a name is needed"),
        ("id", "squid-1952", "comes with the program"),
        ("id", "A b", "must be made of a–z"),
        ("id", "", "must be made of a–z"),
    ],
)
def test_what_no_model_can_have_is_said_beside_its_field(dialog, key, text, words):
    """Nothing can be saved until it is mended."""
    retype(dialog, key, text)
    assert words in dialog.findChild(QLabel, f"error.save_model.{key}").text()
    assert not save(dialog).isEnabled()
    retype(dialog, key, "mended")
    assert save(dialog).isEnabled()


@pytest.mark.parametrize(("answer", "closed"), [("No", False), ("Yes", True)])
def test_a_file_is_replaced_only_if_that_is_wanted(dialog, monkeypatch, answer, closed):
    """The answer No leaves the form as it was filled in."""
    (dialog.path.parent / "wb.toml").write_text("x")
    retype(dialog, "id", "wb")
    asked = []
    monkeypatch.setattr(QMessageBox, "question", lambda *args: asked.append(args[-1]) or
                        QMessageBox.StandardButton[answer])  # fmt: skip
    save(dialog).click()
    assert "wb.toml is there already" in asked[0]
    assert bool(dialog.result()) is closed
