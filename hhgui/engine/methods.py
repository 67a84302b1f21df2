"""List the integration methods: one for every file in ``engine.integrators``."""

from dataclasses import dataclass
from importlib import import_module
from pkgutil import iter_modules

from hhgui.engine import integrators
from hhgui.engine.method import Method
from hhgui.model.parameter import ModelError, Parameter, shown

DT = Parameter(
    "dt", "dt", "time step dt", "ms", 0.0001, 1.0, 0.005, 4,
    "Width of one integration step; for the adaptive method, of one output sample.",
)  # fmt: skip
DEFAULT_DT_MS = 0.025
DEFAULT_METHOD = "crank-nicolson"
# The reference of comparisons and thresholds: its error is smaller than any shown digit.
REFERENCE_METHOD = "adaptive"


def _found() -> dict[str, Method]:
    """Return the methods by id, ordered by rank."""
    names = [module.name for module in iter_modules(integrators.__path__)]
    methods = [import_module(f"{integrators.__name__}.{name}").METHOD for name in names]
    return {method.id: method for method in sorted(methods, key=lambda m: m.rank)}


METHODS: dict[str, Method] = _found()
_NAMED = METHODS | {alias: m for m in METHODS.values() for alias in m.aliases}


def method_named(name: str) -> Method:
    """Return the method with this id or alias. Raises ModelError, which lists the ids, if none."""
    if name not in _NAMED:
        raise ModelError("method", f"method must be one of {', '.join(METHODS)}, not {shown(name)}")
    return _NAMED[name]


@dataclass(frozen=True)
class Trial:
    """An integration method and a dt (ms), to be compared with others.

    Raises ModelError for an unknown method or a dt out of range.
    """

    method: str
    dt: float

    def __post_init__(self) -> None:
        object.__setattr__(self, "method", method_named(self.method).id)
        object.__setattr__(self, "dt", DT.check(self.dt))


def own_trial(method: str, dt: float) -> Trial | None:
    """Return the method and dt (ms) that a tab or measurement has of its own, or None.

    method: an id, or "" to follow the run bar, which gives None. Raises ModelError.
    """
    return Trial(method, dt) if method else None
