"""A live run computed again from its marks, to the last bit."""

import random
from dataclasses import replace

import numpy as np
import pytest

from hhgui.engine import replay as replay_module
from hhgui.engine.methods import METHODS
from hhgui.engine.recording import SPARE_ROWS, Bookmark, Recording, record_stride
from hhgui.engine.replay import Replay, Stretch, blocks, replay_of
from hhgui.engine.simulation import Simulation
from hhgui.model.stimulus.noise import Noise
from hhgui.model.stimulus.stimulus import Stimulus
from hhgui.model.stimulus.waveforms import Sine, Step, Train

FIRING = Stimulus((Step(10.0, 1.0, 1e6),))
STIMULI = (
    FIRING,
    Stimulus((Noise(8.0, 4.0, 2.0, 5, 0.0, 1e6), Sine(3.0, 40.0, 0.0, 1e6))),
    Stimulus((Noise(2.0, 1.0, 5.0, 9), Noise(5.0, 1.0, 5.0, 1)), holding=3.0),
    Stimulus((Train(20.0, 1.0, 3.0, 9.0, 3),), origin=12.3, repeat=40.0),
)


class Live:
    """Simulation and Recording as SimulationWorker moves them, and a double-precision copy."""

    def __init__(self, membrane, stimulus=FIRING, method="crank-nicolson", dt=0.025, **ring):
        self.simulation = Simulation(membrane, stimulus, method, dt)
        self.recording = Recording(membrane, **ring)
        self.phase, self.next_mark = 0, 0.0
        self.times, self.rows, self.spikes = [], [], []
        self.mark()

    def mark(self):
        """Add a bookmark: a stretch begins here."""
        every = record_stride(self.simulation.dt)
        point = self.simulation.checkpoint()
        self.recording.add_bookmark(Bookmark(self.recording.total, every, self.phase, point))
        self.next_mark = self.simulation.time + 1000.0

    def advance(self, steps):
        every = record_stride(self.simulation.dt)
        block = self.simulation.advance(steps, every=every, phase=self.phase)
        self.recording.append(block)
        self.times.append(block.time)
        self.rows.append(block.columns)
        self.spikes += block.spikes.tolist()
        self.phase = (self.phase - block.steps) % every
        if self.simulation.time >= self.next_mark:
            self.mark()
        return block

    def set_method(self, method, dt):
        self.simulation.set_method(method, dt)
        self.phase = 0
        self.mark()

    def set_stimulus(self, stimulus):
        self.simulation.set_stimulus(stimulus)
        self.mark()

    def set_membrane(self, membrane):
        self.simulation.set_membrane(membrane)
        self.mark()

    def restart(self):
        """The start state again, time going on."""
        self.simulation.restart_state()
        self.mark()

    def between(self, low, high):
        """The copy's rows of low..high."""
        times, rows = np.concatenate(self.times), np.concatenate(self.rows, axis=1)
        keep = (times >= low) & (times <= high)
        return times[keep], rows[:, keep]


@pytest.fixture
def squid(library):
    """The squid giant axon as it comes."""
    return library["squid-dayan-abbott"]


@pytest.fixture
def edited(squid):
    """A run of some 100 ms with every kind of edit in it."""
    live = Live(squid)
    live.advance(500)
    live.set_membrane(squid.with_current("Na", conductance=130.0))
    live.advance(333)
    live.set_stimulus(STIMULI[1])
    live.advance(201)
    live.set_method("rk4", 0.0031)  # rows every 7 steps
    live.advance(999)
    live.advance(1500)
    live.set_membrane(replace(squid, capacitance=1.1))
    live.advance(2500)
    live.set_method("adaptive", 0.05)
    live.advance(300)
    live.restart()
    live.advance(300)
    return live


def again(live, low=-1e300, high=1e300):
    """Times, rows and spikes of the recording's low..high, computed again."""
    parts = [block for _, block in blocks(replay_of(live.recording, low, high))]
    return (
        np.concatenate([b.time for b in parts]),
        np.concatenate([b.columns for b in parts], axis=1),
        [t for b in parts for t in b.spikes.tolist()],
    )


