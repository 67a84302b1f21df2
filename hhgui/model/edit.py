"""Address one number of a membrane by a path, as in ``hhgui run --set Na.conductance=100``.

Examples: ``Na.conductance``, ``membrane.capacitance``, ``K.q10``, ``m.initial``,
``m.alpha.midpoint``; of a curve made of terms ``p.time_constant.terms[2].scale`` (terms are counted
from 1) and ``p.time_constant.exponent``.
"""

import re
from collections.abc import Iterator
from dataclasses import replace

from hhgui.model.membrane import MEMBRANE_PARAMETERS, Current, Gate, Membrane
from hhgui.model.parameter import (
    CURRENT_PARAMETERS,
    INITIAL,
    POWER,
    Q10,
    ModelError,
)
from hhgui.model.rate import AnyCurve, Rate

_MEMBRANE_KEYS = {p.key for p in MEMBRANE_PARAMETERS}
_CURRENT_KEYS = {p.key for p in (*CURRENT_PARAMETERS, Q10)}
_GATE_KEYS = {p.key for p in (INITIAL, POWER, Q10)}
RATES = ("alpha", "beta", "steady_state", "time_constant")
_NUMBERS = ("rate", "midpoint", "scale", "offset")
_CURVE_NUMBERS = ("exponent", "offset", "minimum", "maximum")
CHANGED = ", changed"
_TERM = re.compile(r"terms\[([1-9])\]\.(\w+)")


def values_of(membrane: Membrane) -> dict[str, float | None]:
    """Return every number of the membrane by the path that ``with_value`` takes.

    The value of ``m.initial`` is None if the gate starts at its steady state; that of a Q10 is None
    if the Q10 of its current or membrane applies. In a membrane without a temperature only those
    Q10 that have a value are included.
    """
    values = {f"membrane.{p.key}": getattr(membrane, p.key) for p in MEMBRANE_PARAMETERS}
    values = {path: value for path, value in values.items() if value is not None}
    warms = membrane.temperature is not None
    for current in membrane.currents:
        for parameter in CURRENT_PARAMETERS:
            values[f"{current.name}.{parameter.key}"] = getattr(current, parameter.key)
        if current.gates and (warms or current.q10 is not None):
            values[f"{current.name}.{Q10.key}"] = current.q10
    for gate in membrane.gates:
        values[f"{gate.name}.{INITIAL.key}"] = gate.initial
        values[f"{gate.name}.{POWER.key}"] = gate.power
        if warms or gate.q10 is not None:
            values[f"{gate.name}.{Q10.key}"] = gate.q10
        for name in RATES:
            for path, number in _numbers_of(getattr(gate, name)):
                values[f"{gate.name}.{name}.{path}"] = number
    return values


def _numbers_of(curve: AnyCurve | None) -> Iterator[tuple[str, float]]:
    """Yield each number of a curve with its path within the curve, such as "midpoint".

    None, a curve that the gate does not have, yields nothing.
    """
    if isinstance(curve, Rate):
        yield from ((key, getattr(curve, key)) for key in _NUMBERS)
    elif curve is not None:
        for place, term in enumerate(curve.terms, start=1):
            yield from ((f"terms[{place}].{key}", number) for key, number in _numbers_of(term))
        given = ((key, getattr(curve, key)) for key in _CURVE_NUMBERS)
        yield from ((key, number) for key, number in given if number is not None)


def named_after(membrane: Membrane, base: Membrane) -> Membrane:
    """Return ``membrane`` named as its parameter set ``base``, with ", changed" if it was edited.

    So no title and no file takes an edited neuron for the published one. A membrane whose id is not
    that of ``base`` is returned as it is.
    """
    if membrane.id != base.id or membrane == base:
        return membrane
    changed = replace(membrane, name=base.name) != base
    name = base.name + CHANGED if changed else base.name
    return membrane if membrane.name == name else replace(membrane, name=name)


def value_paths(membrane: Membrane) -> list[str]:
    """Return every path that ``with_value`` accepts for this membrane."""
    return list(values_of(membrane))


def with_value(membrane: Membrane, path: str, value: float) -> Membrane:
    """Return a copy of the membrane with the number at ``path`` replaced.

    Raises ModelError if there is no such path, or if the value is not allowed there.
    """
    owner, _, key = path.partition(".")
    if owner == "membrane" and key in _MEMBRANE_KEYS:
        return replace(membrane, **{key: value})  # type: ignore[arg-type]
    for current in membrane.currents if path in values_of(membrane) else ():
        if current.name == owner and key in _CURRENT_KEYS:
            return membrane.with_current(owner, **{key: value})
        for gate in current.gates:
            if gate.name == owner:
                return _with_gate(membrane, current, gate, _edited(gate, key, value))
    known = ", ".join(p for p in value_paths(membrane) if p.count(".") == 1)
    raise ModelError(path, f"no such value {path!r}; there are {known} and the gates' rates")


def _edited(gate: Gate, key: str, value: float) -> Gate:
    if key in _GATE_KEYS:
        return replace(gate, **{key: value})  # type: ignore[arg-type]
    name, _, number = key.partition(".")
    curve = getattr(gate, name)
    term = _TERM.fullmatch(number)
    if term is None:
        return replace(gate, **{name: replace(curve, **{number: value})})
    terms = list(curve.terms)
    terms[int(term[1]) - 1] = replace(terms[int(term[1]) - 1], **{term[2]: value})
    return replace(gate, **{name: replace(curve, terms=tuple(terms))})


def _with_gate(membrane: Membrane, current: Current, old: Gate, new: Gate) -> Membrane:
    gates = tuple(new if g is old else g for g in current.gates)
    edited = replace(current, gates=gates)
    return replace(
        membrane, currents=tuple(edited if c is current else c for c in membrane.currents)
    )
