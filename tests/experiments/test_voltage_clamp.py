"""Voltage clamp against independent references: closed forms, and LSODA behind a resistance."""

import json
from pathlib import Path

import numpy as np
import pytest

from hhgui.analysis.clamp import family
from hhgui.experiments.contract import Subject
from hhgui.experiments.voltage_clamp import VoltageClamp
from hhgui.model.parameter import ModelError
from tests.measuring import measured, result

REFERENCE = json.loads((Path(__file__).parents[1] / "data" / "voltage_clamp.json").read_text())
IDEAL = REFERENCE["squid-dayan-abbott"]
REAL = REFERENCE["real_clamp_squid"]


def clamped(membrane, dt=0.005, **settings):
    """Everything that the experiment with these settings finds."""
    return measured(VoltageClamp.from_settings(settings), Subject(membrane, dt=dt))


def test_the_iv_family_is_the_closed_form(squid):
    """Peaks, their times and late currents agree with the reference to 1e-6."""
    rows = clamped(squid, commands=[row["command_mV"] for row in IDEAL["iv"]], duration=20.0).rows
    for key, name in (
        ("peak_I_Na", "peak_Na_uA_cm2"), ("late_I_K", "late_K_uA_cm2"), ("late_I_L", "leak_uA_cm2"),
    ):  # fmt: skip
        wanted = [row[name] for row in IDEAL["iv"]]
        np.testing.assert_allclose(rows.column(key), wanted, rtol=1e-6)
    times = [row["peak_time_ms"] for row in IDEAL["iv"]]
    np.testing.assert_allclose(rows.column("peak_time_Na"), times, atol=1e-6)


def test_inactivation_and_its_boltzmann_curve(squid):
    """The relative peaks, V½ and k agree with the reference."""
    wanted = IDEAL["inactivation"]
    found = clamped(
        squid, protocol="inactivation", commands=wanted["conditioning_mV"],
        conditioning_duration=wanted["conditioning_ms"], test=wanted["test_mV"],
    )  # fmt: skip
    relative = found.rows.column("relative_peak")
    np.testing.assert_allclose(relative, wanted["relative_peak"], rtol=1e-6)
    assert result(found, "half").value == pytest.approx(wanted["half_mV"], abs=1e-4)
    assert result(found, "slope").value == pytest.approx(wanted["slope_mV"], abs=1e-4)
    assert result(found, "h_half").value == pytest.approx(-62.3, abs=0.1)


def test_recovery_from_inactivation(squid):
    """The ratios agree with the reference, and the time constant with the gate's own to 1 %."""
    wanted = IDEAL["recovery"]
    found = clamped(
        squid, protocol="recovery", gaps=wanted["gap_ms"], duration=wanted["pulse_ms"],
        test=wanted["pulse_mV"],
    )  # fmt: skip
    np.testing.assert_allclose(found.rows.column("relative_peak"), wanted["ratio"], rtol=1e-6)
    tau = result(found, "recovery_time_constant").value
    assert tau == pytest.approx(wanted["tau_h_at_hold_ms"], rel=0.01)


def test_potassium_tails_reverse_at_their_reversal_potential(squid):
    """The instantaneous currents agree with the reference; they are zero at E_K."""
    wanted = IDEAL["tails_K"]
    found = clamped(
        squid, protocol="tails", commands=wanted["tail_mV"], test=wanted["pulse_mV"],
        duration=wanted["pulse_ms"],
    )  # fmt: skip
    tails = found.rows.column("peak_I_K")
    np.testing.assert_allclose(tails, wanted["instantaneous_uA_cm2"], rtol=1e-6, atol=1e-9)
    assert result(found, "reversal").value == pytest.approx(-77.0, abs=1e-6)


@pytest.mark.parametrize("wanted", REAL, ids=lambda row: f"{row['command_mV']:g} mV")
def test_a_series_resistance_gives_what_lsoda_gives(squid, wanted):
    """Peak within 0.2 % and the voltage's error at it within 0.1 mV of LSODA at rtol 1e-11."""
    found = clamped(
        squid, commands=[wanted["command_mV"]], area=wanted["area_um2"],
        series_resistance=wanted["series_resistance_MOhm"],
    )  # fmt: skip
    row = next(iter(found.rows)).values
    assert row["peak_I_Na"] == pytest.approx(wanted["peak_Na_uA_cm2"], rel=2e-3)
    assert row["peak_time_Na"] == pytest.approx(wanted["peak_time_ms"], abs=2e-3)
    error = wanted["voltage_error_at_peak_mV"]
    assert row["voltage_error_at_peak"] == pytest.approx(error, abs=0.1)
    volts = next(t for t in found.traces if t.key == "V").values
    assert volts[-1] == pytest.approx(wanted["late_V_mV"], abs=0.05)
    assert volts.max() == pytest.approx(wanted["max_V_mV"], abs=0.1)


def test_a_small_resistance_is_nearly_ideal(squid):
    """The error of the peak falls in proportion to the resistance."""
    ideal = clamped(squid, commands=[-20.0]).rows.column("peak_I_Na")[0]
    errors = [
        clamped(squid, commands=[-20.0], series_resistance=r).rows.column("peak_I_Na")[0] - ideal
        for r in (0.1, 0.05)
    ]
    assert errors[0] / errors[1] == pytest.approx(2.0, rel=0.15)


