r"""Typeset display equations in LaTeX by matplotlib's mathtext, as an SVG of outlines.

What mathtext lacks and equations of neurons need is added here: fractions as tall as in a displayed
equation, ``\tfrac`` for lower ones, and the environments ``aligned`` and ``align``, whose lines
stand one below the other, aligned at each ``&``.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hhgui.figures.library import borrowed_matplotlib

_FONT = "stix"
_LEADING = 0.7  # room between lines, in font sizes
_MARGIN = 0.08
_ENVIRONMENT = re.compile(r"\s*\\begin\{(aligned|align\*?|split)\}(.*)\\end\{\1\}\s*", re.DOTALL)
# LaTeX commands and mathtext's equivalents; \\frac comes first, or \\tfrac would become \\dfrac.
_NAMES = (
    ("\\frac", "\\dfrac"), ("\\tfrac", "\\frac"),
    ("\\operatorname", "\\mathrm"), ("\\text{", "\\mathrm{"),
)  # fmt: skip
_LETTERS = {1: "M", 2: "L", 3: "Q", 4: "C", 79: "Z"}  # matplotlib's path codes
_POINTS = {1: 1, 2: 1, 3: 2, 4: 3, 79: 1}


@dataclass(frozen=True)
class _Piece:
    """A typeset part of a line: its outline, and its width, height and depth (units of the SVG)."""

    vertices: NDArray[np.float64]
    codes: NDArray[np.uint8]
    width: float
    height: float
    depth: float


def equation_svg(latex: str, size: float) -> bytes:
    """Return the SVG of a formula in black; size: of the type, in units of the SVG.

    Raises ValueError for LaTeX that mathtext cannot typeset.
    """
    with borrowed_matplotlib():
        lines = [[_piece(part, size) for part in line] for line in _lines(latex)]
    return _svg(lines, size).encode()


def _lines(latex: str) -> list[list[str]]:
    """Return the parts of each line between "&"; the n-th parts of all lines are aligned."""
    for name, known in _NAMES:
        latex = latex.replace(name, known)
    found = _ENVIRONMENT.fullmatch(latex)
    body = found[2] if found else latex
    lines = body.split("\\\\") if found else [body]
    return [[" ".join(part.split()) for part in line.split("&")] for line in lines if line.strip()]


@lru_cache(maxsize=1)
def _parser() -> Any:
    from matplotlib.textpath import TextToPath

    return TextToPath()


def _piece(latex: str, size: float) -> _Piece:
    from matplotlib.font_manager import FontProperties

    if not latex:
        return _Piece(np.empty((0, 2)), np.empty(0, np.uint8), 0.0, 0.0, 0.0)
    font = FontProperties(size=size, math_fontfamily=_FONT)
    # an empty group makes a sign at the beginning of a part a binary one, with its room
    text = f"${{}}{latex}$" if latex[0] in "+-=" else f"${latex}$"
    width, height, depth = _parser().get_text_width_height_descent(text, font, ismath=True)
    vertices, codes = _parser().get_text_path(font, text, ismath=True)
    found = np.asarray(vertices, dtype=np.float64).reshape(-1, 2) * (size / _parser().FONT_SCALE)
    return _Piece(found, np.asarray(codes, dtype=np.uint8), width, height - depth, depth)


def _svg(lines: list[list[_Piece]], size: float) -> str:
    parts = max(len(line) for line in lines)
    widths = [max(line[n].width for line in lines if n < len(line)) for n in range(parts)]
    margin, baseline, paths = _MARGIN * size, _MARGIN * size, []
    for number, line in enumerate(lines):
        baseline += max(piece.height for piece in line) + (_LEADING * size if number else 0.0)
        left = margin
        for place, (piece, width) in enumerate(zip(line, widths, strict=False)):
            # the part before an & ends there
            shift = width - piece.width if place == 0 and parts > 1 else 0.0
            paths.append(_path(piece, left + shift, baseline))
            left += width
        baseline += max(piece.depth for piece in line)
    width, height = sum(widths) + 2.0 * margin, baseline + margin
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.2f} {height:.2f}" '
        f'width="{width:.2f}" height="{height:.2f}"><path d="{" ".join(paths)}"/></svg>'
    )


def _path(piece: _Piece, left: float, baseline: float) -> str:
    """Return the outline of a part as the path commands of SVG, whose y counts downwards.

    left, baseline: where the part begins.
    """
    words, at = [], 0
    places = piece.vertices * (1.0, -1.0) + (left, baseline)
    while at < piece.codes.size:
        code = int(piece.codes[at])
        count = _POINTS[code]
        points = places[at : at + count]
        words.append(_LETTERS[code] + ("" if code == 79 else _numbers(points)))
        at += count
    return " ".join(words)


def _numbers(points: NDArray[np.float64]) -> str:
    return " ".join(f"{x:.2f},{y:.2f}" for x, y in points)
