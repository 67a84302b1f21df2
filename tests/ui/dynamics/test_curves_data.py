"""Points of Hopf and fold curves are joined to lines that end where they merge."""

import pytest

from hhgui.analysis.two_parameters import END, FOLD, HOPF, CurvePoint, Merge, curves
from hhgui.model.current_unit import DENSITY
from hhgui.model.edit import with_value
from hhgui.ui.dynamics.curves_data import CurvesData, chains
from hhgui.ui.dynamics.question import Ends, Frame, Question, Span
from tests.shipped import SQUID


def hopf(value, *volts):
    """Hopf points at a value of the second number; each current is its V."""
    return [CurvePoint(HOPF, value, n, v, v, 50.0) for n, v in enumerate(volts)]


def test_two_curves_meet_in_the_point_where_they_merge():
    """The squid's Hopf curves close at 28.858 °C (Rinzel & Miller 1980) and 75 µA/cm²."""
    data = CurvesData(Question(SQUID, "current", 0.0, second="membrane.temperature"))
    data.add([Frame(Span(-20.0, 170.0), Span(28.0, 29.0))])
    data.add(curves(SQUID, "membrane.temperature", 28.0, 29.0, 5))
    one, two = data.picture("V").lines
    assert one.y[-1] == two.y[-1] == pytest.approx(28.858, abs=1e-3)
    assert one.x[-1] == two.x[-1]
    assert one.y[0] == two.y[0] == 28.0
    assert data.rows(DENSITY).rows[0][0] == "Hopf points merge"
    assert "28.858 °C" in data.words(DENSITY)


def test_a_curve_that_ends_alone_is_the_nearest_to_its_end():
    """The others go on, each with its own points."""
    points = [*hopf(0.0, -60, -50, -40), *hopf(1.0, -61, -41)]
    found = chains(points, [Merge(END, 0.5, -52.0, -51.0)])
    assert [each[1] for each in found[0][-1:]] == [0.5]
    assert sorted(tuple(v for *_, v in each) for each in found) == [
        (-60, -61), (-50, -51.0), (-40, -41),
    ]  # fmt: skip


def test_two_curves_that_begin_together_begin_at_one_point():
    """Two curves may begin at one point, as two folds do beyond a cusp."""
    points = [CurvePoint(FOLD, 2.0, n, i, v) for n, (i, v) in enumerate([(5, -60), (3, -50)])]
    found = chains(points, [Merge(FOLD, 1.5, 4.2, -55.0)])
    assert [each[0] for each in found] == [(4.2, 1.5, -55.0)] * 2


def test_between_an_end_and_a_beginning_nothing_is_drawn():
    """Two merges without a point between them: the first ends all, the second begins all."""
    points = [*hopf(0.0, -60, -50), *hopf(9.0, -61, -51)]
    merges = [Merge(HOPF, 1.0, -55.0, -55.0), Merge(HOPF, 8.0, -56.0, -56.0)]
    assert sorted([each[0][1], each[-1][1]] for each in chains(points, merges)) == [
        [0.0, 1.0], [0.0, 1.0], [8.0, 9.0], [8.0, 9.0],
    ]  # fmt: skip


def test_a_number_that_changes_without_a_merge_leaves_a_gap():
    """Where the course of a curve is not known no line is drawn."""
    points = [*hopf(0.0, -60), *hopf(1.0, -60), *hopf(2.0, -61, -50), *hopf(3.0, -61, -50)]
    assert len(chains(points, [])) == 3


def test_the_conductance_may_be_across_and_the_current_up():
    """The plane is turned then, its numbers too."""
    question = Question(SQUID, "K.conductance", 0.0, Ends(36.0, 37.0), "current")
    data = CurvesData(question)
    data.add([question.frame(), *curves(SQUID, "K.conductance", 36.0, 37.0, 2)])
    picture = data.picture("V")
    assert picture.axes == ("K.conductance", "current")
    assert picture.lines[0].x[0] == 36.0
    assert picture.lines[0].y[0] == pytest.approx(9.7754, abs=1e-3)
    assert picture.y_range[1] > 154.5


def test_the_diagram_does_not_depend_on_what_is_varied():
    """Turning a knob of the plane asks for no other curves."""
    question = Question(SQUID, "current", 0.0, second="membrane.temperature")
    hot = question._replace(membrane=with_value(SQUID, "membrane.temperature", 20.0))
    assert hot.essence == question.essence
    assert hot._replace(second="K.conductance").essence != question.essence
