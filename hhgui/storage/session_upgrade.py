"""Convert session records of older formats to the present one.

In format 1 the view was one flat table. In format 2 the state of the f–I tab had a protocol, and
that of the Integrators tab trials, in place of settings of experiments. All other values are
checked later, when the record is read.
"""

from typing import Any

from hhgui.document.fi_protocol import FiProtocol
from hhgui.experiments.frequency_current import FrequencyCurrent
from hhgui.model.parameter import MisfitError
from hhgui.model.records import Reader, Table
from hhgui.storage.record import A_TABLE

# For each key of the view in format 1, the tab that it belongs to now and its name there.
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
_SHARED = ("method", "dt", "threshold", "rearm")
_OF_OTHER_TABS = {"fi", "trials"}  # in the setup of a kept run, which has no use for them


def upgraded(record: Table, version: int) -> Table:
    """Return the parts of a record of an older format as the present format has them.

    Raises ModelError, whose key names the wrong part.
    """
    if version == 1:
        record = _to_format_2(record)
    return _to_format_3(record) if version < 3 else record


def _to_format_2(record: Table) -> Table:
    old = _READER.read(Table, record["view"], "view")
    for key in old:
        if key not in _MOVED and key not in _STAYED:
            raise MisfitError(f"view.{key}", "is not known here")
    tabs: dict[str, Table] = {}
    for key, value in old.items():
        if key in _MOVED and not (key == "fi" and value is None):
            tab, name = _MOVED[key]
            tabs.setdefault(tab, {})[name] = value
    for key, tab, tag in (("runs", "experiment", "$run"), ("curves", "fi", "$curve")):
        count = len(record[key]) if isinstance(record[key], list) else 0
        tabs.setdefault(tab, {})[key] = [{tag: place} for place in range(count)]
    view = {key: value for key, value in old.items() if key in _STAYED}
    return record | {"view": view | {"tabs": tabs}}


def _to_format_3(record: Table) -> Table:
    view = _READER.read(Table, record["view"], "view")
    tabs = dict(_READER.read(dict[str, Table], view.get("tabs", {}), "view.tabs"))
    if "protocol" in tabs.get("fi", {}):
        fi = dict(tabs["fi"])
        path = "view.tabs.fi.protocol"
        protocol = _READER.read(FiProtocol, _untagged(fi.pop("protocol"), "$protocol"), path)
        shared = {key: getattr(protocol, key) for key in _SHARED}
        tabs["fi"] = fi | shared | {"settings": FrequencyCurrent.of(protocol).settings()}
    if tabs.get("integrators"):
        settings = dict(tabs["integrators"])
        path = "view.tabs.integrators.trials"
        trials = _READER.read(tuple[Any, ...], settings.pop("trials", ()), path)
        if trials:
            settings["trials"] = [_untagged(trial, "$trial") for trial in trials]
        tabs["integrators"] = {"settings": settings}
    runs = [dict(run) for run in _READER.read(tuple[Table, ...], record["runs"], "runs")]
    for place, run in enumerate(runs):
        setup = _READER.read(Table, run.get("setup"), f"runs[{place}].setup")
        run["setup"] = {key: value for key, value in setup.items() if key not in _OF_OTHER_TABS}
    return record | {"runs": runs, "view": view | {"tabs": tabs}}


def _untagged(value: Any, tag: str) -> Any:
    """Return the record in a value of the form {tag: record}, or the value itself.

    Format 2 named the kind of a record in this way, format 1 did not.
    """
    return value[tag] if isinstance(value, dict) and list(value) == [tag] else value


_READER = Reader(table=A_TABLE, complete={FiProtocol: ("rearm",)})
