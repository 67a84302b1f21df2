"""Hold which numbers are pinned; pinned numbers stay visible in presentation mode."""

from PySide6.QtCore import QObject, Signal

AT_FIRST = ("stimulus.amplitude", "conductance.")  # a name, or its beginning up to the dot
_UNPINNED = "-"


class Pins(QObject):
    """The user's choices, by the name of the number.

    The stimulus amplitude and every conductance are pinned unless the user has unpinned them.
    ``changed()``: Emitted when other numbers are pinned. ``chosen()``: Emitted when the user has
    pinned or unpinned a number, and not a session that was opened.
    """

    changed = Signal()
    chosen = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._choices: dict[str, bool] = {}

    def is_pinned(self, name: str) -> bool:
        """Return whether the number of this name is pinned."""
        return self._choices.get(name, _is_pinned_at_first(name))

    def pin(self, name: str, pinned: bool, *_checked: bool) -> None:
        """Pin or unpin a number."""
        if pinned == self.is_pinned(name):
            return
        self._choices[name] = pinned
        if pinned == _is_pinned_at_first(name):
            del self._choices[name]
        self.changed.emit()
        self.chosen.emit()

    def text(self) -> str:
        """Return the user's choices as one line, to be stored."""
        return " ".join(f"{'' if on else _UNPINNED}{name}" for name, on in self._choices.items())

    def restore(self, text: str) -> None:
        """Restore the choices from such a line."""
        self._choices = {
            word.removeprefix(_UNPINNED): not word.startswith(_UNPINNED) for word in text.split()
        }
        self.changed.emit()


def _is_pinned_at_first(name: str) -> bool:
    return any(name == each or (each.endswith(".") and name.startswith(each)) for each in AT_FIRST)


_PINS: list[Pins] = []


def pins() -> Pins:
    """Return the object that all panels of the program share."""
    if not _PINS:
        _PINS.append(Pins())
    return _PINS[0]
