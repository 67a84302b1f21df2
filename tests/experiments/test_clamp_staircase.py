"""A staircase of commanded voltages, any number of which varies."""

import numpy as np
import pytest

from hhgui.analysis.clamp import family
from hhgui.analysis.kinetics import steady_gates
from hhgui.experiments.clamp_staircase import ClampStaircase
from hhgui.experiments.contract import Subject
from hhgui.model.parameter import ModelError
from tests.measuring import measured, result


def clamped(membrane, **settings):
    """Everything that the experiment with these settings finds."""
    return measured(ClampStaircase(**settings), Subject(membrane, dt=0.005))


def test_the_holding_voltage_may_vary(squid):
    """From each holding voltage the currents are those of a family that is held there."""
    rows = clamped(squid, varied="hold", values=[-90.0, -50.0], test=0.0).rows
    wanted = [family(squid, v, [[0.0]], 20.0).peaks(0).value[0, 0] for v in (-90.0, -50.0)]
    np.testing.assert_allclose(rows.column("peak_I_Na"), wanted, rtol=1e-12)


def test_stairs_follow_each_other(squid):
    """The test stair begins with the gates that conditioning and gap have left."""
    settings = {"conditioning": 20.0, "conditioning_duration": 3.0, "gap": -40.0,
                "gap_duration": 2.0, "values": [-10.0], "after": -90.0,
                "after_duration": 5.0}  # fmt: skip
    record = ClampStaircase(**settings).record(squid)
    assert record.test_onset.tolist() == [5.0]
    before = family(squid, -65.0, [[20.0, -40.0]], [[3.0, 2.0]]).gates(1, [2.0])[:, 0, 0]
    wanted = squid.ionic_currents(-10.0, before)
    at_onset = record.ideal.currents(2, [0.0])[:, 0, 0]
    np.testing.assert_allclose(at_onset, wanted, rtol=1e-12)
    curves = record.curves(50, before=2.0)
    assert curves.time[0, [0, -1]].tolist() == [-2.0, 30.0]
    assert curves.command[0, [0, -1]].tolist() == [-65.0, -90.0]


def test_the_late_current_is_read_where_it_is_asked_for(squid):
    """The late current is read at the time that is asked for, else at the test stair's end."""
    early, late = (
        clamped(squid, values=[0.0], late_at=at).rows.column("late_I_K")[0] for at in (5.0, 0.0)
    )
    there = family(squid, -65.0, [[0.0]], 20.0).currents(0, [5.0, 20.0])[1, 0]
    np.testing.assert_allclose([early, late], there, rtol=1e-12)


def test_a_window_chooses_the_peak(squid):
    """Behind the sodium peak the largest current is that at the window's beginning."""
    rows = clamped(squid, values=[0.0], window_from=2.0, window_to=5.0).rows
    assert rows.column("peak_time_Na").tolist() == [2.0]


def test_leak_steps_give_the_leak_where_all_other_channels_are_blocked(squid):
    """The input conductance is the leak's without g_Na and g_K, and larger with them."""
    blocked = squid.with_current("Na", conductance=0.0).with_current("K", conductance=0.0)
    steps = {"evaluated": "leak", "values": [-95.0, -85.0, -75.0]}
    (alone,), (all_of_them,) = (clamped(m, **steps).results for m in (blocked, squid))
    assert alone.value == pytest.approx(0.3, rel=1e-9)
    open_at_hold = squid.currents[1].conductance * steady_gates(squid, -85.0)[2] ** 4
    assert all_of_them.value > 0.3 + 0.5 * open_at_hold


