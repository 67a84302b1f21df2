"""Place labels beside what they name, without overlap and mostly clear of curves.

Coordinates are pixels, y downwards; a box is (left, top, right, bottom).
"""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
DISTANCES = (7.0, 16.0, 30.0, 50.0, 75.0, 105.0, 140.0, 180.0, 230.0)
_ANGLES = np.deg2rad(np.arange(-45.0, 315.0, 22.5))  # right above first, then clockwise
_GAP = 3.0  # between two labels
# In pixels of distance: what covering a piece of a trace is worth, and another label's point.
_TRACE_COST, _MOST_HITS, _ANCHOR_COST = 16.0, 8, 70.0
_PUSH_COST = 0.5  # of a pixel towards the middle
_MOST_POINTS = 6000
_CELL = 5.0  # traces are looked at this coarsely


def place_labels(anchors: Array, sizes: Array, bounds: Array, traces: Array) -> list[Array | None]:
    """Return the top left corner of the label of each anchor, None where there is no room.

    anchors: (n, 2), the points that the labels name. sizes: (n, 2), width and height of each label.
    bounds: the box for all. traces: (m, 2), points that labels avoid if possible. Earlier labels
    are placed first.
    """
    table = _hit_table(traces.reshape(-1, 2), bounds)
    placed = np.empty((0, 4))
    corners: list[Array | None] = []
    for anchor, size in zip(anchors, sizes, strict=True):
        boxes, costs = _candidates(anchor, size, bounds)
        fits = (boxes[:, :2] >= bounds[:2]).all(axis=1) & ~_overlap(boxes, placed).any(axis=1)
        if not fits.any():
            corners.append(None)
            continue
        boxes, costs = boxes[fits], costs[fits]
        hits = _hits(boxes, bounds, table)
        named = _inside(boxes, anchors).sum(axis=1)
        costs = costs + _TRACE_COST * np.minimum(hits, _MOST_HITS) + _ANCHOR_COST * named
        best = boxes[np.argmin(costs)]
        placed = np.concatenate([placed, [best]])
        corners.append(best[:2])
    return corners


def visible_middle(points: Array, low: Array, high: Array) -> Array | None:
    """Return a point, or the middle of the visible part of a span; None if nothing is visible.

    points: (1, 2) for a point, (2, 2) for a span. low, high: opposite corners of what is visible.
    """
    lowest, highest = points.min(axis=0), points.max(axis=0)
    if (highest < low).any() or (lowest > high).any():
        return None
    return np.asarray(0.5 * (np.maximum(lowest, low) + np.minimum(highest, high)))


def along(path: Array, bounds: Array, step: float) -> Array:
    """Return points at distances of at least ``step`` along the visible part of a path (n, 2).

    bounds: the box of what is visible.
    """
    path = np.asarray(path[np.isfinite(path).all(axis=1)])
    seen = path[(path[:, 0] >= bounds[0]) & (path[:, 0] <= bounds[2])]
    if len(seen) < 2:
        return np.asarray(seen)
    y = np.clip(seen[:, 1], bounds[1], bounds[3])
    length = np.concatenate([[0.0], np.cumsum(np.hypot(np.diff(seen[:, 0]), np.diff(y)))])
    apart = max(step, length[-1] / _MOST_POINTS)
    at = np.arange(0.0, length[-1] + apart, apart)
    return np.stack([np.interp(at, length, seen[:, 0]), np.interp(at, length, y)], axis=1)


def _candidates(anchor: Array, size: Array, bounds: Array) -> tuple[Array, Array]:
    """Return boxes (n, 4) around an anchor where its label could be, and the cost of each.

    size: width and height of the label. The cost grows with the distance. Boxes are moved inside
    the bounds; one that is larger than these extends beyond the top left corner.
    """
    directions = np.stack([np.cos(_ANGLES), np.sin(_ANGLES)], axis=1)
    distances = np.array(DISTANCES)
    offsets = distances[:, None, None] * directions + 0.5 * size * np.sign(directions.round(6))
    middles = (anchor + offsets).reshape(-1, 2)
    corners = np.minimum(np.maximum(middles - 0.5 * size, bounds[:2]), bounds[2:] - size)
    pushed = np.abs(corners + 0.5 * size - middles).sum(axis=1)
    costs = np.repeat(distances, len(directions)) + _PUSH_COST * pushed
    return np.concatenate([corners, corners + size], axis=1), costs


def _overlap(boxes: Array, others: Array) -> NDArray[np.bool_]:
    """Return which boxes (n, 4) are too close to which of the others (m, 4), shape (n, m)."""
    after = boxes[:, None, :2] >= others[:, 2:] + _GAP
    before = boxes[:, None, 2:] + _GAP <= others[:, :2]
    return np.asarray(~(after | before).any(axis=2))


def _inside(boxes: Array, points: Array) -> NDArray[np.bool_]:
    """Return which of the points (m, 2) lie in which of the boxes (n, 4), shape (n, m)."""
    after = points >= boxes[:, None, :2] - 2.0
    return np.asarray((after & (points <= boxes[:, None, 2:] + 2.0)).all(axis=2))


def _hit_table(points: Array, bounds: Array) -> Array:
    """Return for each corner of a coarse grid the number of occupied cells to the left and above.

    A cell is occupied if it contains one of the points; ``_hits`` uses the table. bounds: the box
    that the grid covers.
    """
    columns, rows = np.ceil((bounds[2:] - bounds[:2]) / _CELL).astype(int) + 1
    x, y = ((points - bounds[:2]) / _CELL).astype(int).T
    seen = (x >= 0) & (x < columns) & (y >= 0) & (y < rows)
    table = np.zeros((rows + 1, columns + 1))
    table[y[seen] + 1, x[seen] + 1] = 1.0
    return np.asarray(table.cumsum(axis=0).cumsum(axis=1))


def _hits(boxes: Array, bounds: Array, table: Array) -> Array:
    """Return how many occupied cells each box (n, 4) covers.

    bounds, table: as for ``_hit_table``, and its result.
    """
    rows, columns = table.shape
    first = np.clip((boxes[:, :2] - bounds[:2]) // _CELL, 0, (columns - 1, rows - 1)).astype(int)
    last = np.ceil((boxes[:, 2:] - bounds[:2]) / _CELL)
    last = np.clip(last, 0, (columns - 1, rows - 1)).astype(int)
    (left, top), (right, bottom) = first.T, last.T
    inside = table[bottom, right] - table[top, right] - table[bottom, left] + table[top, left]
    return np.asarray(inside)
