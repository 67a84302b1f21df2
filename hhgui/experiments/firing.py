"""Find which pulses fire a neuron; thresholds, charges and recovery are measured with this."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from hhgui.engine.methods import METHODS
from hhgui.experiments.contract import Cancelled, Subject, never
from hhgui.experiments.lanes import Outcomes, at_rest, pulse, run_many
from hhgui.experiments.search import LANES, Asked, Change, all_changes, changes
from hhgui.model.stimulus.component import LIMIT

Array = NDArray[np.float64]
WATCH_MS = 40.0
# A step this long counts as endless for a single spike.
LONG_STEP_MS = 200.0
# Relative width of the last bracket: two passes of 64 after the first scan.
TOLERANCE = 1e-4
WEAKEST, STRENGTHS = 1e-3, 63
# Of pulses that move V by less, even without a leak, only none at all is tried first.
SLIGHT_MV = 0.1
# A spike is all-or-none if the peak grows this many times faster than the pulse above threshold.
STRONGER, MUCH_STRONGER, GAIN = 1.01, 1.02, 3.0
FIRES_BY_ITSELF = "fires without a stimulus: no threshold"


@dataclass(frozen=True)
class Found:
    """The weakest strength of a pulse that fires, or the reason why there is none.

    value: in µA/cm², None if there is none. problem: a sentence if there is none, or if some
    stronger pulses fail to fire. changes: every change between firing and not firing that was
    found, by rising strength.
    """

    value: float | None
    problem: str = ""
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True)
class PulseSearch:
    """A neuron at rest under its holding current, which is given pulses to find which of them fire.

    watch: the time after a pulse (ms) in which a spike counts. tolerance: the relative accuracy of
    a threshold. from_start: whether to start from the membrane's own start state instead of rest,
    with the pulse ``onset`` ms later. resting: the subject with its start state; state: (1 +
    gates,), V (mV) and gates there. Raises NoRestError if rest is needed and there is none.
    """

    subject: Subject
    watch: float = WATCH_MS
    cancelled: Cancelled = never
    tolerance: float = TOLERANCE
    from_start: bool = False
    onset: float = 0.0
    resting: Subject = field(init=False)
    state: Array = field(init=False)

    def __post_init__(self) -> None:
        membrane = self.subject.membrane if self.from_start else at_rest(self.subject)
        object.__setattr__(self, "resting", replace(self.subject, membrane=membrane))
        state = np.array([membrane.initial_voltage, *membrane.initial_gates()])
        object.__setattr__(self, "state", state)

    @property
    def holding(self) -> float:
        """Return the holding current (µA/cm²)."""
        return self.subject.stimulus.holding

    @property
    def starts_above(self) -> str:
        """Return a sentence if V starts above the threshold, so that it can't cross it, else ""."""
        threshold, start = self.subject.threshold, float(self.state[0])
        if start < threshold:
            return ""
        return f"V starts at {start:.4g} mV, above the threshold of a spike: {threshold:g} mV"

    @property
    def at_once(self) -> int:
        """Return how many strengths are tried side by side in one run."""
        return LANES if METHODS[self.subject.method].has_lanes else 1

    def outcomes(self, width: float, strengths: Array) -> Outcomes:
        """Run one pulse of ``width`` (ms) for each of ``strengths`` (µA/cm²).

        Return the outcomes.
        """
        start = np.repeat(self.state[:, None], strengths.size, axis=1)
        return run_many(
            self.resting, pulse(width, self.onset), self.onset + width + self.watch, strengths,
            start=start, cancelled=self.cancelled,
        )  # fmt: skip

    def fires(self, width: float, strengths: Array) -> NDArray[np.bool_]:
        """Return for each of ``strengths`` (µA/cm²) whether a pulse of ``width`` (ms) fires.

        A pulse that drives V out of its range counts as firing.
        """
        found = self.outcomes(width, strengths)
        return found.fired | (np.isfinite(found.stopped) & (strengths > 0.0))

    def trials(
        self, width: float, *, at_once: int = 0, first_only: bool = True
    ) -> Iterator[Asked | Found]:
        """Search the weakest pulse of ``width`` (ms) that fires; yield the trials, then the result.

        at_once: how many strengths are tried at a time (0: ``self.at_once``). first_only: whether
        to look only for the lowest change, and not for strengths at which stronger pulses fail
        again.
        """
        if self.starts_above:
            yield Found(None, self.starts_above)
            return
        tops: dict[float, float] = {}

        def answer(_: object, strengths: Array) -> NDArray[np.bool_]:
            found = self.outcomes(width, strengths)
            tops.update(zip(strengths.tolist(), found.highest.tolist(), strict=True))
            return found.fired | (np.isfinite(found.stopped) & (strengths > 0.0))

        steps = changes(
            answer, strengths_to_try()[None, :], self.tolerance,
            at_once=at_once or self.at_once, first_only=first_only,
        )  # fmt: skip
        fires_by_itself = False
        for step in steps:
            if isinstance(step, Asked):
                fires_by_itself |= bool(step.yes[step.value == 0.0].any())
                yield step
            elif fires_by_itself:
                yield Found(None, FIRES_BY_ITSELF)
            else:
                yield self._judged(width, step, tops)

    def threshold(self, width: float) -> Found:
        """Return the weakest pulse of ``width`` (ms) that fires."""
        *_, found = self.trials(width)
        assert isinstance(found, Found)
        return found

    def thresholds(self, widths: Array) -> list[Found]:
        """Return the weakest pulse that fires for each of ``widths`` (ms), all searched at once."""
        if self.starts_above:
            return [Found(None, self.starts_above)] * widths.size
        if not METHODS[self.subject.method].has_lanes:
            return [self.threshold(width) for width in widths.tolist()]
        by_itself = np.zeros(widths.size, dtype=np.bool_)

        def answer(which: NDArray[np.int64], strengths: Array) -> NDArray[np.bool_]:
            fired = np.zeros(which.size, dtype=np.bool_)
            given, longest = strengths > 0.0, int(np.argmax(widths[which]))
            if not given.all():  # one run answers for every width
                found = self._pulses(np.zeros(1), self.onset + widths[which[[longest]]], None)
                fired[~given] = found.first[0] <= self.onset + widths[which[~given]] + self.watch
                by_itself[which[fired]] = True
            fired[given] = self._each_fires(widths[which[given]], strengths[given])
            return fired

        tried = np.tile(strengths_to_try(), (widths.size, 1))
        moved = tried * widths[:, None] / self.subject.membrane.capacitance
        grids = np.where(moved < SLIGHT_MV, 0.0, tried)
        found = all_changes(answer, grids, self.tolerance, at_once=self.at_once)
        onsets = np.full(widths.size, np.nan)
        for change in found:
            onsets[change.problem] = change.value
        tops = self._each_top(widths, STRONGER * np.nan_to_num(onsets))
        changed = {change.problem: change for change in found}
        return [
            Found(None, FIRES_BY_ITSELF)
            if by_itself[place]
            else self._verdict(changed.get(place), STRONGER * onsets[place], tops[place])
            for place in range(widths.size)
        ]

    def _each_fires(self, widths: Array, strengths: Array) -> NDArray[np.bool_]:
        """Return whether each pulse fires, by strength (µA/cm²) and width (ms), both (pulses,)."""
        # strong ones fire soon and end together; pulses of one width end together too
        strong = np.digitize(strengths, np.quantile(strengths, (0.25, 0.5, 0.75)))
        order = np.lexsort((widths, strong))
        strengths, ends = strengths[order], self.onset + widths[order]
        last = self.subject.dt * np.round((ends + self.watch) / self.subject.dt) + 1e-9
        found = self._pulses(strengths, ends, last)
        off_range = (found.stopped <= last) & (strengths > 0.0)
        fires = np.empty(order.size, dtype=np.bool_)
        fires[order] = (found.first <= last) | off_range
        return fires

    def _each_top(self, widths: Array, strengths: Array) -> Array:
        """Return the highest V (mV) under each pulse, by width (ms) and strength (µA/cm²)."""
        return self._pulses(strengths, self.onset + widths, None).highest

    def _pulses(self, strengths: Array, ends: Array, last: Array | None) -> Outcomes:
        """Run pulses of different strengths (µA/cm²) that end at ``ends`` (ms).

        last: the time (ms) up to which it matters whether each fires, or None for the whole run.
        """
        duration = float(ends.max()) + self.watch
        start = np.repeat(self.state[:, None], strengths.size, axis=1)
        return run_many(
            self.resting, pulse(duration + 1.0, self.onset), duration, strengths, start=start,
            cancelled=self.cancelled, until=ends, last=last,
        )  # fmt: skip

    def _judged(self, width: float, found: tuple[Change, ...], tops: dict[float, float]) -> Found:
        """Return the result of a search at one width (ms).

        found: the changes; tops: the highest V (mV) by each strength that was tried.
        """
        onset = next((change for change in found if change.rises), None)
        if onset is None:
            return self._verdict(None, 0.0, 0.0)
        above = min((s for s in tops if s >= STRONGER * onset.value), default=np.inf)
        if above > MUCH_STRONGER * onset.value:
            above = STRONGER * onset.value
            tops[above] = float(self.outcomes(width, np.array([above])).highest[0])
        return self._verdict(onset, above, tops[above], found)

    def _verdict(
        self, onset: Change | None, above: float, top: float, found: tuple[Change, ...] = ()
    ) -> Found:
        """Return the result of a search whose lowest change from no spike to a spike is ``onset``.

        onset: None if no pulse fires. above, top: a strength (µA/cm²) above the onset, and the
        highest V (mV) under it, which tell whether the response is graded. found: all changes, or
        () if only the lowest was looked for.
        """
        threshold = self.subject.threshold
        if onset is None:
            problem = f"no pulse up to {LIMIT:g} µA/cm² takes V past {threshold:g} mV"
            return Found(None, problem)
        changes = found or (onset,)
        if is_graded(onset.value, above, top - threshold, threshold - self.state[0]):
            problem = (
                f"graded response: V passes {threshold:g} mV, but its peak grows with the pulse "
                "and does not jump"
            )
            return Found(None, problem, changes)
        return Found(onset.value, _not_monotone(changes), changes)


