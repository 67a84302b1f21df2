"""One number of a membrane by its path, as the command line's --set and the editors name it.

``Na.conductance``, ``membrane.capacitance``, ``m.initial``, ``m.alpha.midpoint``.
"""

from dataclasses import replace

from hhgui.model.membrane import Current, Gate, Membrane
from hhgui.model.parameter import (
    AREA,
    CURRENT_PARAMETERS,
    INITIAL,
    MEMBRANE_PARAMETERS,
    REFERENCE_TEMPERATURE,
    ModelError,
)

_MEMBRANE = (*MEMBRANE_PARAMETERS, REFERENCE_TEMPERATURE, AREA)
_MEMBRANE_KEYS = {p.key for p in _MEMBRANE}
_CURRENT_KEYS = {p.key for p in CURRENT_PARAMETERS}
_RATES = ("alpha", "beta", "steady_state", "time_constant")
_NUMBERS = ("rate", "midpoint", "scale", "offset")


def value_paths(membrane: Membrane) -> list[str]:
    """Every path that ``with_value`` takes for this membrane."""
    given = [p for p in _MEMBRANE if getattr(membrane, p.key) is not None]
    paths = [f"membrane.{p.key}" for p in given]
    paths += [f"{c.name}.{p.key}" for c in membrane.currents for p in CURRENT_PARAMETERS]
    for gate in membrane.gates:
        paths += [f"{gate.name}.{INITIAL.key}", f"{gate.name}.power"]
        rates = [r for r in _RATES if getattr(gate, r) is not None]
        paths += [f"{gate.name}.{r}.{n}" for r in rates for n in _NUMBERS]
    return paths


def with_value(membrane: Membrane, path: str, value: float) -> Membrane:
    """The membrane with one number replaced. ModelError for an unknown path or a bad value."""
    owner, _, key = path.partition(".")
    if owner == "membrane" and key in _MEMBRANE_KEYS:
        return replace(membrane, **{key: value})  # type: ignore[arg-type]
    if key in _CURRENT_KEYS and any(c.name == owner for c in membrane.currents):
        return membrane.with_current(owner, **{key: value})
    for current in membrane.currents:
        for gate in current.gates:
            if gate.name == owner and path in value_paths(membrane):
                return _with_gate(membrane, current, gate, _edited(gate, key, value))
    known = ", ".join(p for p in value_paths(membrane) if p.count(".") == 1)
    raise ModelError(path, f"no such value {path!r}; there are {known} and the gates' rates")


def _edited(gate: Gate, key: str, value: float) -> Gate:
    if key == "power":
        return replace(gate, power=value)  # type: ignore[arg-type]
    if key == INITIAL.key:
        return replace(gate, initial=value)
    name, _, number = key.partition(".")
    return replace(gate, **{name: replace(getattr(gate, name), **{number: value})})


def _with_gate(membrane: Membrane, current: Current, old: Gate, new: Gate) -> Membrane:
    gates = tuple(new if g is old else g for g in current.gates)
    edited = replace(current, gates=gates)
    return replace(
        membrane, currents=tuple(edited if c is current else c for c in membrane.currents)
    )
