"""Measuring cursors: their positions in running and paused traces, and their read-out."""

import math

import pyqtgraph as pg
import pytest
from PySide6.QtCore import QPointF, Qt

from hhgui.ui.plots.cursors import Cursors

# the scene acts on these and leaves them to others all the same
unclaimed = pytest.mark.qt_log_ignore("Mouse event .* not accepted")
WINDOW = (100.0, 300.0)


def wave(time):
    """A voltage that rises by 1 mV a ms; nothing before 0."""
    return None if time < 0 else {"V": time - 200.0, "m": 0.5, "I_Na": -time}


@pytest.fixture
def plots(shown):
    """Two linked plots that show 100 to 300 ms."""
    widget = pg.GraphicsLayoutWidget()
    widget.items = [widget.addPlot(row, 0, enableMenu=False) for row in (0, 1)]
    widget.items[1].setXLink(widget.items[0])
    widget.items[0].setXRange(*WINDOW, padding=0)
    return shown(widget, 600, 400)


@pytest.fixture
def cursors(plots):
    """Cursors over both plots, on."""
    made = Cursors(plots.scene(), wave, parent=plots)
    made.set_items(plots.items)
    made.set_shown(True)
    return made


def scroll(plots, start):
    """Show 200 ms from ``start``."""
    plots.items[0].setXRange(start, start + 200.0, padding=0)


def pixel(plots, time, plot=0):
    """The position of a time in the widget, in the middle of a plot's height."""
    view = plots.items[plot].getViewBox()
    x = view.mapViewToScene(QPointF(time, 0.0)).x()
    return plots.mapFromScene(QPointF(x, view.sceneBoundingRect().center().y()))


def test_they_begin_at_a_third_and_two_thirds(cursors):
    """Both cursors begin in sight, A before B."""
    assert cursors.times == pytest.approx((100 + 200 / 3, 100 + 400 / 3))


@pytest.mark.parametrize(
    ("a", "b", "text"),
    [
        pytest.param(
            150.0, 162.4,
            "Δt 12.40 ms (80.6 Hz) · ΔV 12.40 mV · V_A −50.00 mV · V_B −37.60 mV", id="inside",
        ),
        pytest.param(-5.0, -5.0, "Δt 0.00 ms · ΔV – · V_A – · V_B –", id="outside, no distance"),
    ],
)  # fmt: skip
def test_the_read_out_is_time_rate_and_voltage(cursors, a, b, text):
    """The read-out has Δt with its inverse, ΔV = V_B − V_A and both voltages, if there are any."""
    cursors.place(0, a)
    cursors.place(1, b)
    assert cursors.read_out() == text


def test_standing_they_keep_their_times(plots, cursors):
    """Scrolling and zooming move the lines with the traces."""
    cursors.place(0, 150.0)
    before = cursors.lines.fraction_at(QPointF(pixel(plots, 150.0)))
    scroll(plots, 120.0)
    assert cursors.times[0] == 150.0
    assert before == pytest.approx(0.25, abs=0.01)
    assert cursors.lines.line_at(QPointF(pixel(plots, 150.0))) == 0


def test_running_they_keep_their_places(plots, cursors):
    """The traces pass under them, so their times go on with the window's."""
    cursors.place(0, 150.0)
    cursors.hold_on_screen(True)
    scroll(plots, 1100.0)
    assert cursors.times[0] == pytest.approx(1150.0)
    cursors.hold_on_screen(False)
    scroll(plots, 1000.0)
    assert cursors.times[0] == pytest.approx(1150.0)


def test_none_is_lost_when_the_traces_start(plots, cursors):
    """A cursor out of sight is brought to the edge; switched on again, both are in sight."""
    cursors.place(0, 5000.0)
    cursors.hold_on_screen(True)
    assert WINDOW[0] < cursors.times[0] < WINDOW[1]
    cursors.hold_on_screen(False)
    scroll(plots, 9000.0)
    cursors.set_shown(False)
    cursors.set_shown(True)
    assert all(9000.0 < time < 9200.0 for time in cursors.times)


