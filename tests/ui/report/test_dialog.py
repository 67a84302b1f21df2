"""The lab report: from the window to files, by mouse and keys."""

import base64
import json
import re
import shlex
from html import unescape
from html.parser import HTMLParser

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QCheckBox,
    QFileDialog,
    QLineEdit,
    QMessageBox,
    QPlainTextEdit,
    QTreeWidget,
)

from hhgui.cli import command_line
from hhgui.document.fi_protocol import FiProtocol
from hhgui.experiments.catalogue import EXPERIMENTS
from hhgui.report import html
from hhgui.report.report import ReportItem
from hhgui.ui.report.dialog import ReportDialog
from hhgui.ui.window.settings import remember, remembered_text
from tests.ui.controls import button, text
from tests.ui.mouse import LEFT

MOST_CLICKS = 16


class Hand:
    """The user's hand on the mouse, which counts its clicks."""

    def __init__(self, window, qtbot):
        self.window, self.qtbot, self.clicks = window, qtbot, 0

    def click(self, widget, place=None):
        """Click on a widget, by default on its middle."""
        self.clicks += 1
        QTest.mouseClick(widget, LEFT, pos=place or widget.rect().center())

    def choose(self, *texts):
        """Click through menus to an entry, from the menu bar on."""
        menu = self.window.menuBar()
        for entry in texts:
            self.qtbot.waitUntil(menu.isVisible)
            action = next(a for a in menu.actions() if a.text().replace("&", "") == entry)
            place = menu.actionGeometry(action).center()
            self.click(menu, place)
            menu = action.menu()

    def press(self, dialog, name):
        """Click on a button of a dialog."""
        self.click(button(dialog, name))


@pytest.fixture
def hand(desktop, qtbot):
    """A hand on the module's window."""
    return Hand(desktop.window, qtbot)


@pytest.fixture(autouse=True)
def _both_kinds_are_remembered(desktop):
    """A dialog begins with HTML and PDF, whatever an earlier test has chosen, and closes."""
    for kind in ("html", "pdf"):
        remember(f"report/{kind}", True)
    yield
    for dialog in desktop.window.findChildren(ReportDialog):
        dialog.close()


@pytest.fixture
def report(desktop):
    """The dialog as File, Lab report… opens it."""

    def opened():
        desktop.window.actions_by_name["report"].trigger()
        there = desktop.window.findChildren(ReportDialog)
        return next(each for each in there if each.isVisible())

    return opened


def saved_to(monkeypatch, path):
    """Let the file dialog answer with a path."""
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))


def message(dialog):
    """The message at the end of the dialog."""
    return text(dialog, "report.message")


def rows(dialog):
    """The ticks by their texts."""
    tree = dialog.findChild(QTreeWidget, "report.items")
    every = tree.findItems("", Qt.MatchFlag.MatchContains | Qt.MatchFlag.MatchRecursive)
    return {item.text(0): item for item in every if item.parent() is not None}


