"""Describe variants of one neuron that run side by side: numbers as arrays, gates as kinds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hhgui.model.edit import with_value
from hhgui.model.membrane import Membrane

Array = NDArray[np.float64]
Ints = NDArray[np.int64]
# Columns of the current instead of the neuron.
UNDER = ("holding", "strength")


@dataclass(frozen=True)
class Variants:
    """Variants of one neuron: numbers of its currents as arrays, its gates as kinds.

    ``column`` (runs,) by "capacitance", "Na.conductance", "K.reversal", and of what each run is
    under by "holding" (µA/cm²) and "strength", a factor of the waveform; kinds: membranes with
    other gates or temperatures; kind: the index of each run's kind.
    """

    columns: Mapping[str, Array] = field(default_factory=dict)
    kinds: tuple[Membrane, ...] = ()
    kind: Ints = field(default_factory=lambda: np.zeros(1, dtype=np.int64))

    @classmethod
    def of(cls, membranes: Sequence[Membrane], which: ArrayLike) -> Self:
        """Return the variants given by ``membranes`` of one structure; which: (runs,) indices."""
        at = np.asarray(which, dtype=np.int64)
        columns = {"capacitance": np.array([m.capacitance for m in membranes])[at]}
        for place, current in enumerate(membranes[0].currents):
            for key in ("conductance", "reversal"):
                values = np.array([getattr(m.currents[place], key) for m in membranes])
                columns[f"{current.name}.{key}"] = values[at]
        kinds, kind = _kinetic_kinds(membranes)
        return cls(columns, kinds, kind[at])

    @classmethod
    def by_path(cls, membrane: Membrane, values: Mapping[str, Array]) -> Self:
        """Return variants with ``values``, (runs,) each, at paths of ``model/edit.py``."""
        columns, slow = {}, {}
        for path, column in values.items():
            key = path.rpartition(".")[2]
            for edge in (float(column.min()), float(column.max())):
                with_value(membrane, path, edge)  # refuses what is out of range
            if key in {"conductance", "reversal"}:
                columns[path] = column
            elif path == "membrane.capacitance":
                columns["capacitance"] = column
            else:
                slow[path] = column
        if not slow:
            return cls(columns)
        pairs = np.array(list(slow.values())).T
        unique, kind = np.unique(pairs, axis=0, return_inverse=True)
        kinds = []
        for row in unique.tolist():
            one = membrane
            for path, value in zip(slow, row, strict=True):
                one = with_value(one, path, value)
            kinds.append(one)
        return cls(columns, tuple(kinds), kind.ravel().astype(np.int64))

    def membrane(self, membrane: Membrane, run: int) -> Membrane:
        """Return the membrane of one run."""
        if self.kinds:
            membrane = self.kinds[int(self.kind[run if self.kind.size > 1 else 0])]
        for path, column in self.columns.items():
            if path not in UNDER:
                name = "membrane.capacitance" if path == "capacitance" else path
                membrane = with_value(membrane, name, float(column[run]))
        return membrane

    def unscaled(self) -> "Variants":
        """Return the same neurons, each under the same waveform as the others."""
        columns = {path: column for path, column in self.columns.items() if path != "strength"}
        return Variants(columns, self.kinds, self.kind)

    def part(self, chosen: Ints) -> "Variants":
        """Return the variants of the chosen runs only."""
        columns = {path: column[chosen] for path, column in self.columns.items()}
        kind = self.kind if self.kind.size == 1 else self.kind[chosen]
        return Variants(columns, self.kinds, kind)


SAME = Variants()


def _kinetic_kinds(members: Sequence[Membrane]) -> tuple[tuple[Membrane, ...], Ints]:
    """Return the members with different gates, and the index of each member's kind among them."""
    places: dict[object, int] = {}
    kinds: list[Membrane] = []
    kind = []
    for member in members:
        kinetics = member.gates, tuple(member.rate_factors.tolist())
        if kinetics not in places:
            places[kinetics] = len(kinds)
            kinds.append(member)
        kind.append(places[kinetics])
    return tuple(kinds), np.array(kind, dtype=np.int64)
