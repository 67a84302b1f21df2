"""Figures of what experiments measured: every declared plot is drawn."""

import numpy as np
import pytest

from hhgui.experiments.catalogue import experiment_named
from hhgui.experiments.contract import Column, Experiment, Mark, Measured, Plot, Subject
from hhgui.experiments.events import Block, Result, Row, Trace
from hhgui.experiments.map_two import Map
from hhgui.figures.drawing import FigureSize, figure_bytes
from hhgui.figures.heat_map import contours_of
from hhgui.figures.measured import figure_of, figures_of, ramp
from tests.shipped import SQUID


class Invented(Experiment):
    """An experiment whose rows are put in by the tests."""

    id = "invented"
    title = "Invented"
    columns = (
        Column("x", "ms", "width"), Column("y", "mV", "peak"), Column("z"),
        Column("w", words=("a", "b")),
    )  # fmt: skip
    plots = (Plot("x", ("y",), marks=(Mark("x", ("here",)),)),)


@pytest.fixture
def measured():
    """Rows out of their order, one without a value, two traces and a result."""
    found = Measured(Invented(), Subject(SQUID))
    for index, (x, y, z) in enumerate([(3.0, 30.0, 1.0), (1.0, 10.0, 0.0), (2.0, None, 1.0)]):
        found.put(Row(index, {"x": x, "y": y, "z": z, "w": z}))
        found.put(Trace(index, f"{x:g} ms", np.array([0.0, 1.0]), np.array([0.0, x])))
    found.put(Result("here", "threshold", 1.5, "ms", "put in by the test"))
    return found


def only(figure):
    """The curves of a figure's one panel."""
    return figure.panels[0].curves


def test_a_line_goes_along_x(measured):
    """Points are connected in the order of x, whatever order they were measured in."""
    (curve,) = only(figure_of(measured, Plot("x", ("y",))))
    np.testing.assert_array_equal(curve.x, [1.0, 2.0, 3.0])
    np.testing.assert_array_equal(curve.y, [10.0, np.nan, 30.0])


def test_points_are_coloured_by_what_happened(measured):
    """Of a column of 0 and 1, each value has its own colour and name."""
    curves = only(figure_of(measured, Plot("x", ("y",), style="points", color="z")))
    assert [curve.name for curve in curves] == ["not z", "z"]
    assert len({curve.color for curve in curves}) == 2
    assert {curve.dash for curve in curves} == {"none"}


def test_points_are_named_by_the_words_of_their_colour(measured):
    """Of a column of words, each word has its own colour and is the name."""
    curves = only(figure_of(measured, Plot("x", ("y",), style="points", color="w")))
    assert [curve.name for curve in curves] == ["a", "b"]


def test_a_colour_without_a_value_has_no_curve(measured):
    """A word whose rows lack a value has no curve and no entry in the legend."""
    measured.put(Row(1, {"x": None, "y": 10.0, "w": 0.0}))
    curves = only(figure_of(measured, Plot("x", ("y",), style="points", color="w")))
    assert [curve.name for curve in curves] == ["b"]


def test_steps_hold_their_value(measured):
    """Between two points the curve keeps the value of the first."""
    (curve,) = only(figure_of(measured, Plot("x", ("y",), style="steps")))
    assert curve.y[1] == curve.y[0]


def test_a_family_is_a_ramp_of_colours(measured):
    """Every trace is drawn, each in its own colour, over time."""
    figure = figure_of(measured, Plot("time", ("V",), style="family"))
    assert figure.x_label == "time (ms)"
    assert len({curve.color for curve in only(figure)}) == 3


def test_a_long_trace_keeps_its_extremes_and_a_blow_up_stays_near(measured):
    """A million rows are a few thousand points, every spike among them, within ±200 mV."""
    values = np.full(1_000_000, -65.0)
    values[[77_777, 999_999]] = 30.0, 1e9
    measured.traces[:] = [Trace(0, "long", np.arange(values.size) * 0.01, values)]
    (curve,) = only(figure_of(measured, Plot("time", ("V",), style="family")))
    assert curve.y.size < 10_000
    assert curve.x[curve.y == 30.0].tolist() == [777.77]
    assert curve.y.max() == 200.0


