"""A notice stays until it is read: none is hidden by the program's own next event."""

from html import unescape

from PySide6.QtCore import QPoint
from PySide6.QtGui import QStatusTipEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolButton

from hhgui.document.session import KeptRun
from hhgui.document.setup import Setup
from hhgui.experiments.catalogue import EXPERIMENTS
from hhgui.jobs.runner import Outcome, Status
from hhgui.ui.experiments.tab import MeasureState
from hhgui.ui.widgets.banner import Banner
from tests.shipped import SQUID
from tests.ui.mouse import LEFT

REFUSED = KeptRun(
    "", 0, True,
    Setup(SQUID, SQUID, tab="measure", experiment="vary",
          settings=EXPERIMENTS["vary"](path="Xx.conductance").settings()),
)  # fmt: skip


def shown(desktop):
    """The text of the bar of warnings, "" while it is hidden."""
    bar = desktop.window.warning
    return unescape(bar.text.text()) if bar.isVisible() else ""


def go_on(desktop, qtbot):
    """Let everything happen that hid notices: runs, protocols, lessons, notices, tabs, themes."""
    window, act = desktop.window, desktop.window.actions_by_name
    act["reset"].trigger()
    window.findChild(type(act["run"]), "protocol.lab3-step").trigger()
    qtbot.waitUntil(lambda: not desktop.guide.busy)
    qtbot.waitUntil(lambda: bool(window.pages["experiment"].marking.marks))
    panel = window.lessons
    panel.open_lesson(panel.lesson_ids[0], 1)
    qtbot.waitUntil(lambda: not desktop.guide.busy)
    window.say("Something else.")
    for name in window.pages:
        window.show_tab(name)
        window.draw_frame()
    act["theme.dark"].trigger()
    act["undo"].trigger()
    qtbot.wait(100)
    act["theme.light"].trigger()


def refuse_kept_runs(desktop, _qtbot):
    """Kept runs of a session fail; the run on the screen comes after that."""
    failed = Outcome(0, Status.FAILED, None, "no memory")
    desktop.controllers["experiment"]._show_kept(failed)


def refuse_kept_sweeps(desktop, _qtbot):
    """A sweep of a session fails."""
    failed = Outcome(0, Status.FAILED, None, "no room for it")
    desktop.controllers["live"]._show_session(failed)


def refuse_a_measurement(desktop, _qtbot):
    """A session holds a measurement of a current that its neuron does not have."""
    desktop.window.pages["measure"].restore(MeasureState(results=(REFUSED,)))


def fill_the_disk(desktop, _qtbot):
    """The session can't be kept, and the next one can."""
    keeping = desktop.sessions.keeping
    keeping._on_kept(Outcome(0, Status.FAILED, None, "the disk is full"))
    keeping._on_kept(Outcome(0, Status.COMPLETE))


WARNINGS = {
    "kept runs": (refuse_kept_runs, "The kept runs of the session: no memory."),
    "kept sweeps": (refuse_kept_sweeps, "No room for it."),
    "a measurement": (refuse_a_measurement, "A measurement of the session: Vary"),
    "recovery": (fill_the_disk, "Not kept in case of a crash: "),
}


def test_warnings_stay_whatever_happens(desktop, qtbot):
    """Until their button is clicked."""
    for cause, text in WARNINGS.values():
        cause(desktop, qtbot)
        qtbot.waitUntil(lambda wanted=text: wanted in shown(desktop))
    go_on(desktop, qtbot)
    assert [text for _, text in WARNINGS.values() if text not in shown(desktop)] == []
    qtbot.mouseClick(desktop.window.findChild(QToolButton, "warning.close"), LEFT)
    assert shown(desktop) == ""


def test_warnings_are_collected(desktop):
    """None replaces another, one said twice is there once; after closing only new ones are."""
    window = desktop.window
    for text in ("first", "second <b>", "first"):
        window.warn(text)
    assert shown(desktop) == "⚠ second <b><br>⚠ first"
    window.warning.hide()
    window.warn("third")
    assert shown(desktop) == "⚠ third"
    for number in range(9):
        window.warn(f"number {number}")
    assert "and 5 earlier" in shown(desktop)
    window.warning.hide()


def test_a_model_that_was_left_out_is_said_until_it_is_read(tmp_path, monkeypatch, request, qtbot):
    """The live run that begins does not hide it."""
    models = tmp_path / "data" / "hhgui" / "models"
    models.mkdir(parents=True)
    (models / "broken.toml").write_text("[model]\n", encoding="utf-8")
    desktop = request.getfixturevalue("new_desktop")
    qtbot.waitUntil(lambda: desktop.window.frames_drawn > 3)
    desktop.window.say("Something else.")
    desktop.window.note.show_note("A protocol", "A question.")
    assert "Left out of your models: broken.toml" in shown(desktop)


def test_a_run_that_stopped_says_so_until_it_runs_again(desktop, qtbot):
    """The banner of Live is there after other tabs, other notices and another theme."""
    window = desktop.window
    banner = window.pages["live"].findChild(Banner)
    desktop.editor.set_method("euler", 0.9)
    qtbot.waitUntil(lambda: not banner.isHidden())
    said = banner.text.text()
    for name in window.pages:
        window.show_tab(name)
        window.draw_frame()
    window.say("Something else.")
    window.actions_by_name["theme.dark"].trigger()
    qtbot.wait(100)
    window.actions_by_name["theme.light"].trigger()
    window.show_tab("live")
    assert banner.isVisible()
    assert banner.text.text() == said
    desktop.editor.set_method("crank-nicolson", 0.025)
    assert banner.isVisible()
    window.actions_by_name["run"].trigger()
    qtbot.waitUntil(banner.isHidden)


def test_a_protocols_question_stays_while_it_runs(desktop, qtbot):
    """The question outlasts the run, its marks, the check of accuracy and the frames."""
    window = desktop.window
    window.findChild(type(window.actions_by_name["run"]), "protocol.lab3-step").trigger()
    page = window.pages["experiment"]
    qtbot.waitUntil(lambda: len(page.marking.marks) == 11)
    window.show_tab("fi")
    window.show_tab("experiment")
    window.draw_frame()
    assert window.note.isVisible()
    assert "Lab 3: one current step" in window.note.text.text()


def test_the_mouse_over_a_menu_leaves_a_notice(desktop):
    """A menu without a tip of its own would clear the status bar."""
    window = desktop.window
    window.say("Saved lab.csv.")
    bar = window.menuBar()
    QTest.mouseMove(bar, QPoint(5, 5))
    QApplication.sendEvent(window, QStatusTipEvent(""))
    assert window.statusBar().currentMessage() == "Saved lab.csv."
