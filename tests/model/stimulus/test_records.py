"""Stimuli as JSON, in sessions and beside every CSV."""

import json

import pytest

from hhgui.model.parameter import ModelError
from hhgui.model.stimulus.stimulus import KINDS, Stimulus, component_from_dict, stimulus_from_dict
from tests.model.stimulus.examples import EXAMPLES
from tests.refusals import refused


@pytest.mark.parametrize("component", EXAMPLES, ids=lambda c: c.kind)
def test_a_component_survives_json(component):
    """The dictionary of a component goes through JSON and gives an equal component."""
    assert component_from_dict(json.loads(json.dumps(component.to_dict()))) == component


def test_every_kind_has_an_example():
    """The tests that hold for all kinds of component meet every one of them."""
    assert set(KINDS) == {c.kind for c in EXAMPLES}


def test_a_stimulus_survives_json():
    """All kinds together, holding current, origin and period come back equal."""
    stimulus = Stimulus(tuple(EXAMPLES), holding=-0.5, origin=-3.25, repeat=77.7)
    assert stimulus_from_dict(json.loads(json.dumps(stimulus.to_dict()))) == stimulus
    assert stimulus_from_dict({}) == Stimulus()


@pytest.mark.parametrize(
    ("values", "key"),
    [
        (None, ""), ([], ""), ({}, "kind"), ({"kind": "stair"}, "kind"),
        ({"kind": []}, "kind"), ({"kind": None}, "kind"), ({"kind": "step", "on": 1}, "on"),
        ({"kind": "step", "start": "1"}, "start"), ({"kind": "step", "stop": 1}, "stop"),
        ({"kind": "file"}, "kind"), ({"kind": "file", "times": "abc", "values": [1]}, "times"),
        ({"kind": "file", "times": [[1], [1, 2]], "values": [1]}, "times"),
        ({"kind": "file", "times": [0, 10**400], "values": [1]}, "times"),
        ({"kind": "file", "times": ["0", "1"], "values": [1]}, "times"),
        ({"kind": "file", "times": [0, 1], "values": [True]}, "values"),
        ({"kind": "file", "times": [0, 1], "values": {"0": 1}}, "values"),
        ({"kind": "file", "times": [0, float("nan")], "values": [1]}, "times"),
        ({"kind": "file", "times": [0, 1], "values": [float("inf")]}, "values"),
        ({"kind": "file", "times": [0, 1], "values": [1], "path": 5}, "path"),
        ({"kind": "file", "times": [0, 1], "values": [1], "path": "x" * 10**6}, "path"),
        ({"kind": "x" * 10**6}, "kind"), ({"kind": "step", "start": 10**5000}, "start"),
        ({"kind": "file", "times": [0, 0], "values": [1]}, "times"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_a_dictionary_of_no_component_is_refused(values, key):
    """Wrong kinds, keys and types give a ModelError with the key, never another exception."""
    with pytest.raises(ModelError) as caught:
        component_from_dict(values)
    assert caught.value.key == key
    assert len(str(caught.value)) < 300


@pytest.mark.parametrize(
    ("values", "key"),
    [
        ([], ""), ("step", ""), ({"components": {}}, "components"),
        ({"components": [1]}, "components[0]"), ({"components": [{}]}, "components[0].kind"),
        ({"holding": "1"}, "holding"), ({"origin": "1"}, "origin"),
        ({"origin": None}, "origin"), ({"repeat": 0}, "repeat"), ({"repeat": []}, "repeat"),
        ({"holding": 10**5000}, "holding"),
        ({"components": [{"kind": "step"}] * 101}, "components"),
        ({"components": "x" * 10**6}, "components"), ({"hold": 1}, "hold"),
    ],
    ids=lambda value: value if isinstance(value, str) and len(value) < 20 else "",
)  # fmt: skip
def test_a_dictionary_of_no_stimulus_is_refused(values, key):
    """A dictionary with a wrong kind, key or type raises ModelError with the key."""
    with refused(key):
        stimulus_from_dict(values)
