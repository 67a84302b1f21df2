"""A file that is no model gives one ModelFileError that names file and key."""

import os
import re
import tracemalloc

import pytest

from hhgui.model.model_file import ModelFileError, load_membrane, parse_membrane
from tests.model.messages import check_message

TEXT = """[model]
id = "demo"
name = "Demo"
[units]
capacitance = "uF/cm2"
voltage_reference = -65.0
[membrane]
capacitance = 1.0
initial_voltage = 0.0
temperature = 6.3
reference_temperature = 6.3
[[current]]
name = "Na"
conductance = 120.0
reversal = 115.0
[[current.gate]]
name = "m"
power = 3
alpha = { form = "exp_linear", rate = 1.0, midpoint = 25.0, scale = 10.0 }
beta = { form = "exponential", rate = 4.0, midpoint = 0.0, scale = -18.0 }
[[current]]
name = "K"
conductance = 36.0
reversal = -12.0
[[current.gate]]
name = "n"
power = 4
steady_state = { form = "sigmoid", rate = 1.0, midpoint = 12.0, scale = 15.0 }
time_constant = { form = "gaussian", rate = 5.0, midpoint = -10.0, scale = 40.0, offset = 1.0 }
"""
MANY_GATES = "".join(
    f'[[current.gate]]\nname = "g{i}"\npower = 1\n'
    'alpha = { form = "constant", rate = 1.0 }\nbeta = { form = "constant", rate = 1.0 }\n'
    for i in range(7)
)
MANY_CURRENTS = "".join(
    f'[[current]]\nname = "c{i}"\nconductance = 1.0\nreversal = 0.0\n' for i in range(7)
)
CODE = "__import__('os').system('touch hacked')"


def put(old, new):
    """TEXT with its first ``old`` replaced."""
    assert old in TEXT
    return TEXT.replace(old, new, 1)


