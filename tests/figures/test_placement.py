"""The placement of the labels of an action potential."""

import numpy as np

from hhgui.figures.placement import place_labels

BOUNDS = np.array([0.0, 0.0, 600.0, 200.0])
NOTHING = np.empty((0, 2))


def boxes_of(corners, sizes):
    """Left, top, right and bottom of every placed label."""
    return [(*c, *(c + s)) for c, s in zip(corners, sizes, strict=True) if c is not None]


def test_labels_of_a_crowd_overlap_nowhere():
    """Ten labels around one spike all find a place, within the view and apart."""
    anchors = np.random.default_rng(1).uniform((280, 60), (320, 140), (10, 2))
    sizes = np.full((10, 2), (130.0, 18.0))
    boxes = boxes_of(place_labels(anchors, sizes, BOUNDS, NOTHING), sizes)
    assert len(boxes) == 10
    for i, (left, top, right, bottom) in enumerate(boxes):
        assert min(left, top) >= 0.0
        assert (right, bottom) <= (600.0, 200.0)
        for other in boxes[i + 1 :]:
            beside = other[0] >= right or other[2] <= left
            assert beside or other[1] >= bottom or other[3] <= top


def test_a_lone_label_stands_next_to_its_point():
    """A lone label stands right above its point, as in a printed figure."""
    (corner,) = place_labels(np.array([[300.0, 100.0]]), np.array([[80.0, 18.0]]), BOUNDS, NOTHING)
    assert 300.0 < corner[0] < 310.0
    assert 100.0 - 18.0 - 10.0 < corner[1] < 100.0 - 18.0


def test_a_label_leaves_the_trace_free():
    """A label goes to the left of its mark if there is a curve on the right."""
    x, y = np.meshgrid(np.arange(302.0, 600.0, 5.0), np.arange(0.0, 200.0, 5.0))
    trace = np.stack([x.ravel(), y.ravel()], axis=1)
    (corner,) = place_labels(np.array([[300.0, 100.0]]), np.array([[80.0, 18.0]]), BOUNDS, trace)
    assert corner[0] + 80.0 < 302.0


def test_a_label_at_the_edge_stays_inside():
    """A peak at the top right corner is labelled on its left, below."""
    (corner,) = place_labels(np.array([[598.0, 2.0]]), np.array([[80.0, 18.0]]), BOUNDS, NOTHING)
    assert corner[0] + 80.0 <= 600.0
    assert corner[1] >= 0.0


def test_a_long_label_near_the_edge_is_pushed_inside():
    """A label too long for either side of its point is placed above or below it."""
    sizes = np.array([[500.0, 18.0]])
    (corner,) = place_labels(np.array([[150.0, 100.0]]), sizes, BOUNDS, NOTHING)
    assert corner[0] >= 0.0
    assert corner[0] + 500.0 <= 600.0
    assert corner[1] > 100.0 or corner[1] + 18.0 < 100.0


def test_a_label_without_room_is_left_out():
    """A label that would not fit inside the plot is left out."""
    sizes = np.array([[700.0, 18.0]])
    assert place_labels(np.array([[300.0, 100.0]]), sizes, BOUNDS, NOTHING) == [None]


def test_no_marks_no_labels():
    """A figure without marks has no labels."""
    assert place_labels(NOTHING, NOTHING, BOUNDS, NOTHING) == []
