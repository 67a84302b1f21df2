"""Prepare a neuron for an experiment: at rest, or held at a voltage."""

from dataclasses import replace

from hhgui.analysis.fixed_points import resting_potential
from hhgui.model.membrane import Membrane


def held_at(membrane: Membrane, voltage: float) -> Membrane:
    """Return a copy of the membrane that starts at ``voltage`` (mV), every gate in steady state.

    Its run shows what follows when a long voltage clamp is released. Raises ModelError outside -150
    to 150 mV.
    """
    currents = tuple(
        replace(c, gates=tuple(replace(g, initial=None) for g in c.gates))
        for c in membrane.currents
    )
    return replace(membrane, currents=currents, initial_voltage=voltage)


def at_rest(membrane: Membrane, current: float = 0.0) -> Membrane:
    """Return a copy of the membrane that starts at its resting potential under ``current``.

    current: µA/cm². Raises ValueError if there is no equilibrium.
    """
    return held_at(membrane, resting_potential(membrane, current))
