"""Check the pictures of a lesson: PNG or SVG files in the lesson's own folder, and small ones."""

import re
import struct
from dataclasses import dataclass
from pathlib import Path, PureWindowsPath

MOST_BYTES = {".png": 1_000_000, ".svg": 300_000}
MOST_PIXELS = 1600
_PNG = b"\x89PNG\r\n\x1a\n"
# Qt's renderer would read a file that an SVG refers to, and expand what it defines.
_REFERENCE = re.compile(rb"""href\s*=\s*["'](?!\s*(?:#|data:image/(?:png|jpeg)))""", re.IGNORECASE)
_DEFINITION = re.compile(rb"<!(?:ENTITY|DOCTYPE[^>]*\[)", re.IGNORECASE)


class PictureError(ValueError):
    """Raised for a picture that a lesson can't show; the message says what is allowed."""


@dataclass(frozen=True)
class Picture:
    """A picture of a lesson: what it shows, in words, and its file."""

    text: str
    path: Path


def find_picture(text: str, name: str, folder: Path | None) -> Picture:
    """Return the picture in the file ``name`` in a lesson's folder. Raises PictureError.

    text: what it shows, in words. folder: None for a page that may not have pictures.
    """
    if folder is None:
        raise PictureError("this page has no folder of pictures")
    pure = PureWindowsPath(name)  # it takes / and \\ and a drive for what they are anywhere
    suffix = pure.suffix.lower()
    if suffix not in MOST_BYTES:
        raise PictureError(f"picture {name} must be a .png or .svg file")
    if pure.anchor or ".." in pure.parts or ":" in name:
        raise PictureError(f"picture {name} must be in the lesson's folder, or in one inside it")
    path = folder.joinpath(*pure.parts)
    try:
        inside = path.resolve().is_relative_to(folder.resolve())
        raw = _read(path, name, MOST_BYTES[suffix]) if inside else b""
    except (OSError, ValueError, RuntimeError) as error:
        if isinstance(error, PictureError):
            raise
        reason = getattr(error, "strerror", None) or error
        raise PictureError(f"picture {name} can't be read: {reason}") from None
    if not inside:
        raise PictureError(f"picture {name} is a link that leads out of the lesson's folder")
    (_check_png if suffix == ".png" else _check_svg)(raw, name)
    return Picture(text, path)


def _read(path: Path, name: str, most: int) -> bytes:
    """Return the bytes of a picture's file of at most ``most`` bytes. Raises PictureError."""
    if not path.is_file():  # also a pipe, whose reading would never end
        raise PictureError(f"picture {name} is not in the lesson's folder")
    with path.open("rb") as file:
        raw = file.read(most + 1)
    if len(raw) > most:
        raise PictureError(f"picture {name} is larger than {most // 1000:,} kB")
    return raw


def _check_png(raw: bytes, name: str) -> None:
    """Raise PictureError if this is no PNG, or too large an image."""
    if len(raw) < 24 or raw[:8] != _PNG or raw[12:16] != b"IHDR":
        raise PictureError(f"picture {name} is not a PNG file")
    width, height = struct.unpack(">II", raw[16:24])
    if not (0 < width <= MOST_PIXELS and 0 < height <= MOST_PIXELS):
        most = f"{MOST_PIXELS} × {MOST_PIXELS} pixels"
        raise PictureError(f"picture {name} has {width} × {height} pixels; allowed: {most}")


def _check_svg(raw: bytes, name: str) -> None:
    """Raise PictureError if this is no SVG, or one that refers to anything outside itself."""
    try:
        text = raw.decode("utf-8-sig").encode()
    except UnicodeDecodeError:
        raise PictureError(f"picture {name} is not UTF-8 text; save it as plain SVG") from None
    if b"<svg" not in text or b"\x00" in text:
        raise PictureError(f"picture {name} is not an SVG file")
    if _DEFINITION.search(text):
        raise PictureError(f"picture {name} defines entities; save it as plain SVG")
    if _REFERENCE.search(text):
        raise PictureError(f"picture {name} refers to another file; embed it instead")
