"""The voltage clamp against NEURON's SEClamp, where NEURON is installed (the ``peers`` extra)."""

import math

import numpy as np
import pytest

from hhgui.experiments.clamp_staircase import ClampStaircase

AREA_UM2 = 1000.0
DT_MS = 0.0025


@pytest.fixture(scope="module")
def seclamp():
    """A run of NEURON's squid axon behind a resistance (MΩ) to a command (mV): t, V, I_Na, I_K."""
    h = pytest.importorskip("neuron").h
    h.load_file("stdrun.hoc")
    h.usetable_hh, h.celsius, h.dt, h.steps_per_ms = 0, 6.3, DT_MS, 1.0 / DT_MS
    axon = h.Section(name="axon")
    axon.L = axon.diam = math.sqrt(AREA_UM2 / math.pi)
    axon.insert("hh")
    axon.cm, axon.ena, axon.ek = 1.0, 50.0, -77.0
    middle = axon(0.5)
    middle.hh.gl, middle.hh.el = 0.0003, -54.387
    clamp = h.SEClamp(middle)

    def run(resistance, command, duration):
        clamp.rs = resistance
        clamp.dur1, clamp.amp1 = 50.0, -65.0
        clamp.dur2, clamp.amp2 = duration, command
        recorded = [h.Vector().record(ref) for ref in
                    (h._ref_t, middle._ref_v, middle._ref_ina, middle._ref_ik)]  # fmt: skip
        h.finitialize(-65.0)
        h.continuerun(50.0 + duration)
        time, volts, sodium, potassium = (np.array(each) for each in recorded)
        during = time > 50.0 + DT_MS
        return time[during] - 50.0, volts[during], 1e3 * sodium[during], 1e3 * potassium[during]

    yield run
    h.delete_section(sec=axon)


def clamped(squid, command, **settings):
    """The curves of one step of hhgui's clamp."""
    staircase = ClampStaircase(values=[command], test_duration=10.0, area=AREA_UM2, **settings)
    return staircase.record(squid).curves(1000)


@pytest.mark.parametrize("command", [-40.0, 0.0, 40.0])
def test_an_ideal_clamp_is_neurons_behind_a_tiny_resistance(squid, seclamp, command):
    """Peak sodium and late potassium current agree to 0.3 %."""
    _, _, sodium, potassium = seclamp(1e-3, command, 10.0)
    curves = clamped(squid, command)
    peak = sodium[np.abs(sodium).argmax()]
    own = curves.currents[0, 0]
    assert own[np.abs(own).argmax()] == pytest.approx(peak, rel=3e-3)
    assert curves.currents[1, 0, -1] == pytest.approx(potassium[-1], rel=3e-3)


@pytest.mark.parametrize("resistance", [0.2, 1.0])
@pytest.mark.parametrize("command", [-40.0, 0.0])
def test_a_series_resistance_is_neurons(squid, seclamp, resistance, command):
    """The true V and the sodium current follow NEURON's at all times."""
    time, volts, sodium, _ = seclamp(resistance, command, 10.0)
    curves = clamped(squid, command, series_resistance=resistance)
    later = curves.time[0] > 0.1
    at = curves.time[0, later]
    np.testing.assert_allclose(curves.voltage[0, later], np.interp(at, time, volts), atol=0.2)
    wanted = np.interp(at, time, sodium)
    found = curves.currents[0, 0, later]
    np.testing.assert_allclose(found, wanted, atol=0.01 * np.abs(wanted).max())
