"""Model files: what they say is what is loaded, and what is saved comes back to the last bit."""

import string
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hhgui.model.library import ORDER
from hhgui.model.membrane import Current, Gate, Membrane
from hhgui.model.model_file import (
    ModelFileError,
    dump_membrane,
    load_membrane,
    membrane_from_dict,
    membrane_to_dict,
    parse_membrane,
)
from hhgui.model.rate import Combine, Curve, Form, Rate

TEXT = """
[model]
id = "demo"
name = "Demo"
[membrane]
capacitance = 2
initial_voltage = -70.5
[[current]]
name = "K"
conductance = 36
reversal = -77.0
[[current.gate]]
name = "n"
power = 4
initial = 0.25
alpha = { form = "exp_linear", rate = 0.1, midpoint = -55.0, scale = 10.0 }
beta = { form = "constant", rate = 0.125, offset = 0.5 }
"""
DEMO = Membrane(
    id="demo", name="Demo", capacitance=2.0, initial_voltage=-70.5,
    currents=(Current("K", 36.0, -77.0, (
        Gate("n", 4, Rate(Form.EXP_LINEAR, 0.1, -55.0, 10.0),
             Rate(Form.CONSTANT, 0.125, offset=0.5), initial=0.25),
    )),),
)  # fmt: skip

scales = st.floats(20, 1000) | st.floats(-1000, -20)
positive = st.builds(
    Rate, st.sampled_from(Form), st.floats(1e-6, 1e3), st.floats(-200, 200), scales,
    st.floats(0, 10),
)  # fmt: skip
shares = st.builds(
    lambda size, midpoint, scale, falls: (
        Rate("sigmoid", -size if falls else size, midpoint, scale, 1.0 if falls else 0.0)
    ),
    st.floats(1e-6, 1), st.floats(-200, 200), scales, st.booleans(),
)  # fmt: skip
# Over −120…60 mV such terms stay within 1e-13 and 1e13, so that no product or power overflows.
mild = st.builds(
    Rate, st.just("sigmoid"), st.floats(1e-3, 1e3), st.floats(-100, 100), scales, st.floats(0, 10)
)
curves = positive | st.builds(
    Curve, st.lists(mild, min_size=1, max_size=3), st.sampled_from(Combine), st.floats(-2, 2),
    st.floats(0, 10), st.none() | st.floats(1e-3, 1), st.none() | st.floats(2, 1e3),
)  # fmt: skip
q10s = st.none() | st.floats(0.1, 10)
kinetics = (
    st.fixed_dictionaries({"alpha": curves, "beta": curves, "q10": q10s})
    | st.fixed_dictionaries({"alpha": curves, "beta": curves, "steady_state": shares})
    | st.fixed_dictionaries({"steady_state": shares, "time_constant": curves})
    | st.fixed_dictionaries({"steady_state": shares, "instantaneous": st.just(True)})
)
temperatures = st.none() | st.floats(-20, 60)


def words(size):
    """Lists of distinct names, at most ``size``."""
    letters = string.ascii_letters + string.digits + "_"
    word = st.builds(lambda tail: f"x{tail}", st.text(letters, max_size=23))
    return st.lists(word, min_size=1, max_size=size, unique=True)


@st.composite
def membranes(draw):
    """Any membrane at all, every number drawn over its whole range."""
    names, gate_names = draw(words(8)), draw(words(8))
    made = []
    for name in gate_names:
        known = draw(kinetics)
        start = None if "instantaneous" in known else draw(st.none() | st.floats(0, 1))
        made.append(Gate(name, draw(st.integers(0, 8)), **known, initial=start))
    owners = [draw(st.sampled_from(names)) for _ in made]
    currents = tuple(
        Current(n, draw(st.floats(0, 1e4)), draw(st.floats(-300, 300)),
                tuple(g for g, owner in zip(made, owners, strict=True) if owner == n),
                draw(q10s))
        for n in names
    )  # fmt: skip
    temperature = draw(temperatures)
    return Membrane(
        draw(st.from_regex(r"[a-z0-9][a-z0-9._-]{0,63}", fullmatch=True)), draw(st.text()),
        draw(st.floats(0, 1000, exclude_min=True)), currents, draw(st.floats(-150, 150)),
        temperature=temperature,
        reference_temperature=None if temperature is None else draw(st.floats(-20, 60)),
        q10=draw(st.floats(0.1, 10)), source=draw(st.text()), notes=draw(st.text()),
        area=draw(st.none() | st.floats(1e-3, 1e9)),
    )  # fmt: skip