def is_graded(weakest: float, stronger: float, beyond: float, room: float) -> bool:
    """Return whether the response grows in proportion to the stimulus, as a leak's does.

    weakest: the stimulus with which V just reaches the threshold of a spike, which is ``room`` mV
    above rest. stronger: another stimulus, with which V exceeds the threshold by ``beyond`` mV.
    """
    return bool(beyond < GAIN * (stronger / weakest - 1.0) * room)


def strengths_to_try(limit: float = LIMIT) -> Array:
    """Return 0 and then strengths (µA/cm²) in a geometric series up to ``limit``."""
    return np.concatenate([[0.0], np.geomspace(WEAKEST, limit, STRENGTHS)])


def _not_monotone(found: tuple[Change, ...]) -> str:
    """Return a sentence that lists the intervals of strength that fire, or "".

    found: the strengths at which firing begins (``rises``) or ends, in rising order. The sentence
    is "" if every pulse stronger than the weakest that fires does fire.
    """
    if all(change.rises for change in found):
        return ""
    edges = [f"{change.value:.4g}" for change in found]
    pairs = [f"between {a} and {b}" for a, b in zip(edges[::2], edges[1::2], strict=False)]
    if len(edges) % 2:
        pairs.append(f"above {edges[-1]}")
    ending = ": blocked above" if len(edges) % 2 == 0 else ""
    return f"fires {' and '.join(pairs)} µA/cm²{ending}"
