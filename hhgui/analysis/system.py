"""Write the neuron as a dynamical system dy/dt = f(y, p).

y holds V and the gates with a time constant; the parameter p is one number of the neuron.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from hhgui.analysis.jacobian import jacobian
from hhgui.analysis.kinetics import steady_gates
from hhgui.engine.packing import Packed, pack
from hhgui.model.edit import with_value
from hhgui.model.membrane import Membrane

Array = NDArray[np.float64]


class Dynamics(Protocol):
    """The equations dy/dt = f(y, p) of any dynamical system, as continuation needs them."""

    def slopes(self, states: Array, parameter: float) -> Array:
        """Return the Jacobian df/dy at ``states`` (n, size), shape (n, size, size)."""

    def linearised(self, states: Array, parameter: float) -> tuple[Array, Array, Array]:
        """Return f (n, size), df/dy (n, size, size) and df/dp (n, size) at ``states`` (n, size).

        dy/dt = f(y, p) in 1/ms, with y one of the states and p the parameter; entry [k, i, j] of
        df/dy is the derivative of f_i by y_j at state k.
        """


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
        return 1 + len(self.dynamic)

    def at(self, parameter: float) -> tuple[Membrane, float]:
        """Return the membrane and the injected current (µA/cm²) for a value of the parameter."""
        if self.path == "current":
            return self.membrane, parameter
        return with_value(self.membrane, self.path, parameter), self.current

    def equilibrium(self, voltage: float, parameter: float) -> Array:
        """Return the state (size,) at ``voltage`` (mV) with every gate at its steady state.

        parameter: the value of the free parameter, on which the gates may depend.
        """
        membrane, _ = self.at(parameter)
        return np.array([voltage, *steady_gates(membrane, voltage)[self.dynamic]])

    def gates(self, states: Array, membrane: Membrane) -> Array:
        """Return every gate, instantaneous ones too, at ``states`` (n, size); shape (gates, n)."""
        every = np.empty((len(membrane.gates), states.shape[0]))
        every[self.dynamic] = states[:, 1:].T
        for q, gate in enumerate(membrane.gates):
            if gate.instantaneous:
                every[q] = gate.steady_state_at(states[:, 0])
        return every

    def slopes(self, states: Array, parameter: float) -> Array:
        """Return the Jacobian df/dy at ``states`` (n, size), shape (n, size, size)."""
        membrane, _ = self.at(parameter)
        return jacobian(membrane, states[:, 0], self.gates(states, membrane))

    def linearised(self, states: Array, parameter: float) -> tuple[Array, Array, Array]:
        """Return f (n, size), df/dy (n, size, size) and df/dp (n, size) at ``states`` (n, size).

        Raises ModelError for a value of the parameter that is not allowed.
        """
        from hhgui.engine.linearisation import linearise  # numba is loaded in a worker only

        if self.path == "current":
            packed, current = self._packed, parameter
        else:
            membrane, current = self.at(parameter)
            packed = pack(membrane)
        n, size = states.shape
        field, by_parameter = np.empty((n, size)), np.empty((n, size))
        slopes = np.empty((n, size, size))
        kind, place = self._moved
        linearise(packed, np.ascontiguousarray(states), current, kind, place, self.log_slopes,
                  field, slopes, by_parameter)  # fmt: skip
        return field, slopes, by_parameter

    @cached_property
    def _packed(self) -> Packed:
        return pack(self.membrane)

    @cached_property
    def log_slopes(self) -> Array:
        """Return d ln(phi)/dT (per °C) of the rates of every gate, phi = Q10**((T - T_ref)/10)."""
        membrane = self.membrane
        own = [g.q10 if g.q10 is not None else c.q10 for c in membrane.currents for g in c.gates]
        return np.log([membrane.q10 if q10 is None else q10 for q10 in own]) / 10.0

    @cached_property
    def _moved(self) -> tuple[int, int]:
        """Return how ``linearise`` names the parameter."""
        from hhgui.engine import linearisation

        name, _, key = self.path.rpartition(".")
        names = [current.name for current in self.membrane.currents]
        return getattr(linearisation, key.upper()), names.index(name) if name in names else -1

    @property
    def dynamic(self) -> list[int]:
        """Return the places of the gates with a time constant, which are states."""
        """Return the indices of the gates with a time constant."""
        return [q for q, gate in enumerate(self.membrane.gates) if not gate.instantaneous]
