"""Figures as shapes, for pages."""

import numpy as np
import pytest
from PySide6.QtGui import QImage, QPainter

from hhgui.figures.drawing import MM_PER_INCH, POINTS_PER_INCH, FigureSize, figure_pixels
from hhgui.figures.figure import Figure, FigureCurve, FigureImage, FigureMark, FigurePanel
from hhgui.figures.shapes import Picture, figure_shapes
from hhgui.ui.report.shapes import draw_shape

SIZE = FigureSize(120.0, 80.0, 150.0)
X = np.linspace(0.0, 10.0, 400)
MARKS = (
    FigureMark("point", ((2.0, 0.5),), "peak", "#0072b2"),
    FigureMark("horizontal", ((0.0, -0.5),), "threshold", "#d55e00"),
    FigureMark("band", ((6.0, 0.0), (8.0, 0.0)), "band", "#009e73"),
)
TRACES = Figure("ḡNa 120 → 60", (
    FigurePanel("V (mV)", (-1.0, 1.0), (
        FigureCurve("I_Na", X, 3.0 * np.sin(X), "#0072b2", "dash"),
        FigureCurve("counts", X[::20], np.cos(X[::20]), "#d55e00", "none", "ring"),
    ), marks=MARKS),
), "time (ms)", (0.0, 10.0))  # fmt: skip
RISING = np.repeat(np.linspace(0.0, 1.0, 30)[:, None], 20, axis=1)
MAP = Figure("", (
    FigurePanel("g", (0.0, 10.0), (), image=FigureImage(
        np.linspace(0.0, 10.0, 20), np.linspace(0.0, 10.0, 30), RISING, "rate (Hz)", ()
    )),
), "I", (0.0, 10.0))  # fmt: skip


def painted(figure):
    """The figure's shapes, painted by Qt on white at the resolution of SIZE."""
    width, height = SIZE.pixels
    image = QImage(width, height, QImage.Format.Format_RGBA8888)
    image.fill("white")
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.scale(*[SIZE.dpi / POINTS_PER_INCH] * 2)
    for shape in figure_shapes(figure, SIZE):
        draw_shape(painter, shape)
    painter.end()
    pixels = np.frombuffer(image.constBits(), np.uint8).reshape(height, width, 4)
    return pixels[:, :, :3].copy()


@pytest.mark.parametrize("figure", [TRACES, MAP], ids=["traces", "map"])
def test_the_shapes_look_like_the_figure(qapp, figure):
    """Lines, dashes, rings, what is clipped, letters, the map and its direction.

    They are those that matplotlib draws in pixels; its layout differs by some pixels.
    """
    rows, columns = (side // 20 for side in (SIZE.pixels[1], SIZE.pixels[0]))

    def blurred(pixels):
        cut = pixels[: 20 * rows, : 20 * columns].astype(float)
        return cut.reshape(rows, 20, columns, 20, 3).mean(axis=(1, 3))

    expected = blurred(figure_pixels(figure, SIZE)[:, :, :3])
    found = blurred(painted(figure))
    assert expected.std() > 10.0
    assert np.corrcoef(expected.ravel(), found.ravel())[0, 1] > 0.9


def test_traces_have_no_pixels(qapp):
    """Only a map is a picture."""
    assert not [each for each in figure_shapes(TRACES, SIZE) if isinstance(each, Picture)]
    (picture,) = [each for each in figure_shapes(MAP, SIZE) if isinstance(each, Picture)][:1]
    assert picture.pixels.shape[1] / picture.place[2] == pytest.approx(SIZE.dpi / POINTS_PER_INCH)
    assert picture.place[2] < SIZE.width / MM_PER_INCH * POINTS_PER_INCH