@settings(max_examples=60)
@given(membranes())
def test_any_membrane_comes_back_to_the_last_bit(membrane):
    """Saving and loading gives an equal membrane for any numbers and texts."""
    assert parse_membrane(dump_membrane(membrane)) == membrane


@settings(max_examples=30)
@given(membranes())
def test_any_membrane_comes_back_from_its_dictionary(membrane):
    """The document beside a CSV holds the model in full."""
    assert membrane_from_dict(membrane_to_dict(membrane)) == membrane


@pytest.mark.parametrize("name", ORDER)
def test_a_set_comes_back_from_its_saved_file(library, tmp_path, name):
    """Every set of the library survives a file, its own units turned into canonical ones."""
    file = tmp_path / "saved.toml"
    file.write_bytes(dump_membrane(library[name]).encode())
    assert load_membrane(file) == library[name]


@pytest.mark.parametrize(
    "text", ["a\r\nb", "a\rb", "\n\n a\n", 'say """so"""', "\\", "tab\t\x00\x7f", "ḡ"]
)
def test_any_note_comes_back(text):
    """Line ends, quotes, backslashes and control characters are kept."""
    noted = replace(DEMO, notes=text)
    assert parse_membrane(dump_membrane(noted)).notes == text


def test_a_file_is_what_it_says():
    """Names, numbers and forms of a file arrive in the membrane; whole numbers become floats."""
    assert parse_membrane(TEXT) == DEMO
    assert isinstance(parse_membrane(TEXT).capacitance, float)


def test_notes_are_saved_as_a_person_would_write_them():
    """Several lines of notes stay several lines."""
    assert '"""\none\ntwo"""' in dump_membrane(replace(DEMO, notes="one\ntwo"))


@pytest.mark.parametrize(
    "raw",
    [b"\xef\xbb\xbf" + TEXT.encode(), TEXT.replace("\n", "\r\n").encode()],
    ids=["byte order mark", "CR LF"],
)
def test_a_file_of_a_windows_editor_is_read(tmp_path, raw):
    """A mark in front of the text and other line ends change nothing."""
    file = tmp_path / "windows.toml"
    file.write_bytes(raw)
    assert load_membrane(file) == DEMO


def test_units_are_converted_once():
    """µF/mm² and mS/mm² are a hundred times the canonical units; voltages stay."""
    text = TEXT + '[units]\ncapacitance = "uF/mm2"\nconductance = "mS/mm2"\n'
    loaded = parse_membrane(text)
    assert (loaded.capacitance, loaded.currents[0].conductance) == (200.0, 3600.0)
    assert (loaded.initial_voltage, loaded.currents[0].reversal) == (-70.5, -77.0)


def test_the_convention_of_1952_is_converted_whole():
    """Start voltage, reversals and midpoints are mirrored and shifted, scales only mirrored."""
    text = TEXT + "[units]\nvoltage_sign = -1\nvoltage_reference = -65\n"
    loaded = parse_membrane(text)
    assert (loaded.initial_voltage, loaded.currents[0].reversal) == (5.5, 12.0)
    alpha = loaded.gates[0].alpha
    assert (alpha.midpoint, alpha.scale, alpha.rate) == (-10.0, -10.0, 0.1)


@pytest.mark.parametrize(
    ("units", "start"), [("", -65.0), ("[units]\nvoltage_reference = -70\n", -70.0)]
)
def test_the_start_voltage_may_be_left_out(units, start):
    """The start voltage is then -65 mV, or the file's zero if that is rest."""
    text = TEXT.replace("initial_voltage = -70.5\n", "") + units
    assert parse_membrane(text).initial_voltage == start


def test_units_of_a_whole_cell_are_divided_by_its_area():
    """20 pF and 500 nS on 2000 µm² are 1 µF/cm² and 25 mS/cm²."""
    text = TEXT.replace("capacitance = 2", "capacitance = 20\narea = 2000")
    text = text.replace("conductance = 36", "conductance = 500")
    loaded = parse_membrane(text + '[units]\ncapacitance = "pF"\nconductance = "nS"\n')
    assert loaded.capacitance == pytest.approx(1.0, rel=1e-14)
    assert loaded.currents[0].conductance == pytest.approx(25.0, rel=1e-14)
    assert loaded.area == 2000.0


