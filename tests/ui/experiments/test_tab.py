"""The Measure tab: its list, its form, and an experiment from the click to the results."""

import json
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFileDialog,
    QLabel,
    QLineEdit,
    QTreeWidget,
)

from hhgui.cli import command_line
from hhgui.content.setup_table import setup_from_table
from hhgui.document.session import state_from_table, table_from_state
from hhgui.experiments.catalogue import EXPERIMENTS
from hhgui.experiments.contract import Measured, Subject
from hhgui.experiments.settings import Grid, GridSetting
from hhgui.experiments.strength_duration import StrengthDuration
from hhgui.experiments.vary import Vary
from hhgui.model.edit import value_paths
from hhgui.model.parameter import ModelError
from hhgui.storage.measure_csv import results_of
from hhgui.storage.table_form import ATF, NPZ, TableForm
from hhgui.ui.experiments.snapshot import Snapshot, measuring
from hhgui.ui.experiments.tab import MeasureState, MeasureTab
from hhgui.ui.run.tab import ExperimentTab
from tests.shipped import SQUID
from tests.ui.controls import box, button


@pytest.fixture
def tab(qtbot):
    """A tab of its own, with the squid axon's numbers to choose from."""
    made = MeasureTab()
    qtbot.addWidget(made)
    made.resize(900, 600)
    made.set_paths(value_paths(SQUID))
    return made


def snapshots(experiment, subject):
    """Everything that a measurement shows, in order."""
    return list(measuring(experiment, subject)(lambda: False, lambda fraction: None))


@pytest.mark.parametrize("kind", EXPERIMENTS.values(), ids=EXPERIMENTS)
def test_a_form_gives_back_what_it_shows(tab, kind):
    """Each kind of setting is read from its control as it was written there."""
    tab.show_experiment(kind())
    assert tab.experiment() == kind()


def test_an_edited_field_is_in_the_experiment(tab):
    """The edited value is kept while another experiment is shown."""
    tab.show_experiment(StrengthDuration())
    box(tab, "measure.durations.to").setValue(5.0)
    assert tab.experiment().durations == Grid(0.05, 5.0, 21, True)
    tree = tab.findChild(QTreeWidget, "measure.list")
    tree.setCurrentItem(tree.topLevelItem(0).child(0))
    assert tab.experiment().id == next(iter(EXPERIMENTS))
    tree.setCurrentItem(tree.topLevelItem(0).child(1))
    assert tab.experiment().durations.last == 5.0


def test_a_list_of_values_stays_a_list(tab):
    """A grid that a lesson listed is not made a range by being shown."""
    tab.show_experiment(StrengthDuration.from_settings({"durations": [0.1, 0.5, 2.0]}))
    assert tab.experiment().durations.listed == (0.1, 0.5, 2.0)


def test_the_search_hides_what_does_not_match(tab):
    """Words of titles, groups and summaries; a group without a match is hidden too."""
    tab.findChild(QLineEdit, "measure.search").setText("chronaxie")
    tree = tab.findChild(QTreeWidget, "measure.list")
    groups = [tree.topLevelItem(row) for row in range(tree.topLevelItemCount())]
    shown = [
        group.child(row).text(0)
        for group in groups
        for row in range(group.childCount())
        if not group.child(row).isHidden()
    ]
    assert shown == ["Strength–duration curve"]
    assert sum(not group.isHidden() for group in groups) == 1


@pytest.mark.parametrize("kind", EXPERIMENTS.values(), ids=EXPERIMENTS)
def test_every_experiment_has_a_sketch_within_its_frame(kind):
    """Lines of at least two points, 24 wide and 16 high, of which the first stands out."""
    lines = [[point.split(",") for point in line.split()] for line in kind.sketch.split(";")]
    places = np.array([place for line in lines for place in line], dtype=np.float64)
    assert all(len(line) >= 2 for line in lines)
    assert ((places >= 0.0) & (places <= (24.0, 16.0))).all()


def test_the_row_of_an_experiment_is_drawn_with_its_sketch(tab):
    """Without the sketch the left of the row is empty, as it is beside a group's heading."""
    tree = tab.findChild(QTreeWidget, "measure.list")
    row = tree.visualItemRect(tree.topLevelItem(0).child(2))
    row.setWidth(40)
    shown = tree.viewport().grab(row).toImage()
    colors = {shown.pixelColor(x, y).name() for x in range(4, 30) for y in range(shown.height())}
    assert len(colors) > 3


def test_snapshots_fill_in_and_end_with_everything():
    """The last one has all rows, and the results that the command line prints."""
    experiment = StrengthDuration.from_settings({"durations": [0.5, 1.0, 2.0]})
    subject = Subject(SQUID)
    last = snapshots(experiment, subject)[-1]
    assert isinstance(last, Snapshot)
    again = Measured(experiment, subject)
    for event in experiment.run(subject):
        again.put(event)
    assert last.rows == 3
    assert results_of(last.measured) == results_of(again)
    assert [figure.x_label for figure in last.figures] == ["pulse width (ms)"] * 2


