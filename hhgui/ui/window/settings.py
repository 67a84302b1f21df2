"""What the program remembers of the person's choices, in the folder of the user's data."""

from typing import cast

from PySide6.QtCore import QByteArray, QSettings

from hhgui.paths import user_data_dir


def settings() -> QSettings:
    """The file of choices; one that can't be read is empty, one that can't be written is lost."""
    return QSettings(str(user_data_dir() / "settings.ini"), QSettings.Format.IniFormat)


def remembered(key: str, default: bool) -> bool:
    """A choice of yes or no."""
    return bool(settings().value(key, default, type=bool))


def remember(key: str, value: bool) -> None:
    """Keep a choice of yes or no."""
    settings().setValue(key, value)


def remembered_text(key: str, default: str) -> str:
    """A choice of one of several names."""
    return str(settings().value(key, default, type=str))


def remember_text(key: str, value: str) -> None:
    """Keep a choice of one of several names."""
    settings().setValue(key, value)


_LAYOUT = ("window/geometry", "window/docks", "window/panels")


def remembered_layout() -> tuple[QByteArray, ...]:
    """Geometry, docks and the panels' widths of the window that was closed last; empty without."""
    kept = settings()
    parts = (kept.value(key, QByteArray(), type=QByteArray) for key in _LAYOUT)
    return tuple(cast(QByteArray, part) for part in parts)


def remember_layout(*parts: QByteArray) -> None:
    """Keep geometry, docks and the panels' widths."""
    kept = settings()
    for key, part in zip(_LAYOUT, parts, strict=True):
        kept.setValue(key, part)
