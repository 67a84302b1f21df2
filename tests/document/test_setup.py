"""Setups as tables: what they hold, and how a wrong one is refused."""

from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hhgui.document.setup import Setup, setup_from_table
from hhgui.engine.methods import Trial
from hhgui.model.parameter import ModelError
from hhgui.model.stimulus.waveforms import Step

FULL = {
    "model": "traub-miles-lab3",
    "set": {"Na.conductance": 100.0, "m.alpha.midpoint": -50.0, "membrane.capacitance": 2},
    "stimulus": ["step:amplitude=3,start=10,stop=20"],
    "holding": 0.5, "repeat": 100.0, "method": "euler", "dt": 0.01, "duration": 80.0,
    "threshold": -20.0, "tab": "fi", "against": "squid-dayan-abbott", "thermal": True,
    "fi": {"from": 1, "to": 9, "points": 5, "on": 20, "off": 70, "duration": 80},
    "trials": [["euler", 0.1], ["rk4", 0.05]], "marks": True, "panes": ["voltage", "gates"],
    "speed": 0.05,
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
    assert setup.trials == (Trial("euler", 0.1), Trial("rk4", 0.05))
    assert (setup.tab, setup.thermal, setup.marks, setup.speed) == ("fi", True, True, 0.05)
    assert setup.panes == ("voltage", "gates")


def test_the_f_i_protocol_takes_method_dt_and_threshold_of_the_setup(library):
    """One dt and one threshold per setup."""
    fi = setup_from_table(FULL, library).fi
    assert (fi.method, fi.dt, fi.threshold) == ("euler", 0.01, -20.0)
    assert (fi.first, fi.last, fi.points, fi.on, fi.off, fi.duration) == (1, 9, 5, 20, 70, 80)


def test_a_model_is_enough(library):
    """A setup that names only its model has defaults for everything else."""
    setup = setup_from_table({"model": "squid-1952"}, library)
    assert setup == Setup(library["squid-1952"], library["squid-1952"])


def test_edits_are_what_differs_from_the_set(library):
    """The paths of ``set`` come back, with their values."""
    assert setup_from_table(FULL, library).edits == FULL["set"]


def test_names_shared_by_a_current_and_a_gate_are_told_apart(library):
    """Model 3 has a current and a gate called a."""
    edits = {"a.conductance": 10.0, "a.initial": 0.5}
    assert setup_from_table({"model": "lecture6-model3", "set": edits}, library).edits == edits


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"modle": "x"}, "modle"),
        ({"model": "x"}, "model"),
        ({"model": None}, "model"),
        ({"model": ["squid-1952"]}, "model"),
        ({"set": {"Ca.conductance": 1.0}}, "set.Ca.conductance"),
        ({"set": {"Na.conductance": -1.0}}, "set.Na.conductance"),
        ({"set": {"Na.conductance": "1"}}, "set.Na.conductance"),
        ({"set": {"Na.conductance": True}}, "set.Na.conductance"),
        ({"set": {"Na.conductance": 10**400}}, "set.Na.conductance"),
        ({"set": {3: 1.0}}, "set"),
        ({"set": []}, "set"),
        ({"stimulus": "step"}, "stimulus"),
        ({"stimulus": ["stair"]}, "stimulus"),
        ({"stimulus": ["step:amplitude=x"]}, "stimulus"),
        ({"stimulus": ["file:/etc/hostname"]}, "stimulus"),
        ({"stimulus": [3]}, "stimulus"),
        ({"stimulus": ["step"] * 1000}, "stimulus"),
        ({"holding": "x"}, "holding"),
        ({"repeat": 0.0}, "repeat"),
        ({"method": "heun"}, "method"),
        ({"method": ["euler"]}, "method"),
        ({"dt": 0.0}, "dt"),
        ({"dt": float("nan")}, "dt"),
        ({"duration": -1.0}, "duration"),
        ({"threshold": "0"}, "threshold"),
        ({"tab": 3}, "tab"),
        ({"fi": {"form": 0.0}}, "fi.form"),
        ({"fi": {"on": 100.0, "off": 50.0}}, "fi.off"),
        ({"fi": {"points": 1.5}}, "fi.points"),
        ({"fi": 3}, "fi"),
        ({"trials": [["euler"]]}, "trials"),
        ({"trials": [["heun", 0.1]]}, "trials"),
        ({"trials": [["euler", "0.1"]]}, "trials"),
        ({"trials": [["euler", 0.1]] * 100}, "trials"),
        ({"trials": {"euler": 0.1}}, "trials"),
        ({"against": "x"}, "against"),
        ({"thermal": 1}, "thermal"),
        ({"marks": "yes"}, "marks"),
        ({"panes": ["volts"]}, "panes"),
        ({"panes": "voltage"}, "panes"),
        ({"speed": 0.0}, "speed"),
        ({"speed": None}, "speed"),
    ],
)
def test_a_wrong_value_is_refused_by_its_key(library, change, key):
    """The error names the key, and its text is not empty."""
    with pytest.raises(ModelError) as caught:
        setup_from_table(FULL | change, library)
    assert caught.value.key == key
    assert str(caught.value)


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


@settings(max_examples=400, suppress_health_check=list(HealthCheck))
@given(
    key=st.sampled_from([*FULL, "other"]),
    value=ANYTHING | st.lists(st.lists(PIECES).map("".join), max_size=3),
)
def test_nothing_but_a_model_error_is_raised(library, key, value):
    """Whatever stands behind a key, it is taken or refused in order."""
    with suppress(ModelError):
        setup_from_table(FULL | {key: value}, library)


@settings(max_examples=200, suppress_health_check=list(HealthCheck))
@given(
    owner=st.sampled_from(["Na", "m", "membrane", "m.alpha", "", "L.x"]),
    key=st.sampled_from(["power", "form", "initial", "rate", "scale", "gates", "alpha", "id", ""]),
    value=st.integers() | st.floats(),
)
def test_no_path_of_an_edit_raises_another_error(library, owner, key, value):
    """Names of fields that are no numbers of the model are refused like any other."""
    with suppress(ModelError):
        setup_from_table(FULL | {"set": {f"{owner}.{key}": value}}, library)
