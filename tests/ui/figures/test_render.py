"""Pictures of figures: their size, what is in them, and that no font can be missing."""

import re
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QByteArray, QRectF
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

from hhgui.ui.figures.figure import Figure, FigureCurve, FigurePanel
from hhgui.ui.figures.render import (
    FigureSize,
    png_bytes,
    preview_image,
    render_image,
    svg_bytes,
)

RED = "#ff0000"
SIZE = FigureSize(85.0, 60.0, 300.0, 8.0)
ROWS = 200_000
TIMES = np.linspace(0.0, 100.0, ROWS)


def train(period=10.0):
    """Spikes of a few rows each."""
    return np.where(np.mod(TIMES + 5.0, period) < 0.01, 40.0, -65.0)


def figure(y=None, **more):
    """One panel with one red curve."""
    look = {"color": RED} | more
    curve = FigureCurve("V", TIMES, train() if y is None else y, **look)
    panel = FigurePanel("V (mV)", (-80.0, 60.0), (curve,))
    return Figure("A spike train", (panel,), "time (ms)", (0.0, 100.0))


def red_share(image):
    """Per column and row, whether there is red."""
    pixels = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.width(), 4)
    blue, green, red = (pixels[..., k].astype(int) for k in range(3))
    return (red > 200) & (green < 140) & (blue < 140)


@pytest.fixture(autouse=True)
def _application(qapp):
    """Fonts need one."""


def test_a_png_has_the_asked_pixels_and_resolution():
    """85 mm at 300 dpi are 1004 pixels, and the file says how large that is on paper."""
    image = QImage.fromData(png_bytes(figure(), SIZE))
    assert (image.width(), image.height()) == (1004, 709)
    assert image.dotsPerMeterX() == pytest.approx(300.0 / 0.0254, abs=1.0)
    assert image.text("Title") == "A spike train"


def test_the_background_is_white():
    """In the corners, where nothing is drawn."""
    image = render_image(figure(), SIZE)
    ends = [(x, y) for x in (0, image.width() - 1) for y in (0, image.height() - 1)]
    assert {image.pixelColor(x, y).name() for x, y in ends} == {"#ffffff"}


def test_every_spike_is_on_paper():
    """Ten spikes of 20 rows in 200 000 leave ten strokes near the top of the axes."""
    red = red_share(render_image(figure(), SIZE))
    rows = np.flatnonzero(red.any(axis=1))
    top = red[rows[0] + 10 : rows[0] + 60].any(axis=0).astype(int)
    assert np.count_nonzero(np.diff(top) == 1) == 10


def test_nothing_is_drawn_beyond_the_axes():
    """A curve that leaves the range ends at it: no higher than one that just reaches it."""
    reaches = red_share(render_image(figure(np.clip(train(), -80.0, 60.0) * 1.5), SIZE))
    leaves = red_share(render_image(figure(20.0 * train()), SIZE))
    rows = np.flatnonzero(reaches.any(axis=1))
    assert leaves.any()
    assert np.flatnonzero(leaves.any(axis=1))[0] >= rows[0] - 3
    assert np.flatnonzero(leaves.any(axis=1))[-1] < SIZE.pixels[1] - 90


def test_a_dashed_line_has_gaps_that_are_even():
    """Though it is painted in short pieces, the pattern goes on from one to the next."""
    steady = figure(np.full(ROWS, 0.0), dash="dash")
    wavy = figure(0.5 * np.sin(TIMES), dash="dash")
    for each in (steady, wavy):
        drawn = red_share(render_image(each, SIZE)).any(axis=0).astype(int)
        ends = np.flatnonzero(np.diff(drawn) == -1)[:-1]  # the last dash is cut by the axes
        assert np.diff(ends).max() - np.diff(ends).min() <= 3


def test_a_thicker_curve_is_thicker():
    """``width`` multiplies the stroke."""
    steady = np.full(ROWS, 0.0)
    thin, thick = (
        red_share(render_image(figure(steady, width=w), SIZE)).any(axis=1).sum() for w in (1.0, 3.0)
    )
    assert thick == pytest.approx(3.0 * thin, abs=2.0)


def test_an_svg_has_its_size_on_paper():
    """Millimetres outside, points inside."""
    head = svg_bytes(figure(), SIZE).decode()[:400]
    assert 'width="85mm"' in head
    assert 'height="60mm"' in head
    box = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', head)
    assert float(box[1]) == pytest.approx(85.0 * 72.0 / 25.4, abs=1e-3)
    assert float(box[2]) == pytest.approx(60.0 * 72.0 / 25.4, abs=1e-3)


def test_an_svg_needs_no_font():
    """Text is outlines: there is no text element and no font name to be missing."""
    drawing = svg_bytes(figure(), SIZE)
    assert b"<text" not in drawing
    assert b"font-" not in drawing
    assert b"<path" in drawing


def test_an_svg_stays_small():
    """Two hundred thousand noisy rows are not two hundred thousand points."""
    noise = np.random.default_rng(1).normal(-20.0, 20.0, ROWS)
    assert len(svg_bytes(figure(noise), SIZE)) < 150_000


def test_svg_and_png_are_the_same_picture():
    """Rendered by another program part, the drawing differs from the image only along edges."""
    size = replace(SIZE, dpi=150.0)
    image = render_image(figure(), size)
    other = QImage(image.size(), QImage.Format.Format_RGB32)
    other.fill(QColor("white"))
    painter = QPainter(other)
    drawing = QSvgRenderer(QByteArray(svg_bytes(figure(), size)))
    drawing.render(painter, QRectF(other.rect()))
    painter.end()
    assert drawing.isValid()
    a, b = (np.frombuffer(i.constBits(), np.uint8).astype(int) for i in (image, other))
    assert np.abs(a - b).mean() < 6.0
    assert (np.abs(a - b) > 128).mean() < 0.01


def test_markers_are_drawn_without_a_line():
    """Dash "none" leaves only the crosses."""
    few = np.array([20.0, 80.0])
    curve = FigureCurve("", few, np.zeros(2), RED, "none", "cross")
    panel = FigurePanel("V (mV)", (-80.0, 60.0), (curve,))
    red = red_share(render_image(replace(figure(), panels=(panel,)), SIZE))
    columns = red.any(axis=0).astype(int)
    assert np.count_nonzero(np.diff(columns) == 1) == 2


@pytest.mark.parametrize(("width", "height"), [(400, 400), (200, 600), (600, 100), (1, 1)])
def test_a_preview_fits_its_box(width, height):
    """It has the figure's shape and touches the box's nearer side."""
    image = preview_image(figure(), SIZE, width, height)
    assert image.width() <= width
    assert image.height() <= height
    assert image.width() == width or image.height() == height


@pytest.mark.parametrize("size", [(20.0, 20.0, 8.0), (85.0, 20.0, 20.0), (1000.0, 20.0, 72.0)])
def test_far_too_small_a_paper_still_gives_a_picture(size):
    """No size that the fields allow ends in an exception."""
    width, height, font = size
    small = FigureSize(width, height, 50.0, font)
    assert not render_image(figure(), small).isNull()
    assert svg_bytes(figure(), small).endswith(b"</svg>\n")
