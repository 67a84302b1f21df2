"""Convert session records of format 1, whose view was one flat table, to format 2."""

from typing import Any

from hhgui.storage.record import check_keys

# The view's keys of format 1: of which tab each is, and what it is called there.
_MOVED = {
    "speed": ("live", "speed"),
    "window_ms": ("live", "window_ms"),
    "live_panes": ("live", "panes"),
    "duration": ("experiment", "duration"),
    "panes": ("experiment", "panes"),
    "marks": ("experiment", "marks"),
    "rise": ("experiment", "rise"),
    "fi": ("fi", "protocol"),
    "show_rate": ("fi", "show_rate"),
    "against": ("gating", "against"),
    "thermal": ("gating", "thermal"),
    "trials": ("integrators", "trials"),
    "trials_duration": ("integrators", "duration"),
}
_STAYED = {"tab", "lesson", "step"}


def upgraded(record: dict[str, Any], where: str) -> dict[str, Any]:
    """Return the record as format 2. Its values are checked later, during reading.

    Raises ModelFileError for an unknown key of the view.
    """
    old = check_keys(record["view"], set(), {*_MOVED, *_STAYED}, "view", where)
    tabs: dict[str, dict[str, Any]] = {}
    for key, value in old.items():
        if key in _MOVED and not (key == "fi" and value is None):
            tab, name = _MOVED[key]
            tabs.setdefault(tab, {})[name] = _with_records(key, value)
    for key, tab, tag in (("runs", "experiment", "$run"), ("curves", "fi", "$curve")):
        count = len(record[key]) if isinstance(record[key], list) else 0
        tabs.setdefault(tab, {})[key] = [{tag: place} for place in range(count)]
    view = {key: value for key, value in old.items() if key in _STAYED}
    return record | {"format": 2, "view": view | {"tabs": tabs}}


def _with_records(key: str, value: Any) -> Any:
    if key == "fi":
        return {"$protocol": value}
    if key == "trials" and isinstance(value, list):
        return [{"$trial": trial} for trial in value]
    return value
