"""Define the look of f–I curves on the screen and in figures."""

from PySide6.QtCore import Qt

Look = tuple[str, Qt.PenStyle]  # a hue of the theme, and a line

NEWEST: Look = ("accent", Qt.PenStyle.SolidLine)
_EARLIER: tuple[Look, ...] = (
    ("orange", Qt.PenStyle.SolidLine), ("green", Qt.PenStyle.SolidLine),
    ("purple", Qt.PenStyle.SolidLine), ("vermillion", Qt.PenStyle.DashLine),
    ("sky", Qt.PenStyle.DashLine), ("yellow", Qt.PenStyle.DashLine),
)  # fmt: skip


def look_of(place: int | None) -> Look:
    """Return colour and dash pattern of the earlier curve with this index; None is the newest."""
    return NEWEST if place is None else _EARLIER[place % len(_EARLIER)]