def test_what_has_no_answer_is_written_into_the_plot(tab, library):
    """A membrane without gates has no threshold."""
    experiment = StrengthDuration.from_settings({"durations": [1.0, 2.0]})
    tab.begin(experiment, library["lecture6-model1"])
    tab.add_snapshots(snapshots(experiment, Subject(library["lecture6-model1"])))
    tab.finish("")
    note = tab.findChild(QLabel, "measure.problem")
    assert note.text().startswith("Graded response: V passes 0 mV")
    assert not note.isHidden()


def test_a_click_measures_and_results_can_be_kept(desktop, qtbot):
    """Run fills plots and table; Keep overlays, named by what differs."""
    window = desktop.window
    tab = window.pages["measure"]
    window.show_tab("measure")
    tab.show_experiment(StrengthDuration.from_settings({"durations": [0.5, 1.0, 2.0]}))
    for temperature in (6.3, 18.5):
        membrane = replace(desktop.editor.document.membrane, temperature=temperature)
        desktop.editor.edit(membrane=membrane)
        button(tab, "measure.start").click()
        qtbot.waitUntil(lambda: tab.running)
        qtbot.waitUntil(lambda: not tab.running)
        button(tab, "measure.keep").click()
    assert button(tab, "measure.forget").isEnabled()
    assert tab.figure() is not None
    assert len(tab.figure().panels) == 2


def test_following_measures_again_after_an_edit(desktop, qtbot):
    """The results are those of the edited neuron."""
    window = desktop.window
    tab = window.pages["measure"]
    tab.show_experiment(EXPERIMENTS["threshold"]())
    follow = tab.findChild(QCheckBox, "measure.follow")
    follow.click()
    qtbot.waitUntil(lambda: tab.shown is not None and not tab.running)
    before = results_of(tab.shown.measured)["threshold_uA_cm2"]
    edited = desktop.editor.document.membrane.with_current("Na", conductance=80.0)
    desktop.editor.edit(membrane=edited)

    def weaker():
        found = results_of(tab.shown.measured).get("threshold_uA_cm2")
        return found is not None and found > before

    qtbot.waitUntil(weaker)
    follow.click()
    qtbot.waitUntil(lambda: not tab.running)


def test_a_row_opens_as_a_single_run(desktop, qtbot):
    """The run behind a point is shown in the single-run tab, and the document has its current."""
    window = desktop.window
    tab = window.pages["measure"]
    tab.show_experiment(StrengthDuration.from_settings({"durations": [0.5]}))
    tab.run()
    qtbot.waitUntil(lambda: tab.running)
    qtbot.waitUntil(lambda: not tab.running)
    tab.open_requested.emit(tab.shown.measured, 0)
    qtbot.waitUntil(lambda: isinstance(window.front, ExperimentTab))
    (step,) = desktop.editor.document.stimulus.components
    assert step.stop - step.start == pytest.approx(0.5)


def test_the_table_is_exported_with_what_repeats_it(desktop, qtbot, tmp_path, monkeypatch):
    """CSV and JSON, as ``hhgui measure --csv`` writes them."""
    path = tmp_path / "table.csv"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    tab = desktop.window.pages["measure"]
    tab.show_experiment(StrengthDuration.from_settings({"durations": [0.5, 1.0]}))
    tab.run()
    qtbot.waitUntil(lambda: tab.running)
    qtbot.waitUntil(lambda: not tab.running)
    button(tab, "measure.export").click()
    qtbot.waitUntil(path.with_suffix(".json").exists)  # renamed last
    record = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    assert record["experiment"] == "strength-duration"
    assert path.read_text(encoding="utf-8").startswith("duration_ms,threshold_uA_cm2")


@pytest.mark.parametrize("form", [TableForm("csv", ";", ","), ATF, NPZ], ids=lambda f: f.kind)
def test_a_table_has_the_form_that_was_asked_for(tab, tmp_path, form):
    """The table has the separator and decimal sign of the preference, or is Axon text or NumPy."""
    fi = EXPERIMENTS["fi"].from_settings({"currents": [0.0, 10.5], "off": 60.0, "duration": 60.0})
    tab.add_snapshots(snapshots(fi, Subject(SQUID)))
    path = tmp_path / f"fi.{form.kind}"
    tab.numbers().write(path, form, lambda: False, lambda fraction: None)
    if form is NPZ:
        assert np.load(path)["current_uA_cm2"].tolist() == [0.0, 10.5]
        return
    *_, header, first, second = path.read_text(encoding="utf-8").splitlines()
    assert header.split(form.separator)[0].strip('"').startswith("current")
    assert (first.split(form.separator)[0], second.split(form.separator)[0]) == (
        ("0,0", "10,5") if form.decimal == "," else ("0.0", "10.5")
    )