WRONG = [
    # unknown keys
    (TEXT + "[extra]\n", "extra", "not known here; allowed: current, membrane, model, units"),
    (put("[units]", "[units]\nvoltages = 1"), "units.voltages", "not known here"),
    (put("capacitance = 1.0", "capacitances = 1.0"), "membrane.capacitances", "not known"),
    (put("reversal", "reversel"), "current[1].reversel", "allowed: conductance, gate, name"),
    (put("power = 3", "power = 3\npowers = 3"), "current[1].gate[1].powers", "not known"),
    (put("scale", "slope"), "current[1].gate[1].alpha.slope", "allowed: form, midpoint"),
    # missing keys
    (put('[model]\nid = "demo"\nname = "Demo"\n', ""), "model", "is missing"),
    (put('id = "demo"\n', ""), "model.id", "is missing"),
    (put("capacitance = 1.0\n", ""), "membrane.capacitance", "is missing"),
    (put("reversal = -12.0\n", ""), "current[2].reversal", "is missing"),
    (put("power = 4\n", ""), "current[2].gate[1].power", "is missing"),
    (put('form = "exp_linear", ', ""), "current[1].gate[1].alpha.form", "is missing"),
    (put(", scale = 10.0", ""), "current[1].gate[1].alpha.scale", "'exp_linear' needs it"),
    (put("midpoint = 12.0, ", ""), "current[2].gate[1].steady_state.midpoint", "needs it"),
    # wrong types
    (put("capacitance = 1.0", 'capacitance = "1.0"'), "membrane.capacitance", "be a number"),
    (put("capacitance = 1.0", "capacitance = true"), "membrane.capacitance", "be a number"),
    (put("reversal = 115.0", "reversal = 2020-01-01"), "current[1].reversal", "be a number"),
    (put("rate = 1.0", "rate = [1.0]"), "current[1].gate[1].alpha.rate", "be a number"),
    (put("power = 3", "power = 3.5"), "current[1].gate[1].power", "a whole number"),
    (put('"demo"', "5"), "model.id", "must be text"),
    (put('"Demo"', "5"), "model.name", "must be text"),
    (put('name = "Na"', "name = 5"), "current[1].name", "must be text, not 5"),
    (put('"exp_linear"', "7"), "current[1].gate[1].alpha.form", "must be one of"),
    (put('"exp_linear"', '["sigmoid"]'), "current[1].gate[1].alpha.form", "must be one of"),
    (put('"uF/cm2"', "1.0"), "units.capacitance", "must be one of uF/cm2"),
    ("current = []\nmodel = 1\nmembrane = {}", "model", "must be a table"),
    (re.sub(r"\[\[current.*", "", TEXT, flags=re.S) + "[current]\n", "current",
     "must be a list, written [[current]]"),
    (put("[[current.gate]]", "[current.gate]"), "current[1].gate", "written [[gate]]"),
    ("current = [1]\n" + re.sub(r"\[\[current.*", "", TEXT, flags=re.S), "current[1]",
     "must be a table"),
    # numbers that are none, or out of range
    (put("conductance = 120.0", "conductance = nan"), "current[1].conductance", "not nan"),
    (put("conductance = 120.0", "conductance = inf"), "current[1].conductance", "not inf"),
    (put("conductance = 120.0", "conductance = -0.1"), "current[1].conductance", "from 0 to"),
    (put("reversal = 115.0", "reversal = -inf"), "current[1].reversal", "not -inf"),
    (put("capacitance = 1.0", "capacitance = 0"), "membrane.capacitance", "must be above 0"),
    (put("capacitance = 1.0", "capacitance = -1"), "membrane.capacitance", "must be above 0"),
    (put("capacitance = 1.0", "capacitance = 1e999"), "membrane.capacitance", "not inf"),
    (put("initial_voltage = 0.0", "initial_voltage = 300"), "membrane.initial_voltage", "-150"),
    (put("temperature = 6.3", "temperature = 99"), "membrane.temperature", "-20 to 60"),
    (put("temperature = 6.3", "temperature = 6.3\nq10 = 0"), "membrane.q10", "from 0.1 to 10"),
    (put("temperature = 6.3\n", ""), "membrane.temperature", "is missing: reference_temp"),
    (put("reference_temperature = 6.3\n", ""), "membrane.reference_temperature",
     "is missing: temperature needs it, the °C at which the rates hold as written"),
    (put("temperature = 6.3", "temperature = 6.3\narea = 0"), "membrane.area", "above 0"),
    (put("power = 3", "power = 3\nq10 = 20"), "current[1].gate[1].q10", "from 0.1 to 10"),
    (put("reversal = -12.0", "reversal = -12.0\nq10 = true"), "current[2].q10", "a number"),
    # units of whole cells need the cell's area
    (put('"uF/cm2"', '"pF"'), "membrane.area", "is missing: capacitance is that of a whole cell"),
    (put("[units]", '[units]\nconductance = "nS"'), "membrane.area", "is missing: conductance"),
    (put("[units]", '[units]\ntime = "min"'), "units.time", "must be one of ms, s, not 'min'"),
    (put("[units]", '[units]\nvoltage = "kV"'), "units.voltage", "must be one of mV, V"),
    # curves that are incomplete, or one too many: the key is the one that is missing
    (put("beta = {", "# beta = {"), "current[1].gate[1].beta", "is missing"),
    (put("steady_state = {", "# {"), "current[2].gate[1].steady_state", "is missing"),
    (put("power = 4", "power = 4\ninstantaneous = true"), "current[2].gate[1].time_constant",
     "an instantaneous gate has alpha and beta; or steady_state"),
    (put("power = 4", "power = 4\ninstantaneous = 1"), "current[2].gate[1].instantaneous",
     "must be true or false"),
    # curves of terms
    (put('form = "gaussian"', 'terms = [], form = "gaussian"'),
     "current[2].gate[1].time_constant.form", "allowed: combine, exponent, maximum, minimum"),
    (put('{ form = "gaussian", rate = 5.0, midpoint = -10.0, scale = 40.0, offset = 1.0 }',
         "{ terms = [] }"), "current[2].gate[1].time_constant.terms", "from 1 to 8 terms"),
    (put('{ form = "gaussian", rate = 5.0, midpoint = -10.0, scale = 40.0, offset = 1.0 }',
         '{ terms = [ { form = "sigmoid", rate = 1.0, scale = 3.0 } ] }'),
     "current[2].gate[1].time_constant.terms[1].midpoint", "form 'sigmoid' needs it"),
    (put('{ form = "gaussian", rate = 5.0, midpoint = -10.0, scale = 40.0, offset = 1.0 }',
         '{ terms = [ { form = "constant", rate = 1.0 } ], combine = "mean" }'),
     "current[2].gate[1].time_constant.combine", "must be one of sum, product, not 'mean'"),
    (put('{ form = "gaussian", rate = 5.0, midpoint = -10.0, scale = 40.0, offset = 1.0 }',
         '{ terms = [ { form = "constant", rate = 1.0 } ], minimum = 2.0, maximum = 1.0 }'),
     "current[2].gate[1].time_constant.minimum", "not be above maximum"),
    (put("rate = 4.0", "rate = inf"), "current[1].gate[1].beta.rate", "must be finite"),
    (put("scale = 10.0", "scale = 0"), "current[1].gate[1].alpha.scale", "must not be 0"),
    (put("scale = 10.0", "scale = nan"), "current[1].gate[1].alpha.scale", "be finite"),
    (put("voltage_reference = -65.0", "voltage_reference = 1e9"), "units.voltage_reference",
     "from -200 to 200 mV"),
    (put("[units]", "[units]\nvoltage_sign = 2"), "units.voltage_sign", "must be 1 or -1"),
    # impossible kinetics
    (put("rate = 1.0", "rate = -1.0"), "current[1].gate[1].alpha", "not be negative over"),
    (put("rate = 5.0", "rate = -5.0"), "current[2].gate[1].time_constant", "above 0 ms over"),
    (put("rate = 5.0, midpoint = -10.0, scale = 40.0, offset = 1.0",
         "rate = 0.0, midpoint = 0.0, scale = 1.0"), "current[2].gate[1].time_constant",
     "at -120 mV it is 0"),
    (put('"sigmoid", rate = 1.0', '"sigmoid", rate = 1.5'), "current[2].gate[1].steady_state",
     "stay within 0 to 1"),
    (put("steady_state", "alpha"), "current[2].gate[1].time_constant",
     "can't stand beside alpha"),
    # too many, or twice the same
    (TEXT + MANY_GATES, "current", "at most 8 gates are allowed, not 9"),
    (TEXT + MANY_CURRENTS, "current", "at most 8 currents are allowed, not 9"),
    (re.sub(r"\[\[current.*", "", "current = []\n" + TEXT, flags=re.S), "current",
     "needs at least one"),
    (put('name = "K"', 'name = "Na"'), "current", "two currents are named 'Na'"),
    (put('name = "n"', 'name = "m"'), "current", "two gates are named 'm'"),
    # code is text, and text is no number
    (put("1.0,", f'"{CODE}",'), "current[1].gate[1].alpha.rate", "be a number"),
    (put('"exp_linear"', f'"{CODE}"'), "current[1].gate[1].alpha.form", "must be one of"),
    (put('"Na"', f'"{CODE}"'), "current[1].name", "must start with a letter"),
    (put('"demo"', '"../../etc/passwd"'), "model.id", "must be made of a–z"),
]  # fmt: skip
BROKEN = {
    "doubled key": (put("power = 3", "power = 3\npower = 3"), "line"),
    "doubled key within": (put("scale = 10.0", "scale = 10.0, scale = 10.0"), "line"),
    "doubled table": (TEXT + "[membrane]\n", "line"),
    "expression": (put("capacitance = 1.0", "capacitance = 1.0 * 2"), "line"),
    "decimal comma": (put("capacitance = 1.0", "capacitance = 1,0"), "line"),
    "NUL within": (put('"demo"', '"de\x00mo"'), "line"),
    "NUL after": (TEXT + "\x00", "line"),
    "5000 digits": (put("power = 3", "power = " + "9" * 5000), "5000 digits"),
    "nested lists": (put("power = 3", "power = " + "[" * 200_000), "nested too deeply"),
    "nested tables": (put("power = 3", "power = " + "{a=" * 200_000), "nested too deeply"),
    "empty": ("", "is missing"),
    "two marks": ("\ufeff\ufeff", "line"),
    "prose": ("just words", "line"),
    "JSON": ('{"model": {}}', "line"),
}