def assert_same(live, low=-1e300, high=1e300):
    """Computed again, the rows of low..high are the copy's, to the last bit."""
    times, rows, _ = again(live, low, high)
    expected_times, expected_rows = live.between(low, high)
    assert np.array_equal(times, expected_times)
    assert np.array_equal(rows, expected_rows)
    assert times.size > 0


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("dt", [0.025, 0.003])
def test_a_run_without_edits_is_computed_again(squid, method, dt):
    """A replay has the same bits by every method, for every or every seventh row."""
    live = Live(squid, STIMULI[1], method, dt)
    for steps in (1, 256, 17, 512, 1000):
        live.advance(steps)
    assert_same(live)
    assert len(replay_of(live.recording, 0.0, 1e9).stretches) == 1


def test_an_edited_run_is_computed_again(edited):
    """Membrane, stimulus with noise, method, dt and state changed on the way: the same bits."""
    assert_same(edited)
    replay = replay_of(edited.recording, 0.0, 1e9)
    assert [s.start.method for s in replay.stretches] == [
        *["crank-nicolson"] * 3, "rk4", "rk4", "adaptive", "adaptive",
    ]  # fmt: skip
    assert [s.every for s in replay.stretches] == [1, 1, 1, 7, 7, 1, 1]


def test_the_ring_shows_what_is_computed_again(edited):
    """What was drawn is what is exported, rounded to 32 bits."""
    times, rows, _ = again(edited)
    drawn_times, drawn = edited.recording.envelope(-1.0, 1e9, times.size)
    assert np.array_equal(drawn_times, times)
    assert np.array_equal(drawn, rows.astype(np.float32))


def test_spikes_are_computed_again(edited):
    """A replay has all spikes of the run, at the same times."""
    assert again(edited)[2] == edited.spikes
    assert len(edited.spikes) >= 3


def test_spikes_outside_the_range_are_left_out(squid):
    """A spike in the last row's step is after the range, even where no row is left out."""
    live = Live(squid)
    live.advance(400)
    (spike,) = live.spikes
    before = np.floor(spike / 0.025) * 0.025
    assert again(live, 0.0, before)[2] == again(live, 0.1, before)[2] == []
    assert again(live, 0.0, before + 0.03)[2] == again(live, 0.1, before + 0.03)[2] == [spike]
    assert again(live, before + 0.02, 9.0)[2] == []


@pytest.mark.parametrize("seed", range(12))
def test_random_edits_at_random_moments(squid, seed):
    """A replay of random edits in blocks of random length has the same bits."""
    rng = random.Random(seed)
    live = Live(squid, rng.choice(STIMULI))
    for _ in range(25):
        edit = rng.randrange(8)
        if edit == 0:
            live.set_method(rng.choice(list(METHODS)), rng.choice([0.002, 0.0077, 0.02, 0.04]))
        elif edit == 1:
            live.set_membrane(squid.with_current("K", conductance=rng.uniform(30.0, 40.0)))
        elif edit == 2:
            live.set_stimulus(rng.choice(STIMULI))
        elif edit == 3:
            live.restart()
        elif edit == 4:
            live.mark()
        assert live.advance(rng.choice([1, 2, 13, 100, 777])).stop is None
    assert_same(live)


def test_part_of_a_run_is_its_rows_alone(edited):
    """Rows from..to, both ends included, wherever they lie among the edits."""
    times, _ = edited.between(-1e300, 1e300)
    rng = np.random.default_rng(3)
    for _ in range(30):
        low, high = np.sort(rng.choice(times, 2, replace=False))
        assert_same(edited, low, high)
        assert_same(edited, low - 0.0007, high + 0.0007)


def test_a_single_row_can_be_asked_for(edited):
    """Each begin of a stretch, and the newest row."""
    marks = [mark.start for mark in edited.recording.bookmarks()]
    starts = [p.base_time + (p.step - p.base_step) * p.dt for p in marks if p.dt != 0.0031]
    for time in (*starts, edited.recording.span[1]):
        assert_same(edited, time, time)


