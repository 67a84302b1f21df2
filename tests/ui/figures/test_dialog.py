"""The figure dialog: sizes, files, messages."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QDoubleSpinBox, QLabel, QPushButton

from hhgui.figures.drawing import MOST_PIXELS, FigureSize
from hhgui.figures.figure import Figure, FigureCurve, FigureMark, FigurePanel
from hhgui.jobs.runner import Job, Outcome, Policy, Runner, Status
from hhgui.storage.csv_table import Cancelled
from hhgui.ui.figures.dialog import FigureDialog
from tests.ui.controls import box, button, text

TIMES = np.linspace(0.0, 50.0, 2001)
CURVE = FigureCurve("V", TIMES, np.sin(TIMES), "#d55e00")
FIGURE = Figure("A sine", (FigurePanel("V (mV)", (-1.1, 1.1), (CURVE,)),), "time (ms)", (0.0, 50.0))


class Requests:
    """Takes what a dialog requests, and does it when the test says so."""

    def __init__(self):
        self.jobs, self.works = [], []

    def start(self, work, _failure):
        self.jobs.append(Job(len(self.jobs)))
        self.works.append(work)
        return self.jobs[-1]

    def do(self, number):
        """Carry out a request as a runner does."""
        job = self.jobs[number]
        value = self.works[number](job.cancelled.is_set, lambda fraction: None)
        job.finished.emit(Outcome(number, Status.COMPLETE, value))


@pytest.fixture
def requests():
    """A substitute for the runner, which collects the dialog's requests."""
    return Requests()


@pytest.fixture
def dialog(shown, requests):
    """A shown dialog whose requests are not done yet."""
    return shown(FigureDialog(FIGURE, requests.start))


@pytest.fixture
def served(shown):
    """A shown dialog with a runner."""
    runner = Runner("figures", Policy.QUEUE)
    yield shown(FigureDialog(FIGURE, runner.start))
    runner.cancel()
    runner.finish()


@pytest.fixture
def save(qtbot, served):
    """Save to a path and wait until it has ended."""

    def to(path):
        served.save_to(path)
        qtbot.waitUntil(served.save_button.isEnabled)

    return to


def choose_format(dialog, name):
    """Click a kind of file."""
    next(b for b in dialog.options.formats.buttons() if b.property("format") == name).click()


def choose_preset(dialog, index):
    """Choose a size from the list."""
    presets = dialog.findChild(QComboBox, "figure.preset")
    presets.setCurrentIndex(index)
    presets.activated.emit(index)


def message(dialog):
    """The message that the dialog shows."""
    return text(dialog, "figure.message")


@pytest.mark.parametrize(
    ("preset", "width", "pixels"), [(0, 85.0, 1004), (1, 174.0, 2055), (2, 254.0, 1920)]
)
def test_presets_are_the_usual_sizes(dialog, preset, width, pixels):
    """The presets are journal columns at 300 dpi and a slide of 1920 × 1080 pixels."""
    choose_preset(dialog, preset)
    assert (box(dialog, "figure.width").value(), box(dialog, "figure.width_px").value()) == (
        width,
        pixels,
    )
    assert dialog.options.figure_size().pixels[0] == pixels


def test_a_slide_is_full_hd(dialog):
    """The preset for a slide is 1920 by 1080 pixels."""
    choose_preset(dialog, 2)
    assert dialog.options.figure_size().pixels == (1920, 1080)


@pytest.mark.parametrize("pixels", [333, 1280, 2001])
def test_a_size_in_pixels_is_met_to_the_pixel(dialog, pixels):
    """The millimetres follow from the resolution, and the preset becomes custom."""
    box(dialog, "figure.width_px").setValue(pixels)
    assert dialog.options.figure_size().pixels[0] == pixels
    assert dialog.findChild(QComboBox, "figure.preset").currentText() == "Custom"


def test_another_resolution_changes_pixels_not_paper(dialog):
    """Twice the resolution gives twice the pixels at the same width in mm."""
    choose_preset(dialog, 0)
    box(dialog, "figure.dpi").setValue(600.0)
    assert box(dialog, "figure.width_px").value() == 2008
    assert box(dialog, "figure.width").value() == 85.0