def test_volts_and_seconds_become_millivolts_and_milliseconds():
    """The same neuron written in V and s: rates are a thousand times as large, times less."""
    text = (
        TEXT.replace("-70.5", "-0.0705").replace("-77.0", "-0.077")
        .replace("rate = 0.1, midpoint = -55.0, scale = 10.0",
                 "rate = 100.0, midpoint = -0.055, scale = 0.01")
        .replace("rate = 0.125, offset = 0.5", "rate = 125.0, offset = 500.0")
    )  # fmt: skip
    loaded = parse_membrane(text + '[units]\nvoltage = "V"\ntime = "s"\n')
    v = np.linspace(-120.0, 60.0, 7)
    np.testing.assert_allclose(loaded.gates[0].rates_at(v), DEMO.gates[0].rates_at(v), rtol=1e-12)
    assert loaded.initial_voltage == pytest.approx(-70.5, rel=1e-14)
    assert loaded.currents[0].reversal == pytest.approx(-77.0, rel=1e-14)


@pytest.mark.parametrize(("combine", "exponent"), [("sum", -1.0), ("product", 0.5), ("sum", 1.0)])
def test_a_curve_of_terms_in_seconds_becomes_milliseconds(combine, exponent):
    """Terms of any exponent are converted; offset and bounds are in the curve's own unit."""
    terms = (Rate("exponential", 0.3, -40.0, 30.0), Rate("sigmoid", 2.0, -50.0, -9.0))
    curve = Curve(terms, combine, exponent, 0.002, 0.01, 3.0)
    gate = Gate("n", 4, steady_state=Rate("sigmoid", 1.0, -40.0, 5.0), time_constant=curve)
    document = membrane_to_dict(replace(DEMO, currents=(Current("K", 36.0, -77.0, (gate,)),)))
    loaded = membrane_from_dict(document | {"units": {"time": "s"}}).gates[0]
    v = np.linspace(-120.0, 60.0, 37)
    np.testing.assert_allclose(loaded.time_constant_at(v), 1000.0 * curve(v), rtol=1e-12)
    assert loaded.steady_state == gate.steady_state


CURVES_TEXT = TEXT.replace(
    'beta = { form = "constant", rate = 0.125, offset = 0.5 }',
    """beta = { terms = [
  { form = "exponential", rate = 0.3, midpoint = -40.0, scale = 30.0 },
  { form = "constant", rate = 2 },
], combine = "product", exponent = -1.0, offset = 0.125, minimum = 0.25 }
steady_state = { form = "sigmoid", rate = 1.0, midpoint = -40.0, scale = 5.0 }
q10 = 2.5""",
)


def test_a_curve_of_terms_is_what_its_file_says():
    """Every key arrives in the curve; α and β give τ beside a steady state of its own."""
    gate = parse_membrane(CURVES_TEXT).gates[0]
    terms = (Rate("exponential", 0.3, -40.0, 30.0), Rate("constant", 2.0))
    assert gate.beta == Curve(terms, "product", -1.0, 0.125, minimum=0.25)
    assert gate.steady_state == Rate("sigmoid", 1.0, -40.0, 5.0)
    assert gate.q10 == 2.5


def test_a_constant_needs_neither_midpoint_nor_scale():
    """A constant rate may have a midpoint and a scale, which change nothing."""
    text = TEXT.replace("offset = 0.5", "offset = 0.5, midpoint = 3.0")
    assert float(parse_membrane(text).gates[0].beta(-20.0)) == 0.625


def test_an_error_knows_its_file_and_key():
    """For a message box: where, key, and a text that starts with both."""
    with pytest.raises(ModelFileError) as caught:
        parse_membrane(TEXT.replace("power = 4", "power = 40"), "my.toml")
    assert (caught.value.where, caught.value.key) == ("my.toml", "current[1].gate[1].power")
    assert str(caught.value) == (
        "my.toml: current[1].gate[1].power: power must be a whole number from 0 to 8, not 40"
    )
