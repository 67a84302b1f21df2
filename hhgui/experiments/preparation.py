"""Prepare a neuron before a protocol: at rest, held at a voltage, or displaced."""

from collections.abc import Sequence
from dataclasses import replace

from hhgui.analysis.fixed_points import resting_potential
from hhgui.model.membrane import Membrane


def held_at(membrane: Membrane, voltage: float) -> Membrane:
    """Return a membrane that starts at ``voltage`` (mV) with every gate at its steady state there.

    Its run shows the release from a long voltage clamp. Raises ModelError outside -150..150 mV.
    """
    return _starting(membrane, voltage, [None] * len(membrane.gates))


def at_rest(membrane: Membrane, current: float = 0.0) -> Membrane:
    """Return a membrane that starts at its resting potential under ``current`` (µA/cm²).

    Raises ValueError if it has no equilibrium.
    """
    return held_at(membrane, resting_potential(membrane, current))


def displaced(membrane: Membrane, shift: float) -> Membrane:
    """Return a membrane whose start voltage alone is moved by ``shift`` (mV), as by a shock.

    The gates start unchanged. A charge of shift x C (nC/cm²) does that (Hodgkin & Huxley 1952, fig.
    12). Raises ModelError outside -150..150 mV.
    """
    values = membrane.initial_gates().tolist()
    return _starting(membrane, membrane.initial_voltage + shift, values)


def _starting(membrane: Membrane, voltage: float, values: Sequence[float | None]) -> Membrane:
    """Return the membrane with a start voltage (mV) and start values of its gates, in order."""
    left = iter(values)
    currents = tuple(
        replace(c, gates=tuple(replace(g, initial=next(left)) for g in c.gates))
        for c in membrane.currents
    )
    return replace(membrane, currents=currents, initial_voltage=voltage)