def test_too_many_pixels_are_refused_beside_the_field(served, tmp_path):
    """The message has the number and the remedy, and nothing is written."""
    box(served, "figure.width").setValue(1000.0)
    box(served, "figure.height").setValue(1000.0)
    box(served, "figure.dpi").setValue(1200.0)
    served.save_to(tmp_path / "a.png")
    error = text(served, "error.figure.dpi")
    assert "47244 × 47244 pixels are more than 64 million" in error
    assert MOST_PIXELS == 64_000_000
    assert list(tmp_path.iterdir()) == []


def test_a_preview_appears(qtbot, served):
    """A runner draws the preview as large as the dialog allows."""
    qtbot.waitUntil(lambda: not served.preview.pixmap().isNull())
    shown = served.preview.pixmap().size()
    assert shown.width() <= served.preview.width()
    assert shown.height() <= served.preview.height()


def test_edits_while_a_preview_is_drawn_request_one_more(qtbot, settle, dialog, requests):
    """A slow drawing is not flooded: the next preview is requested when this one is there."""
    qtbot.waitUntil(lambda: len(requests.jobs) == 1)
    for dpi in (100.0, 200.0, 400.0):
        box(dialog, "figure.font_size").setValue(dpi / 50.0)
        settle(dialog)
    assert len(requests.jobs) == 1
    requests.do(0)
    qtbot.waitUntil(lambda: len(requests.jobs) == 2)


@pytest.mark.parametrize(
    ("kind", "start"), [("png", b"\x89PNG"), ("svg", b"<?xml"), ("pdf", b"%PDF"), ("csv", b"ti")]
)
def test_each_kind_is_saved(qtbot, served, tmp_path, kind, start):
    """Every format is written, and a signal carries its path."""
    path = tmp_path / f"figure.{kind}"
    choose_format(served, kind)
    with qtbot.waitSignal(served.saved) as saved:
        served.save_to(path)
    assert saved.args == [str(path)]
    assert path.read_bytes().startswith(start)
    assert message(served) == f"Saved figure.{kind}."


def test_the_table_has_every_row(served, save, tmp_path):
    """The table includes rows that a figure leaves out."""
    choose_format(served, "csv")
    save(tmp_path / "figure.csv")
    table = pd.read_csv(tmp_path / "figure.csv")
    assert list(table) == ["time_ms", "V_mV"]
    assert np.array_equal(table["V_mV"], CURVE.y)


@pytest.mark.parametrize("kind", ["png", "svg", "pdf", "csv"])
def test_a_failed_save_is_reported_and_the_dialog_goes_on(served, save, tmp_path, kind):
    """The reason and the remedy; the buttons work again."""
    choose_format(served, kind)
    save(tmp_path / "none" / f"figure.{kind}")
    assert "does not exist; choose another folder" in message(served)
    assert button(served, "figure.save").isEnabled()


def test_a_write_protected_file_keeps_its_content(served, save, tmp_path, monkeypatch):
    """The old figure is still there when the new one can't be written."""
    path = tmp_path / "figure.svg"
    path.write_text("old")
    monkeypatch.setattr("hhgui.storage.atomic.os.access", lambda *_: False)
    choose_format(served, "svg")
    save(path)
    assert "write-protected" in message(served)
    assert path.read_text() == "old"


def test_while_saving_there_is_no_second_save(dialog, tmp_path):
    """While a figure is being saved the Save button is disabled."""
    dialog.save_to(tmp_path / "figure.png")
    assert not button(dialog, "figure.save").isEnabled()
    assert message(dialog) == "Saving figure.png…"


def test_closing_while_saving_cancels(dialog, requests, tmp_path):
    """The job is cancelled, and how it ends is not waited for."""
    dialog.save_to(tmp_path / "figure.png")
    job = requests.jobs[-1]
    dialog.reject()
    assert job.cancelled.is_set()
    job.finished.emit(Outcome(job.generation, Status.FAILED, message="too late"))
    assert message(dialog) == "Saving figure.png…"