def test_stretches_before_the_range_are_not_computed(edited):
    """A late part needs no early stretch; within a stretch one begins at its mark."""
    late = replay_of(edited.recording, edited.recording.span[1] - 1.0, 1e9)
    assert len(late.stretches) == 1
    early = replay_of(edited.recording, 0.0, 1.0)
    assert (len(early.stretches), early.steps) == (1, 41)


def test_a_run_that_blew_up_is_computed_again(squid):
    """Up to the stop, and on after the restart with the remedy, as the banner's button does."""
    live = Live(squid, FIRING, "euler", 0.1)
    stop = live.advance(1000).stop
    live.set_method(stop.method, stop.dt)
    live.restart()
    live.advance(400)
    assert_same(live)
    times, _, _ = again(live)
    assert times[0] < stop.time < times[-1]


def test_settings_changed_while_paused_leave_no_trace(squid):
    """Edits after the newest row are not part of what was recorded."""
    live = Live(squid, dt=0.01)  # rows every other step
    live.advance(199)
    live.set_stimulus(STIMULI[1])
    live.set_method("euler", 0.02)
    assert_same(live)
    live.advance(50)
    assert_same(live)


def test_a_full_ring_is_computed_again(library):
    """Rows that left the ring are gone; the others are computed from the last mark before them."""
    live = Live(library["lecture6-model3"], STIMULI[1], dt=0.1, capacity=2 * SPARE_ROWS)
    for turn in range(12):
        if turn == 7:
            live.set_stimulus(STIMULI[3])
        for _ in range(5):
            live.advance(1000)
    first = live.recording.first
    oldest = live.recording.span[0]
    assert first == 60_000 - SPARE_ROWS
    assert_same(live, oldest, 1e300)
    assert again(live)[0][0] == oldest
    replay = replay_of(live.recording, 0.0, 1e9)
    assert 0.0 <= (first - replay.stretches[0].start.step) * 0.1 <= 1000.0
    assert replay.from_time == oldest


@pytest.mark.parametrize("steps", [0, 40])
def test_an_empty_range_is_refused(squid, steps):
    """Nothing recorded, or nothing of what was asked for."""
    live = Live(squid)
    live.advance(steps)
    for low, high in ((5.0, 6.0), (0.5, 0.4), (-2.0, -1.0)):
        with pytest.raises(ValueError, match="nothing recorded in this range"):
            replay_of(live.recording, low, high)


@pytest.mark.parametrize("method", METHODS)
def test_the_last_sample_is_the_state_after_the_last_step(squid, method):
    """A replay to the run's end has one more row, the state after the last step."""
    start = Simulation(squid, STIMULI[1], method).checkpoint()
    parts = [block for _, block in blocks(Replay((Stretch(start, 400),), last_sample=True))]
    longer = Simulation.from_checkpoint(start).advance(401, every=1)
    assert np.array_equal(np.concatenate([b.time for b in parts]), longer.time)
    assert np.array_equal(np.concatenate([b.columns for b in parts], axis=1), longer.columns)
    assert sum(b.steps for b in parts) == 400


def test_after_a_stop_there_is_no_last_sample(squid):
    """A run that left its range ends with the row before, and reports the stop."""
    start = Simulation(squid, FIRING, "euler", 0.1).checkpoint()
    parts = [block for _, block in blocks(Replay((Stretch(start, 1000),), last_sample=True))]
    assert parts[-1].stop is not None
    assert parts[-1].time[-1] < parts[-1].stop.time


@pytest.mark.parametrize("cut", [1, 7, 250])
def test_the_blocks_of_a_replay_do_not_matter(edited, monkeypatch, cut):
    """Rows and spikes are the same however it is cut."""
    times, rows, spikes = again(edited, 12.0, 34.0)
    monkeypatch.setattr(replay_module, "BLOCK_STEPS", cut)
    cut_times, cut_rows, cut_spikes = again(edited, 12.0, 34.0)
    assert np.array_equal(times, cut_times)
    assert np.array_equal(rows, cut_rows)
    assert spikes == cut_spikes
