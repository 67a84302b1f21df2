"""Prepare a neuron before a protocol: at rest, or held at a voltage."""

from dataclasses import replace

from hhgui.analysis.fixed_points import resting_potential
from hhgui.model.membrane import Membrane


def held_at(membrane: Membrane, voltage: float) -> Membrane:
    """Return a membrane that starts at ``voltage`` (mV) with every gate at its steady state there.

    Its run shows the release from a long voltage clamp. Raises ModelError outside -150..150 mV.
    """
    currents = tuple(
        replace(c, gates=tuple(replace(g, initial=None) for g in c.gates))
        for c in membrane.currents
    )
    return replace(membrane, currents=currents, initial_voltage=voltage)


def at_rest(membrane: Membrane, current: float = 0.0) -> Membrane:
    """Return a membrane that starts at its resting potential under ``current`` (µA/cm²).

    Raises ValueError if it has no equilibrium.
    """
    return held_at(membrane, resting_potential(membrane, current))