@pytest.mark.parametrize(
    ("button", "modifier", "which"),
    [
        (Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, 0),
        (Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ShiftModifier, 1),
        (Qt.MouseButton.RightButton, Qt.KeyboardModifier.NoModifier, 1),
    ],
)
@pytest.mark.parametrize("plot", [0, 1])
@unclaimed
def test_a_click_places_a_cursor(qtbot, plots, cursors, button, modifier, which, plot):
    """A click in any plot places A, or with Shift or the right button B."""
    other = cursors.times[1 - which]
    qtbot.mouseClick(plots.viewport(), button, modifier, pixel(plots, 200.0, plot))
    assert cursors.times[which] == pytest.approx(200.0, abs=0.5)
    assert cursors.times[1 - which] == other


@unclaimed
def test_a_line_can_be_dragged(qtbot, plots, cursors):
    """A cursor can be dragged, but not beyond the edge of the plot."""
    cursors.place(1, 200.0)
    port, button = plots.viewport(), Qt.MouseButton.LeftButton
    qtbot.mouseMove(port, pixel(plots, 199.0))
    qtbot.mousePress(port, button, pos=pixel(plots, 199.0))
    for time in (210.0, 230.0, 250.0):
        qtbot.wait(20)
        qtbot.mouseMove(port, pixel(plots, time))
    assert cursors.times[1] == pytest.approx(250.0, abs=1.0)
    qtbot.wait(20)
    qtbot.mouseMove(port, pixel(plots, 330.0))
    qtbot.mouseRelease(port, button, pos=pixel(plots, 330.0))
    assert cursors.times[1] == WINDOW[1]


@unclaimed
def test_off_they_take_no_clicks_and_say_nothing(qtbot, plots, cursors):
    """Switched off, they are as if they were not there."""
    before = cursors.times
    with qtbot.waitSignal(cursors.measured) as said:
        cursors.set_shown(False)
    qtbot.mouseClick(plots.viewport(), Qt.MouseButton.LeftButton, pos=pixel(plots, 200.0))
    assert said.args == [""]
    assert cursors.times == before
    assert cursors.lines not in plots.scene().items(QPointF(pixel(plots, before[0])))


def test_while_traces_run_the_numbers_can_be_read(qtbot, plots, cursors, monkeypatch):
    """Frame after frame the read-out stays, until a tenth of a second has passed."""
    clock = [10.0]
    monkeypatch.setattr("hhgui.ui.plots.cursors.perf_counter", lambda: clock[0])
    cursors.hold_on_screen(True)
    cursors.refresh(now=True)
    scroll(plots, 500.0)
    clock[0] += 0.09
    with qtbot.assertNotEmitted(cursors.measured):
        cursors.refresh()
    clock[0] += 0.02
    with qtbot.waitSignal(cursors.measured):
        cursors.refresh()


def test_times_are_as_fine_as_pixels(plots, cursors):
    """Zoomed in to a millisecond, a time has more digits than at 200 ms."""
    cursors.place(0, 150.0)
    cursors.place(1, 150.12345)
    assert "Δt 0.12 ms" in cursors.read_out()
    plots.items[0].setXRange(150.0, 151.0, padding=0)
    assert f"Δt {0.12345:.3f} ms" in cursors.read_out()
    assert math.isclose(cursors.times[1], 150.12345)


def test_cursors_left_behind_come_back_apart(plots, cursors):
    """A run began anew: both lie beyond its end, where they would fall upon each other."""
    cursors.place(0, 393.0)
    cursors.place(1, 460.0)
    scroll(plots, 0.0)
    cursors.hold_on_screen(True)
    first, second = cursors.times
    assert 0.0 < first < second < 200.0
    assert second - first > 20.0