def test_a_ramp_is_followed_between_its_ends(squid):
    """A fast ramp's sodium current is that of a staircase of 16 000 steps, to 1e-4 of its peak."""
    ramp = {"evaluated": "ramp", "values": [-100.0], "ramp_to": 60.0, "test_duration": 20.0}
    at = np.linspace(-99.0, 60.0, 500)
    currents = ClampStaircase(**ramp).record(squid).along_ramp(at)
    fine = np.linspace(-100.0, 60.0, 16_000, endpoint=False)
    stairs = family(squid, -65.0, fine[None] + 0.005, 20.0 / 16_000)
    sodium = stairs.ends()[0, 0] * (fine + 0.01 - 50.0) / (fine + 0.005 - 50.0)
    wanted = np.interp(at, fine + 0.01, sodium)
    np.testing.assert_allclose(currents[0], wanted, atol=1e-5 * np.abs(wanted).max())


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"values": [-200.0, 0.0]}, "test voltage must be from -150 to 150 mV, not -200"),
        ({"varied": "gap_duration", "values": [-1.0]}, "gap must be from 0 to 100000 ms, not -1"),
        ({"values": list(range(-100, 101))}, "201 sweeps are too many: at most 200"),
        ({"evaluated": "ramp", "values": [60.0]}, "a ramp needs two voltages that differ"),
        ({"current": "Ca"}, "current must be one of Na, K, L"),
    ],
)
def test_what_can_not_be_clamped_is_refused(squid, settings, message):
    """The sentence names what is wrong and what is allowed."""
    with pytest.raises(ModelError, match=message):
        clamped(squid, **settings)


def test_a_conductance_that_falls_again_is_fitted_up_to_its_largest_value(library):
    """The cortical cell inactivates so fast at high voltages that its peak conductance falls."""
    found = clamped(
        library["cortical-pyramidal"], evaluated="activation", test_duration=10.0,
        values=np.linspace(-80.0, 80.0, 21).tolist(),
    )  # fmt: skip
    half = result(found, "half")
    assert -45.0 < half.value < -25.0
    assert "up to -16 mV where it is largest" in half.how


def test_a_curve_without_its_plateau_has_no_half(squid):
    """The largest point stands for all of it, so V½ would be wrong; what to change is said."""
    found = clamped(squid, evaluated="inactivation", varied="conditioning",
                     conditioning_duration=100.0, values=[-50.0, -45.0, -40.0, -35.0])  # fmt: skip
    half = result(found, "half")
    assert half.value is None
    assert half.problem.endswith("vary the voltage further")


REAL = {"values": [-20.0], "series_resistance": 1.0, "area": 1000.0, "test_duration": 5.0}


def test_the_recorded_current_is_that_of_the_amplifier(squid):
    """(V_command − V)/(R_s A) is the ionic current and what charges the membrane."""
    record = ClampStaircase(**REAL).record(squid)
    curves = record.curves(400)
    time, at = np.unique(curves.time[0], return_index=True)
    ionic, total = curves.currents.sum(axis=0)[0, at], curves.total[0, at]
    recorded = ionic + squid.capacitance * np.gradient(curves.voltage[0, at], time)
    later = time > 0.1  # the first 10 µs are steeper than these times resolve
    scale = np.abs(total[later]).max()
    np.testing.assert_allclose(total[later], recorded[later], atol=0.01 * scale)
    assert total[1] > 2.0 * np.abs(ionic).max()


def test_sweeps_behind_an_amplifier_have_the_same_times(squid):
    """A table of them has one column of time, though each was integrated in steps of its own."""
    found = clamped(squid, **(REAL | {"values": [-60.0, 0.0, 40.0]}))
    times = {trace.time.tobytes() for trace in found.traces}
    assert len(times) == 1


def test_quarter_pulses_take_charging_and_leak_away(squid):
    """Of a membrane without gates P/4 leaves nothing, of a real one its gated currents."""
    passive = squid.with_current("Na", conductance=0.0).with_current("K", conductance=0.0)
    real = REAL | {"seal_conductance": 2.0, "subtraction": "P/4"}
    linear = ClampStaircase(**real).record(passive).curves(200)
    plain = ClampStaircase(**(real | {"subtraction": "none"})).record(passive).curves(200)
    assert np.abs(linear.total).max() < 1e-5 * np.abs(plain.total).max()
    gated = ClampStaircase(**(real | {"subtraction": "P/4"})).record(squid).curves(200)
    assert gated.total[0].min() < -500.0


