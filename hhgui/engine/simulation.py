"""Advance a membrane in time: stateful, without a clock, a thread or a window."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from hhgui.engine.clamp import Commanded, clamp_stop, commanded
from hhgui.engine.drive import draw, drive_of, noise_gate
from hhgui.engine.kernel import (
    ARMED,
    HIGHEST,
    HOLLOW,
    LOWEST,
    MISSED,
    PEAK,
    TURN,
    WATCHED,
    Status,
)
from hhgui.engine.kernel_store import Kinetics, kernel_of, speeds_of
from hhgui.engine.methods import DEFAULT_DT_MS, DEFAULT_METHOD, DT, METHODS, method_named
from hhgui.engine.packing import pack
from hhgui.engine.spikes import REARM_MV, Oscillations
from hhgui.engine.stops import Stop, explain_stop
from hhgui.model.membrane import Membrane
from hhgui.model.stimulus.command import Command
from hhgui.model.stimulus.injection import Rule, mean_current
from hhgui.model.stimulus.stimulus import Stimulus

Array = NDArray[np.float64]
# How far past a blow-up other settings are tried before they are recommended.
TRIAL_MS = 50.0
MOST_TRIAL_STEPS = 1_000_000
# The user waits for the message, so an adaptive trial that needs more steps of its own has failed.
MOST_ADAPTIVE_STEPS = 400_000
LEAST_ADAPTIVE_STEPS = 20  # of a sample, whatever their number
TRIAL_BLOCK = 500
# The current of so many steps takes little longer than that of a few, as a slow live run wants.
FEW_STEPS = 512


@dataclass(frozen=True)
class Checkpoint:
    """Everything a Simulation needs to continue exactly, as plain numbers.

    armed: whether V has fallen far enough for the next spike to count; None if it is not known.
    """

    membrane: Membrane
    stimulus: Stimulus
    method: str
    dt: float
    threshold: float
    step: int
    base_step: int
    base_time: float
    state: tuple[float, ...]
    noise: tuple[float, ...]
    rearm: float = REARM_MV
    armed: bool | None = None


@dataclass(frozen=True)
class Block:
    """The result of one ``advance``.

    steps: number of steps taken; time: (rows,) ms; columns: (2 + gates + currents, rows): V (mV),
    stimulus or the current of a clamp (µA/cm²), gates, ionic currents (µA/cm²), all of them finite:
    non-finite rows of a blow-up are left out; spikes: times (ms); stop: why it ended early, or
    None; lowest, highest: V (mV) over all its steps, recorded or not, by the adaptive method at any
    moment; clamped: whether the voltage was, so that the stimulus is the current of the clamp.
    """

    steps: int
    time: Array
    columns: Array
    spikes: Array
    stop: Stop | None
    lowest: float = math.inf
    highest: float = -math.inf
    clamped: bool = False


class Injected(NamedTuple):
    """The current of n steps.

    times: (n + 1,) the start of each and the end of the last (ms); drive: what the kernels take, of
    ``drive_of``; current: (rows,) at the start of each that is recorded (µA/cm²).
    """

    times: Array
    drive: Array
    current: Array


class Simulation:
    """One membrane under one stimulus, integrated by one method.

    ``advance(n)`` advances it by n steps; the numbers are the same to the last bit however a run is
    cut into blocks. Membrane, stimulus, method and dt may be replaced between blocks: the state
    continues without a jump (a membrane of another structure starts anew). If the stimulus is a
    ``Command``, the neuron is clamped to it (``engine.clamp``) and makes no spikes.
    """

    def __init__(
        self,
        membrane: Membrane,
        stimulus: Stimulus | None = None,
        method: str = DEFAULT_METHOD,
        dt: float = DEFAULT_DT_MS,
        threshold: float = 0.0,
        rearm: float = REARM_MV,
    ) -> None:
        self.membrane = membrane
        self.stimulus = stimulus or Stimulus()
        self.method = method_named(method).id
        self.dt = DT.check(dt)
        self.threshold, self.rearm = threshold, rearm
        self.stop: Stop | None = None
        self._explains = True  # but not as a trial, which would try and explain in turn
        self._state: Array = np.empty(0)
        self._watch: Array = np.zeros(WATCHED)
        self._noise: list[float] = []
        self._ready = False
        self._packed_for: Membrane | None = None
        self._made_for: tuple[object, ...] = ()
        self._ahead_for: tuple[object, ...] = ()
        self._ahead_from = 0
        self._command_for: tuple[object, ...] = ()
        self._command_from = 0
        self.reset()

    def reset(self) -> None:
        """Return to time zero, the start voltage and the gates' start values."""
        self.step = self._base_step = 0
        self._base_time = 0.0
        self._noise = []
        self._held = 1
        self._start_state()

    def restart_state(self) -> None:
        """Restore start voltage and gates, while time and the stimulus go on."""
        self._start_state()

    @property
    def time(self) -> float:
        """Return the model time (ms) at the start of the next step."""
        return self._base_time + (self.step - self._base_step) * self.dt

    @property
    def voltage(self) -> float:
        """Return the present V (mV)."""
        return float(self._state[0])

    @property
    def is_clamped(self) -> bool:
        """Return whether the voltage is clamped to a command."""
        return isinstance(self.stimulus, Command)

    def set_membrane(self, membrane: Membrane) -> None:
        """Continue with another membrane; one of another structure starts from its start state."""
        same = membrane.structure == self.membrane.structure
        self.membrane = membrane
        if not same:
            self._start_state()
        self._ready = False

    def set_stimulus(self, stimulus: Stimulus) -> None:
        """Continue under another stimulus; noise that keeps its place in the list continues.

        Where a clamp begins or ends, the gates are brought to the present time, and V is watched
        for spikes anew.
        """
        if isinstance(stimulus, Command) != self.is_clamped:
            self._align_gates()
            self._watch_anew()
        self.stimulus = stimulus
        self._noise = self._noise[: len(stimulus.noises)]

    def set_method(self, method: str, dt: float) -> None:
        """Continue with another method or dt (ms), after bringing the gates to the present time."""
        method, dt = method_named(method).id, DT.check(dt)
        if (method, dt) == (self.method, self.dt):
            return
        self._align_gates()
        self._base_time, self._base_step = self.time, self.step
        self.method, self.dt = method, dt
        self._held = 1
        self._ready = False

    def _align_gates(self) -> None:
        """Bring the gates to the present time; some methods keep them half a step behind."""
        if self.stop is None:
            gates = self.sample().columns[2 : 2 + len(self.membrane.gates)]
            if gates.size:
                self._state[1:-1] = gates[:, 0]
        self._state[-1] = 0.0

    def refine(self, parts: int) -> None:
        """Continue with steps of dt / parts; every value of the noise still holds for the old dt.

        Until the next edit of method, dt or stimulus it is the same run, computed more finely.
        """
        self.set_method(self.method, self.dt / parts)
        self._held = parts

    def checkpoint(self) -> Checkpoint:
        """Return the present state, to be restored or written to a file."""
        return Checkpoint(
            self.membrane, self.stimulus, self.method, self.dt, self.threshold, self.step,
            self._base_step, self._base_time, tuple(self._state.tolist()), tuple(self._noise),
            self.rearm, bool(self._watch[ARMED] > 0.0),
        )  # fmt: skip

    @classmethod
    def from_checkpoint(cls, point: Checkpoint) -> "Simulation":
        """Return a simulation that continues from ``point``."""
        simulation = cls(
            point.membrane, point.stimulus, point.method, point.dt, point.threshold, point.rearm
        )
        simulation.step, simulation._base_step = point.step, point.base_step
        simulation._base_time = point.base_time
        simulation._state = np.array(point.state, dtype=np.float64)
        simulation._noise = list(point.noise)
        simulation._watch_anew(point.armed)
        return simulation

    def sample(self) -> Block:
        """Return the present as one row, or as none if a number is not finite."""
        state, noise, watch = self._state.copy(), list(self._noise), self._watch.copy()
        step, stop = self.step, self.stop
        self.stop = None
        block = self.advance(1, every=1)
        self._state, self._noise, self.step, self.stop = state, noise, step, stop
        self._watch = watch
        held = self.voltage
        return Block(
            0, block.time, block.columns, np.empty(0), stop, held, held, clamped=block.clamped
        )

    def advance(self, n: int, every: int = 0, phase: int = 0) -> Block:
        """Advance by n steps of dt and return their block.

        every: record a row before each ``every``-th step (0: none), the first one ``phase`` steps
        from now. A simulation that has stopped stays so until its state is reset.
        """
        if self.stop is not None or n <= 0:
            nothing = np.empty(0)
            held = self.voltage
            return Block(0, nothing, np.empty((self._columns, 0)), nothing, self.stop, held, held)
        if isinstance(self.stimulus, Command):
            return self._hold(self.stimulus, n, every, phase)
        from hhgui.engine.loop import advance

        waves, states = self._draw(n)
        out = self._rows(n, every, phase)
        spikes = np.empty((2, n // 2 + 2))
        before = self._state.copy()
        self._make_ready()
        self._watch[[LOWEST, HIGHEST]] = self._state[0]
        recorded = slice(phase, n if every else phase, every or 1)
        times, drive, current = self._injected(n, waves, recorded)
        steps, rows, found, status = advance(
            self._kernel, self._state, self._packed, self.dt, drive, n, self.threshold,
            self.threshold - self.rearm, every, phase if every else -1, out, self._watch, spikes,
        )  # fmt: skip
        out[1, :rows] = current[:rows]
        if status != Status.DONE:
            rows = _finite_rows(out[:, :rows])
            at = float(times[steps])
            self.stop = (
                self._explain(Status(status), at, before) if self._explains else Stop(at, "")
            )
        else:
            self._noise = states
        start = self.step
        self.step += steps
        crossed = start - self._base_step + spikes[0, :found]
        spike_times = self._base_time + (crossed + spikes[1, :found]) * self.dt
        low, high = self._watch[[LOWEST, HIGHEST]].tolist()
        return Block(
            steps, times[recorded][:rows], out[:, :rows], spike_times, self.stop, low, high
        )

    def _rows(self, n: int, every: int, phase: int) -> Array:
        """Return an empty array for the rows that ``n`` steps record.

        every, phase: as in ``advance``.
        """
        return np.empty((self._columns, max((n - phase + every - 1) // every, 0) if every else 0))

    def _hold(self, command: Command, n: int, every: int, phase: int) -> Block:
        """Advance the neuron by n steps while it is clamped to ``command``; see ``advance``."""
        from hhgui.engine.loop import hold

        out = self._rows(n, every, phase)
        self._make_ready()
        given = self._commanded(command, n)
        steps, rows, status = hold(
            self._state, self._packed, speeds_of(Kinetics.of(self.membrane)), given.voltage,
            given.first, given.length, given.middle, n, every, phase if every else -1, out,
        )  # fmt: skip
        recorded = slice(phase, n if every else phase, every or 1)
        slope = given.slope[recorded][:rows]
        currents = out[2 + len(self.membrane.gates) :, :rows]
        out[1, :rows] = self.membrane.capacitance * slope + currents.sum(axis=0)
        if status != Status.DONE:
            rows = _finite_rows(out[:, :rows])
            self.stop = clamp_stop(Status(status), float(given.times[steps]))
        # an edge at the very end belongs to the next step, which may be free
        self._state[0] = given.before[steps]
        self.step += steps
        volts = np.append(given.voltage[:steps], given.before[1 : steps + 1])
        low, high = (float(volts.min()), float(volts.max())) if steps else (math.inf, -math.inf)
        return Block(
            steps, given.times[recorded][:rows], out[:, :rows], np.empty(0), self.stop, low, high,
            clamped=True,
        )  # fmt: skip

    def _commanded(self, command: Command, n: int) -> Commanded:
        """Return the command for the next n steps.

        Short ones are taken from a stock computed ahead.
        """
        if n > FEW_STEPS:
            return commanded(command, self._times(n + 1))
        known_for = (command, self.dt, self._base_time, self._base_step)
        ahead = self.step - self._command_from
        if self._command_for != known_for or not 0 <= ahead <= FEW_STEPS - n:
            self._command_ahead = commanded(command, self._times(FEW_STEPS + 1))
            self._command_for, self._command_from, ahead = known_for, self.step, 0
        return self._command_ahead.part(ahead, ahead + n)

    @property
    def oscillations(self) -> Oscillations:
        """Return the oscillations of V without a spike since the start."""
        return Oscillations(int(self._watch[MISSED]), *self._watch[[PEAK, HOLLOW]].tolist())

    @property
    def _columns(self) -> int:
        return 2 + len(self.membrane.gates) + len(self.membrane.currents)

    def _start_state(self) -> None:
        self.stop = None
        gates = self.membrane.initial_gates()
        self._state = np.array([self.membrane.initial_voltage, *gates, 0.0])
        self._watch_anew()

    def forget_oscillations(self) -> None:
        """Count the oscillations of V anew from now on; spikes are counted as before."""
        self._watch[[MISSED, PEAK, HOLLOW]] = 0.0, math.inf, -math.inf

    def watch_for(self, threshold: float, rearm: float = REARM_MV) -> None:
        """Detect spikes at another threshold from now on.

        threshold: mV. rearm: how far (mV) V must fall below it before the next spike counts.
        """
        self.threshold, self.rearm = threshold, rearm
        self._watch_anew()

    def _watch_anew(self, armed: bool | None = None) -> None:
        """Reset the observations of V; armed: whether a spike may count, None: if V is below."""
        voltage = self.voltage
        self._watch = np.zeros(WATCHED)
        self._watch[ARMED] = voltage < self.threshold if armed is None else armed
        self._watch[[LOWEST, HIGHEST, TURN]] = voltage
        self._watch[[PEAK, HOLLOW]] = math.inf, -math.inf

    def _make_ready(self) -> None:
        """Make kernel and tables of the present settings, once for several edits between steps."""
        if self._ready:
            return
        if self._packed_for is not self.membrane:
            self._packed, self._packed_for = pack(self.membrane), self.membrane
        kinetics = Kinetics.of(self.membrane)
        made_for = self.method, self.dt, kinetics
        if made_for != self._made_for:
            self._kernel: Any = kernel_of(self.method, kinetics, self.dt)
            self._made_for = made_for
        self._ready = True

    def _explain(self, status: Status, time: float, before: Array) -> Stop:
        """Return the Stop of a run that left its range at ``time``, with settings found to help.

        before: the state from which the last block started.
        """
        drawn = (self.step - self._base_step) // self._held

        def is_stable(method: str, dt: float) -> bool:
            trial = Simulation(self.membrane, self.stimulus, method, dt)
            trial._explains = False
            trial._base_time = self.time
            # the same noise: with another, another dt would only seem to help
            trial.step = trial._base_step = self._base_step + drawn
            trial._noise = list(self._noise)
            trial._held = max(1, round(self._held * self.dt / dt))
            trial._state[:-1] = before[:-1]
            steps = min(math.ceil((time - self.time + TRIAL_MS) / dt), MOST_TRIAL_STEPS)
            return trial._is_stable(steps)

        return explain_stop(status, time, self.method, self.dt, is_stable)

    def _is_stable(self, steps: int) -> bool:
        """Return whether ``steps`` steps run without a stop, each at a moderate cost."""
        self._make_ready()
        if METHODS[self.method].adaptive:
            most = max(MOST_ADAPTIVE_STEPS // steps, LEAST_ADAPTIVE_STEPS)
            self._kernel = self._kernel._replace(max_steps=most)
        while steps > 0 and self.stop is None:
            steps -= self.advance(min(steps, TRIAL_BLOCK)).steps
        return self.stop is None

    def _draw(self, n: int) -> tuple[list[Array], list[float]]:
        """Return the noises in n steps, each (n,) µA/cm² before its gate, and their states.

        A noise has one value per ``_held`` steps; its values are numbered as steps of that length.
        """
        drawn, phase = divmod(self.step - self._base_step, self._held)
        waves, states = draw(
            self.stimulus, (phase + n) // self._held, self._held * self.dt,
            self._base_step + drawn, self._noise,
        )  # fmt: skip
        if self._held == 1:
            return [wave[:n] for wave in waves], states
        place = (phase + np.arange(n)) // self._held
        return [wave[place] for wave in waves], states

    def _injected(self, n: int, waves: list[Array], recorded: slice) -> Injected:
        """Return the injected current of the next ``n`` steps.

        waves: the current of each noise at those steps, an empty list without noise. recorded:
        selects the steps whose start is recorded.
        """
        rule = METHODS[self.method].rule
        if waves or rule is Rule.PIECES or n > FEW_STEPS:
            times = self._times(n + 1)
            drive = drive_of(rule, self.stimulus, times, self._gated(waves, times, mean_current))
            starts, shown = times[recorded], [wave[recorded] for wave in waves]
            noise = self._gated(shown, starts, Stimulus.current_at)
            return Injected(times, drive, self.stimulus.current_at(starts) + noise)
        known_for = (self.stimulus, rule, self.dt, self._base_time, self._base_step)
        if self._ahead_for != known_for or not 0 <= self.step - self._ahead_from <= FEW_STEPS - n:
            times = self._times(FEW_STEPS + 1)
            drive = drive_of(rule, self.stimulus, times, 0.0)
            self._ahead = Injected(times, drive, self.stimulus.current_at(times[:-1]) + 0.0)
            self._ahead_for, self._ahead_from = known_for, self.step
        first = self.step - self._ahead_from
        last = first + n
        times, drive, current = self._ahead
        return Injected(times[first : last + 1], drive[first:last], current[first:last][recorded])

    def _times(self, count: int) -> Array:
        """Return the starts of the next ``count`` steps (ms)."""
        times = np.arange(count, dtype=np.float64)
        times += float(self.step - self._base_step)
        times *= self.dt
        times += self._base_time
        return times

    def _gated(
        self, waves: list[Array], times: Array, gate: Callable[[Stimulus, Array], Array]
    ) -> Array | float:
        """Return the sum of the noises, each multiplied by its gate."""
        pairs = zip(self.stimulus.noises, waves, strict=True)
        return sum((w * gate(noise_gate(self.stimulus, n), times) for (n, _), w in pairs), 0.0)


def _finite_rows(columns: Array) -> int:
    """Return the number of rows before the first that is not finite throughout."""
    finite = np.isfinite(columns).all(axis=0)
    return int(finite.size if finite.all() else finite.argmin())
