"""Every recorded or derived variable of a membrane, described once.

Recording, ``--record``, CSV headers, panes, keys, cursors, figures, sessions and the names that a
gate may not have follow from ``quantities(membrane)``. A new variable is one entry there and one
expression.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from hhgui.model.current_unit import DENSITY, DENSITY_TEXT, CurrentUnit
from hhgui.model.words import with_minus

if TYPE_CHECKING:
    from hhgui.model.membrane import Current, Membrane

Array = NDArray[np.floating]


@dataclass(frozen=True)
class Pane:
    """One of the stacked plots of traces over time.

    label: of its axis; short: what the axis says where it is too low for the label; limits: the
    widest range it may show; weight: its part of the height, relative to the others; switch: the
    text of its button, short: all of them fit beside each other in large type; menu: the text of
    its command; base: what an axis always holds in a figure; shown: whether it is shown at first.
    """

    label: str
    short: str
    limits: tuple[float, float]
    weight: int
    switch: str
    menu: str
    help: str
    base: tuple[float, float] | None = None
    shown: bool = False


PANES = {
    "voltage": Pane(
        "V (mV)", "V (mV)", (-2000.0, 2000.0), 30, "V", "&Voltage", "Membrane voltage",
        (-80.0, 40.0), shown=True,
    ),
    "stimulus": Pane(
        f"I ({DENSITY_TEXT})", f"I ({DENSITY_TEXT})", (-1e5, 1e5), 14, "Stimulus", "&Stimulus",
        "Current given to the neuron", shown=True,
    ),
    "gates": Pane(
        "gates", "x", (-0.5, 1.5), 18, "Gates", "&Gates",
        "Each gate, from 0 (closed) to 1 (open)", (0.0, 1.0), shown=True,
    ),
    "currents": Pane(
        f"I ionic ({DENSITY_TEXT})", f"I ({DENSITY_TEXT})", (-1e6, 1e6), 18, "Currents",
        "Ionic &currents",
        "Ionic currents, outward positive", shown=True,
    ),
    "conductances": Pane(
        "g (mS/cm²)", "g (mS/cm²)", (-1e4, 2e4), 18, "g", "Con&ductances",
        "Conductances as the gates leave them: ḡ times the open probability",
    ),
    "driving_forces": Pane(
        "V − E (mV)", "V − E (mV)", (-2000.0, 2000.0), 18, "V − E", "Driving &forces",
        "Driving forces: how far V is from each reversal potential",
    ),
    "open_probabilities": Pane(
        "p open", "p", (-0.5, 1.5), 18, "p", "&Open probabilities",
        "Open probabilities: the product of a current's gates, each to its power",
    ),
}  # fmt: skip
SHOWN_PANES = tuple(name for name, pane in PANES.items() if pane.shown)


@dataclass(frozen=True, eq=False)
class Rows:
    """Recorded rows: ``recorded`` holds the values of each recorded quantity by key, (rows,).

    membranes: (first row, membrane) of each stretch between two edits, from row 0 on.
    """

    recorded: Mapping[str, Array]
    membranes: Sequence[tuple[int, Membrane]]

    def __getitem__(self, key: str) -> Array:
        return self.recorded[key]

    def parameter(self, read: Callable[[Membrane], float]) -> float | Array:
        """Return a number of the membrane, or an array over the rows if an edit changed it."""
        values = [read(membrane) for _, membrane in self.membranes]
        if len(set(values)) == 1:
            return values[0]
        ends = [first for first, _ in self.membranes[1:]] + [self["V"].size]
        counts = np.diff([0, *ends])
        return np.repeat(np.array(values, dtype=self["V"].dtype), counts)


@dataclass(frozen=True)
class Quantity:
    """One variable over time.

    key: its name in ``--record`` and in the JSON beside a table; symbol: in keys and read-outs,
    with _ before a subscript; label: in words; unit: "" for a fraction; header: of its CSV column;
    digits: decimals of a read-out; pane: the name of its pane, "" for one that is only written;
    of: its values (rows,) in Rows; recorded: whether the kernels store it; role, place: it has the
    hue and dash of this role in the theme, or where there is none, of this place among its kind.
    """

    key: str
    symbol: str
    label: str
    unit: str
    header: str
    digits: int
    pane: str
    of: Callable[[Rows], Array]
    role: str
    place: int = 0
    recorded: bool = False

    def text(self, value: float, currents: CurrentUnit = DENSITY) -> str:
        """Return a value as text with its digits and unit; currents: how a current is shown."""
        factor = currents.factor_of(self.unit)
        digits = max(self.digits - round(math.log10(factor)), 0)
        return with_minus(f"{factor * value:.{digits}f} {currents.unit(self.unit)}").rstrip()


def quantities(membrane: Membrane) -> tuple[Quantity, ...]:
    """Return every quantity of the membrane: first the recorded ones, in the kernels' order."""
    return (*_recorded(membrane), *_derived(membrane))


