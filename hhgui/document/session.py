"""A session: the document, how it is looked at, the kept runs and the f-I curves. Pure data."""

from dataclasses import dataclass, field

from hhgui.document.document import Document
from hhgui.document.fi_curve import FiCurve
from hhgui.document.fi_protocol import DURATION, FiProtocol
from hhgui.document.setup import TABS, Setup, Trial
from hhgui.model.parameter import ModelError, Parameter
from hhgui.model.quantity import PANES, SHOWN_PANES

SPEED = Parameter(
    "speed", "speed", "speed", "", 0.0, 1e6, 0.01, 4,
    "Model time per real time in the live tab; 0: as fast as it goes.",
)  # fmt: skip
WINDOW = Parameter(
    "window_ms", "shown time", "shown time", "ms", 1.0, 60_000.0, 10.0, 1,
    "How much time the live traces show.",
)  # fmt: skip
RISE = Parameter(
    "rise", "dV/dt", "threshold slope", "mV/ms", 0.0, 1000.0, 5.0, 2,
    "The action potential begins where dV/dt exceeds this.", above_minimum=True,
)  # fmt: skip
DEFAULT_RISE = 20.0
COLOR = Parameter("color", "colour", "colour", "", 0, 63, 1, 0, "Which colour.", whole=True)
STEP = Parameter("step", "step", "step", "", 0, 9999, 1, 0, "Which step, from 0.", whole=True)
MOST_RUNS = 100
MOST_CURVES = 1000
_MOST_TRIALS = 100
_LONGEST_NAME = 400


@dataclass(frozen=True)
class View:
    """How a session is looked at; what a window can't show it leaves as it is.

    tab: one of TABS. Live: speed (0: as fast as it goes), window_ms, live_panes. Experiment:
    duration (ms), panes, marks, rise (mV/ms). f-I: fi, the protocol in its fields, show_rate.
    Gating: against, the id of the second set or "", thermal. Integrators: trials,
    trials_duration (ms). lesson: its id or "", step: from 0. Raises ModelError naming the field.
    """

    tab: str = "live"
    speed: float = 0.05
    window_ms: float = 200.0
    live_panes: tuple[str, ...] = SHOWN_PANES
    duration: float = 50.0
    panes: tuple[str, ...] = SHOWN_PANES
    marks: bool = False
    rise: float = DEFAULT_RISE
    fi: FiProtocol | None = None
    show_rate: bool = False
    against: str = ""
    thermal: bool = False
    trials: tuple[Trial, ...] = ()
    trials_duration: float = 100.0
    lesson: str = ""
    step: int = 0

    def __post_init__(self) -> None:
        for key, parameter in (
            ("speed", SPEED), ("window_ms", WINDOW), ("duration", DURATION),
            ("rise", RISE), ("trials_duration", DURATION),
        ):  # fmt: skip
            object.__setattr__(self, key, _checked(key, parameter, getattr(self, key)))
        object.__setattr__(self, "step", int(STEP.check(self.step)))
        for key in ("marks", "show_rate", "thermal"):
            if not isinstance(getattr(self, key), bool):
                raise ModelError(key, f"{key} must be true or false")
        for key in ("against", "lesson"):
            _check_name(key, getattr(self, key))
        _check_one_of("tab", self.tab, TABS)
        for key in ("live_panes", "panes"):
            object.__setattr__(self, key, _checked_panes(key, getattr(self, key)))
        if self.fi is not None and not isinstance(self.fi, FiProtocol):
            raise ModelError("fi", "fi must be an f–I protocol")
        object.__setattr__(self, "trials", _all_of("trials", self.trials, Trial, _MOST_TRIALS))


@dataclass(frozen=True)
class KeptRun:
    """A kept run: its name, the number of its colour, whether it is drawn, and what was run.

    Its samples are not kept: the same setup gives the same numbers again.
    """

    name: str
    color: int
    visible: bool
    setup: Setup

    def __post_init__(self) -> None:
        _check_name("name", self.name)
        object.__setattr__(self, "color", int(COLOR.check(self.color)))
        if not isinstance(self.visible, bool):
            raise ModelError("visible", "visible must be true or false")
        if not isinstance(self.setup, Setup):
            raise ModelError("setup", "setup must be a setup")


@dataclass(frozen=True)
class Session:
    """All that a person would miss: document, view, kept runs and f-I curves, oldest first."""

    document: Document
    view: View = field(default_factory=View)
    runs: tuple[KeptRun, ...] = ()
    curves: tuple[FiCurve, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "runs", _all_of("runs", self.runs, KeptRun, MOST_RUNS))
        object.__setattr__(self, "curves", _all_of("curves", self.curves, FiCurve, MOST_CURVES))


def _checked(key: str, parameter: Parameter, value: object) -> float:
    """The number, or a ModelError under the field's own name."""
    try:
        return parameter.check(value)
    except ModelError as error:
        raise ModelError(key, str(error)) from None


def _check_name(key: str, name: object) -> None:
    if not isinstance(name, str) or len(name) > _LONGEST_NAME:
        raise ModelError(key, f"{key} must be text of at most {_LONGEST_NAME} characters")


def _check_one_of(key: str, value: object, known: tuple[str, ...]) -> None:
    if not isinstance(value, str) or value not in known:
        raise ModelError(key, f"{key} must be one of {', '.join(known)}")


def _checked_panes(key: str, names: object) -> tuple[str, ...]:
    if not isinstance(names, list | tuple) or len(names) > len(PANES):
        raise ModelError(key, f"{key} must be a list of some of {', '.join(PANES)}")
    for name in names:
        _check_one_of(key, name, tuple(PANES))
    return tuple(names)


def _all_of(key: str, values: object, kind: type, most: int) -> tuple[object, ...]:
    if not isinstance(values, list | tuple) or not all(isinstance(v, kind) for v in values):
        raise ModelError(key, f"{key} must be a list of {kind.__name__}")
    if len(values) > most:
        raise ModelError(key, f"at most {most} {key} are kept")
    return tuple(values)
