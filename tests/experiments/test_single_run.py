"""A single run: its rows, columns and end, and the differences between several."""

from dataclasses import replace

import numpy as np
import pytest

from hhgui.document.differences import differences
from hhgui.document.setup import Setup
from hhgui.experiments.single_run import run_once, steps_of_block
from hhgui.experiments.thinning import MOST_ROWS
from hhgui.model.quantity import quantities
from hhgui.model.stimulus.noise import Noise
from hhgui.model.stimulus.stimulus import Stimulus
from hhgui.model.stimulus.waveforms import Ramp, Samples, Step

STEP = Stimulus((Step(10.0, 5.0, 25.0),))


@pytest.fixture
def setup(squid):
    """The squid axon under a step, by forward Euler."""
    return Setup(squid, squid, STEP, "euler", 0.01, duration=30.0)


def test_every_step_is_a_row_the_end_included(setup):
    """3000 steps have 3001 ends."""
    run = run_once(setup)
    np.testing.assert_allclose(run.times, np.arange(3001) * 0.01, rtol=0, atol=1e-9)
    assert run.values.shape == (len(run.names), 3001)
    assert not run.thinned


def test_a_column_lies_in_one_piece_of_memory(setup):
    """The window reads columns, many times a second."""
    assert run_once(setup).column("V").flags.c_contiguous


def test_progress_rises_to_one(setup):
    """Each block reports the fraction of the steps that are done."""
    fractions = []
    run_once(replace(setup, duration=500.0), progress=fractions.append)
    assert fractions == sorted(fractions)
    assert len(fractions) > 2
    assert fractions[-1] == 1.0


def test_columns_are_named_in_the_order_of_the_neuron(setup):
    """The recorded ones: voltage, stimulus, gates by name, each current."""
    assert run_once(setup).names == ("V", "I_stim", "m", "h", "n", "I_Na", "I_K", "I_L")


@pytest.mark.parametrize("name", ["Na", "K", "L"])
def test_a_current_is_conductance_times_driving_force(setup, name):
    """Ohm's law, though the driving force passes through zero."""
    run = run_once(setup)
    product = run.column(f"g_{name}") * run.column(f"d_{name}")
    np.testing.assert_allclose(product, run.column(f"I_{name}"), rtol=1e-12, atol=1e-9)


def test_conductances_are_hodgkin_and_huxleys(setup):
    """g_Na = 120 m³h, g_K = 36 n⁴, and the leak's does not change."""
    run = run_once(setup)
    m, h, n = (run.column(x) for x in "mhn")
    np.testing.assert_allclose(run.column("g_Na"), 120.0 * m**3 * h, rtol=1e-12)
    np.testing.assert_allclose(run.column("g_K"), 36.0 * n**4, rtol=1e-12)
    assert set(run.column("g_L")) == {0.3}


def test_the_slope_is_what_forward_euler_steps_by(setup):
    """V(k+1) - V(k) = dt dV/dt(k)."""
    run = run_once(setup)
    np.testing.assert_allclose(np.diff(run.column("V")), 0.01 * run.column("dV_dt")[:-1], atol=1e-6)


def test_there_is_no_column_of_another_name(setup):
    """An unknown column raises KeyError."""
    with pytest.raises(KeyError):
        run_once(setup).column("I_Ca")


@pytest.mark.parametrize("method", ["crank-nicolson", "rk4", "adaptive"])
def test_every_method_finds_the_spike(setup, method):
    """Spike times of every method are within 0.1 ms of forward Euler's at dt 0.01."""
    spikes = run_once(replace(setup, method=method)).spikes
    assert spikes == pytest.approx(run_once(setup).spikes, abs=0.1)


def test_a_cancelled_run_is_none(setup):
    """A cancelled run gives None instead of the part that was computed."""
    assert run_once(setup, lambda: True) is None


def test_a_run_that_blows_up_ends_there_and_says_why(setup):
    """Forward Euler at dt 0.2 ms ends early, with finite values and the reason."""
    run = run_once(replace(setup, dt=0.2))
    assert "blew up" in run.problem
    assert run.times[-1] < 30.0
    assert np.isfinite(run.values).all()


def test_a_neuron_without_gates_has_all_its_columns(leak):
    """V = -65 + 5 (1 - exp(-t)) mV under 5 µA/cm²."""
    setup = Setup(leak, leak, Stimulus(holding=5.0), "adaptive", 0.01, duration=3.0)
    run = run_once(setup)
    expected = -65.0 + 5.0 * (1.0 - np.exp(-run.times))
    np.testing.assert_allclose(run.column("V"), expected, atol=1e-6)
    np.testing.assert_allclose(run.column("d_L"), expected + 65.0, atol=1e-6)


