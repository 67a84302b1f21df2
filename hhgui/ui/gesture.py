"""Number the user's drags, so that all edits during one drag become one step of undo."""

_number = 0
_active = False


def begin_gesture() -> None:
    """Begin a drag; all edits until ``end_gesture`` are one step of undo."""
    global _number, _active
    _number, _active = _number + 1, True


def end_gesture() -> None:
    """End the drag."""
    global _active
    _active = False


def present_gesture() -> int:
    """Return the number of the present drag, 0 if there is none."""
    return _number if _active else 0
