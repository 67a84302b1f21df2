"""Tabulate the gates over voltage; kernels with a fixed step interpolate in these tables.

The rows are voltages from V_MIN_MV to V_MAX_MV, two columns belong to each gate.
"""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from hhgui.model.membrane import Gate, Membrane

V_MIN_MV = -150.0
V_MAX_MV = 150.0
ROWS_PER_MV = 100
Array = NDArray[np.float64]
ROWS = int((V_MAX_MV - V_MIN_MV) * ROWS_PER_MV) + 1
_VOLTAGES = V_MIN_MV + np.arange(ROWS) / ROWS_PER_MV


def rate_table(membrane: Membrane) -> Array:
    """Return alpha and beta (1/ms) of each gate at its temperature, shape (voltages, 2 * gates).

    For an instantaneous gate these are 0 and x_inf.
    """
    columns = []
    with np.errstate(over="ignore"):  # infinite only at voltages that no run survives
        for gate, factor in zip(membrane.gates, membrane.rate_factors, strict=True):
            if gate.instantaneous:
                columns += [np.zeros(ROWS), _curves(gate)[0]]
            else:
                columns += [rate * factor for rate in _rates(gate)]
    return _stack(columns)


# 1/tau (1/ms) of an instantaneous gate in a table, whose interpolation must stay finite.
AT_ONCE = 1e300


def speed_table(membrane: Membrane) -> Array:
    """Return 1/tau (1/ms) and x_inf of each gate at its temperature, shape (voltages, 2 * gates).

    1/tau of an instantaneous gate is AT_ONCE.
    """
    columns = []
    with np.errstate(divide="ignore", over="ignore"):  # see rate_table
        for gate, factor in zip(membrane.gates, membrane.rate_factors, strict=True):
            steady, tau = _curves(gate)
            columns += [np.clip(factor / tau, -AT_ONCE, AT_ONCE), steady]
    return _stack(columns)


def relaxation_tables(membrane: Membrane, dt: float) -> tuple[Array, Array]:
    """Return (a, b) of each gate, with x(t + dt) = a x(t) + b at fixed V, for dt and for dt / 2.

    a = exp(-dt/tau), b = x_inf (1 - a): the exact solution (Rush & Larsen 1978). dt: ms. Each table
    has the shape (voltages, 2 * gates). As exp(-dt/tau) is the square of exp(-dt/2/tau), one exp is
    computed for both.
    """
    # one allocation and no array between: half the time of the plain formulas
    half, full = np.empty((2, _VOLTAGES.size, 2 * len(membrane.gates)))
    kept, lost = np.empty((2, _VOLTAGES.size))
    factors = membrane.rate_factors.tolist()
    for q, (gate, factor) in enumerate(zip(membrane.gates, factors, strict=True)):
        steady, tau = _curves(gate)
        # an instantaneous gate has tau 0, so a = exp(-dt/0) = 0
        with np.errstate(divide="ignore", over="ignore"):
            np.divide(-0.5 * dt * factor, tau, out=kept)
            np.exp(kept, out=kept)
        for table in (half, full):
            table[:, 2 * q] = kept
            np.subtract(1.0, kept, out=lost)
            np.multiply(steady, lost, out=table[:, 2 * q + 1])
            np.multiply(kept, kept, out=kept)
    return full, half


def _stack(columns: list[Array]) -> Array:
    """Return the columns side by side, as a table of shape (voltages, columns)."""
    if not columns:
        return np.zeros((_VOLTAGES.size, 0))
    return np.ascontiguousarray(np.stack(columns, axis=1))


# An edit of a conductance needs the same gates again; only an edited rate is computed anew. One is
# half a megabyte, and a membrane has at most eight.
KEPT_GATES = 24


@lru_cache(maxsize=KEPT_GATES)
def _rates(gate: Gate) -> tuple[Array, Array]:
    """Return alpha and beta (1/ms) of a gate at all voltages of the table."""
    return gate.rates_at(_VOLTAGES)


@lru_cache(maxsize=KEPT_GATES)
def _curves(gate: Gate) -> tuple[Array, Array]:
    """Return x_inf and tau (ms) of a gate at all voltages of the table."""
    return gate.steady_state_at(_VOLTAGES), gate.time_constant_at(_VOLTAGES)