def test_the_sheet_of_lab_3_is_a_report_in_16_clicks(
    desktop, hand, qtbot, tmp_path, monkeypatch, capsys, seed_systems
):
    """Run, marks, table and f–I curve are in HTML and PDF, and the commands repeat them."""
    window, pages = desktop.window, desktop.window.pages
    hand.choose("Simulation", "Protocols", "Lab 3: one current step")
    qtbot.waitUntil(lambda: len(pages["experiment"].marking.marks) == 11)
    hand.choose("Simulation", "Protocols", "Lab 3: the f–I curve")
    qtbot.waitUntil(lambda: pages["fi"].curve is not None and not pages["fi"].running)
    hand.choose("File", "Lab report…")
    dialog = window.findChild(ReportDialog)
    hand.click(dialog.findChild(QLineEdit, "report.name"))
    QTest.keyClicks(dialog.focusWidget() or dialog.findChild(QLineEdit, "report.name"), "Ada <L>")
    QTest.keyClick(dialog.findChild(QLineEdit, "report.name"), Qt.Key.Key_Tab)
    QTest.keyClicks(dialog.findChild(QLineEdit, "report.course"), "Lab 3")
    saved_to(monkeypatch, tmp_path / "sheet.html")
    hand.press(dialog, "report.save")
    hand.clicks += 1  # Save in the file dialog
    qtbot.waitUntil(lambda: "Saved" in message(dialog))
    assert hand.clicks <= MOST_CLICKS, hand.clicks
    text = (tmp_path / "sheet.html").read_text(encoding="utf-8")
    assert "Ada &lt;L&gt;" in text
    spikes = ", ".join(f"{time:.3f}" for time in seed_systems["lab3_step"]["spike_times_ms"])
    for wanted in (f"at {spikes} ms", "Absolute refractory period", "Half width", "f–I curve"):
        assert wanted in text
    assert (tmp_path / "sheet.pdf").read_bytes().startswith(b"%PDF")
    found = re.findall(r"<code>(.*?)</code>", text)
    commands = [unescape(re.sub("</?span>", "", each)) for each in found]
    assert len(commands) == 2
    capsys.readouterr()
    printed = []
    for command in commands:
        assert command_line([*shlex.split(command)[1:], "--json", "--no-check"]) == 0
        printed.append(json.loads(capsys.readouterr().out))
    assert printed[0]["spike_times_ms"] == pages["experiment"].current.spikes.tolist()
    assert printed[1]["spike_counts"] == [p.count for p in pages["fi"].curve.points]


class Links(HTMLParser):
    """Collect everything that a page refers to."""

    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, _tag, attributes):
        """Collect the addresses of a tag."""
        self.found += [value for key, value in attributes if key in ("src", "href", "action")]


def test_everything_that_the_session_holds_can_go_in(desktop, qtbot, report, tmp_path, monkeypatch):
    """Kept sweeps, runs, curves, measurements, gating and integrators are listed and written."""
    window, pages, act = desktop.window, desktop.window.pages, desktop.window.actions_by_name
    live = pages["live"].plots
    qtbot.waitUntil(lambda: live.recording.total > 4000 and live.last_sweep() is not None)
    qtbot.waitUntil(act["keep"].isEnabled)  # by the next frame
    act["keep"].trigger()
    window.show_tab("experiment")
    qtbot.waitUntil(lambda: pages["experiment"].current is not None)
    qtbot.waitUntil(act["keep"].isEnabled)
    act["keep"].trigger()
    window.findChild(QCheckBox, "experiment.marks").click()
    pages["fi"].sweep_requested.emit(FiProtocol(0.0, 10.0, 3, 10.0, 60.0, 60.0))
    pages["measure"].show_experiment(EXPERIMENTS["threshold"]())
    for name in ("measure", "integrators"):
        window.show_tab(name)
        act["run"].trigger()
        qtbot.waitUntil(lambda tab=pages[name]: not tab.running and tab.figure() is not None)
    qtbot.waitUntil(lambda: not pages["fi"].running and bool(pages["live"].kept_sweeps.state()))
    qtbot.waitUntil(lambda: len(pages["experiment"].marking.marks) == 11)
    dialog = report()
    button(dialog, "report.all").click()
    titles = list(rows(dialog))
    wanted = (
        "Kept sweep: ",
        "2 runs laid over each other",
        "Current run, action potential",
        "Kept run: ",
        "f–I curve: Squid",
        "Pulse threshold",
        "Gating curves of",
        "Voltage clamp: ",
        "Integrators",
    )
    for begin in wanted:
        assert [title for title in titles if title.startswith(begin)], (begin, titles)
    dialog.findChild(QCheckBox, "report.pdf").setChecked(False)
    monkeypatch.setattr(html, "figure_bytes", lambda *_, **__: b"<svg/>")  # drawing takes seconds
    saved_to(monkeypatch, tmp_path / "all")
    button(dialog, "report.save").click()
    qtbot.waitUntil(lambda: "Saved all.html" in message(dialog))
    text = (tmp_path / "all.html").read_text(encoding="utf-8")
    assert text.count("<h2>") == len(titles) + 1
    assert text.count("<code>") == sum("laid over" not in t and "Gating" not in t and
                                       "figure" not in t for t in titles)  # fmt: skip
    links = Links()
    links.feed(text)
    assert links.found
    assert [link for link in links.found if not link.startswith("data:")] == []
    records = [json.loads(base64.b64decode(each.split(",")[1])) for each in links.found
               if each.startswith(("data:application/json", "data:application/octet"))]  # fmt: skip
    assert {each["experiment"] for each in records} >= {"run", "session"}


