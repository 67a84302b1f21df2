"""Make a waveform of steps or straight lines from rows of time and current."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hhgui.model.parameter import ModelError
from hhgui.model.stimulus.component import LIMIT
from hhgui.model.stimulus.waveforms import Samples
from hhgui.storage.currents.choice import LINEAR, Choice
from hhgui.storage.currents.problems import Undecided

Array = NDArray[np.float64]
_SAY = "say interpolate=hold for steps or interpolate=linear for straight lines"
# Intervals that differ by less are those of one rate, written with few digits.
_EVEN = 1.6


@dataclass(frozen=True)
class Knots:
    """The rows of a current: arrays of shape (rows,).

    name, path: of the file. lines: the line of each row in the file, from 1. times: ms. currents:
    µA/cm².
    """

    name: str
    path: str
    lines: list[int]
    times: Array
    currents: Array


def waveform_of(knots: Knots, choice: Choice) -> tuple[Samples, str]:
    """Return the waveform, and a sentence if steps were assumed (else "").

    Raises ModelError, and Undecided if the user has to choose between steps and lines.
    """
    knots = _from_zero(knots, choice)
    note = "" if choice.interpolate else _held_by_default(knots)
    if choice.interpolate == LINEAR and knots.times.size > 1:
        return _lines(knots), note
    return _steps(knots), note


def check_rows(knots: Knots) -> None:
    """Raise ModelError if times fall or numbers are out of range; two rows may have one time."""
    times, currents, lines = knots.times, knots.currents, knots.lines
    if times.size > 1 and times[0] == times[-1]:
        raise ModelError("path", f"{knots.name}: every row is at {times[0]:g} ms; times must rise")
    falls = np.flatnonzero(np.diff(times) < 0.0)
    if falls.size:
        k = int(falls[0])
        problem = f"row {lines[k + 1]}: time {times[k + 1]:g} ms is before {times[k]:g} ms in row"
        raise ModelError("path", f"{knots.name}: {problem} {lines[k]}; times must rise")
    same = np.flatnonzero(times[2:] == times[:-2]) if times.size > 2 else np.empty(0, int)
    if same.size:
        k = int(same[0])
        problem = f"row {lines[k + 2]} is the third at {times[k]:g} ms; an edge is two rows"
        raise ModelError("path", f"{knots.name}: {problem}")
    beyond = np.flatnonzero(~(np.abs(currents) <= LIMIT))
    if beyond.size:
        k = int(beyond[0])
        problem = f"row {lines[k]}: {currents[k]:g} µA/cm² is outside {-LIMIT:g} to {LIMIT:g}"
        raise ModelError("path", f"{knots.name}: {problem}")
    far = np.flatnonzero(~(np.abs(times) <= 1e7))
    if far.size:
        k = int(far[0])
        raise ModelError("path", f"{knots.name}: row {lines[k]}: {times[k]:g} ms is beyond 1e7")


def _from_zero(knots: Knots, choice: Choice) -> Knots:
    """Return the rows from time 0 on; earlier ones are left out only if the user chose so.

    Raises Undecided if there are earlier ones and the user did not choose.
    """
    times = knots.times + (choice.time_offset or 0.0)
    if times[0] >= 0.0:
        return Knots(knots.name, knots.path, knots.lines, times, knots.currents)
    if choice.time_offset is None:
        first = knots.times[0]
        raise Undecided("time_offset", (
            f"{knots.name}: row {knots.lines[0]}: time {first:g} ms is before 0; "
            f"time_offset={-first:g} begins there, time_offset=0 leaves out what is before 0"
        ))  # fmt: skip
    kept = int(np.searchsorted(times, 0.0, side="right")) - 1
    if times[-1] <= 0.0:
        raise ModelError("time_offset", f"{knots.name}: every time is before 0")
    currents = knots.currents[kept:].copy()
    times = times[kept:].copy()
    if choice.interpolate == LINEAR:
        currents[0] += (currents[1] - currents[0]) * -times[0] / (times[1] - times[0])
    times[0] = 0.0
    return Knots(knots.name, knots.path, knots.lines[kept:], times, currents)


def _held_by_default(knots: Knots) -> str:
    """Return a sentence if steps are assumed, "" if that is clear; raise Undecided otherwise.

    Samples at a constant rate are taken as steps, as a digital-to-analogue converter holds them,
    and so is a table in which each row changes the current. Straight lines are suspected if a row
    repeats the current before it or two rows have one time, which steps never need and corners of
    lines do.
    """
    times, currents, lines = knots.times, knots.currents, knots.lines
    intervals = np.diff(times)
    bends = (intervals > 0.0) & (np.diff(currents) != 0.0)  # a line there would not be a step
    if not bends.any():
        return ""
    own = intervals[intervals > 0.0]
    usual = float(np.median(own))
    even = (own < usual * _EVEN) & (own > usual / _EVEN)
    if own.size >= 20 and even.mean() > 0.9:
        gaps = np.flatnonzero((intervals > usual * _EVEN) & bends)
        if gaps.size:
            k = int(gaps[0])
            problem = f"row {lines[k + 1]}: {intervals[k]:g} ms after the row before it, where"
            problem = f"{knots.name}: {problem} rows are {usual:g} ms apart, at {times[k + 1]:g} ms"
            raise Undecided("interpolate", f"{problem}; {_SAY}")
        edges = int((intervals == 0.0).sum())
        if edges > 0.02 * times.size:
            problem = f"{knots.name} has {edges} pairs of rows at one time among its samples"
            raise Undecided("interpolate", f"{problem}; {_SAY}")
        return ""
    if own.size == times.size - 1 and own.size >= 20 and even.all():
        return ""
    repeats = np.flatnonzero(np.diff(currents[:-1]) == 0.0)
    pairs = np.flatnonzero(intervals == 0.0)
    if repeats.size or pairs.size:
        k = int(np.concatenate([repeats, pairs]).min()) + 1
        what = "repeats the current" if currents[k] == currents[k - 1] else "repeats the time"
        problem = f"row {lines[k]} {what} of the row before it, so the rows may be corners of lines"
        raise Undecided("interpolate", f"{knots.name}: {problem}; {_SAY}")
    return f"{knots.name}: each row holds until the next; interpolate=linear draws straight lines"


def _steps(knots: Knots) -> Samples:
    """Return steps, each until the next row; the last is as long as the one before it."""
    times, currents = knots.times, knots.currents
    kept = np.append(np.diff(times) > 0.0, True)
    times, currents = times[kept], currents[kept]
    last = times[-1] - times[-2] if times.size > 1 else 1.0
    edges = (*times.tolist(), float(times[-1] + last))
    return Samples(edges, tuple(currents.tolist()), knots.path)


def _lines(knots: Knots) -> Samples:
    """Return straight lines from row to row; two rows at one time are a jump."""
    times, currents = knots.times, knots.currents
    lasts = np.diff(times) > 0.0
    if not lasts.any():
        raise ModelError("path", f"{knots.name}: straight lines need two times")
    starts, ends = currents[:-1][lasts], currents[1:][lasts]
    edges = (*times[:-1][lasts].tolist(), float(times[-1]))
    return Samples(edges, tuple(starts.tolist()), knots.path, tuple(ends.tolist()))
