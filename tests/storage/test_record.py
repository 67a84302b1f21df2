import json
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import hhgui
from hhgui.model.model_file import ModelFileError
from hhgui.storage.atomic import WriteError
from hhgui.storage.record import (
    dump_record,
    json_beside,
    make_record,
    parse_record,
    parts_of,
    read_record,
)

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**99), 2**99) | st.text(max_size=9)
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=6,
)  # fmt: skip


def refusal(text):
    """The message about a record with this ``text``."""
    with pytest.raises(ModelFileError) as caught:
        parse_record(text, "a.json")
    assert str(caught.value).startswith("a.json: ")
    assert "\n" not in str(caught.value)
    return str(caught.value)


@given(st.dictionaries(st.text(max_size=9), JSON, max_size=3))
def test_what_is_dumped_is_what_is_read(record):
    """Any record of JSON's types comes back equal."""
    assert parse_record(dump_record(record)) == record


def test_a_record_is_readable_text():
    """A record has one entry a line, µ as itself, and a line end at its end."""
    assert dump_record({"unit": "µA", "n": 1}) == '{\n "unit": "µA",\n "n": 1\n}\n'


def test_a_name_that_is_no_unicode_survives():
    """Lone surrogates, as in the path of a file named in Latin-1, are escaped and come back."""
    text = dump_record({"path": "caf\udce9.csv"})
    assert text.encode().isascii()
    assert parse_record(text) == {"path": "caf\udce9.csv"}


@pytest.mark.parametrize("number", [float("nan"), float("inf")])
def test_numbers_that_json_lacks_are_not_dumped(number):
    """NaN never gets into a file."""
    with pytest.raises(ValueError, match="JSON compliant"):
        dump_record({"x": number})


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('{"a": 1, "a": 2}', "the key 'a' is there twice"),
        ('{"b": {"a\\n": 1, "a\\n": 2}}', "'a?' is there twice"),
        ('{"x": NaN}', "NaN is no number"),
        ('{"x": -Infinity}', "-Infinity is no number"),
        ('{"x": 1e999}', "1e999 is too large"),
        ('{"x": ' + "9" * 5000 + "}", "a number of 5000 digits"),
        ("[" * 200_000, "nested too deeply"),
        ('{"a":' * 200_000, "nested too deeply"),
        ("[1]", "must be a JSON object"),
        ("", "not valid JSON"),
        ('{"x": 1,}', "not valid JSON"),
        ('{"x": "\0"}', "not valid JSON"),
        ("{'x': __import__('os')}", "not valid JSON"),
    ],
    ids=lambda value: value[:20].replace("\0", "NUL"),
)
def test_broken_json_is_refused(text, problem):
    """Any broken JSON gives one message that names the file."""
    assert problem in refusal(text)


@given(st.text() | st.binary().map(lambda raw: raw.decode("latin-1")))
def test_no_text_raises_anything_else(text):
    """Any text is a record or a ModelFileError."""
    with suppress(ModelFileError):
        assert isinstance(parse_record(text), dict)


def write(folder, raw):
    """A file of these bytes."""
    path = folder / "a.json"
    path.write_bytes(raw)
    return path


def test_a_byte_order_mark_is_allowed(tmp_path):
    """A file saved by Windows' Notepad is read."""
    assert read_record(write(tmp_path, b'\xef\xbb\xbf{"a": 1}')) == {"a": 1}


@pytest.mark.parametrize("raw", ['{"a": 1}'.encode("utf-16"), b'{"a": "\xe9"}'])
def test_other_encodings_are_refused(tmp_path, raw):
    """UTF-16 and Latin-1 are named as not UTF-8."""
    with pytest.raises(ModelFileError, match=r"a\.json: is not UTF-8 text"):
        read_record(write(tmp_path, raw))


def test_a_file_that_is_too_large_is_refused(tmp_path):
    """One byte above the limit is refused, the limit itself is read."""
    path = write(tmp_path, b'{"a": 1}')
    assert read_record(path, 8) == {"a": 1}
    with pytest.raises(ModelFileError, match="is larger than"):
        read_record(path, 7)


@pytest.mark.parametrize("name", ["nowhere.json", "folder", "a\0b", "\ud800"])
def test_a_file_that_cannot_be_read_is_named(tmp_path, name):
    """Missing, a folder, or a name that no file can have: one message."""
    (tmp_path / "folder").mkdir()
    with pytest.raises(ModelFileError, match="can't be read"):
        read_record(tmp_path / name)


@pytest.mark.parametrize(
    ("table", "record"),
    [
        ("a.csv", "a.json"),
        ("a.CSV", "a.json"),
        ("a.v1", "a.v1.json"),
        ("a.b.csv", "a.b.json"),
        ("curve", "curve.json"),
        (".csv", ".csv.json"),
    ],
)
def test_the_record_is_named_after_its_table(table, record):
    """OUT.csv has OUT.json; another ending stays, so that two tables never share a record."""
    assert json_beside(Path("folder", table)) == Path("folder", record)


def test_a_table_cannot_be_named_like_its_record():
    """A chosen name ending in .json is refused, and so is none at all."""
    with pytest.raises(WriteError, match=r"a\.JSON.*must not end in \.json; choose"):
        json_beside(Path("a.JSON"))
    with pytest.raises(WriteError, match="it is a folder"):
        json_beside(Path())


def checked(**changes):
    """Read a record that is right but for ``changes``; ... leaves a part out."""
    record = {k: v for k, v in (make_record("fi", model={}) | changes).items() if v is not ...}
    return parts_of(record, "fi", "a.json")


def test_the_header_says_who_wrote_it():
    """Program, version, format and experiment come first."""
    record = make_record("fi", model={})
    assert json.dumps(record) == (
        f'{{"program": "hhgui", "version": "{hhgui.__version__}", "format": 1, '
        '"experiment": "fi", "model": {}}'
    )
    assert checked(note="fine") == {"model": {}, "note": "fine"}


@pytest.mark.parametrize(
    ("changes", "key", "problem"),
    [
        ({"program": "neuron"}, "program", "hhgui did not write this"),
        ({"program": ...}, "program", "hhgui did not write this"),
        ({"format": 2}, "format", "2 is of a newer hhgui; please update"),
        ({"format": True}, "format", "must be a whole number"),
        ({"format": "1"}, "format", "must be a whole number"),
        ({"format": 0}, "format", "must be a whole number"),
        ({"experiment": "run"}, "experiment", "must be 'fi'"),
        ({"experiment": ["fi"]}, "experiment", "must be 'fi'"),
        ({"version": ...}, "version", "is missing"),
    ],
)
def test_a_foreign_record_is_refused(changes, key, problem):
    """A record of another program, experiment or newer format is refused by key and reason."""
    with pytest.raises(ModelFileError, match=problem) as caught:
        checked(**changes)
    assert caught.value.key == key
