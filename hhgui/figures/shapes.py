"""Draw a figure as shapes without pixels, for a page that another library draws.

Letters are outlines. What matplotlib draws as pixels in its own vector files too, such as the map
of two numbers, is a picture.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from hhgui.figures.drawing import POINTS_PER_INCH, FigureSize, on_canvas
from hhgui.figures.figure import Figure

if TYPE_CHECKING:
    from matplotlib.backend_bases import GraphicsContextBase, RendererBase
    from matplotlib.path import Path
    from matplotlib.transforms import Transform

Rectangle = tuple[float, float, float, float]
Color = tuple[float, float, float, float]


@dataclass(frozen=True)
class Shape:
    """A line or a filled area; lengths in points from the upper left corner of the figure.

    vertices: (n, 2). codes: (n,), those of a matplotlib path. clip: left, top, width and height of
    what is seen of it, None for all. fill, line: red, green, blue and opacity from 0 to 1, None for
    no area or line. width: of the line. dashes: lengths of dashes and gaps, () for a solid line,
    which begin at ``offset``. cap, join: as matplotlib names them.
    """

    vertices: NDArray[np.float64]
    codes: NDArray[np.uint8]
    clip: Rectangle | None
    fill: Color | None
    line: Color | None
    width: float
    dashes: tuple[float, ...]
    offset: float
    cap: str
    join: str


@dataclass(frozen=True)
class Picture:
    """Pixels, RGBA of shape (height, width, 4), at a place: left, top, width, height (points)."""

    pixels: NDArray[np.uint8]
    place: Rectangle


def figure_shapes(figure: Figure, size: FigureSize) -> list[Shape | Picture]:
    """Return the figure's shapes, the lowest first. Pictures in it have ``size.dpi``."""
    with on_canvas([figure], size) as canvas:
        from matplotlib.backends import backend_mixed

        mixed: Any = backend_mixed.MixedModeRenderer  # it has no types
        drawing = canvas.figure
        drawing.dpi = POINTS_PER_INCH
        inches = tuple(map(float, drawing.get_size_inches()))
        across, down = (each * POINTS_PER_INCH for each in inches)
        shapes: list[Shape | Picture] = []
        recorder = _recorder(shapes, across, down, POINTS_PER_INCH / size.dpi)
        drawing.draw(mixed(drawing, *inches, size.dpi, recorder))
        return shapes


def _recorder(
    shapes: list[Shape | Picture], across: float, down: float, pixel: float
) -> "RendererBase":
    """Return a renderer that adds to ``shapes``; the size of the figure and a pixel in points."""
    from matplotlib.backend_bases import RendererBase

    class Recorder(RendererBase):
        """Note what is drawn; its base draws text and markers as paths."""

        def flipy(self) -> bool:
            return True

        def get_canvas_width_height(self) -> tuple[float, float]:
            return across, down

        def points_to_pixels(self, points: Any) -> Any:
            return points

        def draw_path(
            self, gc: "GraphicsContextBase", path: "Path", transform: "Transform",
            rgbFace: Any = None,
        ) -> None:  # fmt: skip
            lines = path.cleaned(
                transform, clip=(0.0, 0.0, across, down) if rgbFace is None else None,
                simplify=path.should_simplify and rgbFace is None, curves=True,
            )  # fmt: skip
            box = gc.get_clip_rectangle()
            clip = None
            if box is not None:
                clip = float(box.x0), down - float(box.y1), float(box.width), float(box.height)
            red, green, blue, opacity = gc.get_rgb()
            fill = None if rgbFace is None else (*rgbFace, 1.0)[:4]
            if gc.get_forced_alpha():
                opacity = gc.get_alpha()
                fill = fill and (*fill[:3], opacity)
            offset, dashes = gc.get_dashes()
            pattern = () if dashes is None else np.ravel(dashes).tolist()
            width = float(gc.get_linewidth())
            vertices = np.asarray(lines.vertices) * (1.0, -1.0) + (0.0, down)
            shapes.append(Shape(
                vertices, np.asarray(lines.codes), clip, fill,
                (red, green, blue, opacity) if width else None, width, tuple(pattern),
                float(offset or 0.0), gc.get_capstyle(), gc.get_joinstyle(),
            ))  # fmt: skip

        def draw_image(
            self, gc: "GraphicsContextBase", x: float, y: float, im: Any, transform: Any = None
        ) -> None:
            pixels = np.asarray(im)[::-1]  # which come with the lowest row first
            height, width = (pixel * length for length in pixels.shape[:2])
            shapes.append(Picture(pixels.copy(), (x, down - y - height, width, height)))

    return Recorder()
