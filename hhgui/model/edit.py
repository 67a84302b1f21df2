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
from hhgui.model.rate import Rate

MEMBRANE_VALUES = (*MEMBRANE_PARAMETERS, REFERENCE_TEMPERATURE, AREA)
_MEMBRANE_KEYS = {p.key for p in MEMBRANE_VALUES}
_CURRENT_KEYS = {p.key for p in CURRENT_PARAMETERS}
RATES = ("alpha", "beta", "steady_state", "time_constant")
_NUMBERS = ("rate", "midpoint", "scale", "offset")


def values_of(membrane: Membrane) -> dict[str, float | None]:
    """Return every number of the membrane by the path that ``with_value`` takes.

    None is a gate that starts at its steady state. Curves of several terms have no path.
    """
    values = {f"membrane.{p.key}": getattr(membrane, p.key) for p in MEMBRANE_VALUES}
    values = {path: value for path, value in values.items() if value is not None}
    for current in membrane.currents:
        for parameter in CURRENT_PARAMETERS:
            values[f"{current.name}.{parameter.key}"] = getattr(current, parameter.key)
    for gate in membrane.gates:
        values[f"{gate.name}.{INITIAL.key}"] = gate.initial
        values[f"{gate.name}.power"] = gate.power
        for name in RATES:
            rate = getattr(gate, name)
            if isinstance(rate, Rate):
                for number in _NUMBERS:
                    values[f"{gate.name}.{name}.{number}"] = getattr(rate, number)
    return values


def value_paths(membrane: Membrane) -> list[str]:
    """Every path that ``with_value`` takes for this membrane."""
    return list(values_of(membrane))


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
