"""Clamp the voltage of one neuron ideally: V is the command, and the gates follow it.

    V(t) = V_command(t),   dx/dt = (x_inf(V) - x) / tau(V)
    I(t) = C dV/dt + sum over the currents of g prod(x**p) (V - E)

I is what the clamp passes, outward positive (Hodgkin, Huxley & Katz 1952, J Physiol 116:424). Where
the command is constant each gate relaxes exactly, whatever dt; where it moves, the gates relax
over each step at the command in its middle: order 2. A step is cut at every jump of the command. At
a jump itself C dV/dt is infinite for no time, which an ideal clamp supplies: it is left out, as in
the families of the voltage clamp (``analysis/clamp.py``). No method of integration takes part.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from hhgui.engine.kernel import Status
from hhgui.engine.stops import Stop
from hhgui.engine.tables import V_MAX_MV, V_MIN_MV
from hhgui.model.stimulus.command import Command
from hhgui.model.stimulus.component import EDGE_TOLERANCE_MS
from hhgui.model.stimulus.injection import middles

Array = NDArray[np.float64]
_HAIR_MS = 10 * EDGE_TOLERANCE_MS


class Commanded(NamedTuple):
    """The command voltage of n steps, in the form that ``loop.hold`` needs.

    times: (n + 1,), the start of each step and the end of the last (ms). voltage (mV), slope
    (mV/ms): those of the command at these times, after a jump. before: the voltage (mV) just before
    a jump. first, length, middle: the pieces of the steps, see ``loop.hold``.
    """

    times: Array
    voltage: Array
    slope: Array
    before: Array
    first: NDArray[np.int64]
    length: Array
    middle: Array

    def part(self, start: int, stop: int) -> "Commanded":
        """Return the part for the steps with indices ``start`` to ``stop`` - 1."""
        cut = slice(start, stop + 1)
        return self._replace(
            times=self.times[cut], voltage=self.voltage[cut], slope=self.slope[cut],
            before=self.before[cut], first=self.first[cut],
        )  # fmt: skip


def commanded(command: Command, times: Array) -> Commanded:
    """Return the command voltage for the steps between neighbouring ``times`` (ms)."""
    voltage, slope = command.current_at(times), command.slope_at(times)
    before = command.current_at(times - _HAIR_MS)
    return Commanded(times, voltage, slope, before, *middles(command, times))


def clamp_stop(status: Status, time: float) -> Stop:
    """Return the Stop for a Status with which a clamped run ended at ``time`` (ms)."""
    if status is Status.GATE_RAN_AWAY:
        why = "a gate ran far from 0…1: at the command its rates are negative or no numbers. "
        remedy = "Change them, or the command."
    else:
        why = f"the command left {V_MIN_MV:g}…{V_MAX_MV:g} mV, where the gates are tabulated. "
        remedy = "Reduce its steps, or move the holding voltage."
    return Stop(time, f"At {time:.3f} ms {why}{remedy}")