@pytest.mark.parametrize("kind", ["png", "svg", "pdf", "csv"])
def test_a_save_that_is_not_wanted_any_more_writes_nothing(dialog, requests, tmp_path, kind):
    """Closed while it was drawn: the old file stays."""
    choose_format(dialog, kind)
    dialog.save_to(tmp_path / f"figure.{kind}")
    dialog.reject()
    with pytest.raises(Cancelled):
        requests.do(-1)
    assert list(tmp_path.iterdir()) == []


def test_a_hidden_dialog_copies_without_a_preview(qtbot, settle, requests):
    """The menu's Copy draws once, copies the image and reports it."""
    hidden = FigureDialog(FIGURE, requests.start)
    qtbot.addWidget(hidden)
    hidden.copy()
    settle(hidden)
    assert len(requests.jobs) == 1
    with qtbot.waitSignal(hidden.copied):
        requests.do(0)


def test_copy_puts_an_image_of_that_size_on_the_clipboard(qtbot, served):
    """The image on the clipboard has the chosen size in pixels."""
    choose_preset(served, 0)
    with qtbot.waitSignal(served.copied):
        button(served, "figure.copy").click()
    size = FigureSize(85.0, box(served, "figure.height").value(), 300.0)
    image = QApplication.clipboard().image()
    assert (image.width(), image.height()) == size.pixels
    assert message(served).startswith("Copied 1004 ×")


def test_numbers_are_not_copied_as_an_image(served):
    """For a table of numbers Copy is disabled."""
    choose_format(served, "csv")
    assert not button(served, "figure.copy").isEnabled()
    choose_format(served, "svg")
    assert button(served, "figure.copy").isEnabled()


def test_without_a_title_there_is_none(served, save, tmp_path):
    """An empty title leaves the figure without a title."""
    served.options.title.setChecked(False)
    choose_format(served, "svg")
    save(tmp_path / "plain.svg")
    assert "A sine" not in (tmp_path / "plain.svg").read_text()


def test_a_remark_is_read_before_saving(qtbot, requests):
    """The dialog shows the figure's remark about its numbers."""
    figure = Figure("", FIGURE.panels, "time (ms)", (0.0, 50.0), remark="Only extremes.")
    remarked = FigureDialog(figure, requests.start)
    qtbot.addWidget(remarked)
    assert "Only extremes." in text(remarked, "figure.note")


def test_every_control_has_a_name(dialog):
    """Every control has an object name and an accessible name."""
    for kind in (QPushButton, QDoubleSpinBox, QComboBox):
        for widget in dialog.findChildren(kind):
            assert widget.objectName().startswith("figure.")
            assert widget.accessibleName()


def test_a_name_without_ending_gets_the_formats(qtbot, served, tmp_path, monkeypatch):
    """A name from the file dialog without an ending gets that of the chosen format."""
    answer = str(tmp_path / "mine"), ""
    monkeypatch.setattr(
        "hhgui.ui.figures.dialog.QFileDialog.getSaveFileName", lambda *_args: answer
    )
    choose_format(served, "svg")
    with qtbot.waitSignal(served.saved) as saved:
        button(served, "figure.save").click()
    assert Path(saved.args[0]) == tmp_path / "mine.svg"


def test_return_in_a_field_saves_nothing(dialog):
    """Return in a field commits the number and does not press Save."""
    clicked = []
    dialog.save_button.clicked.disconnect()
    dialog.save_button.clicked.connect(lambda: clicked.append(True))
    field = box(dialog, "figure.width")
    field.setFocus()
    QTest.keyClicks(field.lineEdit(), "nan")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert clicked == []
    assert dialog.findChild(QLabel, "error.figure.width").isVisible()


def test_marks_can_be_left_out(qtbot, requests):
    """The tick is there if the figure has marks, and on at first."""
    marked = replace(FIGURE.panels[0], marks=(FigureMark("point", ((10.0, 0.5),), "peak"),))
    dialog = FigureDialog(replace(FIGURE, panels=(marked,)), requests.start)
    qtbot.addWidget(dialog)
    assert dialog._chosen().panels[0].marks
    assert not dialog.options.marks.isHidden()
    dialog.options.marks.click()
    assert dialog._chosen().panels[0].marks == ()
    plain = FigureDialog(FIGURE, requests.start)
    qtbot.addWidget(plain)
    assert plain.options.marks.isHidden()
