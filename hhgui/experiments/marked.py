"""Annotate an action potential: measure one spike of a run.

``mark_action_potential`` takes the measurements from the run at once; ``mark_by_experiment`` adds
experiments on the run's neuron (a threshold by bisection, refractory periods by paired pulses),
which take 0.3 s.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from hhgui.analysis.action_potential import Instant, Shape, spike_shape
from hhgui.document.session import DEFAULT_RISE, RISE
from hhgui.document.setup import Setup
from hhgui.experiments.excitability import Finding, excitability
from hhgui.experiments.single_run import Array, SingleRun

Point = tuple[float, float]
# A jump of the stimulus that changes dV/dt by less than this fraction of its maximum is ignored.
_SMOOTH = 0.01
# Of the derivative through 2 n + 1 samples: of the differences one, two, three rows apart.
_WEIGHTS = (45.0 / 60.0, -9.0 / 60.0, 1.0 / 60.0)
TOO_LONG = (
    "The run is too long to keep every step of it, and a slope needs every step: "
    "shorten it, or take a larger dt."
)


@dataclass(frozen=True)
class Annotation:
    """One measurement of an action potential.

    value: in ``unit``, None if it can't be measured. how: a sentence about the measurement, or why
    there is none. at: where to draw it: one point (t in ms, V in mV), the two ends of a span, or
    ().
    """

    key: str
    label: str
    value: float | None
    unit: str
    how: str
    at: tuple[Point, ...] = ()


@dataclass(frozen=True)
class MarkedPotential:
    """The annotations of one spike of a run.

    setup: of the run. which: the number of the spike, counted from 0, of ``count``. problem: why
    there are no annotations, or "". interval: the time (ms) to the next spike, None if there is
    none.
    """

    setup: Setup
    marks: tuple[Annotation, ...]
    which: int
    count: int
    problem: str = ""
    interval: float | None = None

    def mark(self, key: str) -> Annotation | None:
        """Return the annotation with this key, or None."""
        return next((mark for mark in self.marks if mark.key == key), None)


def mark_action_potential(
    run: SingleRun,
    rise: float = DEFAULT_RISE,
    which: int = 0,
    cancelled: Callable[[], bool] = lambda: False,
) -> MarkedPotential:
    """Measure spike ``which`` of the run, counted from 0.

    The keys of the annotations are threshold, threshold_time, upstroke, peak, amplitude,
    half_width, repolarisation and undershoot. rise: the slope dV/dt (mV/ms) that defines the
    threshold. If there is no such spike, ``problem`` of the result says so. Raises ModelError for a
    ``rise`` out of range.
    """
    rise, count = RISE.check(rise), int(run.spikes.size)
    problem = _problem(run, which)
    if problem or cancelled():
        return MarkedPotential(run.setup, (), which, count, problem)
    spikes = np.concatenate([[-np.inf], run.spikes, [np.inf]])
    before, crossing, after = spikes[which : which + 3].tolist()
    column, slope = run.column("V"), _slope(run)
    shape = spike_shape(run.times, column, slope, rise, crossing, before, after)
    driven = _driven(run, shape, rise)
    marks = (*_rising(shape, rise, driven), *_falling(shape))
    interval = float(after - crossing) if np.isfinite(after) else None
    return MarkedPotential(run.setup, marks, which, count, interval=interval)


def mark_by_experiment(
    marked: MarkedPotential, cancelled: Callable[[], bool] = lambda: False
) -> MarkedPotential | None:
    """Return ``marked`` with three more annotations by experiments; None once cancelled.

    Their keys are excitability (µA/cm²), absolute_refractory and relative_refractory (ms), see
    ``experiments/excitability.py``. The span of the absolute period begins at the spike's
    threshold, that of the relative one where the absolute one ends; both end with the run at the
    latest. If the run fires again within the absolute period, as under a maintained current, there
    are no spans, and the annotation says so.
    """
    found = list(excitability(marked.setup, cancelled))
    if cancelled():
        return None
    return replace(marked, marks=(*marked.marks, *_by_experiment(marked, found)))


def _by_experiment(marked: MarkedPotential, found: Sequence[Finding]) -> Iterator[Annotation]:
    """Yield the findings as annotations, with the spans to draw."""
    values = {one.key: one.value for one in found}
    absolute, relative = (values.get(f"{k}_refractory") for k in ("absolute", "relative"))
    fires_before = (
        marked.interval is not None and absolute is not None and marked.interval < absolute
    )
    begins = marked.mark("threshold")
    ends = {"absolute_refractory": (0.0, absolute), "relative_refractory": (absolute, relative)}
    for one in found:
        at: tuple[Point, ...] = ()
        how = one.how
        if one.key in ends and one.value is not None:
            if fires_before:
                again = f"this run fires again after {marked.interval:.3g} ms"
                how += f"; not drawn: {again}, since its current goes on"
            elif begins is not None and begins.at:
                (t, V), last = begins.at[0], marked.setup.duration
                first, until = ends[one.key]
                span = [min(t + (edge or 0.0), last) for edge in (first, until)]
                at = tuple((edge, V) for edge in span) if span[1] > span[0] else ()
        yield Annotation(one.key, one.label, one.value, one.unit, how, at)


def _slope(run: SingleRun) -> Array:
    """Return dV/dt (mV/ms) in each row, as the slope of a polynomial through seven rows of V.

    Computed from the currents, (I - sum I_ion)/C, it would be up to 16 % off with a first-order
    method, whose gates are not those of the same moment as V. They are used only where V is not
    smooth: at jumps of the stimulus, and at the ends of the run.
    """
    slope = run.column("dV_dt").copy()
    V, current = run.column("V"), run.column("I_stim")
    reach = len(_WEIGHTS)
    if V.size <= 2 * reach:
        return slope
    step = float(run.times[1] - run.times[0])
    inner = slice(reach, V.size - reach)
    fitted = np.zeros(V.size - 2 * reach)
    for distance, weight in enumerate(_WEIGHTS, 1):
        after, before = (V[reach + d : V.size - reach + d] for d in (distance, -distance))
        fitted += weight * (after - before) / step
    jump = np.abs(np.diff(current)) / run.setup.membrane.capacitance
    jumps = jump > _SMOOTH * float(np.abs(slope).max())
    near = np.convolve(jumps, np.ones(2 * reach), mode="valid") > 0
    slope[inner] = np.where(near, slope[inner], fitted)
    return slope


def _problem(run: SingleRun, which: int) -> str:
    """Return the reason why spike ``which`` can't be annotated, or ""."""
    count = int(run.spikes.size)
    if count == 0:
        return f"There is no action potential: V never rises through {run.setup.threshold:g} mV."
    if not 0 <= which < count:
        return f"There is no spike {which + 1}: the run has {count}."
    return TOO_LONG if run.thinned else ""


