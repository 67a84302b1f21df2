"""Stimuli as JSON, in sessions and beside every CSV."""

import json

import pytest

from hhgui.model.parameter import ModelError
from hhgui.model.stimulus.noise import Noise, SmoothedNoise
from hhgui.model.stimulus.stimulus import KINDS, Stimulus, component_from_dict, stimulus_from_dict
from hhgui.model.stimulus.waveforms import (
    Chirp,
    Family,
    Paired,
    Pulses,
    Ramp,
    Samples,
    Sine,
    Step,
    Train,
)

EXAMPLES = [
    Step(3.0, 10.0, 20.0), Pulses(30.0, 100.0), Train(20.0, 10.0, 0.5, 20.0, 2),
    Family(20.0, 10.0, 5.0, 20.0, 3, -4.0),
    Ramp(-1.0, 15.0, 10.0, 60.0), Sine(5.0, 50.0, 10.0, 60.0), Chirp(1.0, 1.0, 200.0, 10.0, 60.0),
    Noise(5.0, 3.0, 5.0, 7, 10.0, 60.0), SmoothedNoise(30.0, 30.0, 123, 100.0),
    Samples((10.0, 20.0, 60.0), (1.0, 2.0), "a.csv"),
    Samples((10.0, 20.0, 60.0), (1.0, 2.0), "a.csv", (2.0, -2.0)),
    Paired(20.0, 10.0, 1.0, 15.0, -5.0),
]  # fmt: skip


@pytest.mark.parametrize("component", EXAMPLES, ids=lambda c: c.kind)
def test_a_component_survives_json(component):
    """Its dictionary goes through JSON and gives an equal component."""
    assert component_from_dict(json.loads(json.dumps(component.to_dict()))) == component


def test_every_kind_has_an_example():
    """The parametrised test above covers every kind of component."""
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
    with pytest.raises(ModelError) as caught:
        stimulus_from_dict(values)
    assert caught.value.key == key
