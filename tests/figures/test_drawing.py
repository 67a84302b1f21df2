"""Drawn figures: their size, what is in them, and their text."""

import re
from dataclasses import replace
from io import BytesIO

import numpy as np
import pytest
from matplotlib.image import imread

from hhgui.figures.drawing import FigureSize, figure_bytes, figure_pixels, preview_pixels
from hhgui.figures.figure import Figure, FigureCurve, FigureImage, FigureMark, FigurePanel

RED = "#ff0000"
SIZE = FigureSize(85.0, 60.0, 300.0, 8.0)
ROWS = 200_000
TIMES = np.linspace(0.0, 100.0, ROWS)


def train(period=10.0):
    """Spikes of a few rows each."""
    return np.where(np.mod(TIMES + 5.0, period) < 0.01, 40.0, -65.0)


def figure(y=None, marks=(), **more):
    """One panel with one red curve."""
    look = {"color": RED} | more
    curve = FigureCurve("V", TIMES, train() if y is None else y, **look)
    panel = FigurePanel("V (mV)", (-80.0, 60.0), (curve,), marks=marks)
    return Figure("A spike train", (panel,), "time (ms)", (0.0, 100.0))


def red_pixels(pixels):
    """Return for each row and column whether it is red."""
    red, green, blue = (pixels[..., k].astype(int) for k in range(3))
    return (red > 200) & (green < 140) & (blue < 140)


def test_a_png_has_the_requested_pixels_and_resolution():
    """85 mm at 300 dpi are 1004 pixels, and the file says its title."""
    drawn = figure_bytes(figure(), "png", SIZE)
    assert imread(BytesIO(drawn)).shape[:2] == (709, 1004)
    assert b"A spike train" in drawn
    assert b"pHYs" in drawn


def test_the_background_is_white():
    """All four corners of a figure are white, for nothing is drawn there."""
    pixels = figure_pixels(figure(), SIZE)
    assert (pixels[[0, 0, -1, -1], [0, -1, 0, -1]] == 255).all()


def test_every_spike_is_on_paper():
    """Ten spikes of 20 rows among 200 000 leave ten strokes near the top of the axes."""
    red = red_pixels(figure_pixels(figure(), SIZE))
    rows = np.flatnonzero(red.any(axis=1))
    top = red[rows[0] + 10 : rows[0] + 60].any(axis=0).astype(int)
    assert np.count_nonzero(np.diff(top) == 1) == 10


def test_nothing_is_drawn_beyond_the_axes():
    """A curve that leaves the range is cut at it: it rises no higher than one that reaches it."""
    reaches = red_pixels(figure_pixels(figure(np.clip(train() * 1.5, -80.0, 60.0)), SIZE))
    leaves = red_pixels(figure_pixels(figure(20.0 * train()), SIZE))
    rows = np.flatnonzero(reaches.any(axis=1))
    found = np.flatnonzero(leaves.any(axis=1))
    assert found.size
    assert found[0] >= rows[0] - 3
    assert found[-1] < SIZE.pixels[1] - 90


def test_a_dashed_line_has_even_gaps():
    """Every dash of a steady curve is as far from the next one as the others."""
    drawn = red_pixels(figure_pixels(figure(np.zeros(ROWS), dash="dash"), SIZE))
    ends = np.flatnonzero(np.diff(drawn.any(axis=0).astype(int)) == -1)[:-1]
    assert ends.size > 5
    assert np.ptp(np.diff(ends)) <= 2


def test_a_thicker_curve_is_thicker():
    """A curve of width 3 is drawn three times as thick as one of width 1."""
    thin, thick = (
        red_pixels(figure_pixels(figure(np.zeros(ROWS), width=w), SIZE)).any(axis=1).sum()
        for w in (1.0, 3.0)
    )
    assert thick == pytest.approx(3.0 * thin, abs=2.0)


def test_an_svg_has_its_size_on_paper():
    """An SVG of 85 mm × 60 mm is 240.9 pt × 170.1 pt large."""
    head = figure_bytes(figure(), "svg", SIZE).decode()[:2000]
    width, height = (float(re.search(rf'{w}="([\d.]+)pt"', head)[1]) for w in ("width", "height"))
    assert width == pytest.approx(85.0 * 72.0 / 25.4, abs=0.2)
    assert height == pytest.approx(60.0 * 72.0 / 25.4, abs=0.2)


def test_the_text_of_an_svg_is_text():
    """Title, labels and ticks can be searched and edited in the file."""
    drawing = figure_bytes(figure(), "svg", SIZE).decode()
    texts = re.findall(r"<text[^>]*>([^<]*)</text>", drawing)
    assert {"A spike train", "V (mV)", "time (ms)", "−80"} <= set(texts)


def test_outlined_text_needs_no_font():
    """A file with outlined text has no text element whose font could be missing."""
    drawing = figure_bytes(figure(), "svg", SIZE, outlines=True)
    assert b"<text" not in drawing
    assert b"<path" in drawing


