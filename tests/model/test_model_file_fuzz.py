"""Whatever is done to a model file, it gives a membrane or one ModelFileError, nothing else."""

from datetime import date, time

import pytest
import tomli_w
from hypothesis import example, given, settings
from hypothesis import strategies as st

from hhgui.model.library import models_dir
from hhgui.model.membrane import Membrane
from hhgui.model.model_file import (
    ModelFileError,
    load_membrane,
    membrane_from_dict,
    membrane_to_dict,
    parse_membrane,
)
from tests.model.messages import check_message
from tests.trees import places

TEXT = (models_dir() / "squid-1952.toml").read_text(encoding="utf-8")


# What a mistaken or malicious file may hold anywhere.
scalars = (
    st.integers(-3, 9) | st.integers() | st.floats() | st.booleans() | st.text(max_size=9)
    | st.sampled_from([10**400, -(10**400), 5e-324, 1e308, "sigmoid", "uS/cm2", date(2020, 1, 1),
                       time(1, 2)])
)  # fmt: skip
values = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3)
    ),
    max_leaves=5,
)


def changed(document, path, value, mode):
    """The document with one value replaced, removed, or one more beside it."""
    key, rest = path[0], path[1:]
    copy = dict(document) if isinstance(document, dict) else list(document)
    if rest:
        copy[key] = changed(copy[key], rest, value, mode)
    elif mode == "remove":
        del copy[key]
    elif mode == "add" and isinstance(copy, dict):
        copy[f"{key}_"] = value
    else:
        copy[key] = value
    return copy


GOOD = membrane_to_dict(parse_membrane(TEXT)) | {"units": {"capacitance": "uF/cm2"}}
PLACES = sorted(places(GOOD), key=str)


@settings(max_examples=120)
@given(st.sampled_from(PLACES), values, st.sampled_from(["replace", "remove", "add"]))
def test_one_wrong_value_anywhere_gives_a_membrane_or_a_refusal(path, value, mode):
    """Any value at any place of a document gives a membrane or a ModelFileError."""
    document = changed(GOOD, path, value, mode)
    for load, source in ((membrane_from_dict, document), (parse_membrane, tomli_w.dumps(document))):
        try:
            assert isinstance(load(source, "bad.toml"), Membrane)
        except ModelFileError as error:
            check_message(error)


@settings(max_examples=120)
@given(st.lists(st.tuples(st.integers(0, len(TEXT)), st.integers(0, 40), st.text(max_size=20)),
                min_size=1, max_size=4))  # fmt: skip
def test_a_damaged_text_gives_a_membrane_or_a_refusal(cuts):
    """However a file is cut and overwritten, no other exception leaves the loader."""
    text = TEXT
    for at, length, insert in cuts:
        text = text[:at] + insert + text[at + length :]
    try:
        assert isinstance(parse_membrane(text, "bad.toml"), Membrane)
    except ModelFileError as error:
        check_message(error)


@settings(max_examples=100)
@given(st.binary(max_size=200))
@example(b"\xff\xfe")
@example(b"\xef\xbb\xbf")
def test_any_bytes_are_refused(tmp_path_factory, raw):
    """A file of random bytes gives a message and never anything else."""
    file = tmp_path_factory.getbasetemp() / "bad.toml"
    file.write_bytes(raw)
    with pytest.raises(ModelFileError) as caught:
        load_membrane(file)
    check_message(caught.value)
