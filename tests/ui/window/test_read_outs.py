"""Every value at the mouse can be read, however many currents the neuron has."""

import pytest
from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from tests.ui.caught_up import run_has_caught_up
from tests.ui.mouse import move

NAMES = ("I_Na", "I_NaP", "I_K", "I_A", "I_M", "I_L")


def room_of(window):
    """The place of everything above, below and in the tab in front, which tells what moved."""
    around = {
        "status bar": window.statusBar(),
        "tab bar": window.tabs.tabBar(),
        "tabs": window.tabs,
    }
    within = {w.objectName(): w for w in [window.bar, *window.front.findChildren(QWidget)]}
    shown = {name: w for name, w in (around | within).items() if name and w.isVisible()}
    return {name: w.geometry() for name, w in shown.items()}


@pytest.mark.parametrize("name", ["live", "experiment"])
def test_no_read_out_is_cut(desktop, qtbot, settle, name):
    """Six currents and seven gates at 1280 pixels: all are in sight, and no plot moves for them."""
    window, page = desktop.window, desktop.window.pages[name]
    window.resize(1280, 720)
    desktop.panels.choose_model("golomb-ca1")
    window.show_tab(name)
    if name == "live":
        qtbot.waitUntil(lambda: page.plots.recording.membrane.id == "golomb-ca1")
        qtbot.waitUntil(lambda: page.plots.recording.span[1] > 5.0)
        desktop.window.actions_by_name["run"].trigger()
        qtbot.waitUntil(lambda: not desktop.running)
        window.draw_frame()
    else:
        qtbot.waitUntil(lambda: run_has_caught_up(desktop))
        qtbot.waitUntil(lambda: not desktop.controllers[name].judge.running)
    settle(window)
    label, plots = window.findChild(QLabel, f"{name}.read_out"), page.plots
    rect = plots.voltage.view.sceneBoundingRect()
    before = room_of(window)
    move(plots.viewport(), QPointF(rect.left() + 0.01 * rect.width(), rect.center().y()))
    qtbot.waitUntil(lambda: "I_Na" in label.text() or bool(window.draw_frame()))
    QApplication.processEvents()
    assert room_of(window) == before
    assert all(each in label.text() for each in NAMES)
    needed = label.fontMetrics().boundingRect(
        QRect(0, 0, label.width(), 9999), Qt.TextFlag.TextWordWrap, label.text()
    )
    assert needed.height() <= label.height()
    assert needed.width() <= label.width()
    window.resize(1600, 900)


@pytest.mark.parametrize("name", ["status.live", "status.accuracy"])
def test_no_text_of_the_status_line_moves_the_plots(desktop, qtbot, settle, name):
    """Letters of another font may be taller; the line keeps its height, and so do the plots."""
    window = desktop.window
    window.show_tab("live")
    drawn = window.frames_drawn
    qtbot.waitUntil(lambda: window.frames_drawn > drawn + 1)  # the read-out has this neuron's room
    settle(window)
    before, label = room_of(window), window.findChild(QLabel, name)
    text = label.text()
    label.setText('<span style="font-size: 40pt">⚠</span>')
    for _ in range(3):  # the line's layout asks for the window's
        QApplication.processEvents()
    after = room_of(window)
    label.setText(text)
    assert after == before
