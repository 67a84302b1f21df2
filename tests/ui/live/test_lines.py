"""The curves of a live pane, painted as a whole and in pieces."""

import numpy as np
import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from hhgui.engine.recording import Recording
from hhgui.engine.simulation import Block
from hhgui.ui.live.lines import TraceLines, without_flat
from hhgui.ui.live.tab import LiveTab
from hhgui.ui.widgets.theme import LIGHT
from tests.shipped import SQUID

WIDTH, HEIGHT = 900, 500


@pytest.fixture
def tab(shown):
    """A shown, running tab with an empty recording."""
    widget = LiveTab()
    widget.set_theme(LIGHT)
    shown(widget, WIDTH, HEIGHT)
    widget.set_recording(Recording(SQUID))
    widget.set_running(True)
    return widget


def append(recording, count):
    """Rows every 0.1 ms: waves, and in V a spike of one row at 50 ms."""
    number = np.arange(recording.total, recording.total + count)
    columns = np.array([0.5 + 0.4 * np.sin(number * (0.01 + 0.003 * k)) for k in range(8)])
    columns[0] = np.where(number == 500, 40.0, -65.0)
    recording.append(Block(count, number * 0.1, columns, np.empty(0), None))


def picture(tab, view):
    """The pixels of a view (rows, columns, 3), as they are on the screen."""
    QApplication.processEvents()
    image = tab.screen().grabWindow(tab.winId()).toImage()
    image = image.convertToFormat(QImage.Format.Format_RGB888)
    pixels = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), -1)
    pixels = pixels[:, : 3 * image.width()].reshape(image.height(), image.width(), 3)
    rect = tab.plots.mapFromScene(view.sceneBoundingRect()).boundingRect()
    rect.moveTopLeft(tab.plots.viewport().mapTo(tab, rect.topLeft()))
    return pixels[rect.top() : rect.bottom(), rect.left() : rect.right()].astype(int)


def test_bins_keep_their_size_while_a_sweep_fills(tab, monkeypatch):
    """A frame paints no more than the new columns from a quarter of the sweep to its end."""
    recording, painted = tab.plots.recording, []
    tab.plots.set_window(400.0)  # five rows a pixel
    append(recording, 1000)
    tab.tick(None), tab.tick(None)
    update = TraceLines.update
    monkeypatch.setattr(
        TraceLines, "update", lambda lines, *part: painted.append(part) or update(lines, *part)
    )
    for _ in range(14):
        append(recording, 200)
        tab.tick(None)
    assert len(painted) >= 14
    assert all(part and part[0].width() < 60.0 for part in painted)


def test_what_is_painted_piece_by_piece_is_what_is_painted_at_once(tab):
    """While the time axis stands still only new columns are painted."""
    recording = tab.plots.recording
    view = tab.plots.panes["stimulus"].view
    append(recording, 1500)  # of a window of 2000 rows: as many rows a pixel as later
    tab.tick(None), tab.tick(None)
    picture(tab, view)
    for _ in range(20):
        append(recording, 20)
        tab.tick(None)
        grown = picture(tab, view)
    tab.plots.viewport().update()
    whole = picture(tab, view)
    assert np.abs(grown - whole).max() <= 2
    assert (whole.min(axis=2) < 200).any(axis=0).mean() > 0.8  # there are curves almost everywhere


@pytest.mark.parametrize("rows", [1000, 20_000, 120_000])
def test_a_spike_of_one_row_is_painted_to_its_top(tab, rows):
    """The peak is painted in full, with one row or with a hundred rows per pixel."""
    append(tab.plots.recording, 1)
    while (left := rows - tab.plots.recording.total) > 0:
        append(tab.plots.recording, min(left, 8000))
    tab.plots.set_window(max(rows * 0.1, 100.0))
    tab.tick(None), tab.tick(None)
    view = tab.plots.voltage.view
    low, high = view.viewRange()[1]
    top = (high - 40.0) / (high - low) * view.height()
    dark = picture(tab, view).sum(axis=2).min(axis=1) < 500
    assert int(np.flatnonzero(dark)[0]) == pytest.approx(top, abs=3.0)


def test_points_that_are_not_seen_are_left_out():
    """A scrolling curve keeps each pixel that moves, its ends, and every other within 0.3 px."""
    x = np.arange(1000.0)
    slow, spike = 50.0 + 40.0 * np.sin(0.01 * x), np.full(1000, 80.0)
    spike[501] = 5.0
    drawn_x, drawn = without_flat(x, np.array([slow, spike], dtype=np.float32))
    assert 501 in drawn_x
    assert 0.5 * x.size < drawn_x.size < 0.75 * x.size
    assert (drawn_x[0], drawn_x[-1]) == (0.0, 999.0)
    for values, kept in zip((slow, spike), drawn, strict=True):
        assert abs(np.interp(x, drawn_x, kept) - values).max() < 0.3


def test_the_marker_of_the_trigger_is_painted_only_where_it_is(tab):
    """A sweep's new columns elsewhere do not paint the triangle anew."""
    tab.trigger.setChecked(True)
    mark = tab.plots.trigger_mark
    assert mark.isVisible()
    assert 0.0 < mark.boundingRect().width() < 0.1 * tab.plots.voltage.view.width()
