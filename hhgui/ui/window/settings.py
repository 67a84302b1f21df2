"""Store the user's choices in a file in the user's data folder."""

from typing import cast

from PySide6.QtCore import QByteArray, QSettings

from hhgui.paths import user_data_dir


def settings() -> QSettings:
    """Return the stored choices; a file that can't be read is empty, failed writes are ignored."""
    return QSettings(str(user_data_dir() / "settings.ini"), QSettings.Format.IniFormat)


def remembered(key: str, default: bool) -> bool:
    """Return a stored yes-or-no choice, ``default`` if there is none."""
    return bool(settings().value(key, default, type=bool))


def remember(key: str, value: bool) -> None:
    """Store a yes-or-no choice."""
    settings().setValue(key, value)


def remembered_text(key: str, default: str) -> str:
    """Return a stored text, ``default`` if there is none."""
    return str(settings().value(key, default, type=str))


def remember_text(key: str, value: str) -> None:
    """Store a text."""
    settings().setValue(key, value)


_LAYOUT = ("window/geometry", "window/docks", "window/panels")


def remembered_layout() -> tuple[QByteArray, ...]:
    """Return the stored size and place of the window, docked panels and widths; () if none."""
    kept = settings()
    parts = (kept.value(key, QByteArray(), type=QByteArray) for key in _LAYOUT)
    return tuple(cast(QByteArray, part) for part in parts)


def remember_layout(*parts: QByteArray) -> None:
    """Store these for the next start."""
    kept = settings()
    for key, part in zip(_LAYOUT, parts, strict=True):
        kept.setValue(key, part)
