"""Setups as tables: what they hold, and how a wrong one is refused."""

import tomllib
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hhgui.content.lesson import load_lesson
from hhgui.content.protocols import load_protocols, protocol_from_table
from hhgui.content.setup_table import setup_from_table
from hhgui.document.fi_protocol import LAB_3
from hhgui.document.setup import Setup
from hhgui.engine.methods import Trial
from hhgui.experiments.comparison import Integrators
from hhgui.experiments.frequency_current import FrequencyCurrent
from hhgui.model.parameter import ModelError
from hhgui.model.stimulus.command import Command
from hhgui.model.stimulus.waveforms import Step

OLD = Path(__file__).parents[1] / "data" / "content"
FULL = {
    "model": "traub-miles-lab3",
    "set": {"Na.conductance": 100.0, "m.alpha.midpoint": -50.0, "membrane.capacitance": 2},
    "stimulus": ["step:amplitude=3,start=10,stop=20"],
    "holding": 0.5, "repeat": 100.0, "method": "euler", "dt": 0.01, "duration": 80.0,
    "threshold": -20.0, "tab": "fi", "against": "squid-dayan-abbott", "thermal": True,
    "experiment": "fi", "settings": {"currents": [1.0, 2.0, 3.0], "on": 20}, "marks": True,
    "panes": ["voltage", "gates"], "speed": 0.05,
    "command": ["step:amplitude=65,start=10,stop=40"], "command_holding": -70.5,
    "command_repeat": 50.0,
}  # fmt: skip


def test_a_table_says_everything(library):
    """Every key of the table arrives in its place."""
    setup = setup_from_table(FULL, library)
    assert [c.conductance for c in setup.membrane.currents] == [100.0, 10.0, 0.1]
    assert setup.base is library["traub-miles-lab3"]
    assert (setup.membrane.capacitance, setup.against.id) == (2.0, "squid-dayan-abbott")
    assert setup.stimulus.components == (Step(3.0, 10.0, 20.0),)
    assert (setup.stimulus.holding, setup.stimulus.repeat) == (0.5, 100.0)
    assert (setup.method, setup.dt, setup.duration, setup.threshold) == ("euler", 0.01, 80.0, -20.0)
    assert (setup.experiment, setup.settings) == ("fi", FULL["settings"])
    assert (setup.tab, setup.thermal, setup.marks, setup.speed) == ("fi", True, True, 0.05)
    assert setup.panes == ("voltage", "gates")
    assert setup.command == Command((Step(65.0, 10.0, 40.0),), -70.5, repeat=50.0)


def test_an_experiment_without_a_tab_is_for_the_tab_of_all(library):
    """Measure shows every experiment; a table without an experiment is for single runs."""
    table = {"model": "squid-1952", "experiment": "threshold"}
    assert setup_from_table(table, library).tab == "measure"
    assert setup_from_table({"model": "squid-1952"}, library).tab == "experiment"


def test_a_model_is_enough(library):
    """A setup that names only its model has defaults for everything else."""
    setup = setup_from_table({"model": "squid-1952"}, library)
    assert setup == Setup(library["squid-1952"], library["squid-1952"])


def test_edits_are_what_differs_from_the_set(library):
    """The paths of ``set`` come back, with their values."""
    assert setup_from_table(FULL, library).edits == FULL["set"]


