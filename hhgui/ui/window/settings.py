"""What the program remembers of the person's choices, in the folder of the user's data."""

from PySide6.QtCore import QSettings

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
