"""Text of figures as outlines, so that it looks the same wherever the file is opened."""

import re

from PySide6.QtGui import QFont, QFontMetricsF, QPainterPath, QTransform

FAMILIES = ["Helvetica", "Arial", "Liberation Sans", "DejaVu Sans"]
# Outlines are taken at a large size without hinting and scaled down: the same at any size.
_PIXELS = 100
_SUBSCRIPT = 0.72
_DROP = 0.22  # of the size, how far a subscript hangs below the line
_INDEXED = re.compile(r"(\b[A-Za-z])_(\w+)")


class Lettering:
    """Measures and outlines text of one size (points); "I_Na" has a subscript."""

    def __init__(self, size: float, bold: bool = False) -> None:
        self.size = size
        font = QFont(FAMILIES)
        font.setStyleHint(QFont.StyleHint.SansSerif)
        font.setPixelSize(_PIXELS)
        font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
        font.setWeight(QFont.Weight.DemiBold if bold else QFont.Weight.Normal)
        self._font = font
        self._metrics = QFontMetricsF(font)

    def width(self, text: str) -> float:
        """Width of a line of text (points)."""
        return sum(
            self._metrics.horizontalAdvance(part) * (_SUBSCRIPT if low else 1.0)
            for part, low in _parts(text)
        ) * self.size / _PIXELS  # fmt: skip

    def outline(self, text: str, x: float, baseline: float, share: float = 0.0) -> QPainterPath:
        """The text's outline; ``share`` of its width is left of ``x``: 0.5 centres it."""
        path = QPainterPath()
        at = 0.0
        for part, low in _parts(text):
            scale = _SUBSCRIPT if low else 1.0
            glyphs = QPainterPath()
            glyphs.addText(0.0, 0.0, self._font, part)
            drop = _DROP * _PIXELS if low else 0.0
            path.addPath(QTransform(scale, 0, 0, scale, at, drop).map(glyphs))
            at += self._metrics.horizontalAdvance(part) * scale
        path.setFillRule(path.fillRule().WindingFill)
        zoom = self.size / _PIXELS
        place = QTransform.fromTranslate(x - share * at * zoom, baseline)
        return place.scale(zoom, zoom).map(path)

    def wrapped(self, text: str, width: float, most: int) -> list[str]:
        """The text in lines no wider than ``width``, at most ``most``; the last one cut."""
        lines: list[str] = []
        for word in text.split():
            longer = f"{lines[-1]} {word}" if lines else word
            if lines and self.width(longer) <= width:
                lines[-1] = longer
            else:
                lines.append(word)
        if len(lines) > most:
            lines[most - 1 :] = [" ".join(lines[most - 1 :])]
        return [self.cut(line, width) for line in lines]

    def cut(self, text: str, width: float) -> str:
        """The text, its end replaced by "…" if it is wider than ``width``."""
        if self.width(text) <= width:
            return text
        while text and self.width(text + "…") > width:
            text = text[:-1]
        return text.rstrip() + "…"


def _parts(text: str) -> list[tuple[str, bool]]:
    """Pieces of the text, and whether each is a subscript."""
    parts, done = [], 0
    for found in _INDEXED.finditer(text):
        parts.append((text[done : found.end(1)], False))
        parts.append((found[2], True))
        done = found.end()
    parts.append((text[done:], False))
    return [part for part in parts if part[0]]