def test_what_cannot_be_saved_is_said_in_the_dialog(report, qtbot, tmp_path, monkeypatch):
    """A folder that is missing; the old files stay as they were."""
    dialog = report()
    saved_to(monkeypatch, tmp_path / "missing" / "sheet.pdf")
    for row in rows(dialog).values():
        row.setCheckState(0, Qt.CheckState.Unchecked)
    assert not button(dialog, "report.save").isEnabled()
    next(iter(rows(dialog).values())).setCheckState(0, Qt.CheckState.Checked)
    button(dialog, "report.save").click()
    qtbot.waitUntil(lambda: "does not exist" in message(dialog))
    assert "sheet.html" in message(dialog)
    assert "sheet.pdf" in message(dialog)
    assert not button(dialog, "report.open").isEnabled()


def test_a_file_beside_the_asked_one_is_replaced_only_if_the_user_says_so(
    report, qtbot, tmp_path, monkeypatch
):
    """The file dialog has asked about the HTML; the PDF of that name is asked about here."""
    (tmp_path / "sheet.pdf").write_text("old", encoding="utf-8")
    dialog = report()
    saved_to(monkeypatch, tmp_path / "sheet.html")
    asked = []

    def answer(_parent, _title, question):
        asked.append(question)
        return QMessageBox.StandardButton.No

    monkeypatch.setattr(QMessageBox, "question", answer)
    button(dialog, "report.all").click()
    button(dialog, "report.save").click()
    assert asked == ["sheet.pdf is there already. Replace it?"]
    assert [path.name for path in tmp_path.glob("sheet.*")] == ["sheet.pdf"]


def test_name_course_and_text_are_remembered(report, qtbot):
    """Name, course and text are kept even if the program ends while the dialog is open."""
    dialog = report()
    QTest.keyClicks(dialog.findChild(QLineEdit, "report.name"), "Ada <b>")
    QTest.keyClicks(dialog.findChild(QPlainTextEdit, "report.text"), "what I saw")
    qtbot.waitUntil(lambda: remembered_text("report/text", "") == "what I saw")
    dialog.close()
    again = report()
    assert again.head.name.endswith("Ada <b>")
    assert again.head.text == "what I saw"
    again.close()


def test_a_dialog_that_is_closed_ends_its_report(report, qtbot, desktop, tmp_path, monkeypatch):
    """A closed dialog ends its report, and nothing is written."""
    dialog = report()
    button(dialog, "report.all").click()
    saved_to(monkeypatch, tmp_path / "sheet.html")
    button(dialog, "report.save").click()
    dialog.close()
    qtbot.waitUntil(lambda: not desktop.report.runner.running)
    assert list(tmp_path.glob("sheet.*")) == []


def test_the_dialog_opens_at_once(desktop, report):
    """The dialog lists what goes in; no section is made and nothing is drawn before Save."""
    made = []
    page = desktop.window.pages["fi"]
    page.report_items = lambda: [ReportItem("curve", "a curve", lambda: made.append(1))]
    try:
        dialog = report()
    finally:
        del page.report_items
    assert "a curve" in rows(dialog)
    assert made == []
