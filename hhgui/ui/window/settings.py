"""Store the user's choices in the user data folder."""

from typing import cast

from PySide6.QtCore import QByteArray, QSettings

from hhgui.paths import user_data_dir


def settings() -> QSettings:
    """Return the settings file; an unreadable one is empty and failed writes are lost."""
    return QSettings(str(user_data_dir() / "settings.ini"), QSettings.Format.IniFormat)


def remembered(key: str, default: bool) -> bool:
    """Return a stored yes-or-no choice."""
    return bool(settings().value(key, default, type=bool))


def remember(key: str, value: bool) -> None:
    """Store a yes-or-no choice."""
    settings().setValue(key, value)


def remembered_text(key: str, default: str) -> str:
    """Return a stored choice among several names."""
    return str(settings().value(key, default, type=str))


def remember_text(key: str, value: str) -> None:
    """Store a choice among several names."""
    settings().setValue(key, value)


_LAYOUT = ("window/geometry", "window/docks", "window/panels")


def remembered_layout() -> tuple[QByteArray, ...]:
    """Return the stored geometry, docks and panel widths, or an empty tuple."""
    kept = settings()
    parts = (kept.value(key, QByteArray(), type=QByteArray) for key in _LAYOUT)
    return tuple(cast(QByteArray, part) for part in parts)


def remember_layout(*parts: QByteArray) -> None:
    """Store geometry, docks and panel widths."""
    kept = settings()
    for key, part in zip(_LAYOUT, parts, strict=True):
        kept.setValue(key, part)
