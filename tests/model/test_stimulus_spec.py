"""Stimuli as the command line writes them."""

import math
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hhgui.model import stimulus_spec
from hhgui.model.noise import Noise, SmoothedNoise
from hhgui.model.parameter import ModelError
from hhgui.model.stimulus import KINDS
from hhgui.model.stimulus_spec import parse_component, read_samples
from hhgui.model.waveforms import Component, Pulses, Ramp, Samples, Step, Train


@pytest.mark.parametrize(
    ("spec", "component"),
    [
        ("step:amplitude=10,start=50,stop=200", Step(10.0, 50.0, 200.0)),
        ("step: amplitude = 1e1 , start=50,stop= 200 ,", Step(10.0, 50.0, 200.0)),
        ("step", Step()),
        ("step:", Step()),
        ("pulses:amplitude=-30,span=200", Pulses(-30.0, 200.0)),
        ("train:count=2,interval=12.5", Train(count=2, interval=12.5)),
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
        ("", "kind", "must be one of step, pulses, train, ramp, sine, chirp, noise, "),
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


@settings(max_examples=300, deadline=None)
@given(
    st.text(max_size=40)
    | st.builds("{}:{}={}".format, st.sampled_from(list(KINDS)), st.text(max_size=9), st.text())
)
def test_any_spec_gives_a_component_or_a_message(spec):
    """No text makes the parser raise anything else."""
    with suppress(ModelError):
        assert isinstance(parse_component(spec), Component)


def write(tmp_path, text, encoding="utf-8"):
    """A CSV file."""
    file = tmp_path / "current.csv"
    file.write_bytes(text.encode(encoding))
    return file


@pytest.mark.parametrize("head", ["", "time_ms,I_uA_per_cm2\n", "\ufefftime,I\r\n", "\n\n"])
def test_a_file_is_read_with_or_without_a_header(tmp_path, head):
    """One header row, a byte order mark and empty lines are fine; the last value holds on."""
    file = write(tmp_path, head + "0,1.5\n2,-3\n\n3,4e0,extra\n")
    expected = Samples((0.0, 2.0, 3.0, 4.0), (1.5, -3.0, 4.0), str(file))
    assert parse_component(f"file:{file}") == expected


def test_a_single_sample_lasts_one_millisecond(tmp_path):
    """There is no interval to repeat."""
    assert read_samples(write(tmp_path, "5,2")).times == (5.0, 6.0)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "has no rows of time and current"),
        ("time,I\n", "has no rows"),
        ("time,I\nunits,too\n0,1\n", "data row 1 needs a time and a current"),
        ("0,1\n1\n", "data row 2 needs a time and a current"),
        ("0,1\n1,x\n", "data row 2 needs"),
        ("0,1\n1,nan\n", "data row 2 needs"),
        ("0,1\n1,inf\n", "data row 2 needs"),
        ("0;1\n1;2\n", "data row 1 needs"),
        ("0,1\n0,2\n", "times must be finite and rise"),
        ("1,1\n0,2\n", "times must be finite and rise"),
        ("0,10001\n", "currents must be from"),
    ],
)
def test_a_file_that_is_no_current_is_refused(tmp_path, text, problem):
    """The message names the row, or what is wrong with the numbers."""
    with pytest.raises(ModelError, match=problem):
        read_samples(write(tmp_path, text))


def test_a_file_that_is_no_text_is_refused(tmp_path):
    """UTF-16 and pictures are not CSV."""
    with pytest.raises(ModelError, match=r"current\.csv is not a CSV text file"):
        read_samples(write(tmp_path, "0,1\n", "utf-16"))


def test_a_file_with_an_endless_field_is_refused(tmp_path):
    """The CSV reader's own limit ends in a message too."""
    with pytest.raises(ModelError, match="is not a CSV text file"):
        read_samples(write(tmp_path, '"' + "1" * 200_000))


@pytest.mark.parametrize("name", ["none.csv", "", ".", "a\x00b", "x" * 300])
def test_a_file_that_cannot_be_read_is_refused(name):
    """The reason is given."""
    with pytest.raises(ModelError, match="can't be read: ") as caught:
        parse_component(f"file:{name}")
    assert caught.value.key == "path"


def test_a_file_that_is_too_large_is_refused(tmp_path, monkeypatch):
    """Beyond 50 MB nothing is read."""
    assert stimulus_spec.MAX_SAMPLE_BYTES == 50_000_000
    monkeypatch.setattr(stimulus_spec, "MAX_SAMPLE_BYTES", 4)
    with pytest.raises(ModelError, match="is larger than 50 MB"):
        read_samples(write(tmp_path, "0,1\n1"))
    read_samples(write(tmp_path, "0,1\n"))


def test_numbers_are_read_to_the_last_bit(tmp_path):
    """Shortest round-trip numbers come back as they were."""
    samples = read_samples(write(tmp_path, f"0,{math.pi!r}\n{math.e!r},{1 / 3!r}\n"))
    assert samples.values == (math.pi, 1 / 3)
    assert samples.times[1] == math.e