def refusal(text):
    """The error about ``text``; assert that it is one line that names the file."""
    with pytest.raises(ModelFileError) as caught:
        parse_membrane(text, "bad.toml")
    check_message(caught.value)
    return caught.value


def test_the_text_itself_is_fine():
    """The text that the tests below break is loaded while it is whole."""
    assert len(parse_membrane(TEXT).gates) == 2


@pytest.mark.parametrize(
    ("text", "key", "problem"), WRONG, ids=[f"{key} {problem}" for _, key, problem in WRONG]
)
def test_a_wrong_value_is_refused_by_file_and_key(text, key, problem):
    """The message names file and key, says what is wrong and what is allowed."""
    error = refusal(text)
    assert error.key == key
    assert problem in str(error)


@pytest.mark.parametrize(("text", "problem"), BROKEN.values(), ids=BROKEN)
def test_what_is_no_toml_is_refused_by_file(text, problem):
    """Doubled keys, stray characters, endless numbers and nestings: the parser's line is given."""
    assert problem in str(refusal(text))


@pytest.mark.parametrize("number", ["9" * 4000, "-" + "9" * 4000, "0x" + "f" * 5000])
@pytest.mark.parametrize(
    ("old", "key"),
    [
        ("capacitance = 1.0", "membrane.capacitance"),
        ("temperature = 6.3", "membrane.temperature"),
        ('capacitance = "uF/cm2"', "units.capacitance"),
        ("voltage_reference = -65.0", "units.voltage_reference"),
        ("reversal = 115.0", "current[1].reversal"),
        ("power = 3", "current[1].gate[1].power"),
        ("rate = 1.0", "current[1].gate[1].alpha.rate"),
        ("scale = 10.0", "current[1].gate[1].alpha.scale"),
        ('form = "exp_linear"', "current[1].gate[1].alpha.form"),
        ('name = "Demo"', "model.name"),
    ],
)
def test_an_integer_beyond_doubles_is_refused(old, key, number):
    """4,000 decimal or 5,000 hexadecimal digits end in a message, not in an overflow."""
    error = refusal(put(old, f"{old.partition('=')[0]}= {number}"))
    assert error.key == key


