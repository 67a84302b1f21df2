"""Describe every recorded or derived variable of a membrane once.

A quantity is a variable over time, such as V, a gate or an ionic current. Recordings, the option
``--record``, CSV headers, plots, legends, cursors, figures, sessions and the names that a gate may
not have are all made from ``quantities(membrane)``. A new variable is one entry and one function
here.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
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
    """One of the plots of traces over time that stand above each other and share the time axis.

    label: of its value axis. short: a shorter label for a low plot. limits: the lowest and highest
    value to which the axis can be zoomed out. weight: its height relative to the other panes.
    switch: the text of the button that shows or hides it, short so that all buttons fit in large
    type. menu: the text of the same command in the menu; help: its tooltip. base: a range that the
    axis in an exported figure always includes, or None. shown: whether it is shown at first.
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
# The pane of the stimulus while the voltage is clamped.
CLAMP_PANE = replace(
    PANES["stimulus"], label=f"I clamp ({DENSITY_TEXT})",
    help="Current that the clamp gives to the neuron, outward positive",
)  # fmt: skip
COMMAND_PANE = replace(PANES["voltage"], label="V = command (mV)", help="The voltage as commanded")
SHOWN_PANES = tuple(name for name, pane in PANES.items() if pane.shown)


@dataclass(frozen=True, eq=False)
class Rows:
    """Consecutive rows of a recording.

    recorded: the values of each recorded quantity by key, shape (rows,). membranes: pairs (first
    row, membrane), one for each stretch of rows without an edit; the first one begins at row 0.
    """

    recorded: Mapping[str, Array]
    membranes: Sequence[tuple[int, Membrane]]

    def __getitem__(self, key: str) -> Array:
        return self.recorded[key]

    def parameter(self, read: Callable[[Membrane], float]) -> float | Array:
        """Return a number of the membrane, as ``read`` takes it from each membrane of the rows.

        This is one number, or an array of shape (rows,) if an edit changed it.
        """
        values = [read(membrane) for _, membrane in self.membranes]
        if len(set(values)) == 1:
            return values[0]
        ends = [first for first, _ in self.membranes[1:]] + [self["V"].size]
        counts = np.diff([0, *ends])
        return np.repeat(np.array(values, dtype=self["V"].dtype), counts)


@dataclass(frozen=True)
class Quantity:
    """The description of one variable over time: V, the stimulus, a gate, a current, ….

    key: its name for ``--record`` and in the JSON beside a table. symbol: for legends and
    read-outs; what follows "_" is a subscript. label: its name in words. unit: "" for a fraction.
    header: of its CSV column. digits: decimals in read-outs. pane: the key of the pane (in PANES)
    that shows it, "" if it is only exported. of: the function that returns its values, shape
    (rows,), from Rows. recorded: whether the kernels store it, else it is computed from what they
    store. role: the key of its colour and dash in the theme; for roles that a theme does not know,
    place (counted from 0 among the quantities of a kind) chooses them.
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
        """Return a value of the quantity as text with unit: "−65.0 mV".

        currents: the unit in which currents are shown.
        """
        factor = currents.factor_of(self.unit)
        digits = max(self.digits - round(math.log10(factor)), 0)
        return with_minus(f"{factor * value:.{digits}f} {currents.unit(self.unit)}").rstrip()


def quantities(membrane: Membrane) -> tuple[Quantity, ...]:
    """Return all quantities of the membrane.

    First come the recorded ones, in the order of the kernels, then those computed from them.
    """
    return (*_recorded(membrane), *_derived(membrane))


def recorded_keys(membrane: Membrane) -> tuple[str, ...]:
    """Return the keys of the recorded quantities, in the order of the rows of ``Block.columns``."""
    return tuple(q.key for q in quantities(membrane) if q.recorded)


def quantities_by_pane(
    membrane: Membrane, injected: Quantity | None = None
) -> dict[str, tuple[Quantity, ...]]:
    """Return the quantities that each pane shows, by the pane's key, in order.

    injected: What the current given to the neuron is, of ``injected_by``; None: a stimulus.
    """
    every = [injected if injected and q is STIMULUS else q for q in quantities(membrane)]
    return {name: tuple(q for q in every if q.pane == name) for name in PANES}


VOLTAGE = Quantity(
    "V", "V", "membrane voltage", "mV", "V_mV", 2, "voltage",
    lambda rows: rows["V"], "V", recorded=True,
)  # fmt: skip
STIMULUS = Quantity(
    "I_stim", "I", "stimulus", DENSITY_TEXT, "I_stim_uA_per_cm2", 2, "stimulus",
    lambda rows: rows["I_stim"], "I_stim", recorded=True,
)  # fmt: skip


# What is recorded in the place of the stimulus while the voltage is clamped, and in a run that is
# clamped for some time only.
CLAMP = replace(
    STIMULUS, symbol="I_clamp", label="current of the clamp", header="I_clamp_uA_per_cm2"
)
STIMULUS_AND_CLAMP = replace(
    STIMULUS, label="current of stimulus or clamp", header="I_injected_uA_per_cm2"
)
COMMAND_HEADER = "V_command_mV"


def injected_by(clamped: Collection[bool]) -> Quantity:
    """Return which quantity the current given to the neuron is.

    clamped: for each part of a run whether the voltage was clamped in it. It is recorded as
    "I_stim" in any case.
    """
    if not any(clamped):
        return STIMULUS
    return CLAMP if all(clamped) else STIMULUS_AND_CLAMP


def pane_of(name: str, injected: Quantity = STIMULUS) -> Pane:
    """Return the description of the pane ``name``.

    injected: the quantity that the current given to the neuron is (see ``injected_by``), on which
    the description of two panes depends.
    """
    clamped = {"stimulus": CLAMP_PANE, "voltage": COMMAND_PANE} if injected is CLAMP else {}
    return clamped.get(name, PANES[name])


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
    """Return the function that takes a recorded quantity from Rows by its key."""
    return lambda rows: rows[key]


def _open_probability(current: Current) -> Callable[[Rows], Array]:
    """Return the function for the open probability (0 to 1) of a current.

    That is the product of x**power over its gates x.
    """
    factors = [gate.name for gate in current.gates for _ in range(gate.power)]

    def of(rows: Rows) -> Array:
        product = np.ones_like(rows["V"])
        for name in factors:  # multiplied: a power would take twenty times as long
            product *= rows[name]
        return product

    return of


def _conductance(n: int, current: Current) -> Callable[[Rows], Array]:
    """Return the function for the maximal conductance times the open probability (mS/cm²).

    n: the index of the current in the membrane.
    """
    probability = _open_probability(current)
    return lambda rows: rows.parameter(lambda m: m.currents[n].conductance) * probability(rows)


def _driving_force(n: int) -> Callable[[Rows], Array]:
    """Return the function for V − E (mV) of current number ``n`` (from 0)."""
    return lambda rows: rows["V"] - rows.parameter(lambda m: m.currents[n].reversal)


def _slope(membrane: Membrane) -> Callable[[Rows], Array]:
    """Return the function for dV/dt (mV/ms) by the membrane equation: (I_stim − Σ I) / C."""
    keys = [f"I_{current.name}" for current in membrane.currents]

    def of(rows: Rows) -> Array:
        net = rows["I_stim"] - sum((rows[key] for key in keys), np.zeros_like(rows["V"]))
        return np.asarray(net / rows.parameter(lambda m: m.capacitance))

    return of