def test_a_long_run_is_thinned_but_keeps_its_extremes(setup):
    """4,000,000 steps leave at most 200,000 rows, and every column's least and greatest."""
    long = replace(setup, stimulus=Stimulus((Noise(),)), method="crank-nicolson", duration=40_000.0)
    run, whole = run_once(long), run_once(replace(long, duration=1000.0))
    assert run.thinned
    assert run.times.size <= MOST_ROWS
    assert (run.times[0], run.times[-1]) == pytest.approx((0.0, 40_000.0))
    early = run.times <= 1000.01  # the end of that stretch
    assert run.values[:, early].max(axis=1) == pytest.approx(whole.values.max(axis=1))
    assert run.values[:, early].min(axis=1) == pytest.approx(whole.values.min(axis=1))
    for key in (q.key for q in quantities(long.membrane)):
        assert run.column(key)[early].max() == pytest.approx(whole.column(key).max())
        assert run.column(key)[early].min() == pytest.approx(whole.column(key).min())


@pytest.mark.parametrize("same", [1, 3])
def test_runs_that_do_not_differ_have_nothing_to_say(setup, same):
    """A single run and three equal runs have empty lists of differences."""
    assert differences([setup] * same) == [""] * same


def test_differences_of_values(setup, squid):
    """Values that are not equal in all runs are listed as "ḡNa 120 → 100"."""
    edited = squid.with_current("Na", conductance=100.0).with_current("L", reversal=-60.0)
    other = replace(setup, membrane=edited, stimulus=Stimulus((Step(8.0, 5.0, 25.0),)), dt=0.025)
    assert differences([setup, other]) == [
        "ḡNa 120 · E_L −54.387 · I 10 µA/cm² · dt 0.01 ms",
        "ḡNa 120 → 100 · E_L −54.387 → −60 · I 8 µA/cm² · dt 0.025 ms",
    ]


def test_differences_of_neurons(setup, library):
    """A run of another parameter set is named by the set; an edited one by the edited number."""
    pyramidal = library["cortical-pyramidal"]
    edited = replace(setup, membrane=pyramidal.with_current("K", conductance=30.0), base=pyramidal)
    texts = differences([setup, replace(setup, method="rk4"), edited])
    assert texts[0] == "Forward Euler · model Squid giant axon"
    assert texts[1] == "Runge–Kutta 4 · model Squid giant axon"
    assert set(texts[2].split(" · ")) == {
        "ḡK 35 → 30", "Forward Euler", "model Cortical pyramidal cell",
    }  # fmt: skip


def test_differences_of_stimuli(setup):
    """Stimuli of different kinds are described as a whole; a file by its name."""
    ramp = replace(setup, stimulus=Stimulus((Ramp(-2.0, 8.0, 5.0, 25.0),)))
    none = replace(setup, stimulus=Stimulus())
    file = replace(setup, stimulus=Stimulus((Samples((0.0, 1.0), (5.0,), "/somewhere/I-1.csv"),)))
    assert differences([setup, ramp, none, file]) == [
        "Step: 10 µA/cm², 5–25 ms", "Ramp: −2 to 8 µA/cm², 5–25 ms",
        "no stimulus", "From a file: I-1.csv, 0–1 ms",
    ]  # fmt: skip


def test_any_difference_is_reported(setup, squid):
    """Two setups that differ in anything have different descriptions."""
    gate = replace(squid.gates[0], alpha=replace(squid.gates[0].alpha, form="sigmoid"))
    sodium = replace(squid.currents[0], gates=(gate, *squid.currents[0].gates[1:]))
    others = [
        replace(setup, threshold=-20.0), replace(setup, duration=31.0),
        replace(setup, stimulus=replace(STEP, repeat=50.0)),
        replace(setup, stimulus=replace(STEP, origin=1.0)),
        replace(setup, membrane=replace(squid, temperature=20.0, reference_temperature=6.3)),
        replace(setup, membrane=replace(squid, currents=(sodium, *squid.currents[1:]))),
    ]  # fmt: skip
    for other in others:
        one, two = differences([setup, other])
        assert one != two


def test_the_longest_run_can_be_cancelled_at_once(setup):
    """A run of ten thousand million steps asks every few thousand of them."""
    asked = iter([False, False, True])
    endless = replace(setup, dt=0.0001, duration=1e6)
    assert run_once(endless, lambda: next(asked)) is None


@pytest.mark.parametrize(("method", "dt", "steps"), [
    ("euler", 0.0001, 10_000), ("adaptive", 0.01, 10_000), ("adaptive", 1.0, 100),
])  # fmt: skip
def test_the_adaptive_method_is_asked_after_so_much_time(method, dt, steps):
    """The adaptive method checks for a cancel after a stretch of model time, not of steps."""
    assert steps_of_block(method, dt) == steps
