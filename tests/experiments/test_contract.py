"""Experiments as data: settings to JSON and back, and what a run of one gathers."""

import json

import pytest

from hhgui.document.document import Document
from hhgui.experiments.catalogue import EXPERIMENTS, experiment_named
from hhgui.experiments.contract import Measured, Subject
from hhgui.experiments.events import Result, Row, with_unit
from hhgui.experiments.settings import Grid
from hhgui.experiments.strength_duration import StrengthDuration
from hhgui.model.parameter import ModelError
from tests.shipped import SQUID

every_experiment = pytest.mark.parametrize("experiment", EXPERIMENTS.values(), ids=EXPERIMENTS)


@every_experiment
def test_settings_survive_json(experiment):
    """The settings of every experiment read back from their JSON as the same."""
    made = experiment()
    text = json.dumps(made.settings(), allow_nan=False)
    assert experiment.from_settings(json.loads(text)) == made


@every_experiment
def test_marks_and_axes_name_columns_and_units_that_json_can_hold(experiment):
    """Plots refer to columns that there are; every JSON key is ASCII."""
    made = experiment()
    keys = {column.key for column in made.columns}
    for plot in made.plots:
        if plot.style != "family":
            assert {plot.x, *plot.y} <= keys
    assert all(column.name.isascii() and " " not in column.name for column in made.columns)


@every_experiment
def test_an_unknown_setting_is_refused_with_the_known_ones(experiment):
    """The message lists what may be set."""
    with pytest.raises(ModelError, match="has no setting 'colour'; allowed: "):
        experiment.from_settings({"colour": 1})


@pytest.mark.parametrize(
    ("durations", "message"),
    [
        ([], "at least one"),
        ([0.1, "x"], "must be a number"),
        ([0.1, 0.0], "above 0"),
        ({"from": 0.1, "to": 1.0, "points": 2.5}, "whole number"),
        ({"from": 0.1, "to": 1.0, "points": 0}, "from 1 to"),
        ({"start": 0.1}, "from, to, points, log"),
        ("0.1,1", "list of numbers"),
        (None, "list of numbers"),
    ],
)
def test_a_grid_says_what_is_wrong_with_it(durations, message):
    """The message names the setting and what is allowed."""
    with pytest.raises(ModelError, match=message) as refused:
        StrengthDuration.from_settings({"durations": durations})
    assert refused.value.key == "durations"


def test_a_grid_in_the_logarithm_hits_its_ends():
    """0.05 to 20 ms in three points has the geometric mean in the middle."""
    values = Grid(0.05, 20.0, 3, log=True).values
    assert values.tolist() == pytest.approx([0.05, 1.0, 20.0])
    assert (values[0], values[-1]) == (0.05, 20.0)


def test_a_reduced_experiment_keeps_the_ends_and_the_middle():
    """Three widths judge a time step that 21 are measured with."""
    reduced = StrengthDuration.from_settings({"durations": [1.0, 2.0, 3.0, 4.0, 5.0]}).reduced()
    assert reduced.durations.values.tolist() == [1.0, 3.0, 5.0]


def test_a_subject_is_what_the_document_says(squid):
    """The threshold that counts a spike is the document's, like method and dt."""
    subject = Subject.of(Document(squid, squid, method="rk4", dt=0.01, threshold=-20.0))
    assert (subject.method, subject.dt, subject.threshold) == ("rk4", 0.01, -20.0)


def test_rows_are_in_order_and_results_replace_their_like():
    """Rows come in any order; a result that is found more exactly takes its place."""
    measured = Measured(StrengthDuration(), Subject(SQUID))
    measured.put(Row(1, {"duration": 2.0}, "none"))
    measured.put(Row(0, {"duration": 1.0, "threshold": 4.0}))
    measured.put(Result("rheobase", "rheobase", 2.0, "µA/cm²", ""))
    measured.put(Result("rheobase", "rheobase", 2.2, "µA/cm²", ""))
    assert measured.rows.column("duration").tolist() == [1.0, 2.0]
    assert [result.value for result in measured.results] == [2.2]
    assert measured.problems == ("none (1 of 2)",)


def test_units_are_ascii_in_keys():
    """µA/cm² is uA_cm2; a number without a unit has none."""
    assert with_unit("rheobase", "µA/cm²") == "rheobase_uA_cm2"
    assert with_unit("quality", "") == "quality"


def test_an_unknown_experiment_is_refused_with_the_known_ones():
    """The message lists the ids."""
    with pytest.raises(ModelError, match="one of threshold, "):
        experiment_named("rheo")
