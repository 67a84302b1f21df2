"""Describe variants of one neuron that run side by side.

Variants may differ in numbers of their currents, which are kept as arrays with one value per run,
and in their kinetics (the curves of their gates and the temperature), which are kept as a short
list of distinct membranes and, for each run, an index into that list.
"""

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
    """Variants of one neuron, one per run, of which only what differs is stored.

    columns: arrays of shape (runs,) by name: "capacitance", "Na.conductance", "K.reversal", and for
    the injected current "holding" (µA/cm²) and "strength", a factor of the waveform. kinds: the
    membranes that differ in their gates or their temperature, or () if all runs have those of the
    neuron itself. kind: for each run the index of its membrane in ``kinds``; shape (runs,), or (1,)
    if it is the same for all.
    """

    columns: Mapping[str, Array] = field(default_factory=dict)
    kinds: tuple[Membrane, ...] = ()
    kind: Ints = field(default_factory=lambda: np.zeros(1, dtype=np.int64))

    @classmethod
    def of(cls, membranes: Sequence[Membrane], which: ArrayLike) -> Self:
        """Return one variant per entry of ``which``, an index into ``membranes``, shape (runs,).

        All ``membranes`` must have the same currents and gates by name (one ``structure``).
        """
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
        """Return variants of ``membrane`` in which the numbers at the paths of ``values`` differ.

        values: an array of shape (runs,) by path, as in ``model/edit.py``. Raises ModelError for a
        path that does not exist or a value outside its range.
        """
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
        """Return the membrane of run ``run`` (counted from 0) as a variant of ``membrane``."""
        if self.kinds:
            membrane = self.kinds[int(self.kind[run if self.kind.size > 1 else 0])]
        for path, column in self.columns.items():
            if path not in UNDER:
                name = "membrane.capacitance" if path == "capacitance" else path
                membrane = with_value(membrane, name, float(column[run]))
        return membrane

    def unscaled(self) -> "Variants":
        """Return the same neurons without "strength", so that all runs get the same waveform."""
        columns = {path: column for path, column in self.columns.items() if path != "strength"}
        return Variants(columns, self.kinds, self.kind)

    def part(self, chosen: Ints) -> "Variants":
        """Return only the variants of the runs with the indices ``chosen``."""
        columns = {path: column[chosen] for path, column in self.columns.items()}
        kind = self.kind if self.kind.size == 1 else self.kind[chosen]
        return Variants(columns, self.kinds, kind)


SAME = Variants()


def _kinetic_kinds(membranes: Sequence[Membrane]) -> tuple[tuple[Membrane, ...], Ints]:
    """Sort membranes by kinetics: the curves of their gates and the temperature's factors on them.

    Returns the distinct kinetics, each represented by the first membrane that has it, and for each
    entry of ``membranes`` the index of its kinetics in that tuple, shape (membranes,).
    """
    places: dict[object, int] = {}
    kinds: list[Membrane] = []
    kind = []
    for membrane in membranes:
        kinetics = membrane.gates, tuple(membrane.rate_factors.tolist())
        if kinetics not in places:
            places[kinetics] = len(kinds)
            kinds.append(membrane)
        kind.append(places[kinetics])
    return tuple(kinds), np.array(kind, dtype=np.int64)