def test_oscillation_without_spikes_is_said_and_counted_with_one_click(desktop, qtbot, library):
    """The cortical cell's spikes end below 0 mV: the button sets a threshold and measures again."""
    cortical = library["cortical-pyramidal"]
    desktop.editor.edit(membrane=cortical, base=cortical)
    tab = desktop.window.pages["measure"]
    desktop.window.show_tab("measure")
    count = button(tab, "measure.count")
    tab.show_experiment(EXPERIMENTS["adaptation"].from_settings({"current": 2.6}))
    button(tab, "measure.start").click()
    qtbot.waitUntil(count.isVisible)
    qtbot.waitUntil(lambda: not tab.running)
    assert "oscillates below the threshold of 0 mV" in tab.shown.problem
    count.click()
    assert desktop.editor.document.threshold < -10.0
    qtbot.waitUntil(lambda: tab.shown is not None and len(tab.shown.measured.rows) > 10)
    qtbot.waitUntil(lambda: not tab.running)
    assert count.isHidden()
    assert "oscillates" not in tab.shown.problem


SMALL = {
    "threshold": {"duration": 0.5},
    "strength-duration": {"durations": [0.5, 2.0]},
    "refractory": {"intervals": [8.0, 20.0]},
    "paired-pulses": {"strengths": [4.0]},
    "accommodation": {"slopes": [1.0, 10.0]},
    "hysteresis": {"slope": 0.05},
    "anode-break": {"watch": 20.0},
    "displacement": {"displacements": [6.0, 7.0]},
    "temperature": {"temperatures": [6.3]},
    "impedance": {"amplitude": 0.0},
    "phase-response": {"phases": [0.25, 0.75]},
    "adaptation": {"duration": 100.0},
    "vary": {"values": [100.0, 120.0]},
    "map": {"x_values": [100.0, 120.0], "y_values": [30.0, 36.0]},
    "fi": {"currents": [5.0, 10.0]},
}


@pytest.mark.parametrize("experiment", SMALL)
def test_the_windows_table_is_that_of_the_command_line(tab, tmp_path, experiment):
    """Byte for byte, the file that the tab exports and the one that ``hhgui measure`` writes."""
    made = EXPERIMENTS[experiment].from_settings(SMALL[experiment])
    tab.begin(made, SQUID)
    tab.add_snapshots(snapshots(made, Subject(SQUID)))
    tab.finish("")
    window, line = tmp_path / "window.csv", tmp_path / "line.csv"
    tab.numbers().write(window, TableForm(), lambda: False, lambda fraction: None)
    options = []
    for setting in made.form():
        if setting.key not in SMALL[experiment]:
            continue
        name = setting.key if isinstance(setting, GridSetting) else setting.option or setting.key
        value = SMALL[experiment][setting.key]
        text = ",".join(map(str, value)) if isinstance(value, list) else str(value)
        options += ["--" + name.replace("_", "-"), text]
    model = ["--model", "squid-dayan-abbott", "--no-check", "--csv", str(line)]
    assert command_line(["measure", experiment, *options, *model]) == 0
    assert window.read_bytes() == line.read_bytes()


def test_a_setup_shows_its_experiment(tab, library):
    """The tab shows the experiment and the settings of a protocol or lesson."""
    table = {
        "model": "squid-dayan-abbott", "tab": "measure", "experiment": "strength-duration",
        "settings": {"durations": [0.1, 1.0]},
    }  # fmt: skip
    tab.show_setup(setup_from_table(table, library), False)
    assert tab.experiment() == StrengthDuration.from_settings({"durations": [0.1, 1.0]})


@pytest.mark.parametrize("kind", EXPERIMENTS.values(), ids=EXPERIMENTS)
def test_a_session_keeps_the_experiment_and_its_settings(tab, kind):
    """The state of the tab goes through JSON and comes back equal."""
    tab.show_experiment(kind())
    kept = json.loads(json.dumps(table_from_state(tab.state())))
    tab.show_experiment(StrengthDuration())
    tab.restore(state_from_table(MeasureState, kept))
    assert tab.experiment() == kind()


def test_a_session_keeps_the_other_fields_beside_an_invalid_one(tab):
    """A name that is no number of the neuron, half typed at an autosave, costs nothing else."""
    tab.show_experiment(Vary())
    tab.findChild(QComboBox, "measure.path").setEditText("Na")
    box(tab, "measure.duration").setValue(70.0)
    settings = tab.state().settings
    assert (settings["path"], settings["duration"]) == (Vary().path, 70.0)


def test_a_session_with_settings_that_are_refused_names_the_key():
    """A wrong setting in a session edited by hand is refused by key and not shown."""
    table = {"experiment": "threshold", "settings": {"duration": -1.0}}
    with pytest.raises(ModelError, match="pulse width must be above 0"):
        state_from_table(MeasureState, table)
