"""Stimuli as the command line writes them."""

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hhgui.model.parameter import ModelError
from hhgui.model.stimulus.noise import Noise, SmoothedNoise
from hhgui.model.stimulus.spec import parse_component
from hhgui.model.stimulus.stimulus import KINDS
from hhgui.model.stimulus.waveforms import Component, Paired, Pulses, Ramp, Step, Train


@pytest.mark.parametrize(
    ("spec", "component"),
    [
        ("step:amplitude=10,start=50,stop=200", Step(10.0, 50.0, 200.0)),
        ("step: amplitude = 1e1 , start=50,stop= 200 ,", Step(10.0, 50.0, 200.0)),
        ("step", Step()),
        ("step:", Step()),
        ("pulses:amplitude=-30,span=200", Pulses(-30.0, 200.0)),
        ("train:count=2,interval=12.5", Train(count=2, interval=12.5)),
        ("paired:amplitude=9,interval=8,second=-2", Paired(9.0, interval=8.0, second=-2.0)),
        ("ramp:initial=-1,amplitude=.5", Ramp(-1.0, 0.5)),
        ("noise:mean=5,sd=3,tau=5,seed=123", Noise(5.0, 3.0, 5.0, 123)),
        ("smoothed-noise:seed=5,span=500", SmoothedNoise(seed=5, span=500.0)),
    ],
)
def test_a_spec_is_a_kind_and_its_values(spec, component):
    """Keys in any order, blanks anywhere, what is left out at its default."""
    assert parse_component(spec) == component


@pytest.mark.parametrize(
    ("spec", "key", "problem"),
    [
        ("", "kind", "must be one of step, pulses, paired, train, family, ramp, "),
        ("stair:amplitude=1", "kind", "not 'stair'"),
        ("Step:amplitude=1", "kind", "not 'Step'"),
        ("step:amplitude", "step", "write 'amplitude' as key=value"),
        ("step:amplitude=", "amplitude", "must be a number, not ''"),
        ("step:amplitude=ten", "amplitude", "must be a number, not 'ten'"),
        ("step:amplitude=1;start=2", "amplitude", "must be a number"),
        ("step:amplitude=nan", "amplitude", "from -10000 to 10000"),
        ("step:amplitude=inf", "amplitude", "from -10000 to 10000"),
        ("step:amplitude=1,5", "step", "write '5' as key=value"),
        ("step:height=1", "height", "step has no 'height'; allowed: amplitude, start, stop"),
        ("step:=1", "", "allowed: amplitude, start, stop"),
        ("step:start=20,stop=10", "stop", "must not be before start"),
        ("step:amplitude=1,amplitude=2", "amplitude", "amplitude is there twice; write it once"),
        ("step:start=1, start =1", "start", "start is there twice"),
        ("step:amplitude=1_0", "amplitude", "must be a number, not '1_0'"),
        ("train:count=2.5", "count", "must be a number"),
        ("noise:seed=-1", "seed", "a whole number from 0 to 2.14748e+09"),
        ("noise:seed=" + "9" * 5000, "seed", "must be a number"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_wrong_spec_says_what_is_allowed(spec, key, problem):
    """The message names kind and key."""
    with pytest.raises(ModelError) as caught:
        parse_component(spec)
    assert caught.value.key == key
    assert problem in str(caught.value)


@settings(max_examples=120)
@given(
    st.text(max_size=40)
    | st.builds("{}:{}={}".format, st.sampled_from(list(KINDS)), st.text(max_size=9), st.text())
)
def test_any_spec_gives_a_component_or_a_message(spec):
    """No text makes the parser raise anything else."""
    with suppress(ModelError):
        assert isinstance(parse_component(spec), Component)