def test_the_seals_leak_is_in_the_recorded_current_only(squid):
    """2 nS over 1000 µm² are 0.2 mS/cm² that reverse at 0 mV; the neuron's currents stay."""
    sealed, plain = (
        ClampStaircase(values=[-40.0], seal_conductance=g).record(squid).curves(50)
        for g in (2.0, 0.0)
    )
    np.testing.assert_allclose(sealed.total - plain.total, 0.2 * -40.0, rtol=1e-9)
    np.testing.assert_array_equal(sealed.currents, plain.currents)


def test_the_pipette_is_charged_during_a_ramp(squid):
    """5 pF at 1.6 mV/ms over 1000 µm² are 0.8 µA/cm² in the recorded current."""
    ramp = {"evaluated": "ramp", "values": [-100.0], "ramp_to": 60.0, "test_duration": 100.0}
    charged, plain = (
        ClampStaircase(**ramp, pipette_capacitance=c).record(squid).curves(50) for c in (5.0, 0.0)
    )
    np.testing.assert_allclose(charged.total - plain.total, 0.8, rtol=1e-9)


def test_a_real_clamp_becomes_ideal_in_proportion_to_its_resistance(squid):
    """Halving R_s halves the error of the peak: first order, as R_s I is."""
    ideal = clamped(squid, values=[-20.0]).rows.column("peak_I_Na")[0]
    errors = [
        clamped(squid, values=[-20.0], series_resistance=r).rows.column("peak_I_Na")[0] - ideal
        for r in (0.08, 0.04, 0.02)
    ]
    ratios = np.array(errors[:-1]) / np.array(errors[1:])
    np.testing.assert_allclose(ratios, 2.0, rtol=0.15)
    assert abs(ratios[1] - 2.0) < abs(ratios[0] - 2.0)


def test_a_peak_that_comes_while_v_still_moves_is_found(library):
    """Lab 3's neuron peaks sooner than five time constants of a poor clamp: nothing is left out."""
    staircase = ClampStaircase(values=[40.0], series_resistance=8.0, area=1000.0,
                               test_duration=5.0)  # fmt: skip
    record = staircase.record(library["traub-miles-lab3"])
    curves = record.curves(2000)
    sodium = curves.currents[0, 0]
    peaks = record.peaks()
    assert 0.0 < peaks.time[0, 0] < 5 * 0.08
    assert abs(peaks.value[0, 0]) == pytest.approx(np.abs(sodium).max(), rel=1e-3)


def test_tails_behind_an_amplifier_reverse_nearly_where_they_should(squid):
    """What flows before V follows the command is no tail: E_K is found within 1 mV."""
    found = clamped(
        squid, evaluated="tails", conditioning=20.0, conditioning_duration=10.0,
        test_duration=10.0, values=np.linspace(-120.0, -30.0, 10).tolist(), area=100.0,
        series_resistance=1.0,
    )  # fmt: skip
    assert found.results[0].value == pytest.approx(-77.0, abs=1.0)


@pytest.mark.parametrize(
    ("resistance", "command", "peak"), [(0.2, 40.0, -1.0595), (1.0, 40.0, -3.9515)]
)
def test_gates_that_are_faster_than_the_clamp_are_resolved(library, resistance, command, peak):
    """The cortical cell's h closes within 0.02 ms: peaks are SciPy's (LSODA, rtol 1e-9)."""
    staircase = ClampStaircase(values=[command], series_resistance=resistance, area=1000.0,
                               test_duration=1.0)  # fmt: skip
    found = staircase.record(library["cortical-pyramidal"]).peaks()
    assert found.value[0, 0] == pytest.approx(peak, rel=2e-3)


def test_a_conductance_near_the_reversal_potential_is_none_behind_a_resistance(squid):
    """At 50 mV V crosses E_Na in the sweep: the point is missing, and the others have their fit."""
    found = clamped(
        squid, evaluated="activation", values=np.linspace(-100.0, 60.0, 17).tolist(),
        series_resistance=0.5, area=1000.0,
    )  # fmt: skip
    relative = found.rows.column("relative_conductance")
    assert np.isnan(relative[15])
    assert (np.diff(relative[np.isfinite(relative)]) >= -1e-3).all()
    assert found.results[0].value == pytest.approx(-12.0, abs=5.0)
