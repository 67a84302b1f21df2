"""Facts about thresholds: rheobase, strength-duration, displacement, refractory periods."""

import pytest

from hhgui.analysis.fixed_points import resting_potential
from hhgui.analysis.spikes import peaks
from hhgui.engine.simulation import Simulation
from hhgui.experiments.paired_pulse import refractory_period
from hhgui.experiments.preparation import held_at
from hhgui.experiments.threshold import (
    chronaxie,
    displacement_threshold,
    pulse_threshold,
    rheobase,
)


def test_rheobase(squid, fact):
    """A 200 ms step fires from 2.2409 µA/cm² (DOP853; NEURON's CVODE), at -40 mV too."""
    weakest = fact("rheobase_single_spike")
    weakest.compare(rheobase(squid))
    assert rheobase(squid, spike=-40.0) == pytest.approx(weakest.value, abs=1e-6)


@pytest.mark.parametrize(
    "name",
    ["threshold_pulse_0.2ms", "threshold_pulse_0.5ms", "threshold_pulse_3.0ms",
     "threshold_pulse_5.0ms", "threshold_pulse_50.0ms"],
)  # fmt: skip
def test_strength_duration(squid, fact, name):
    """The weakest pulse of this width (DOP853 at rtol 1e-11)."""
    duration = float(name.removeprefix("threshold_pulse_").removesuffix("ms"))
    fact(name).compare(pulse_threshold(squid, duration))


def test_chronaxie(squid, fact):
    """The width whose threshold is twice the rheobase (DOP853 at rtol 1e-11)."""
    fact("chronaxie").compare(chronaxie(squid))


def test_displacement_threshold(squid, fact):
    """A shock of 6.507 mV fires: between 6 and 7 mV in Hodgkin & Huxley 1952, fig. 12."""
    fact("displacement_threshold").compare(displacement_threshold(squid))


@pytest.mark.parametrize("name", ["refractory_2.0x", "refractory_3.0x", "refractory_4.0x"])
def test_refractory_period(squid, fact, name):
    """Two 0.5 ms pulses of k times the threshold fire twice from here on (DOP853)."""
    factor = float(name.removeprefix("refractory_").removesuffix("x"))
    fact(name).compare(refractory_period(squid, factor * 13.279814))


def test_anode_break(squid, fact):
    """Released from 30 mV below rest it fires once, this high, then (HH 1952, fig. 22)."""
    rebound = fact("anode_break_clamp")
    held = held_at(squid, resting_potential(squid) - 30.0)
    block = Simulation(held, method="adaptive", dt=0.005).advance(8000, every=1)
    times, heights = peaks(block.time, block.columns[0], above=0.0)
    assert (block.spikes.size, heights.size) == (rebound.value["n"], 1)
    rebound.compare([heights[0], times[0]], rebound.value["peak"])
