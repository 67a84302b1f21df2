"""Everything that a protocol, a lesson's step or a run is set to, as data; and its TOML form.

A table, as in ``resources/protocols/*.toml`` and the steps of a lesson::

    model = "traub-miles-lab3"
    set = { "Na.conductance" = 100.0 }            # paths of model/edit.py
    stimulus = ["step:amplitude=3,start=10,stop=20"]
    holding = 0.0
    method = "euler"
    dt = 0.025
    duration = 50.0
    tab = "experiment"

and, where they matter, repeat, threshold, rearm, experiment, settings, fi, trials, against,
thermal, marks, panes, speed. Only ``model`` is required. Nothing in a table is executed, and no
file is read.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from hhgui.document.fi_protocol import DURATION, REARM, THRESHOLD, FiProtocol
from hhgui.engine.methods import DEFAULT_DT_MS, DEFAULT_METHOD, DT, Trial, method_named
from hhgui.engine.spikes import REARM_MV
from hhgui.model.edit import named_after, values_of, with_value
from hhgui.model.library import Library
from hhgui.model.membrane import Membrane
from hhgui.model.parameter import ModelError, Parameter
from hhgui.model.quantity import PANES
from hhgui.model.stimulus.spec import parse_component
from hhgui.model.stimulus.stimulus import Stimulus

SPEED = Parameter(
    "speed", "speed", "speed", "", 0.0, 1e6, 0.01, 4,
    "Model time per real time in the live tab.", above_minimum=True,
)  # fmt: skip
MOST_TRIALS = 24
MOST_COMPONENTS = 24


@dataclass(frozen=True)
class Setup:
    """The settings of the window, of a run or of a comparison.

    membrane: with its edits, named by ``named_after``; base: the parameter set without them;
    duration: of a single run (ms); threshold: a spike is an upward crossing of it (mV); rearm: how
    far V must fall below it before the next one counts (mV); tab: a tab's name, which the window
    checks;
    experiment, settings: for tab "measure", an id of the catalogue of experiments ("" for none) and
    a table that it checks; fi: for tab "fi"; trials: for tab "integrators"; against: a second set
    in the gating tab; thermal: draw the thermal K rates there; marks: show the annotated action
    potential; panes: of PANES, () leaves them unchanged; speed: model time per real time in the
    live tab, None leaves it unchanged. Raises ModelError naming the key.
    """

    membrane: Membrane
    base: Membrane
    stimulus: Stimulus = field(default_factory=Stimulus)
    method: str = DEFAULT_METHOD
    dt: float = DEFAULT_DT_MS
    duration: float = 50.0
    threshold: float = 0.0
    tab: str = "experiment"
    fi: FiProtocol | None = None
    trials: tuple[Trial, ...] = ()
    against: Membrane | None = None
    thermal: bool = False
    marks: bool = False
    panes: tuple[str, ...] = ()
    speed: float | None = None
    experiment: str = ""
    settings: Mapping[str, Any] = field(default_factory=dict, hash=False)
    rearm: float = REARM_MV

    def __post_init__(self) -> None:
        method_named(self.method)
        object.__setattr__(self, "membrane", named_after(self.membrane, self.base))
        for parameter in (DT, DURATION, THRESHOLD, REARM):
            value = parameter.check(getattr(self, parameter.key))
            object.__setattr__(self, parameter.key, value)
        if self.speed is not None:
            object.__setattr__(self, "speed", SPEED.check(self.speed))
        object.__setattr__(self, "trials", tuple(self.trials))
        object.__setattr__(self, "panes", tuple(self.panes))
        _text("tab", self.tab)
        _text("experiment", self.experiment)
        if not isinstance(self.settings, Mapping):
            raise ModelError("settings", "settings must be a table of keys and values")
        for pane in self.panes:
            _one_of("panes", pane, tuple(PANES))
        if len(self.trials) > MOST_TRIALS:
            raise ModelError("trials", f"at most {MOST_TRIALS} trials are compared at once")

    @property
    def steps(self) -> int:
        """Return the number of steps of dt in a single run, at least one."""
        return max(1, round(self.duration / self.dt))

    @property
    def edits(self) -> dict[str, float | None]:
        """Return the edited values of the membrane, by path of model/edit.py.

        None stands for a gate that starts at its steady state although the parameter set says
        otherwise. If membrane and base differ in structure, only values that both have are
        compared.
        """
        own, given = values_of(self.membrane), values_of(self.base)
        return {p: value for p, value in own.items() if p in given and value != given[p]}


def setup_from_table(table: Mapping[str, Any], library: Library) -> Setup:
    """Return the setup that a table describes, its parameter sets from ``library``.

    Raises only ModelError, naming the key, for unknown keys, wrong types, unknown models, tabs,
    methods, panes and paths, and values that the model refuses.
    """
    values = dict(_table("setup", table, _KEYS))
    base = _membrane("model", values.pop("model", None), library)
    membrane = _edited(base, values.pop("set", {}))
    stimulus = _stimulus(values)
    if "against" in values:
        values["against"] = _membrane("against", values["against"], library)
    for key in ("thermal", "marks"):
        if not isinstance(values.get(key, False), bool):
            raise ModelError(key, f"{key} must be true or false")
    if "panes" in values:
        values["panes"] = tuple(_texts("panes", values["panes"]))
    if "trials" in values:
        values["trials"] = _trials(values["trials"])
    if "method" in values:
        _text("method", values["method"])
    if "speed" in values:
        values["speed"] = SPEED.check(values["speed"])
    fi = values.pop("fi", None)
    setup = Setup(membrane, base, stimulus, **values)
    return setup if fi is None else _with_fi(setup, fi)


_FI_KEYS = {
    "from": "first", "to": "last", "points": "points", "on": "on", "off": "off",
    "duration": "duration",
}  # fmt: skip
_KEYS = (
    "model", "set", "stimulus", "holding", "repeat", "method", "dt", "duration", "threshold",
    "rearm", "tab", "fi", "trials", "against", "thermal", "marks", "panes", "speed", "experiment",
    "settings",
)  # fmt: skip


def _with_fi(setup: Setup, table: object) -> Setup:
    """Return the setup with its f-I protocol, whose method, dt and spikes are the setup's."""
    given = {_FI_KEYS[key]: value for key, value in _table("fi", table, tuple(_FI_KEYS)).items()}
    shared: dict[str, Any] = {
        "threshold": setup.threshold, "rearm": setup.rearm, "method": setup.method, "dt": setup.dt,
    }  # fmt: skip
    try:
        protocol = FiProtocol(**given, **shared)
    except ModelError as error:
        raise ModelError(f"fi.{error.key}", f"fi: {error}") from None
    return replace(setup, fi=protocol)