def recorded_keys(membrane: Membrane) -> tuple[str, ...]:
    """Return the keys of the recorded quantities: the rows of ``Block.columns``."""
    return tuple(q.key for q in quantities(membrane) if q.recorded)


def quantities_by_pane(membrane: Membrane) -> dict[str, tuple[Quantity, ...]]:
    """Return the quantities of each pane, in order."""
    every = quantities(membrane)
    return {name: tuple(q for q in every if q.pane == name) for name in PANES}


VOLTAGE = Quantity(
    "V", "V", "membrane voltage", "mV", "V_mV", 2, "voltage",
    lambda rows: rows["V"], "V", recorded=True,
)  # fmt: skip
STIMULUS = Quantity(
    "I_stim", "I", "stimulus", DENSITY_TEXT, "I_stim_uA_per_cm2", 2, "stimulus",
    lambda rows: rows["I_stim"], "I_stim", recorded=True,
)  # fmt: skip


def _recorded(membrane: Membrane) -> Iterator[Quantity]:
    yield VOLTAGE
    yield STIMULUS
    for place, gate in enumerate(membrane.gates):
        x = gate.name
        yield Quantity(
            x, x, f"gate {x}", "", x, 4, "gates", _row(x), x, place, recorded=True
        )  # fmt: skip
    for place, current in enumerate(membrane.currents):
        key = f"I_{current.name}"
        yield Quantity(
            key, key, f"current of {current.name}", DENSITY_TEXT, f"{key}_uA_per_cm2", 2,
            "currents", _row(key), key, place, recorded=True,
        )  # fmt: skip


def _derived(membrane: Membrane) -> Iterator[Quantity]:
    currents = [(n, c, c.name, f"I_{c.name}") for n, c in enumerate(membrane.currents)]
    for n, current, ion, role in currents:
        yield Quantity(
            f"g_{ion}", f"g_{ion}", f"conductance of {ion}", "mS/cm²", f"g_{ion}_mS_per_cm2", 3,
            "conductances", _conductance(n, current), role, n,
        )  # fmt: skip
    for n, _, ion, role in currents:
        yield Quantity(
            f"d_{ion}", f"V−E_{ion}", f"driving force of {ion}", "mV", f"driving_force_{ion}_mV", 2,
            "driving_forces", _driving_force(n), role, n,
        )  # fmt: skip
    for n, current, ion, role in currents:
        if current.gates:
            yield Quantity(
                f"p_{ion}", f"p_{ion}", f"open probability of {ion}", "",
                f"open_probability_{ion}", 4, "open_probabilities",
                _open_probability(current), role, n,
            )  # fmt: skip
    yield Quantity(
        "dV_dt", "dV/dt", "slope of the voltage", "mV/ms", "dV_dt_mV_per_ms", 2, "",
        _slope(membrane), "V",
    )  # fmt: skip


def _row(key: str) -> Callable[[Rows], Array]:
    return lambda rows: rows[key]


def _open_probability(current: Current) -> Callable[[Rows], Array]:
    """Return the product of x**power over the gates x of a current."""
    factors = [gate.name for gate in current.gates for _ in range(gate.power)]

    def of(rows: Rows) -> Array:
        product = np.ones_like(rows["V"])
        for name in factors:  # multiplied: a power would take twenty times as long
            product *= rows[name]
        return product

    return of


def _conductance(n: int, current: Current) -> Callable[[Rows], Array]:
    """Return the function for maximal conductance times open probability (mS/cm²)."""
    probability = _open_probability(current)
    return lambda rows: rows.parameter(lambda m: m.currents[n].conductance) * probability(rows)


def _driving_force(n: int) -> Callable[[Rows], Array]:
    """Return the function for V − E (mV)."""
    return lambda rows: rows["V"] - rows.parameter(lambda m: m.currents[n].reversal)


def _slope(membrane: Membrane) -> Callable[[Rows], Array]:
    """Return the function for dV/dt (mV/ms) by the equation itself: (I_stim − Σ I) / C."""
    keys = [f"I_{current.name}" for current in membrane.currents]

    def of(rows: Rows) -> Array:
        net = rows["I_stim"] - sum((rows[key] for key in keys), np.zeros_like(rows["V"]))
        return np.asarray(net / rows.parameter(lambda m: m.capacitance))

    return of