def test_a_clamp_a_million_times_faster_than_the_gates_is_as_good_as_ideal(squid):
    """1 kΩ before 1 µm²: V is off by R_s times the current, and the peak the closed form's."""
    settings = {"commands": [0.0], "series_resistance": 1e-3, "area": 1.0}
    row = next(iter(clamped(squid, **settings).rows)).values
    assert row["peak_I_Na"] == pytest.approx(-1456.8378985200195, rel=1e-5)
    ionic = family(squid, -65.0, [[0.0]], 20.0).currents(0, [row["peak_time_Na"]]).sum()
    assert row["voltage_error_at_peak"] == pytest.approx(-1e-8 * ionic, rel=1e-3)


def test_full_compensation_is_ideal(squid):
    """With all of the resistance made up for, V is the command."""
    settings = {"commands": [0.0], "series_resistance": 5.0, "compensation": 100.0}
    peak = clamped(squid, **settings).rows.column("peak_I_Na")[0]
    assert peak == pytest.approx(-1456.8378985200195, rel=1e-6)


def test_the_pipette_changes_only_the_current_that_a_ramp_records(squid):
    """5 pF at 0.8 mV/ms take 4 pA, 0.4 µA/cm² of 1000 µm²; rows stay as they are."""
    ramp = {"protocol": "ramp", "commands": [-40.0, 0.0, 40.0], "duration": 100.0, "area": 1000.0}
    plain = clamped(squid, **ramp)
    charged = clamped(squid, **ramp, pipette_capacitance=5.0)
    assert result(charged, "pipette_current").value == pytest.approx(0.4)
    np.testing.assert_array_equal(charged.rows.column("I_Na"), plain.rows.column("I_Na"))
    assert not plain.results
    step = {"commands": [0.0], "series_resistance": 1.0}
    peaks = [clamped(squid, **step, pipette_capacitance=c).rows.column("peak_I_Na")[0]
             for c in (0.0, 5.0)]  # fmt: skip
    assert peaks[0] == peaks[1]


def test_a_slow_ramp_follows_the_steady_current(squid):
    """Over 2 s the potassium current at each voltage is its steady one, to 1 %."""
    ramp = {"protocol": "ramp", "commands": [-40.0, 0.0, 40.0], "duration": 2000.0}
    found = clamped(squid, dt=0.1, **ramp)
    long = clamped(squid, dt=0.1, commands=[-40.0, 0.0, 40.0], duration=100.0)
    steady = long.rows.column("late_I_K")
    np.testing.assert_allclose(found.rows.column("I_K")[1:], steady[1:], rtol=0.01)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"current": "Ca"}, "current must be one of Na, K, L, not 'Ca'"),
        ({"protocol": "ramp", "commands": [0.0]}, "two voltages that differ"),
        ({"protocol": "steps"}, "protocol must be one of iv, activation"),
    ],
)
def test_what_can_not_be_clamped_is_refused(squid, settings, message):
    """The sentence names what is wrong and what is allowed."""
    with pytest.raises(ModelError, match=message):
        clamped(squid, **settings)


def test_an_iv_curve_that_does_not_reverse_says_so(squid):
    """Below the reversal potential the result is missing, with the reason."""
    found = clamped(squid, commands=[-40.0, 0.0])
    assert result(found, "reversal").value is None
    assert "I_Na does not change its sign in this range of voltages" in found.problems


def test_every_shipped_neuron_can_be_clamped(subtests):
    """Each protocol gives rows for every parameter set that has a gate."""
    from hhgui.model.library import load_library

    for membrane in load_library().membranes.values():
        for protocol in ("iv", "activation", "inactivation", "recovery", "tails", "ramp"):
            with subtests.test(membrane=membrane.id, protocol=protocol):
                assert len(clamped(membrane, protocol=protocol, duration=5.0).rows) > 1


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"area": 10_000.0, "series_resistance": 20.0, "commands": [-40.0, 0.0]},
         "the clamp has lost control: V is more than 10 mV from the command at the peak of I_Na"),
        ({"protocol": "ramp", "area": 10_000.0, "series_resistance": 20.0},
         "the clamp has lost control: V is more than 10 mV from the command"),
        ({"duration": 0.2}, "the step ends before the peak of I_Na: lengthen it"),
        ({"protocol": "inactivation", "conditioning_duration": 2.0},
         "the first pulse ends before h is steady: lengthen it"),
        ({"protocol": "activation", "commands": [-100.0, -95.0, -90.0, -85.0]},
         "a Boltzmann curve needs three points, and more than half of its height: vary"),
    ],
)  # fmt: skip
def test_what_misleads_is_told(squid, settings, said):
    """Numbers that are no answer come with the reason and what to change, on stderr and in JSON."""
    usual = {key: settings[key] for key in settings if key == "protocol"}
    assert not any(said in text for text in clamped(squid, **usual).problems)
    assert any(text.startswith(said) for text in clamped(squid, **settings).problems)


def test_v_that_has_not_moved_yet_is_no_lost_control(squid):
    """At -100 mV the largest I_Na flows at once, 23 mV from the command, and is a trifle."""
    settings = {"commands": [-100.0, -40.0], "series_resistance": 0.5, "area": 1000.0}
    found = clamped(squid, **settings)
    assert found.rows.column("voltage_error_at_peak")[0] > 10.0
    assert not any("lost control" in text for text in found.problems)
