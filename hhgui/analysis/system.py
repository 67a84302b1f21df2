"""Write the neuron as a dynamical system dy/dt = f(y, p).

y holds V and the gates with a time constant; the parameter p is one number of the neuron.
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from hhgui.analysis.jacobian import jacobian
from hhgui.analysis.kinetics import relaxation_rates, steady_gates
from hhgui.model.edit import with_value
from hhgui.model.membrane import Membrane

Array = NDArray[np.float64]
_DIFFERENCE = 1e-6


class Dynamics(Protocol):
    """The equations dy/dt = f(y, p) of any dynamical system, as continuation needs them."""

    def field(self, states: Array, parameter: float) -> Array:
        """Return f at ``states`` (n, size), same shape."""

    def slopes(self, states: Array, parameter: float) -> Array:
        """Return the Jacobian df/dy at ``states`` (n, size), shape (n, size, size)."""

    def by_parameter(self, states: Array, parameter: float) -> Array:
        """Return df/dp at ``states`` (n, size), same shape."""


@dataclass(frozen=True, eq=False)
class Neuron:
    """A membrane with one free parameter p: the injected current (µA/cm²) or another number.

    path: "current", or the path of that number as in ``model/edit.py``, such as "K.conductance".
    current: the injected current (µA/cm²) if that is not the parameter.
    """

    membrane: Membrane
    path: str = "current"
    current: float = 0.0

    @property
    def size(self) -> int:
        """Return the number of states: V and the gates with a time constant."""
        return 1 + len(self._dynamic)

    def at(self, parameter: float) -> tuple[Membrane, float]:
        """Return the membrane and the injected current (µA/cm²) for a value of the parameter."""
        if self.path == "current":
            return self.membrane, parameter
        return with_value(self.membrane, self.path, parameter), self.current

    def equilibrium(self, voltage: float, parameter: float) -> Array:
        """Return the state (size,) at ``voltage`` (mV) with every gate at its steady state."""
        membrane, _ = self.at(parameter)
        return np.array([voltage, *steady_gates(membrane, voltage)[self._dynamic]])

    def gates(self, states: Array, membrane: Membrane) -> Array:
        """Return every gate, instantaneous ones too, at ``states`` (n, size); shape (gates, n)."""
        every = np.empty((len(membrane.gates), states.shape[0]))
        every[self._dynamic] = states[:, 1:].T
        for q, gate in enumerate(membrane.gates):
            if gate.instantaneous:
                every[q] = gate.steady_state_at(states[:, 0])
        return every

    def field(self, states: Array, parameter: float) -> Array:
        """Return f (per ms) at ``states`` (n, size), in the same shape."""
        membrane, current = self.at(parameter)
        volts, gates = states[:, 0], self.gates(states, membrane)
        ionic = membrane.ionic_currents(volts, gates).sum(axis=0)
        moves = relaxation_rates(membrane, volts)[self._dynamic] * (
            steady_gates(membrane, volts)[self._dynamic] - gates[self._dynamic]
        )
        return np.concatenate([[(current - ionic) / membrane.capacitance], moves]).T

    def slopes(self, states: Array, parameter: float) -> Array:
        """Return the Jacobian df/dy at ``states`` (n, size), shape (n, size, size)."""
        membrane, _ = self.at(parameter)
        return jacobian(membrane, states[:, 0], self.gates(states, membrane))

    def by_parameter(self, states: Array, parameter: float) -> Array:
        """Return df/dp at ``states`` (n, size), in the same shape.

        It is exact for the current, and taken by central differences for other parameters.
        """
        if self.path == "current":
            slope = np.zeros_like(states)
            slope[:, 0] = 1.0 / self.membrane.capacitance
            return slope
        step = _DIFFERENCE * max(abs(parameter), 1.0)
        after, before = self.field(states, parameter + step), self.field(states, parameter - step)
        return (after - before) / (2.0 * step)

    @property
    def _dynamic(self) -> list[int]:
        """Return the indices of the gates with a time constant."""
        return [q for q, gate in enumerate(self.membrane.gates) if not gate.instantaneous]