def map_of(index, values, **sides):
    """The image of a map of spikes of which some pixels are there."""
    sides = {"x_values": [1.0, 2.0, 3.0, 4.0], "y_values": [10.0, 20.0, 30.0, 40.0]} | sides
    experiment = Map.from_settings(sides | {"which": "spikes"})
    found = Measured(experiment, Subject(SQUID))
    x, y = (side.values for side in experiment.sides)
    at = np.array(index)
    found.put(Block(at, {"x": x[at % x.size], "y": y[at // x.size], "spikes": np.array(values)}))
    (plot,) = experiment.plots
    return figure_of(found, plot)


def test_a_heat_map_has_a_cell_for_each_pair():
    """Values stand at the places of their x and y, also where the sides fall."""
    values = np.arange(16.0)
    image = map_of(range(16), values).panels[0].image
    assert image.values.tolist() == values.reshape(4, 4).tolist()
    falling = map_of(range(16), values, x_values=[4.0, 3.0, 2.0, 1.0]).panels[0].image
    assert falling.x.tolist() == [1.0, 2.0, 3.0, 4.0]
    assert falling.values.tolist() == values.reshape(4, 4)[:, ::-1].tolist()


def test_a_heat_map_is_filled_from_coarser_pixels():
    """A pixel that is not there yet has the value of the next coarser one, down and left of it."""
    image = map_of([0, 2, 8, 10], [0.0, 1.0, 2.0, 3.0]).panels[0].image
    halves = [[0.0, 0.0, 1.0, 1.0]] * 2 + [[2.0, 2.0, 3.0, 3.0]] * 2
    assert image.values.tolist() == halves


def test_a_pixel_without_a_value_is_not_filled():
    """A pixel without an answer stays empty, however its neighbours answered."""
    values = [np.nan, *range(1, 16)]
    image = map_of(range(16), values).panels[0].image
    assert np.isnan(image.values[0, 0])
    assert np.isfinite(image.values.ravel()[1:]).all()


def test_contours_are_where_the_value_is():
    """On a map of x + y they are straight lines, on logarithmic sides those of the product."""
    x, y = np.arange(1.0, 9.0), np.arange(1.0, 7.0)
    for contour in contours_of(x, y, x + y[:, None]):
        there = np.isfinite(contour.x)
        assert contour.x[there] + contour.y[there] == pytest.approx(contour.value)
    logs = np.geomspace(1.0, 100.0, 9), np.geomspace(0.1, 10.0, 7)
    found = contours_of(*logs, np.log10(logs[0] * logs[1][:, None]), (True, True))
    assert len(found) > 3
    for contour in found:
        there = np.isfinite(contour.x)
        assert np.log10(contour.x * contour.y)[there] == pytest.approx(contour.value)


def test_results_are_marked_with_their_value(measured):
    """A vertical line stands at the result, with its label, value and unit."""
    (mark,) = figures_of(measured)[0].panels[0].marks
    assert (mark.kind, mark.at[0][0], mark.text) == ("vertical", 1.5, "threshold 1.5 ms")


def test_a_logarithmic_plot_leaves_out_what_has_no_logarithm(measured):
    """Both ranges begin above 0, so that the axes can be drawn."""
    measured.put(Row(3, {"x": 0.0, "y": -1.0, "z": 0.0}))
    figure = figure_of(measured, Plot("x", ("y",), log="xy"))
    assert figure.x_range[0] > 0.0
    assert figure.panels[0].y_range[0] > 0.0


def test_nothing_measured_says_why():
    """The reason stands in the panel instead of a curve."""
    empty = Measured(Invented(), Subject(SQUID))
    empty.put(Row(0, {"x": 1.0}, "fires without a stimulus: no threshold"))
    figure = figures_of(empty)[0]
    assert "no threshold" in figure.panels[0].note
    assert b"no threshold" in figure_bytes(figure, "svg", FigureSize())


def test_several_figures_are_one_page(measured):
    """Two plots with different x axes are drawn one below the other."""
    pair = [figure_of(measured, Plot("x", ("y",))), figure_of(measured, Plot("z", ("y",)))]
    drawn = figure_bytes(pair, "svg", FigureSize())
    assert b"width (ms)" in drawn
    assert drawn.count(b"peak (mV)") == 2


def test_the_ramp_goes_from_dark_to_light():
    """The ends of a family have the ends of the ramp."""
    assert (ramp(0.0), ramp(1.0)) == ("#440154", "#beb414")


@pytest.mark.parametrize(
    ("experiment", "label"),
    [("bifurcation", "V (mV)"), ("temperature", "Hopf point (µA/cm²)")],
)
def test_an_axis_of_several_columns_has_what_their_names_share(experiment, label):
    """Highest and lowest V are V; lower and upper Hopf point are the Hopf point."""
    kind = experiment_named(experiment)
    found = Measured(kind(), Subject(SQUID))
    for index in range(2):
        found.put(Row(index, {column.key: float(index) for column in kind().columns}))
    labels = [panel.y_label for each in figures_of(found) for panel in each.panels]
    assert label in labels
