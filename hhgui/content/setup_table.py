"""Read the table of a Setup, as in ``resources/protocols/*.toml`` and the steps of lessons.

    model = "traub-miles-lab3"
    set = { "Na.conductance" = 100.0 }            # paths of model/edit.py
    stimulus = ["step:amplitude=3,start=10,stop=20"]
    holding = 0.0
    method = "euler"
    dt = 0.025
    duration = 50.0
    tab = "experiment"

Further keys are repeat, threshold, rearm, experiment, settings, against, thermal, marks, panes and
speed, and for a live neuron whose voltage is clamped

    command = ["step:amplitude=65,start=10,stop=40"]   # mV from command_holding
    command_holding = -65.0
    command_repeat = 100.0

Only ``model`` is required. Nothing in a table is executed, and no other file is read.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, TypeVar

from hhgui.document.fi_protocol import DURATION, REARM, THRESHOLD
from hhgui.document.setup import SPEED, Panes, Setup
from hhgui.engine.methods import DEFAULT_DT_MS, DEFAULT_METHOD, DT
from hhgui.engine.spikes import REARM_MV
from hhgui.experiments.catalogue import experiment_named
from hhgui.experiments.comparison import Integrators
from hhgui.experiments.frequency_current import FrequencyCurrent
from hhgui.model.edit import with_value
from hhgui.model.library import Library
from hhgui.model.membrane import Membrane
from hhgui.model.parameter import MisfitError, ModelError, one_of
from hhgui.model.records import Reader, Table
from hhgui.model.stimulus.command import Command
from hhgui.model.stimulus.spec import parse_component
from hhgui.model.stimulus.stimulus import Stimulus

MOST_COMPONENTS = 24
MEASURE_TAB = "measure"
P = TypeVar("P", bound=Stimulus)
_OLD_CURRENTS = {"from": 0.0, "to": 20.0, "points": 41}


@dataclass(frozen=True)
class _Setup:
    """The keys of a table and their types.

    Whether the values fit together is checked by Setup, Stimulus and Membrane.
    """

    model: Any = ""
    set: dict[str, float] = field(default_factory=dict)
    stimulus: tuple[str, ...] = ()
    holding: Any = 0.0
    repeat: Any = None
    method: str = DEFAULT_METHOD
    dt: Annotated[float, DT] = DEFAULT_DT_MS
    duration: Annotated[float, DURATION] = 50.0
    threshold: Annotated[float, THRESHOLD] = 0.0
    rearm: Annotated[float, REARM] = REARM_MV
    tab: str = ""
    experiment: str = ""
    settings: dict[str, Any] = field(default_factory=dict)
    against: Any = None
    thermal: bool = False
    marks: bool = False
    panes: Panes = ()
    speed: Annotated[float, SPEED] | None = None
    command: tuple[str, ...] | None = None
    command_holding: Any = None
    command_repeat: Any = None


_AS_THEY_ARE = (
    "method", "dt", "duration", "threshold", "experiment", "settings", "thermal", "marks", "panes",
    "speed", "rearm",
)  # fmt: skip
_READER = Reader(first=1)
_READER.get_ready(_Setup)


def setup_from_table(table: object, library: Library) -> Setup:
    """Return the Setup that a table describes; its parameter sets come from ``library``.

    Without the key ``tab``, a table with an experiment is for the tab Measure, any other for Single
    run. Raises only ModelError, whose key is the path of the value: for unknown keys, wrong types,
    unknown models, methods, panes, paths and experiments, and for values that these refuse.
    """
    given = _READER.read(_Setup, _upgraded(table) if isinstance(table, dict) else table)
    base = _membrane("model", given.model, library)
    against = None if given.against is None else _membrane("against", given.against, library)
    if given.experiment or given.settings:
        _check_settings("settings", given.experiment, given.settings, given.tab)
    return Setup(
        _edited(base, given.set), base, _stimulus(given), against=against,
        tab=given.tab or (MEASURE_TAB if given.experiment else "experiment"),
        command=_command(given),
        **{key: getattr(given, key) for key in _AS_THEY_ARE},
    )  # fmt: skip


def _upgraded(table: Table) -> Table:
    """Return the table with the keys ``experiment`` and ``settings``, not ``fi`` and ``trials``.

    Old lessons and protocols had the latter, for two of the tabs. A key for a tab that the table
    did not show was checked and then ignored; this is still so. The runs of ``trials`` were as long
    as a single run.
    """
    tab, found = table.get("tab"), {}
    if "fi" in table:
        found["fi"] = FrequencyCurrent.id, _old_fi(table["fi"])
    if "trials" in table or (tab == Integrators.id and "experiment" not in table):
        settings: Table = {key: table[key] for key in ("trials", "duration") if key in table}
        found["trials"] = Integrators.id, {"duration": 50.0} | settings
    new = {key: value for key, value in table.items() if key not in ("fi", "trials")}
    for key, (experiment, settings) in found.items():
        _check_settings(key, experiment, settings)
        if tab == experiment:
            new |= {"experiment": experiment, "settings": settings}
    return new


def _old_fi(value: object) -> Table:
    """Return the settings of the f-I experiment for a table under the old key ``fi``."""
    if not isinstance(value, dict):
        raise MisfitError("fi", "must be a table of keys and values")
    rest = {key: each for key, each in value.items() if key not in _OLD_CURRENTS}
    return rest | {"currents": {key: value.get(key, each) for key, each in _OLD_CURRENTS.items()}}


def _check_settings(path: str, experiment: str, settings: Table, tab: str = "") -> None:
    """Raise ModelError if the experiment does not exist or refuses its settings.

    path: that of the table.
    """
    kind = experiment_named(experiment)
    try:
        made = kind.from_settings(settings)
        if isinstance(made, FrequencyCurrent) and tab == made.id:  # its form has no other currents
            made.protocol(DEFAULT_METHOD, DEFAULT_DT_MS, 0.0, REARM_MV)
    except ModelError as error:
        key = path if path == error.key else f"{path}.{error.key}"
        raise ModelError(key, str(error)) from None


def _edited(membrane: Membrane, edits: dict[str, float]) -> Membrane:
    """Return the membrane with the numbers in ``edits``, by path, replaced one after the other."""
    for path, number in edits.items():
        try:
            membrane = with_value(membrane, path, number)
        except ModelError as error:
            raise ModelError(f"set.{path}", f"set.{path}: {error}") from None
    return membrane


def _stimulus(given: _Setup) -> Stimulus:
    names = {"holding": "holding", "repeat": "repeat"}
    return _played(Stimulus, "stimulus", given.stimulus, given, names)


def _command(given: _Setup) -> Command | None:
    names = {"holding": "command_holding", "repeat": "command_repeat"}
    if given.command is None:
        for key in names.values():
            if getattr(given, key) is not None:
                raise ModelError(key, f"{key} needs command, the waveforms, which may be none: []")
        return None
    return _played(Command, "command", given.command, given, names)


def _played(
    kind: type[P], name: str, specs: tuple[str, ...], given: _Setup, names: Mapping[str, str]
) -> P:
    """Return a stimulus of these specs. names: the keys of holding value and repetition."""
    if len(specs) > MOST_COMPONENTS:
        raise ModelError(name, f"at most {MOST_COMPONENTS} stimuli can add up")
    if any(spec.partition(":")[0] == "file" for spec in specs):
        raise ModelError(name, f"{name}: a setup can't read a file")
    values = {key: getattr(given, own) for key, own in names.items()}
    if values["holding"] is None:
        del values["holding"]
    try:
        return kind(tuple(parse_component(spec) for spec in specs), **values)
    except ModelError as error:
        key = names.get(error.key, name)
        raise ModelError(key, f"{key}: {error}") from None


def _membrane(key: str, value: object, library: Library) -> Membrane:
    """Return the parameter set that the key names.

    Raises ModelError if it is not in the library.
    """
    try:
        return library[one_of(value, library.membranes)]
    except MisfitError as error:
        raise MisfitError(key, error.problem) from None