def test_names_shared_by_a_current_and_a_gate_are_distinguished(library):
    """Model 3 has a current and a gate called a."""
    edits = {"a.conductance": 10.0, "a.initial": 0.5}
    assert setup_from_table({"model": "lecture6-model3", "set": edits}, library).edits == edits


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"modle": "x"}, "modle"),
        ({"model": "x"}, "model"),
        ({"model": None}, "model"),
        ({"experiment": "x"}, "experiment"),
        ({"experiment": ""}, "experiment"),
        ({"settings": 3}, "settings"),
        ({"settings": {"currents": []}}, "settings.currents"),
        ({"settings": {"currents": [1.0, 2.0, 4.0]}}, "settings.currents"),
        ({"settings": {"colour": 1}}, "settings.colour"),
        ({"settings": {"on": 600}}, "settings.off"),
        ({"model": ["squid-1952"]}, "model"),
        ({"set": {"Ca.conductance": 1.0}}, "set.Ca.conductance"),
        ({"set": {"Na.conductance": -1.0}}, "set.Na.conductance"),
        ({"set": {"Na.conductance": "1"}}, "set.Na.conductance"),
        ({"set": {"Na.conductance": True}}, "set.Na.conductance"),
        ({"set": {"Na.conductance": 10**400}}, "set.Na.conductance"),
        ({"set": []}, "set"),
        ({"stimulus": "step"}, "stimulus"),
        ({"stimulus": ["stair"]}, "stimulus"),
        ({"stimulus": ["step:amplitude=x"]}, "stimulus"),
        ({"stimulus": ["file:/etc/hostname"]}, "stimulus"),
        ({"stimulus": [3]}, "stimulus[1]"),
        ({"stimulus": ["step"] * 1000}, "stimulus"),
        ({"holding": "x"}, "holding"),
        ({"repeat": 0.0}, "repeat"),
        ({"method": "unheard-of"}, "method"),
        ({"method": ["euler"]}, "method"),
        ({"dt": 0.0}, "dt"),
        ({"dt": float("nan")}, "dt"),
        ({"duration": -1.0}, "duration"),
        ({"threshold": "0"}, "threshold"),
        ({"tab": 3}, "tab"),
        ({"fi": {"form": 0.0}}, "fi.form"),
        ({"fi": {"on": 100.0, "off": 50.0}}, "fi.off"),
        ({"fi": {"points": 1.5}}, "fi.currents"),
        ({"fi": 3}, "fi"),
        ({"trials": [["euler"]]}, "trials"),
        ({"trials": [["unheard-of", 0.1]]}, "trials"),
        ({"trials": [["euler", "0.1"]]}, "trials"),
        ({"tab": "integrators", "duration": "x", "trials": [["rk4", 0.1]]}, "trials.duration"),
        ({"trials": [["euler", 0.1]] * 100}, "trials"),
        ({"trials": {"euler": 0.1}}, "trials"),
        ({"against": "x"}, "against"),
        ({"thermal": 1}, "thermal"),
        ({"marks": "yes"}, "marks"),
        ({"panes": ["volts"]}, "panes"),
        ({"panes": "voltage"}, "panes"),
        ({"speed": -0.1}, "speed"),
        ({"command": ["noise"]}, "command"),
        ({"command": ["step:amplitude=301"]}, "command"),
        ({"command_holding": 151.0}, "command_holding"),
        ({"command_repeat": 0.0}, "command_repeat"),
        ({"command": None}, "command_holding"),
    ],
)
def test_a_wrong_value_is_refused_by_its_key(library, change, key):
    """The error names the key, and its text is not empty."""
    with pytest.raises(ModelError) as caught:
        setup_from_table(FULL | change, library)
    assert caught.value.key == key
    assert str(caught.value)


def test_the_keys_of_older_tables_are_the_settings_of_their_experiments(library):
    """Lessons and protocols once said fi = {…} and trials = […]; each tab shows what it did."""
    lesson = load_lesson(OLD / "old-keys.md", library)
    fi, integrators, length, other = (step.setup for step in lesson.steps)
    experiment = FrequencyCurrent.from_settings(fi.settings)
    protocol = experiment.protocol(fi.method, fi.dt, fi.threshold, fi.rearm)
    assert protocol == replace(LAB_3, threshold=-10.0)
    compared = Integrators.from_settings(integrators.settings)
    assert compared.duration == 1000.0
    assert compared.trials == (Trial("euler", 0.05), Trial("crank-nicolson", 0.1))
    assert (length.experiment, length.settings) == ("integrators", {"duration": 80})
    assert (other.tab, other.experiment, other.settings) == ("live", "", {})


@pytest.mark.parametrize("name", ["old-fi", "old-integrators"])
def test_an_older_protocol_is_what_it_is_today(library, name):
    """A file with the old keys gives the setup that the program's own file gives now."""
    old = protocol_from_table(tomllib.loads((OLD / f"{name}.toml").read_text("utf-8")), library)
    (new,) = (p for p in load_protocols(library) if p.id == old.id)
    assert replace(old.setup, duration=50.0) == replace(new.setup, duration=50.0)


@pytest.mark.parametrize("table", [None, [], "model", 3])
def test_what_is_no_table_is_refused(library, table):
    """TOML of any shape may stand where the table should."""
    with pytest.raises(ModelError, match="table"):
        setup_from_table(table, library)


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=6,
)
PIECES = st.sampled_from(["step:", "noise:", "amplitude=", "1e999", "start=", ",", "nan", "x"])


@settings(max_examples=150, suppress_health_check=list(HealthCheck))
@given(
    key=st.sampled_from([*FULL, "other"]),
    value=ANYTHING | st.lists(st.lists(PIECES).map("".join), max_size=3),
)
def test_nothing_but_a_model_error_is_raised(library, key, value):
    """Any value behind any key gives a setup or a ModelError."""
    with suppress(ModelError):
        setup_from_table(FULL | {key: value}, library)


@settings(max_examples=100, suppress_health_check=list(HealthCheck))
@given(
    owner=st.sampled_from(["Na", "m", "membrane", "m.alpha", "", "L.x"]),
    key=st.sampled_from(["power", "form", "initial", "rate", "scale", "gates", "alpha", "id", ""]),
    value=st.integers() | st.floats(),
)
def test_no_path_of_an_edit_raises_another_error(library, owner, key, value):
    """Names of fields that are no numbers of the model are refused like any other."""
    with suppress(ModelError):
        setup_from_table(FULL | {"set": {f"{owner}.{key}": value}}, library)
