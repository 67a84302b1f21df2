"""The integration methods on offer, as data; their numerics are in ``engine.integrators``."""

from dataclasses import dataclass

from hhgui.model.parameter import ModelError, Parameter

DT = Parameter(
    "dt", "dt", "time step dt", "ms", 0.0001, 1.0, 0.005, 4,
    "Width of one integration step; for the adaptive method, of one output sample.",
)  # fmt: skip
DEFAULT_DT_MS = 0.025


@dataclass(frozen=True)
class Method:
    """A method's id (files, command line), label, order and one sentence for the student."""

    id: str
    label: str
    order: int
    help: str
    remedy: str


_SMALLER = "try a smaller dt, or Crank–Nicolson"
METHODS: dict[str, Method] = {
    m.id: m
    for m in (
        Method("crank-nicolson", "Crank–Nicolson (staggered)", 2,
               "Gates at half steps, voltage implicit: second order, stable. The default.",
               "try a smaller dt"),
        Method("exponential-euler-gates-first", "Exponential Euler, gates first", 1,
               "Each gate relaxes exactly, then the voltage with the new gates. Never blows up.",
               _SMALLER),
        Method("exponential-euler", "Exponential Euler (plain)", 1,
               "Gates and voltage both relax from the old state, as the textbooks define it.",
               _SMALLER),
        Method("euler", "Forward Euler", 1,
               "The simplest method; too large a dt makes it blow up.", _SMALLER),
        Method("rk4", "Runge–Kutta 4", 4,
               "Four evaluations a step: very accurate until dt is too large, then it blows up.",
               _SMALLER),
        Method("adaptive", "Adaptive (Dormand–Prince 5(4))", 5,
               "Chooses its own steps to keep the error below a tolerance; exact rates, no tables.",
               "the membrane is too stiff for it: try Crank–Nicolson"),
    )
}  # fmt: skip
DEFAULT_METHOD = "crank-nicolson"


def method_named(method_id: str) -> Method:
    """The method of an id; ModelError lists the ids there are."""
    if method_id not in METHODS:
        raise ModelError("method", f"method must be one of {', '.join(METHODS)}, not {method_id!r}")
    return METHODS[method_id]
