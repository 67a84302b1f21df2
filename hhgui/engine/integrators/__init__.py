"""One numerical idea per file. Importing a method's file loads numba and its cached kernel.

The loop around a step stands in every file again: numba cannot keep a kernel on disk that a factory
made of another function. What is in the loop is shared, in ``_kernel`` and ``_lanes``.

Every kernel is ``advance(state, packed, table, half_table, dt, current, current_end, n, threshold,
every, phase, out, spikes)`` and returns ``(steps, rows, spike_count, status)``:

state: V, the gates, and one slot that is the method's own, changed in place;
table, half_table: what ``tables(membrane, dt)`` of the same file gives;
current, current_end: injected current at the start of each step and just before its end;
every, phase: a row is recorded before a step when phase is 0, then every ``every`` steps;
out: (2 + gates + currents, rows): V, stimulus, gates, ionic currents;
spikes: (2, most) upward crossings of ``threshold``: the step, and the share of it (kept apart so
that a spike's time does not depend on where a block began).
"""

from importlib import import_module
from types import ModuleType

_FILES = {
    "euler": "euler",
    "rk4": "rk4",
    "exponential-euler": "exponential_euler",
    "exponential-euler-gates-first": "exponential_euler_gates_first",
    "crank-nicolson": "crank_nicolson",
    "adaptive": "adaptive",
}


def load(method_id: str) -> ModuleType:
    """The module of a method; the first call loads numba."""
    return import_module(f"{__name__}.{_FILES[method_id]}")