def _driven(run: SingleRun, shape: Shape, rise: float) -> bool:
    """Return whether a jump of the stimulus alone makes dV/dt exceed ``rise`` at the threshold."""
    if shape.threshold is None:
        return False
    row = int(np.searchsorted(run.times, shape.threshold.time, side="right"))
    jump = np.diff(run.column("I_stim")[row - 1 : row + 1])
    return bool(np.any(jump / run.setup.membrane.capacitance > 0.5 * rise))


def _rising(shape: Shape, rise: float, driven: bool) -> tuple[Annotation, ...]:
    """Return the annotations of threshold and upstroke.

    driven: whether the stimulus alone makes dV/dt exceed ``rise`` (mV/ms) there.
    """
    begins, steep = shape.threshold, shape.upstroke
    how = (
        f"where dV/dt rises through {rise:g} mV/ms on the way to the upstroke, "
        "by straight lines between the steps"
    )
    if driven:
        how += "; a jump of the stimulus reaches it here, so it describes the stimulus"
    if begins is None:
        how = f"dV/dt does not rise through {rise:g} mV/ms before this spike"
    slope_how = "the largest dV/dt on the way up, by the polynomial through 7 samples"
    return (
        Annotation("threshold", "threshold", _of(begins, "voltage"), "mV", how, _points(begins)),
        Annotation("threshold_time", "begins at", _of(begins, "time"), "ms", how, _points(begins)),
        Annotation("upstroke", "steepest rise", _of(steep, "slope"), "mV/ms",
             _or_why(steep, slope_how, "the run ends before V turns"), _points(steep)),
    )  # fmt: skip


def _falling(shape: Shape) -> tuple[Annotation, ...]:
    """Return the annotations of peak, amplitude, half width, repolarisation and undershoot."""
    top, fall, low = shape.peak, shape.fall, shape.undershoot
    begins, half = shape.threshold, shape.half
    cut = "the run ends before V turns"
    no_half = "it needs the threshold, the peak and V half-way down again"
    return (
        Annotation("peak", "peak", _of(top, "voltage"), "mV", _or_why(
            top, "the highest V, by a parabola through the three highest steps", cut),
            _points(top)),
        Annotation("amplitude", "amplitude", shape.amplitude, "mV", _or_why(
            shape.amplitude, "from the threshold to the peak", "it needs the threshold and a peak"),
            ((top.time, begins.voltage), (top.time, top.voltage)) if top and begins else ()),
        Annotation("half_width", "half width", shape.half_width, "ms", _or_why(
            half, "how long V is above half-way from the threshold to the peak", no_half),
            _points(*half) if half else ()),
        Annotation("repolarisation", "steepest fall", _of(fall, "slope"), "mV/ms", _or_why(
            fall, "the most negative dV/dt on the way down, by the polynomial through 7 samples",
            "the run ends before V has fallen"), _points(fall)),
        Annotation("undershoot", "undershoot", _of(low, "voltage"), "mV", _or_why(
            low, "the lowest V after the peak, before V recovers by 2 mV or the next spike",
            "the run ends before V turns again"), _points(low)),
    )  # fmt: skip


def _or_why(found: object, how: str, why_not: str) -> str:
    """Return ``how`` if something was found, else ``why_not``."""
    return why_not if found is None else how


def _of(instant: Instant | None, what: str) -> float | None:
    """Return the value ``what`` of an instant, or None without an instant."""
    return None if instant is None else float(getattr(instant, what))


def _points(*instants: Instant | None) -> tuple[Point, ...]:
    """Return (t, V) of those instants that are not None."""
    return tuple((instant.time, instant.voltage) for instant in instants if instant is not None)
