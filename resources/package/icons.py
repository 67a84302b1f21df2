"""The icon in the forms that systems want, all from resources/icons/hhgui.svg.

python resources/package/icons.py    draws the PNGs again, after a change of the SVG (needs Qt)
"""

import os
import struct
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[1] / "icons"
SIZES = (16, 24, 32, 48, 64, 128, 256, 512)
# What macOS calls a picture of so many pixels; "@2x" is for screens with twice the dots.
ICNS_KINDS = {
    b"ic11": 32,  # 16 @2x
    b"ic12": 64,  # 32 @2x
    b"ic07": 128,
    b"ic13": 256,  # 128 @2x
    b"ic08": 256,
    b"ic14": 512,  # 256 @2x
    b"ic09": 512,
}


def png(size: int) -> bytes:
    """The committed picture of that size."""
    return (FOLDER / f"hhgui-{size}.png").read_bytes()


def ico() -> bytes:
    """A Windows icon: a header, one line per picture, then the PNGs."""
    sizes = [size for size in SIZES if size <= 256]
    pictures = [png(size) for size in sizes]
    lines, offset = [], 6 + 16 * len(sizes)
    for size, picture in zip(sizes, pictures, strict=True):
        side = size % 256  # one byte each: 0 stands for 256
        lines.append(struct.pack("<4B2H2I", side, side, 0, 0, 1, 32, len(picture), offset))
        offset += len(picture)
    return struct.pack("<3H", 0, 1, len(sizes)) + b"".join(lines + pictures)


def icns() -> bytes:
    """A macOS icon: chunks of a kind, their length with these 8 bytes, and a PNG."""
    chunks = b"".join(
        kind + struct.pack(">I", 8 + len(png(size))) + png(size)
        for kind, size in ICNS_KINDS.items()
    )
    return b"icns" + struct.pack(">I", 8 + len(chunks)) + chunks


def draw(size: int, path: Path) -> None:
    """Draw the SVG into a PNG of ``size`` by ``size`` pixels."""
    from PySide6.QtCore import QRectF, Qt
    from PySide6.QtGui import QImage, QPainter
    from PySide6.QtSvg import QSvgRenderer

    image = QImage(size, size, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    QSvgRenderer(str(FOLDER / "hhgui.svg")).render(painter, QRectF(0, 0, size, size))
    painter.end()
    image.save(str(path), "PNG", 0)  # 0: as small as it gets


def draw_all() -> None:
    """Draw every size again."""
    from PySide6.QtGui import QGuiApplication

    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    app = QGuiApplication([])
    for size in SIZES:
        draw(size, FOLDER / f"hhgui-{size}.png")
    app.quit()


if __name__ == "__main__":
    draw_all()