def test_a_pdf_embeds_its_font():
    """The page is as large as the paper, and holds a font file."""
    drawing = figure_bytes(figure(), "pdf", SIZE)
    box = re.search(rb"/MediaBox \[ 0 0 ([\d.]+) ([\d.]+) \]", drawing)
    assert float(box[1]) == pytest.approx(85.0 * 72.0 / 25.4, abs=0.2)
    assert b"/FontFile2" in drawing


@pytest.mark.parametrize("kind", ["png", "svg", "pdf"])
def test_the_same_figure_gives_the_same_bytes(kind):
    """A figure drawn twice gives equal files, which hold no date and no random name."""
    assert figure_bytes(figure(), kind, SIZE) == figure_bytes(figure(), kind, SIZE)


def test_another_kind_of_file_is_refused():
    """The message names the kinds there are."""
    with pytest.raises(ValueError, match="one of png, svg, pdf, not 'gif'"):
        figure_bytes(figure(), "gif", SIZE)


def test_an_svg_stays_small():
    """Two hundred thousand noisy rows are not two hundred thousand points in the file."""
    noise = np.random.default_rng(1).normal(-20.0, 20.0, ROWS)
    assert len(figure_bytes(figure(noise), "svg", SIZE)) < 400_000


def test_markers_are_drawn_without_a_line():
    """A curve with dash "none" is drawn as its two crosses alone."""
    few = np.array([20.0, 80.0])
    curve = FigureCurve("", few, np.zeros(2), RED, "none", "cross")
    panel = FigurePanel("V (mV)", (-80.0, 60.0), (curve,))
    red = red_pixels(figure_pixels(replace(figure(), panels=(panel,)), SIZE))
    assert np.count_nonzero(np.diff(red.any(axis=0).astype(int)) == 1) == 2


@pytest.mark.parametrize(
    ("kind", "at"),
    [
        ("point", ((50.0, 0.0),)),
        ("span", ((40.0, 0.0), (60.0, 0.0))),
        ("vertical", ((50.0, 0.0),)),
        ("horizontal", ((50.0, 0.0),)),
        ("band", ((40.0, 0.0), (60.0, 0.0))),
    ],
)
def test_a_mark_is_drawn_with_its_text(kind, at):
    """Every kind of mark has its text in the SVG, a subscript included."""
    drawing = figure_bytes(figure(marks=(FigureMark(kind, at, "peak V_max"),)), "svg", SIZE)
    text = re.sub(r"<[^>]+>|\s", "", drawing.decode())
    assert "peak" in text
    assert "max" in text
    assert "$" not in text


def test_a_heat_map_has_its_scale():
    """The label of the colour scale is written, and cells without a value stay white."""
    values = np.array([[1.0, 2.0], [3.0, np.nan]])
    image = FigureImage(np.array([0.0, 1.0]), np.array([0.0, 1.0]), values, "rate (Hz)")
    panel = FigurePanel("ḡ_K (mS/cm²)", (-0.5, 1.5), (), image=image)
    heat = Figure("", (panel,), "ḡ_Na (mS/cm²)", (-0.5, 1.5))
    assert b"rate (Hz)" in figure_bytes(heat, "svg", SIZE)
    pixels = figure_pixels(heat, SIZE)
    colored = (np.ptp(pixels[..., :3].astype(int), axis=2) > 40).mean()
    assert 0.2 < colored < 0.8


def test_a_panel_without_curves_says_why():
    """The note of a panel is written into it."""
    panel = FigurePanel("V (mV)", (0.0, 1.0), (), note="fires without a stimulus: no threshold")
    empty = Figure("", (panel,), "time (ms)", (0.0, 1.0))
    assert b"fires without a stimulus" in figure_bytes(empty, "svg", SIZE)


@pytest.mark.parametrize(("width", "height"), [(400, 400), (200, 600), (600, 100), (1, 1)])
def test_a_preview_fits_its_box(width, height):
    """The preview has the figure's proportions and fills its box in width or height."""
    found = preview_pixels(figure(), SIZE, width, height)
    assert found.shape[1] <= width
    assert found.shape[0] <= height
    assert found.shape[1] == width or found.shape[0] == height


@pytest.mark.parametrize("size", [(20.0, 20.0, 8.0), (85.0, 20.0, 20.0), (1000.0, 20.0, 72.0)])
@pytest.mark.parametrize("kind", ["png", "svg", "pdf"])
def test_paper_that_is_far_too_small_still_gives_a_file(size, kind):
    """No size that the fields allow ends in an exception."""
    width, height, font = size
    assert figure_bytes(figure(), kind, FigureSize(width, height, 50.0, font))


def test_settings_of_the_user_do_not_change_a_figure(tmp_path, monkeypatch):
    """A matplotlibrc in the current folder is not heeded."""
    (tmp_path / "matplotlibrc").write_text("figure.facecolor: red\nlines.linewidth: 9\n")
    expected = figure_bytes(figure(), "png", SIZE)
    monkeypatch.chdir(tmp_path)
    assert figure_bytes(figure(), "png", SIZE) == expected
