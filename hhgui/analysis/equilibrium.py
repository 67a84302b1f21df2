"""Describe the equilibria of the full neuron: where they are, and what happens near each."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hhgui.analysis.fixed_points import SPACING_MV, steady_state_current
from hhgui.analysis.kinetics import steady_gates
from hhgui.analysis.stability import eigenvalues, leading, stability
from hhgui.engine.tables import V_MAX_MV, V_MIN_MV
from hhgui.model.membrane import Membrane
from hhgui.model.words import with_minus

Array = NDArray[np.float64]
_POLISH = 5


@dataclass(frozen=True, eq=False)
class Equilibrium:
    """An equilibrium of the full neuron.

    voltage: mV. gates: (gates,). values: (1 + gates with a time constant,), the eigenvalues (1/ms)
    by rising real part.
    """

    voltage: float
    gates: Array
    values: NDArray[np.complex128]

    @property
    def kind(self) -> str:
        """Return the type of the equilibrium, one of STABILITIES."""
        return stability(self.values)

    @property
    def is_stable(self) -> bool:
        """Return whether small deviations decay."""
        return self.kind.startswith("stable")

    @property
    def is_saddle(self) -> bool:
        """Return whether deviations grow in one direction only."""
        return self.kind == "saddle"

    @property
    def words(self) -> str:
        """Return the type in words: "stable spiral, 61 Hz, decays in 5 ms"."""
        parts, slowest = [self.kind], leading(self.values)
        if self.is_saddle:
            slowest = complex(self.values.real.max())
        elif slowest.imag:
            parts.append(f"{1000.0 * abs(slowest.imag) / (2.0 * math.pi):.3g} Hz")
        if slowest.real:
            verb = "decays" if slowest.real < 0.0 else "grows"
            parts.append(f"{verb} in {1.0 / abs(slowest.real):.3g} ms")
        return ", ".join(parts)


def equilibria_at(membrane: Membrane, current: float) -> list[Equilibrium]:
    """Return the equilibria from -150 to 150 mV at an injected current (µA/cm²), by rising V."""
    return Equilibria(membrane).at(current)


def eigenvalue_text(value: complex) -> str:
    """Return an eigenvalue (1/ms) as text, as "−0.2 ± 0.38 i"; a pair is written once."""
    if value.imag:
        return with_minus(f"{value.real:.3g} ± {abs(value.imag):.3g} i")
    return with_minus(f"{value.real:.3g}")


class Equilibria:
    """Finds the equilibria of one membrane at many currents; I_ss(V) is computed only once."""

    def __init__(self, membrane: Membrane) -> None:
        self.membrane = membrane
        self._volts = np.linspace(V_MIN_MV, V_MAX_MV, round((V_MAX_MV - V_MIN_MV) / SPACING_MV) + 1)
        self._current = steady_state_current(membrane, self._volts)

    def at(self, current: float) -> list[Equilibrium]:
        """Return the equilibria at an injected current (µA/cm²), by rising V."""
        above = self._current >= current
        left = np.flatnonzero(above[:-1] != above[1:])
        if not left.size:
            return []
        low, high = self._volts[left], self._volts[left + 1]
        below, over = self._current[left] - current, self._current[left + 1] - current
        for _ in range(_POLISH):
            middle = low + (high - low) * np.clip(below / (below - over), 0.01, 0.99)
            value = steady_state_current(self.membrane, middle) - current
            same = (value >= 0.0) == (below >= 0.0)
            low, below = np.where(same, middle, low), np.where(same, value, below)
            high, over = np.where(same, high, middle), np.where(same, over, value)
        found = low + (high - low) * below / (below - over)
        return _described(self.membrane, found)


def _described(membrane: Membrane, found: Array) -> list[Equilibrium]:
    """Return the equilibria at the voltages ``found`` (mV) with gates and eigenvalues."""
    gates, values = steady_gates(membrane, found), eigenvalues(membrane, found)
    return [
        Equilibrium(voltage, gates[:, place], values[place])
        for place, voltage in enumerate(found.tolist())
    ]