def test_a_key_of_endless_parts_is_refused_cheaply():
    """A 6 kB key of 3,000 dotted parts takes no more memory than a model needs."""
    tracemalloc.start()
    try:
        refusal(".".join("a" * 3000) + " = 1\n" + TEXT)
        assert tracemalloc.get_traced_memory()[1] < 5e6
    finally:
        tracemalloc.stop()


def test_nothing_of_a_file_is_run(tmp_path, monkeypatch):
    """Code in a text stays text."""
    monkeypatch.chdir(tmp_path)
    assert parse_membrane(put('"Demo"', f'"{CODE}"')).name == CODE
    refusal(put('"Na"', f'"{CODE}"'))
    assert os.listdir(tmp_path) == []


def test_a_key_with_control_characters_is_shown_on_one_line():
    """A quoted key may hold a line end; the message does not."""
    assert refusal(put("[units]", '[units]\n"a\\nb" = 1')).key == r"units.a\nb"


@pytest.mark.parametrize(
    ("raw", "problem"),
    [
        (TEXT.encode("utf-16"), "is not UTF-8 text; save it as UTF-8"),
        (TEXT.replace("Demo", "Dëmo").encode("latin-1"), "is not UTF-8 text"),
        (b"\x89PNG\r\n\x1a\n\x00", "is not UTF-8 text"),
        (b"\x00" * 100, "is not valid TOML"),
        (b"# " + b"x" * 1_000_000, "is larger than 1 MB"),
        (b"", "is missing"),
    ],
    ids=["utf-16", "latin-1", "png", "nul", "large", "empty"],
)
def test_a_file_of_something_else_is_refused(tmp_path, raw, problem):
    """Other encodings, pictures, zeros, a megabyte: one message with the file's name."""
    file = tmp_path / "bad.toml"
    file.write_bytes(raw)
    with pytest.raises(ModelFileError) as caught:
        load_membrane(file)
    check_message(caught.value)
    assert problem in str(caught.value)


def test_a_megabyte_is_allowed(tmp_path):
    """Exactly 1,000,000 bytes are read."""
    file = tmp_path / "big.toml"
    raw = TEXT.encode() + b"#"
    file.write_bytes(raw.ljust(1_000_000, b"x"))
    assert load_membrane(file).id == "demo"


@pytest.mark.parametrize("name", ["none.toml", ".", "a\x00.toml", "x" * 300 + ".toml"])
def test_a_path_that_cannot_be_read_is_refused(tmp_path, name):
    """Missing, a folder, impossible: the reason is given."""
    with pytest.raises(ModelFileError, match="can't be read: "):
        load_membrane(tmp_path / name)


def test_terms_to_an_extreme_power_are_refused_in_another_unit_of_time():
    """The unit of each term would be s to the power of 1/exponent, beyond any number."""
    curve = "{ terms = [{ form = 'constant', rate = 1.0 }], exponent = 1e-9 }"
    gaussian = TEXT[TEXT.rindex("{ form") :].strip()
    error = refusal(put(gaussian, curve).replace("[units]", '[units]\ntime = "s"'))
    assert error.key == "current[2].gate[1].time_constant.exponent"
