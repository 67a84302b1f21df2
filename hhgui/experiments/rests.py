"""Find where many variants of one neuron rest, all at once."""

from collections.abc import Mapping
from types import SimpleNamespace
from typing import cast

import numpy as np
from numpy.typing import NDArray

from hhgui.analysis.fixed_points import SPACING_MV
from hhgui.analysis.kinetics import steady_gates
from hhgui.analysis.roots import bracketed
from hhgui.analysis.stability import growth_rate
from hhgui.engine.tables import V_MAX_MV, V_MIN_MV
from hhgui.experiments.contract import Cancelled, MeasurementCancelled, never
from hhgui.experiments.variants import Variants
from hhgui.model.membrane import Membrane

Array = NDArray[np.float64]
# Steady I-V curves that are in memory at a time, each of 6001 voltages.
AT_A_TIME = 256


def resting_states(
    membrane: Membrane, holding: float, variants: Variants, runs: int, cancelled: Cancelled = never
) -> Array:
    """Return V (mV) and gates of each variant at rest, (1 + gates, runs), NaN if it has no rest.

    Rest is the lowest stable equilibrium, as in ``lanes.at_rest``, under the holding current
    (µA/cm²) or the variant's own. Raises MeasurementCancelled once ``cancelled()`` is true.
    """
    kinds = variants.kinds or (membrane,)
    which = np.broadcast_to(variants.kind, (runs,))
    under = np.broadcast_to(variants.columns.get("holding", holding), (runs,))
    states = np.full((1 + len(membrane.gates), runs), np.nan)
    for number, kind in enumerate(kinds):
        own = np.flatnonzero(which == number)
        for part in np.array_split(own, max(1, -(-own.size // AT_A_TIME))):
            if cancelled():
                raise MeasurementCancelled
            numbers = {path: column[part] for path, column in variants.columns.items()}
            volts = _resting_voltages(_many(kind, numbers, part.size), under[part])
            states[0, part], states[1:, part] = volts, steady_gates(kind, volts)
    return states


def _many(membrane: Membrane, numbers: Mapping[str, Array], runs: int) -> Membrane:
    """Return one Membrane whose conductances, reversals and capacitance are arrays (runs,).

    numbers: these arrays by name. Formulas of ``analysis`` work with arrays too, although a
    Membrane is meant to hold numbers.
    """

    def of(path: str, value: float) -> Array:
        return np.broadcast_to(numbers.get(path, value), (runs,))

    currents = [
        SimpleNamespace(
            name=c.name, gates=c.gates,
            conductance=of(f"{c.name}.conductance", c.conductance),
            reversal=of(f"{c.name}.reversal", c.reversal),
        )
        for c in membrane.currents
    ]  # fmt: skip
    return cast(
        "Membrane",
        SimpleNamespace(
            currents=currents, gates=membrane.gates, rate_factors=membrane.rate_factors,
            capacitance=of("capacitance", membrane.capacitance),
        ),
    )  # fmt: skip


def _part(many: Membrane, rows: NDArray[np.int64]) -> Membrane:
    """Return only the membranes with the indices ``rows``, which may repeat."""
    numbers = {"capacitance": np.asarray(many.capacitance)[rows]}
    for c in many.currents:
        numbers[f"{c.name}.conductance"] = np.asarray(c.conductance)[rows]
        numbers[f"{c.name}.reversal"] = np.asarray(c.reversal)[rows]
    return _many(many, numbers, rows.size)


def _open_fractions(many: Membrane, volts: Array) -> Array:
    """Return prod(x_inf**p) of every current at each voltage (mV), shape (currents, voltages)."""
    fractions = []
    for current in many.currents:
        fraction = np.ones(volts.size)
        for gate in current.gates:
            fraction = fraction * gate.steady_state_at(volts) ** gate.power
        fractions.append(fraction)
    return np.array(fractions)


def _resting_voltages(many: Membrane, under: Array) -> Array:
    """Return the lowest stable equilibrium (mV) of each membrane, NaN if there is none.

    under: the injected current (µA/cm²) of each, (runs,).
    """
    grid = np.linspace(V_MIN_MV, V_MAX_MV, round((V_MAX_MV - V_MIN_MV) / SPACING_MV) + 1)
    conductances = np.array([c.conductance for c in many.currents])
    driven = conductances * np.array([c.reversal for c in many.currents])
    fractions = _open_fractions(many, grid)
    above = (conductances.T @ fractions) * grid - driven.T @ fractions >= under[:, None]
    rows, left = np.nonzero(above[:, :-1] != above[:, 1:])
    found = np.full(under.size, np.nan)
    if not rows.size:
        return found

    def surplus(volts: Array) -> Array:
        """Return the current (µA/cm²) that is missing at one voltage of each row."""
        total = conductances[:, rows] * volts - driven[:, rows]
        found: Array = (total * _open_fractions(many, volts)).sum(axis=0) - under[rows]
        return found

    volts = bracketed(surplus, grid[left], grid[left + 1])
    stable = growth_rate(_part(many, rows), volts) < 0.0
    # the lowest is written last
    found[rows[stable][::-1]] = volts[stable][::-1]
    return found
