"""Vary any number of a subject: of its neuron, its stimulus, its time step or its spike rule.

Numbers are named by paths, such as "Na.conductance" or "stimulus.amplitude".
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from hhgui.document.differences import value_name
from hhgui.document.fi_protocol import REARM, THRESHOLD
from hhgui.engine.methods import DT
from hhgui.experiments.contract import Column, Subject
from hhgui.experiments.settings import Grid
from hhgui.experiments.variants import Variants
from hhgui.model.edit import value_paths, values_of, with_value
from hhgui.model.membrane import MEMBRANE_PARAMETERS
from hhgui.model.parameter import CURRENT_PARAMETERS, POWER, Parameter
from hhgui.model.stimulus.component import Component
from hhgui.model.stimulus.edit import (
    is_of_stimulus,
    path_of,
    stimulus_parameter,
    stimulus_values,
    with_stimulus_value,
)
from hhgui.model.stimulus.stimulus import HOLDING

Array = NDArray[np.float64]
Ints = NDArray[np.int64]
_HOLDING = f"stimulus.{HOLDING.key}"
_AMPLITUDE = path_of(0, "amplitude")
# Of the subject itself: the time step, and the rule that counts spikes.
_OWN = {"run.dt": DT, "spikes.threshold": THRESHOLD, "spikes.rearm": REARM}
_NEURON = {p.key: p for p in (*MEMBRANE_PARAMETERS, *CURRENT_PARAMETERS, POWER)}
_RATE_UNITS = {"midpoint": "mV", "scale": "mV", "alpha": "1/ms", "beta": "1/ms",
               "time_constant": "ms"}  # fmt: skip
# The width of a range about a voltage (mV) and a temperature (°C), and its number of values.
_ABOUT_MV, _BELOW_C, _ABOVE_C = 20.0, 6.0, 14.0
POINTS = 7


@dataclass(frozen=True)
class Variation:
    """A group of runs under one waveform.

    runs: their indices in the series. subject: what they have in common. variants: how their
    neurons differ.
    """

    runs: Ints
    subject: Subject
    variants: Variants


def paths_of(subject: Subject) -> list[str]:
    """Return the paths of all numbers of the subject that can be varied."""
    return [*value_paths(subject.membrane), *stimulus_values(subject.stimulus), *_OWN]


def with_number(subject: Subject, path: str, value: float) -> Subject:
    """Return a copy of the subject with the number at ``path`` replaced. Raises ModelError."""
    if path in _OWN:
        return replace(subject, **{_OWN[path].key: value})  # type: ignore[arg-type]
    if _of_stimulus(subject, path):
        stimulus = with_stimulus_value(subject.stimulus, path, value)
        return replace(subject, stimulus=stimulus)
    return replace(subject, membrane=with_value(subject.membrane, path, value))


def number_of(subject: Subject, path: str) -> float | None:
    """Return the number at ``path``, or None if there is none."""
    if path in _OWN:
        return float(getattr(subject, _OWN[path].key))
    values = values_of(subject.membrane) | stimulus_values(subject.stimulus)
    return values.get(path.replace("stimulus[1]", "stimulus"))


def name_and_unit(subject: Subject, path: str) -> tuple[str, str]:
    """Return the name of a number as shown to people, and its unit."""
    if path in _OWN:
        return _OWN[path].label, _OWN[path].unit
    if not _of_stimulus(subject, path):
        known = path in values_of(subject.membrane)
        return (value_name(path) if known else path), _unit(path)
    parameter = stimulus_parameter(subject.stimulus, path)
    place = path.partition(".")[0].removeprefix("stimulus").strip("[]")
    if path.partition(".")[2] == HOLDING.key:
        return parameter.label, parameter.unit
    return f"stimulus {place} {parameter.label}".replace("  ", " "), parameter.unit


def column_of(key: str, subject: Subject, path: str) -> Column:
    """Return the column ``key`` of a table for the number at ``path``."""
    name, unit = name_and_unit(subject, path)
    return Column(key, unit, name, bare=True)


def range_about(parameter: Parameter, value: float) -> Grid:
    """Return values around ``value`` over which a measure is likely to change.

    They go from half to one and a half times the value; for a voltage 20 mV and for a temperature
    some degrees to either side; from 0 on if the value is 0. All are allowed by ``parameter``.
    """
    if parameter.whole:
        low = max(parameter.minimum, value - POINTS // 2)
        high = min(parameter.maximum, low + POINTS - 1)
        return Grid(low, high, round(high - low) + 1)
    if parameter.unit == "mV":
        low, high = value - _ABOUT_MV, value + _ABOUT_MV
    elif parameter.unit == "°C":
        low, high = value - _BELOW_C, value + _ABOVE_C
    elif value == 0.0:
        low, high = 0.0, 20.0 * parameter.step
    else:
        low, high = sorted((0.5 * value, 1.5 * value))
    low, high = (round(each, 12) for each in (low, high))
    least = parameter.minimum
    if parameter.above_minimum and low <= least:
        least = min(0.5 * value, value)
    return Grid(max(low, least), min(high, parameter.maximum), POINTS)


def variations(subject: Subject, values: Mapping[str, Array]) -> Iterator[Variation]:
    """Yield the runs of a series, in as few groups as can be run side by side.

    values: for the path of each varied number an array (runs,). A number that changes the waveform
    itself, and the power of a gate, needs a group for each of its values. Raises ModelError for an
    unknown path and for values that are out of range.
    """
    size = next(iter(values.values())).size
    for path, column in values.items():
        for edge in (float(column.min()), float(column.max())):
            with_number(subject, path, edge)
    apart = {p: c for p, c in values.items() if _stands_apart(subject, p)}
    if not apart:
        yield _variation(subject, np.arange(size), values)
        return
    unique, group = np.unique(np.array(list(apart.values())).T, axis=0, return_inverse=True)
    for number, row in enumerate(unique.tolist()):
        one = subject
        for path, value in zip(apart, row, strict=True):
            one = with_number(one, path, value)
        runs = np.flatnonzero(group.ravel() == number)
        yield _variation(one, runs, {p: c for p, c in values.items() if p not in apart})


def _variation(subject: Subject, runs: Ints, values: Mapping[str, Array]) -> Variation:
    """Return a group of runs with the variants that ``values`` describe."""
    neuron = {p: c for p, c in values.items() if not _of_stimulus(subject, p)}
    variants = Variants.by_path(subject.membrane, {p: c[runs] for p, c in neuron.items()})
    columns = dict(variants.columns)
    if _HOLDING in values:
        columns["holding"] = values[_HOLDING][runs]
    if _AMPLITUDE in values:
        (part,) = subject.stimulus.components
        unit: Component = replace(part, amplitude=1.0)  # type: ignore[type-var]
        subject = replace(subject, stimulus=replace(subject.stimulus, components=(unit,)))
        columns["strength"] = values[_AMPLITUDE][runs]
    if variants.kinds:  # neighbours share their tables
        order = np.argsort(variants.kind, kind="stable")
        runs, columns = runs[order], {key: column[order] for key, column in columns.items()}
        return Variation(runs, subject, Variants(columns, variants.kinds, variants.kind[order]))
    return Variation(runs, subject, Variants(columns))


def _stands_apart(subject: Subject, path: str) -> bool:
    """Return whether runs that differ in the number at ``path`` need different waveforms."""
    if path in _OWN:
        return True
    if not _of_stimulus(subject, path):
        return path.endswith(f".{POWER.key}")
    if path == _HOLDING:
        return False
    if path != _AMPLITUDE or len(subject.stimulus.components) != 1:
        return True
    currents = [p.key for p in subject.stimulus.components[0].parameters if p.unit == HOLDING.unit]
    return currents != ["amplitude"]


def _of_stimulus(subject: Subject, path: str) -> bool:
    """Return whether ``path`` names a number of the stimulus."""
    return is_of_stimulus(path) and path not in values_of(subject.membrane)


def _unit(path: str) -> str:
    """Return the unit of the number of a neuron at ``path``."""
    _, _, key = path.partition(".")
    if key in _NEURON:
        return _NEURON[key].unit
    curve, _, rest = key.partition(".")
    number = rest.rpartition(".")[2]
    return _RATE_UNITS.get(number) or _RATE_UNITS.get(curve if rest else "", "")
