"""Number the user's drags, so that all edits of one drag become one step of undo."""

_number = 0
_active = False


def begin_gesture() -> None:
    """Start a drag: the edits until ``end_gesture`` belong together."""
    global _number, _active
    _number, _active = _number + 1, True


def end_gesture() -> None:
    """End the drag."""
    global _active
    _active = False


def present_gesture() -> int:
    """Return the number of the drag that is under way, or 0."""
    return _number if _active else 0
