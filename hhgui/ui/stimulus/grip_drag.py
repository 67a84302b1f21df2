"""Find the edge or level of a stimulus that is under the mouse, and move it."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from PySide6.QtCore import QPointF

from hhgui.model.stimulus.component import Component, Grip
from hhgui.model.stimulus.stimulus import Stimulus

REACH_PX = 5.0  # from an edge or a level
FINE = 0.1  # with Shift


@dataclass(frozen=True)
class GripDrag:
    """A drag of an edge or level of one component.

    place: the index of the component in the stimulus. component: as it was when the drag began.
    """

    place: int
    component: Component
    grip: Grip

    def moved(self, by: QPointF, pixel: QPointF) -> Component:
        """Return the component with the edge or level moved, as far as that is allowed.

        by: how far, in ms and µA/cm². pixel: the size of a pixel in these units, to which numbers
        are rounded.
        """
        distance, size = (by.x(), pixel.x()) if self.grip.is_edge else (by.y(), pixel.y())
        parameter = next(p for p in self.component.parameters if p.key == self.grip.key)
        value = getattr(self.component, self.grip.key) + self.grip.slope * distance
        digits = -math.floor(math.log10(size)) if size > 0.0 else parameter.decimals
        low, high = parameter.minimum, parameter.maximum
        if self.grip.key == "start":
            high = getattr(self.component, "stop", high)
        elif self.grip.key == "stop":
            low = getattr(self.component, "start", low)
        if parameter.above_minimum:
            low = max(low, 10.0**-parameter.decimals)
        changed: dict[str, Any] = {self.grip.key: min(max(round(value, max(digits, 0)), low), high)}
        return replace(self.component, **changed)  # type: ignore[type-var]


def grip_at(
    stimulus: Stimulus, selected: int, at: QPointF, level: float, pixel: QPointF
) -> GripDrag | None:
    """Return the edge or level near a time (ms) and current (µA/cm²), None if none is.

    selected: the index of the component that is tried first. level: the current of the stimulus at
    that time. pixel: the size of a pixel. Edges are preferred to the levels between them.
    """
    grips = list(_grips(stimulus, selected))
    reach = REACH_PX * pixel.x()
    edges = [drag for drag in grips if drag.grip.is_edge]
    near = min(edges, key=lambda drag: abs(drag.grip.start - at.x()), default=None)
    if near is not None and abs(near.grip.start - at.x()) <= reach:
        return near
    if abs(at.y() - level) > REACH_PX * pixel.y():
        return None
    levels = (drag for drag in grips if not drag.grip.is_edge)
    return next((d for d in levels if d.grip.start <= at.x() < d.grip.stop), None)


def _grips(stimulus: Stimulus, selected: int) -> Iterator[GripDrag]:
    """Yield all edges and levels, those of the selected component first."""
    places = sorted(range(len(stimulus.components)), key=lambda place: place != selected)
    for place in places:
        component = stimulus.components[place]
        yield from (GripDrag(place, component, grip) for grip in component.grips)