def _edited(membrane: Membrane, edits: object) -> Membrane:
    """Return the membrane with the numbers of ``set`` replaced one after the other."""
    if not isinstance(edits, Mapping):
        raise ModelError("set", "set must be a table of paths and numbers")
    for path, value in edits.items():
        if not isinstance(path, str):
            raise ModelError("set", "set must be a table of paths and numbers")
        number = _number(f"set.{path}", value)
        try:
            membrane = with_value(membrane, path, number)
        except ModelError as error:
            raise ModelError(f"set.{path}", f"set.{path}: {error}") from None
    return membrane


def _stimulus(values: dict[str, Any]) -> Stimulus:
    """Remove ``stimulus``, ``holding`` and ``repeat`` from ``values`` and return their stimulus."""
    specs = _texts("stimulus", values.pop("stimulus", []))
    if len(specs) > MOST_COMPONENTS:
        raise ModelError("stimulus", f"at most {MOST_COMPONENTS} stimuli can add up")
    if any(spec.partition(":")[0] == "file" for spec in specs):
        raise ModelError("stimulus", "stimulus: a setup can't read a file")
    holding, repeat = values.pop("holding", 0.0), values.pop("repeat", None)
    try:
        return Stimulus(tuple(parse_component(s) for s in specs), holding=holding, repeat=repeat)
    except ModelError as error:
        key = error.key if error.key in {"holding", "repeat"} else "stimulus"
        raise ModelError(key, f"{key}: {error}") from None


def _trials(value: object) -> tuple[Trial, ...]:
    problem = 'trials must be a list of methods and dt, as ["euler", 0.1]'
    if not isinstance(value, list | tuple):
        raise ModelError("trials", problem)
    found = []
    for pair in value:
        if not isinstance(pair, list | tuple) or len(pair) != 2 or not isinstance(pair[0], str):
            raise ModelError("trials", problem)
        try:
            found.append(Trial(*pair))
        except ModelError as error:
            raise ModelError("trials", f"trials: {error}") from None
    return tuple(found)


def _membrane(key: str, value: object, library: Library) -> Membrane:
    if not isinstance(value, str) or value not in library.membranes:
        known = ", ".join(library.membranes)
        given = "" if value is None else f", not {_shown(value)}"
        raise ModelError(key, f"{key} must be one of {known}{given}")
    return library[value]


def _table(key: str, value: object, known: tuple[str, ...]) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise ModelError(key, f"{key} must be a table of keys and values")
    for name in value:
        if name not in known:
            where = str(name) if key == "setup" else f"{key}.{name}"
            allowed = ", ".join(known)
            raise ModelError(where, f"{where[:60]} is not known here; allowed: {allowed}")
    return value


def _texts(key: str, value: object) -> list[str]:
    if not isinstance(value, list | tuple):
        raise ModelError(key, f"{key} must be a list of texts")
    return [_text(key, item) for item in value]


def _text(key: str, value: object) -> str:
    if not isinstance(value, str):
        raise ModelError(key, f"{key} must be text, not {_shown(value)}")
    return value


def _number(key: str, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ModelError(key, f"{key} must be a number, not {_shown(value)}")
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        raise ModelError(key, f"{key} must be finite")
    return number


def _one_of(key: str, value: object, known: tuple[str, ...]) -> None:
    if not isinstance(value, str) or value not in known:
        raise ModelError(key, f"{key} must be one of {', '.join(known)}, not {_shown(value)}")


def _shown(value: object) -> str:
    return repr(value[:40]) if isinstance(value, str) else type(value).__name__
