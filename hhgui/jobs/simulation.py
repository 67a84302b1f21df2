"""Run the live simulation in a thread: advance it by the clock, and write its ring buffer.

No signal is sent per block: the window reads the ``Recording`` when it draws; signals report only
rare events. All slots run in the thread of the worker: connect to them, never call them directly.
"""

import gc
from collections import deque
from dataclasses import replace
from time import perf_counter

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from hhgui.analysis.spikes import instantaneous_rate
from hhgui.document.setup import AS_FAST_AS_IT_GOES
from hhgui.engine.accuracy import accuracy_problem
from hhgui.engine.methods import DEFAULT_DT_MS, DEFAULT_METHOD
from hhgui.engine.recording import Bookmark, LiveStatus, Recording, record_stride
from hhgui.engine.simulation import Simulation
from hhgui.engine.spikes import Oscillations, SpikeRule
from hhgui.failures import guarded
from hhgui.jobs.speed_meter import SpeedMeter
from hhgui.model.membrane import Membrane
from hhgui.model.stimulus.command import FIRST_COMMAND, LIMIT_MV, Command
from hhgui.model.stimulus.component import LIMIT
from hhgui.model.stimulus.stimulus import Stimulus

# Between ticks: a frame, or until a step is due. A wake costs ten times its 0.04 ms of work.
TICK_MS = 16
LONGEST_TICK_MS = 40
REST_MS = 3  # between ticks at full speed, so that requests of the window are handled
PUBLISH_EVERY_S = 0.1  # as often as the window shows the status
BUDGET_S = 0.010  # one tick computes no longer: an edit never waits for more
FIRST_BLOCK = 256
# At most what the ring can take at once, Recording.append.
MAX_BLOCK_ROWS = 8_000
MARK_EVERY_MS = 1000.0
CHECK_AFTER_MS = 250
LONGEST_CHECK_S = 0.3  # the trace stands still meanwhile


