"""Measure recovery: how strong a second pulse must be, against the time since the first."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hhgui.document.setup import Setup
from hhgui.experiments.contract import (
    Cancelled,
    Column,
    Experiment,
    Mark,
    Plot,
    ReportProgress,
    Subject,
)
from hhgui.experiments.events import Event, Progress, Result, Row
from hhgui.experiments.firing import PulseSearch
from hhgui.experiments.lanes import NoRestError, Outcomes, Run, pulse, run_many, run_one
from hhgui.experiments.search import all_changes
from hhgui.experiments.settings import Grid, grid, number
from hhgui.model.stimulus.stimulus import Stimulus
from hhgui.model.stimulus.waveforms import Paired, Step

Array = NDArray[np.float64]
Ints = NDArray[np.int64]
# A regenerative spike crosses the threshold within this time of its pulse's end (ms).
PROMPT_MS = 10.0
# Within 5 % of its threshold at rest the neuron has recovered.
RECOVERED = 1.05
# Strengths to scan, relative to that at rest: close together, since a narrow band may fire.
WEAKEST, STRENGTHS, INTERVALS = 0.1, 127, 64
# Of the strengths every so many are tried first, where any one that fires will do.
FEW = 8
# How long after the first pulse recovery is waited for.
LONGEST_MS = 500.0
TOLERANCE = 1e-4


@dataclass(frozen=True)
class Recovery:
    """A neuron that has fired once, and its response to a second pulse of the same width.

    width: of both pulses (ms). after: the run with the first pulse only, from rest, as long as the
    longest interval. spike: the time (ms) at which V crosses the threshold in it. needed_at_rest:
    the weakest pulse (µA/cm²) that fires from rest. strongest: the strongest second pulse that is
    tried, as a multiple of needed_at_rest.
    """

    search: PulseSearch
    width: float
    after: Run
    spike: float
    strongest: float
    needed_at_rest: float

    def fires(self, intervals: Array, strengths: Array) -> NDArray[np.bool_]:
        """Return for each second pulse, at ``intervals`` (ms) after the first, whether it fires.

        strengths: of the second pulses (µA/cm²). The spike must be regenerative: V keeps rising
        after the pulse and crosses the threshold within 10 ms.
        """
        start = self.after.state_at(intervals)
        return fires_regeneratively(self.search, self.width, start, strengths)

    def needs(self, intervals: Array) -> tuple[Array, NDArray[np.bool_]]:
        """Return the weakest second pulse (µA/cm²) that fires at each interval (ms), else NaN.

        The second array says for which intervals the neuron fires again without a second pulse.
        """
        grids = np.tile(np.concatenate([[0.0], self._strengths()]), (intervals.size, 1))
        by_itself = self.fires(intervals, np.zeros(intervals.size))
        found = all_changes(
            lambda which, strengths: self.fires(intervals[which], strengths), grids, TOLERANCE,
            at_once=self.search.at_once,
        )  # fmt: skip
        needed = np.full(intervals.size, np.nan)
        for change in found:
            needed[change.problem] = change.value
        return needed, by_itself

    def fires_at_all(self, intervals: Array) -> NDArray[np.bool_]:
        """Return for each interval (ms) whether any second pulse up to the strongest fires."""
        strengths, fires = self._strengths()[::-1], np.zeros(intervals.size, dtype=np.bool_)
        first = strengths[::FEW]
        for tried in (first, strengths[~np.isin(strengths, first)]):  # a few answer for most
            left = intervals[~fires]
            if not left.size:
                break
            answers = self.fires(np.repeat(left, tried.size), np.tile(tried, left.size))
            fires[~fires] = answers.reshape(left.size, tried.size).any(axis=1)
        return fires

    def _strengths(self) -> Array:
        """Return the strengths (µA/cm²) of second pulses that are tried."""
        return np.asarray(self.needed_at_rest * np.geomspace(WEAKEST, self.strongest, STRENGTHS))

    @property
    def last(self) -> float:
        """Return the longest interval (ms) at which a spike can be due to the second pulse."""
        again = self.after.spikes[1:2] - self.width - PROMPT_MS
        return float(min([self.after.times[-1], *again]))

    @property
    def remark(self) -> str:
        """Return a sentence if the neuron goes on firing without a second pulse, else ""."""
        if self.after.spikes.size < 2:
            return ""
        return f"it fires again by itself {self.after.spikes[1]:.4g} ms after the first pulse"

    def absolute(self) -> float | str:
        """Return the longest interval (ms) at which no second pulse fires.

        A sentence is returned instead if there is none.
        """
        return self._last_no(self.fires_at_all)

    def relative(self) -> float | str:
        """Return the longest interval (ms) at which 1.05 times the resting threshold does not fire.

        A sentence is returned instead if there is none.
        """
        strength = RECOVERED * self.needed_at_rest
        return self._last_no(lambda at: self.fires(at, np.full(at.size, strength)))

    def _last_no(self, answer: Callable[[Array], NDArray[np.bool_]]) -> float | str:
        """Return the longest interval (ms) for which ``answer`` is False, or a sentence."""
        first, last = max(self.width, self.spike), self.last
        if last <= first:
            return self.remark
        grids = np.geomspace(first, last, INTERVALS)[None, :]
        found = all_changes(
            lambda _, intervals: answer(intervals), grids, TOLERANCE,
            at_once=min(8, self.search.at_once), first_only=False,
        )  # fmt: skip
        if found and found[-1].rises:
            return found[-1].value
        if answer(np.array([last]))[0]:
            return "every interval after the first spike fires again"
        return self.remark or f"not over within {last:g} ms"


def fires_regeneratively(
    search: PulseSearch, width: float, start: Array, strengths: Array
) -> NDArray[np.bool_]:
    """Return for each state and strength whether a pulse of ``width`` (ms) fires regeneratively.

    That is: V keeps rising after the end of the pulse and crosses the threshold within 10 ms of it.
    start: (1 + gates, pulses), V (mV) and gates at the pulse's onset. strengths: (pulses,), µA/cm².
    """

    def run(which: Ints, duration: float) -> Outcomes:
        return run_many(search.resting, pulse(width), duration, strengths[which],
                        start=start[:, which], cancelled=search.cancelled)  # fmt: skip

    whole = run(np.arange(strengths.size), width + PROMPT_MS)
    fires = whole.fired
    fired = np.flatnonzero(fires)
    if fired.size:
        # a hair more, since both sum up the same pulse
        fires[fired] = whole.highest[fired] > run(fired, width).highest + 1e-9
    return fires


def prompt_threshold(search: PulseSearch, width: float) -> float | str:
    """Return the weakest pulse (µA/cm²) that fires regeneratively from rest, or why there is none.

    width: ms. See ``fires_regeneratively``.
    """
    found = search.threshold(width)
    if found.value is None:
        return found.problem
    rest = search.state[:, None]
    around = np.geomspace(0.5, 5.0, INTERVALS)[None, :] * found.value
    prompt = all_changes(
        lambda _, s: fires_regeneratively(search, width, rest.repeat(s.size, axis=1), s),
        around, TOLERANCE, at_once=search.at_once,
    )  # fmt: skip
    if prompt:
        return prompt[0].value
    return (
        f"no pulse of {width:g} ms makes V rise on after its end and cross the threshold within "
        f"{PROMPT_MS:g} ms of it, as a regenerative spike does: choose a shorter pulse"
    )


def recovery_after(
    search: PulseSearch, width: float, factor: float, longest: float, strongest: float
) -> Recovery | str:
    """Return the neuron after a first pulse, or a sentence if it cannot be measured.

    width: of the pulses (ms). factor: the first pulse as a multiple of the threshold at rest.
    longest: the longest interval (ms). strongest: the strongest second pulse, as a multiple of that
    threshold.
    """
    needed = prompt_threshold(search, width)
    if isinstance(needed, str):
        return needed
    stimulus = Stimulus((Step(factor * needed, 0.0, width),), search.holding)
    after = run_one(search.resting, stimulus, longest, search.cancelled)
    if after.problem or after.spikes.size == 0:
        return after.problem or "the first pulse does not fire"
    return Recovery(search, width, after, float(after.spikes[0]), strongest, needed)


@dataclass(frozen=True)
class Refractory(Experiment):
    """The threshold of a second pulse divided by the threshold at rest, against the interval.

    Both pulses have the same width; the first is a multiple of the threshold at rest. The second
    spike must be regenerative: V keeps rising after the pulse and crosses the threshold within 10
    ms. Absolute refractory period: the longest interval, onset to onset, at which no second pulse
    up to the strongest fires. Relative: from there to the interval at which 1.05 times the
    threshold at rest fires. Where the ratio is below 1 the neuron is supernormal (Hodgkin & Huxley
    1952, "Refractory period").
    """

    id = "refractory"
    title = "Refractory period"
    group = "Excitability"
    summary = "How strong a second pulse must be, against the time since the first."
    sketch = "5,15 6,10 8,6 11,4 14,3 18,3.6 24,4; 0,4 24,4; 4,0 4,16"
    findings = (
        Column("absolute", "ms", "absolute period"),
        Column("relative", "ms", "relative until"),
    )
    columns = (Column("interval", "ms"), Column("relative_strength", "", "strength over rest"))
    plots = (
        Plot("interval", ("relative_strength",), log="y",
             marks=(Mark("x", ("absolute",)), Mark("span", ("absolute", "relative")))),
    )  # fmt: skip

    intervals: Grid = grid(
        "intervals", "ms", 1.0, 40.0, 40, low=0.0, high=10_000.0, above=True, log=True,
        help="From the onset of the first pulse to that of the second.",
    )  # fmt: skip
    duration: float = number(
        "pulse width", "ms", 0.5, 0.0, 1000.0, "How long each pulse lasts.", above=True
    )
    first: float = number(
        "first pulse", "", 2.0, 1.0, 100.0, "Its strength over that from rest.", above=True
    )
    strongest: float = number(
        "strongest pulse", "", 30.0, 1.0, 1000.0,
        "The strongest second pulse that is tried, over its strength from rest.", above=True,
    )  # fmt: skip

    def measure(
        self, subject: Subject, cancelled: Cancelled, progress: ReportProgress
    ) -> Iterator[Event]:
        intervals = self.intervals.values
        try:
            search = PulseSearch(subject, cancelled=cancelled)
            recovery: Recovery | str = recovery_after(
                search, self.duration, self.first, max(1.2 * float(intervals.max()), LONGEST_MS),
                self.strongest,
            )  # fmt: skip
        except NoRestError as error:
            recovery = str(error)
        if isinstance(recovery, str):
            yield from self._none(recovery)
            return
        yield Progress(0.1)
        late = intervals > max(recovery.spike, self.duration)
        needed, by_itself = recovery.needs(np.where(late, intervals, intervals.max()))
        for index, interval in enumerate(intervals.tolist()):
            problem = ""
            if not late[index]:
                problem = f"at {interval:g} ms: the first spike has not come yet"
            elif by_itself[index]:
                problem = f"at {interval:g} ms: it fires again without a second pulse"
            relative = None if problem else float(needed[index] / recovery.needed_at_rest)
            yield Row(index, {"interval": interval, "relative_strength": relative}, problem)
        yield from self._periods(recovery)

    def _periods(self, recovery: Recovery) -> Iterator[Result]:
        absolute, relative = recovery.absolute(), recovery.relative()
        pulses = f"two pulses of {self.duration:g} ms, onset to onset, the first {self.first:g}×"
        for key, label, found, how in (
            ("absolute", "absolute refractory period", absolute,
             f"the longest interval at which no second pulse up to {self.strongest:g}× the "
             f"strength from rest fires a regenerative spike; {pulses} that"),
            ("relative", "relative refractory until", relative,
             f"the interval from which {RECOVERED:g}× the strength from rest fires; {pulses}"),
        ):  # fmt: skip
            problem = found if isinstance(found, str) else recovery.remark
            value = None if isinstance(found, str) else found
            yield Result(key, label, value, "ms", how, problem)

    def _none(self, problem: str) -> Iterator[Event]:
        """Yield the results without values, all with this problem."""
        for index, interval in enumerate(self.intervals.values.tolist()):
            yield Row(index, {"interval": interval}, problem)
        for key, label in (("absolute", "absolute refractory period"),
                           ("relative", "relative refractory until")):  # fmt: skip
            yield Result(key, label, None, "ms", "none", problem)

    def opened(self, subject: Subject, row: Row) -> Setup | None:
        interval, relative = row.values["interval"], row.values.get("relative_strength")
        try:
            search = PulseSearch(subject)
        except NoRestError:
            return None
        needed = prompt_threshold(search, self.duration)
        if interval is None or relative is None or isinstance(needed, str):
            return None
        first, second = self.first * needed, 1.001 * relative * needed
        pair = Paired(first, 0.0, self.duration, interval, second)
        stimulus = Stimulus((pair,), subject.stimulus.holding)
        return search.resting.setup(stimulus, interval + self.duration + PROMPT_MS)
