"""Follow Hopf points and folds of equilibria in the plane of the current and a second number.

At each value of the second number all such currents are found anew (``stability`` and
``fixed_points``), so that no curve is lost. Where two points of a kind merge and vanish between two
values, the value is found by bisection. The squid's Hopf points merge at 28.858 °C: above it rest
is stable at every current (Rinzel & Miller 1980, Math Biosci 49:27; Hassard 1978, J Theor Biol
71:401).
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from hhgui.analysis.equilibrium_curve import CURRENT, paths_of
from hhgui.analysis.fixed_points import folds
from hhgui.analysis.stability import hopf_points
from hhgui.model.edit import with_value
from hhgui.model.membrane import Membrane
from hhgui.model.parameter import ModelError

HOPF, FOLD, END = "hopf", "fold", "bogdanov_takens"
_HALVINGS = 20


class CurvePoint(NamedTuple):
    """A Hopf point or fold at one value of the second number.

    kind: "hopf" or "fold". value: the second number. place: its index, by rising V, among the
    points of its kind at this value. current: µA/cm². voltage: mV. frequency: Hz, None for a fold.
    """

    kind: str
    value: float
    place: int
    current: float
    voltage: float
    frequency: float | None = None


class Merge(NamedTuple):
    """Where two points of a kind merge and vanish.

    kind: "hopf" or "fold", or "bogdanov_takens" where a Hopf point ends on a fold (Kuznetsov 2004,
    sect. 8.4). value: the second number. current: µA/cm². voltage: mV.
    """

    kind: str
    value: float
    current: float
    voltage: float


def points_at(membrane: Membrane, path: str, value: float, kind: str = "") -> list[CurvePoint]:
    """Return the Hopf points and then the folds at one value of a number, each by rising V.

    path: of the number, as in ``model/edit.py``. kind: "hopf" or "fold" for these only, "" for
    both.
    """
    at = with_value(membrane, path, value)
    found = []
    if kind != FOLD:
        found += [
            CurvePoint(HOPF, value, n, h.current, h.voltage, h.frequency)
            for n, h in enumerate(hopf_points(at))
        ]
    if kind != HOPF:
        found += [CurvePoint(FOLD, value, n, f.current, f.voltage) for n, f in enumerate(folds(at))]
    return found


def curves(
    membrane: Membrane, path: str, first: float, last: float, values: int = 61,
    cancelled: Callable[[], bool] = lambda: False,
    progress: Callable[[float], object] = lambda fraction: None,
) -> Iterator[CurvePoint | Merge]:  # fmt: skip
    """Yield Hopf points and folds by rising value of a number, and the merges between them.

    path: of the number; first, last: its range; values: how many values are computed, evenly
    spaced. progress: called with the fraction done (0 to 1). Ends early if ``cancelled()`` becomes
    true. Raises ModelError for a number along which equilibria cannot be followed, or a value that
    is not allowed.
    """
    known = [each for each in paths_of(membrane) if each != CURRENT]
    if path not in known:
        raise ModelError("parameter", f"{path!r} cannot be varied; there are {', '.join(known)}")
    before: list[CurvePoint] | None = None
    start = first
    for number, value in enumerate(np.linspace(first, last, values).tolist(), start=1):
        if cancelled():
            return
        found = points_at(membrane, path, value)
        for kind in (HOPF, FOLD):
            if before is not None and len(_of(before, kind)) != len(_of(found, kind)):
                yield _merge(membrane, path, kind, (start, before), (value, found))
        yield from found
        before, start = found, value
        progress(number / values)


def _of(points: Sequence[CurvePoint] | None, kind: str) -> list[CurvePoint]:
    """Return those points that are of a kind; [] for None."""
    return [point for point in points or () if point.kind == kind]


def _merge(
    membrane: Membrane, path: str, kind: str, low: tuple[float, list[CurvePoint]],
    high: tuple[float, list[CurvePoint]],
) -> Merge:  # fmt: skip
    """Find where the number of points of a kind changes between two values, by bisection.

    low, high: a value and its points.
    """
    (start, before), (stop, after) = low, high
    count = len(_of(before, kind))
    for _ in range(_HALVINGS):
        middle = 0.5 * (start + stop)
        found = points_at(membrane, path, middle, kind)
        if len(found) == count:
            start, before = middle, found
        else:
            stop, after = middle, found
    more = max((_of(before, kind), _of(after, kind)), key=len)
    value = 0.5 * (start + stop)
    if abs(len(_of(before, kind)) - len(_of(after, kind))) % 2:
        # one alone: a Hopf point that ends on a fold, where its frequency is zero
        at = min(more, key=lambda point: point.frequency or 0.0)
        return Merge(END if kind == HOPF else kind, value, at.current, at.voltage)
    one, two = min(pairwise(more), key=lambda pair: pair[1].voltage - pair[0].voltage)
    current, voltage = 0.5 * (one.current + two.current), 0.5 * (one.voltage + two.voltage)
    return Merge(kind, value, current, voltage)