class SimulationWorker(QObject):
    """Advances one membrane in its own thread, at a speed relative to real time.

    recording_started(Recording): after a reset or with a new membrane. running_changed(bool).
    run_stopped(Stop): the run has diverged. prepared(): the kernels are loaded.
    accuracy_found(str): a sentence on what is inaccurate about the present settings, or "", some
    time after an edit. failed(str): an unexpected error, after which the run is paused and can be
    started again. held(Stimulus): the command, or the current, that holds the neuron from now on.
    hold_refused(str): why the neuron could not be held.
    """

    recording_started = Signal(object)
    running_changed = Signal(bool)
    run_stopped = Signal(object)
    prepared = Signal()
    accuracy_found = Signal(str)
    failed = Signal(str)
    held = Signal(object)
    hold_refused = Signal(str)

    def __init__(self, membrane: Membrane, stimulus: Stimulus) -> None:
        super().__init__()
        self._membrane = membrane
        self._stimulus = stimulus
        self._origin = 0.0  # of the stimulus, while a command plays
        self._method, self._dt = DEFAULT_METHOD, DEFAULT_DT_MS
        self._rule, self._oscillations = SpikeRule(), Oscillations()
        self._speed = 1.0
        self._running = False
        self.simulation: Simulation | None = None  # for the thread of the worker alone
        self._timer: QTimer | None = None
        self._compiled: set[str] = set()

    @Slot()
    @guarded
    def start_up(self) -> None:
        """Load the kernels, or compile them at the very first start, then emit ``prepared``."""
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)
        self._check = QTimer(self)
        self._check.setSingleShot(True)
        self._check.timeout.connect(self._check_accuracy)
        Simulation(self._membrane, FIRST_COMMAND).sample()  # the clamp's loop compiles here, too
        self._begin()
        self.prepared.emit()
        self._apply_running()

    @Slot()
    def shut_down(self) -> None:
        """Stop the timer, and with it all work."""
        self._running = False
        if self._timer is not None:
            self._timer.stop()
            self._timer.setParent(None)
            self._timer = None
            self._check.stop()
            self._check.setParent(None)

    @Slot(object)
    @guarded
    def set_membrane(self, membrane: Membrane) -> None:
        """Continue with an edited membrane.

        One with other currents or gates starts a new recording.
        """
        known = (self._membrane.id, self._membrane.structure)
        self._membrane = membrane
        if self.simulation is None:
            return
        if (membrane.id, membrane.structure) != known:
            self._begin()
        else:
            self.simulation.set_membrane(membrane)
            self._mark_edit()

    @Slot(object)
    @guarded
    def set_stimulus(self, stimulus: Stimulus) -> None:
        """Continue under an edited stimulus, without a jump in time, or under a command.

        A command begins when the clamp does. The stimulus that waits meanwhile goes on as if it had
        been given.
        """
        origin = self._stimulus.origin
        clamps = isinstance(stimulus, Command)
        if clamps is not isinstance(self._stimulus, Command):
            if clamps:
                self._origin, origin = origin, self._now
            else:
                origin = self._origin
        self._stimulus = replace(stimulus, origin=origin)
        self._use_stimulus()

    @Slot()
    @guarded
    def hold_here(self) -> None:
        """Clamp the neuron to the voltage that it has now."""
        if self.simulation is None:
            return
        voltage = self.simulation.voltage
        if not abs(voltage) <= LIMIT_MV:
            self.hold_refused.emit(f"V is {voltage:.4g} mV: a clamp holds up to {LIMIT_MV:g} mV")
            return
        self.set_stimulus(Command(holding=voltage))
        self.held.emit(self._stimulus)

    @Slot()
    @guarded
    def hold_current(self) -> None:
        """End the clamp; the present current of the clamp becomes the holding current."""
        if self.simulation is None or not self.simulation.is_clamped:
            return
        row = self.simulation.sample().columns
        if not row.size or not abs(row[1, 0]) <= LIMIT:
            self.hold_refused.emit(f"the current of the clamp is beyond {LIMIT:g} µA/cm²")
            return
        self.set_stimulus(Stimulus(holding=float(row[1, 0])))
        self.held.emit(self._stimulus)

    @property
    def _now(self) -> float:
        return 0.0 if self.simulation is None else self.simulation.time

    @Slot()
    @guarded
    def pulse_now(self) -> None:
        """Let the stimulus, or the command, begin again now, at its onset."""
        self._stimulus = replace(self._stimulus, origin=self._now - self._stimulus.onset)
        self._use_stimulus()

    @Slot(str, float)
    @guarded
    def set_method(self, method: str, dt: float) -> None:
        """Continue with another method and dt (ms)."""
        self._method, self._dt = method, dt
        if self.simulation is None:
            return
        self.simulation.set_method(method, dt)
        self._keep_compiled()
        self._block = FIRST_BLOCK
        self._phase = 0
        if self._timer is not None:
            self._timer.setInterval(self._tick_ms())
        self._mark_edit()

    @Slot(object)
    @guarded
    def set_rule(self, rule: SpikeRule) -> None:
        """Count spikes by another rule from now on."""
        self._rule = rule
        if self.simulation is not None:
            self.simulation.watch_for(rule.threshold, rule.rearm)
            self._recent_spikes.clear()
            self._mark_edit()

    @Slot(float)
    def set_speed(self, speed: float) -> None:
        """Set ``speed``, the model time per real time; AS_FAST_AS_IT_GOES means no limit."""
        self._speed = speed
        self._apply_running()

    @Slot(bool)
    @guarded
    def set_running(self, running: bool) -> None:
        """Run if ``running``, else pause.

        A run that had diverged goes on in time, from the start state.
        """
        self._running = running
        if running and self.simulation is not None and self.simulation.stop is not None:
            self.simulation.restart_state()
            self._mark()
        self._apply_running()

    @Slot()
    @guarded
    def single_step(self) -> None:
        """Advance by one dt, if the run is paused."""
        self.set_running(False)
        if self.simulation is not None:
            self.advance(1)
            self.publish(0.0)

    @Slot()
    @guarded
    def reset(self) -> None:
        """Start again at time zero with the start state and an empty recording."""
        self._stimulus = replace(self._stimulus, origin=0.0)
        self._origin = 0.0
        self._begin()

    @Slot()
    @guarded
    def restart(self) -> None:
        """Put the neuron into its start state, while time, stimulus and recording go on."""
        if self.simulation is not None:
            self.simulation.restart_state()
            self._mark_edit()

    def recover(self) -> None:
        """Pause after an error; keep the recording and return to the state of its last bookmark."""
        self._running = False
        if self._timer is None or self.simulation is None:
            return
        if bookmarks := self.recording.bookmarks():
            last = bookmarks[-1].start
            after = self.recording.span[1] + self._dt if self.recording.total else 0.0
            start = replace(last, base_step=last.step, base_time=after)
            self.simulation = Simulation.from_checkpoint(start)
            self.simulation.set_membrane(self._membrane)
            self.simulation.set_stimulus(self._stimulus)
            self.simulation.set_method(self._method, self._dt)
            self._phase = 0
            self._mark()
        self._apply_running()

    def _begin(self) -> None:
        """Start a new simulation and a new recording at time zero."""
        self.simulation = Simulation(
            self._membrane, self._stimulus, self._method, self._dt,
            self._rule.threshold, self._rule.rearm,
        )  # fmt: skip
        self.recording = Recording(self._membrane)
        self._phase = 0
        self._block = FIRST_BLOCK
        self._next_mark = 0.0
        self._recent_spikes: deque[float] = deque()
        self._onset: float | None = None  # of the stimulus, when it was looked at last
        self._mark_edit()
        # what compiles, compiles here, before the window says that it is ready
        self.simulation.sample()
        self._keep_compiled()
        self._restart_clock()
        self.recording_started.emit(self.recording)

    def _keep_compiled(self) -> None:
        """Exclude the objects that compiling has made from garbage collection; they stay for ever.

        There are half a million of them, and collecting would stop every thread, also that of the
        window, for a tenth of a second.
        """
        if self._method not in self._compiled:
            self._compiled.add(self._method)
            gc.freeze()

    def _use_stimulus(self) -> None:
        if self.simulation is not None:
            self.simulation.set_stimulus(self._stimulus)
            self._mark_edit()

    def _mark(self) -> None:
        """Add a bookmark: a new stretch of the recording begins."""
        assert self.simulation is not None
        every = record_stride(self._dt)
        self.recording.add_bookmark(
            Bookmark(self.recording.total, every, self._phase, self.simulation.checkpoint())
        )
        self._next_mark = self.simulation.time + MARK_EVERY_MS
        self._oscillations = self.simulation.oscillations
        self.simulation.forget_oscillations()

    def _mark_edit(self) -> None:
        """Begin a new stretch with the edited settings; their accuracy is checked after a pause."""
        self._mark()
        self._oscillations = Oscillations()
        self._check.start(CHECK_AFTER_MS)

    @Slot()
    @guarded
    def _check_accuracy(self) -> None:
        """Check the accuracy of the present settings and emit ``accuracy_found``."""
        if self.simulation is not None and self.simulation.stop is None:
            start = self.simulation.checkpoint()
            end = perf_counter() + LONGEST_CHECK_S
            problem = accuracy_problem(start, cancelled=lambda: perf_counter() > end)
            self.accuracy_found.emit(problem)

    def _apply_running(self) -> None:
        """Start or stop the timer according to whether the run is running."""
        if self._timer is None:
            return
        if self._running:
            self._restart_clock()
            self._timer.start(self._tick_ms())
        else:
            self._timer.stop()
            self.publish(0.0)
        self.running_changed.emit(self._running)

    def _tick_ms(self) -> int:
        """Return the time (ms) between two ticks; at a slow speed, until the next step is due."""
        if self._speed == AS_FAST_AS_IT_GOES:
            return REST_MS
        return min(max(TICK_MS, round(self._dt / self._speed)), LONGEST_TICK_MS)

    def _restart_clock(self) -> None:
        """Measure the model time that is due from now on."""
        self._clock = perf_counter()
        self._owed_ms = self._published = 0.0
        self._meter = SpeedMeter()

    @Slot()
    @guarded
    def _tick(self) -> None:
        """Advance by the model time that is due, as far as the time budget allows."""
        simulation = self.simulation
        assert simulation is not None
        now = perf_counter()
        deadline = now + BUDGET_S
        if self._speed == AS_FAST_AS_IT_GOES:
            steps = 1 << 40
        else:
            self._owed_ms += (now - self._clock) * 1000.0 * self._speed
            steps = int(self._owed_ms / self._dt + 1e-9)
        self._clock = now
        wanted = steps
        while steps > 0 and simulation.stop is None:
            started = perf_counter()
            taken = self.advance(min(steps, self._block))
            steps -= taken
            spent = perf_counter() - started
            self._block = self._next_block(spent)
            if perf_counter() + spent > deadline:
                break
        self._owed_ms -= (wanted - max(steps, 0)) * self._dt
        # steps that were not done in time are dropped: the achieved speed is shown
        self._owed_ms = min(self._owed_ms, 100.0 * max(self._speed, self._dt))
        if now - self._published >= PUBLISH_EVERY_S or simulation.stop is not None:
            self._published = now
            self.publish(self._meter.speed_at(simulation.time))
        if simulation.stop is not None:
            self._running = False
            self._apply_running()
            self.run_stopped.emit(simulation.stop)
        elif self._speed == AS_FAST_AS_IT_GOES and self._timer is not None:
            # a tick takes longer than the pause: without this the next would be due at once
            self._timer.start(REST_MS)

    def _next_block(self, spent: float) -> int:
        """Return how many steps take about a fifth of the time budget of a tick.

        spent: the time (s) used so far in this tick.
        """
        largest = MAX_BLOCK_ROWS * record_stride(self._dt)
        if spent < BUDGET_S / 10.0:
            return min(self._block * 2, largest)
        return max(self._block // 2, 16) if spent > BUDGET_S / 3.0 else self._block

    def advance(self, steps: int) -> int:
        """Advance by ``steps``, record the rows, and return how many steps were taken."""
        simulation = self.simulation
        assert simulation is not None
        every = record_stride(self._dt)
        block = simulation.advance(steps, every=every, phase=self._phase)
        self.recording.append(block)
        self._phase = (self._phase - block.steps) % every
        self._recent_spikes.extend(block.spikes.tolist())
        onset = simulation.stimulus.last_onset(simulation.time)
        if onset != self._onset:
            self._onset = onset
            if simulation.oscillations.count < 2:  # V followed the stimulus that has begun again
                simulation.forget_oscillations()
        if simulation.time >= self._next_mark:
            self._mark()
        return block.steps

    def publish(self, speed: float) -> None:
        """Write the numbers for the status line into the recording; speed: achieved."""
        if self.simulation is None:
            return
        time = self.simulation.time
        while self._recent_spikes and self._recent_spikes[0] < time - 1000.0:
            self._recent_spikes.popleft()
        count, since = len(self._recent_spikes), self.simulation.stimulus.last_change(time)
        rate = instantaneous_rate(self._recent_spikes, time, since)
        now = self.simulation.oscillations
        oscillations = now if now.count >= self._oscillations.count else self._oscillations
        counted = min(time, 1000.0)
        self.recording.status = LiveStatus(
            time, speed, count, counted, rate, oscillations, self._rule, self._clamp()
        )

    def _clamp(self) -> tuple[float, float] | None:
        """Return the present command (mV) and current (µA/cm²) of the clamp; None if V is free."""
        simulation = self.simulation
        if simulation is None or not simulation.is_clamped:
            return None
        row = simulation.sample().columns
        return (float(row[0, 0]), float(row[1, 0])) if row.size else None
