"""Model, session and stimulus files of every kind: loaded or refused, and nothing else happens.

HHGUI_EXAMPLES sets how many files hypothesis makes in all, others in each run.
"""

import json
import os
import socket
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hhgui.storage.currents.text import MOST_BYTES
from tests.robust.files import FORMATS, HOLES, VALUES, counted, outcome, whole_files

EXAMPLES = int(os.environ.get("HHGUI_EXAMPLES", "270"))
formats = pytest.mark.parametrize("kind", FORMATS)
many = settings(max_examples=max(1, EXAMPLES // 9), database=None)


@pytest.fixture(scope="module")
def tally(request):
    """How many files of each kind were loaded and refused; said at the end."""
    tally = Counter()
    yield tally
    summary = ", ".join(f"{kind} {result} {n}" for (kind, result), n in sorted(tally.items()))
    with request.config.pluginmanager.getplugin("capturemanager").global_and_fixture_disabled():
        print(f"\n{tally.total()} files: {summary}")


@pytest.fixture
def path(tmp_path, kind):
    """A file of this kind, alone in its folder, and everything it needs imported."""
    path = tmp_path / ("bad" + FORMATS[kind].ending)
    path.write_text(FORMATS[kind].good, encoding="utf-8")
    FORMATS[kind].read(path)
    return path


@formats
def test_a_good_file_is_loaded(path, kind):
    """What the tests below break is whole before, and reading it opens nothing else."""
    assert outcome(FORMATS[kind], path) == "loaded"


@formats
def test_files_that_are_something_else(path, kind, tally):
    """Other encodings, halves, zeros, a megabyte of quotes, pictures, programs: one message."""
    form = FORMATS[kind]
    found = {name: counted(tally, kind, form, path, raw) for name, raw in whole_files(form).items()}
    loaded = {name for name, result in found.items() if result == "loaded"}
    assert {"as it should be", "byte order mark", "Windows line ends"} <= loaded
    assert not loaded & {"empty", "NUL", "picture", "pickle", "code", "web page"}
    assert ("UTF-16" in loaded) == (kind == "stimulus")  # spreadsheets write tables in it


@formats
def test_every_wrong_value_in_every_place(path, kind, tally):
    """NaN, 1e999, 5,000 digits, 200,000 brackets, a megabyte of text: wherever it stands."""
    holes = HOLES[kind] if EXAMPLES > 1000 else HOLES[kind][::6]
    for hole in holes:
        for value in VALUES:
            counted(tally, kind, FORMATS[kind], path, hole.replace("@", value).encode())


LIMITS = {
    "model": (1_000_000, b"#"), "session": (16_000_000, b" "),
    "stimulus": (MOST_BYTES, b"\n"),
}  # fmt: skip


@formats
def test_a_file_over_its_limit_is_refused(path, kind):
    """One byte more than is allowed is refused by its size, however good the file is."""
    limit, filling = LIMITS[kind]
    raw = FORMATS[kind].good.encode() + b"\n"
    path.write_bytes(raw.ljust(limit + 1, filling))
    with pytest.raises(FORMATS[kind].refuses, match="is larger than"):
        FORMATS[kind].read(path)
    if kind != "stimulus":  # millions of empty lines take their time
        path.write_bytes(raw.ljust(limit, filling))
        assert outcome(FORMATS[kind], path) == "loaded"


@many
@given(cuts=st.lists(
    st.tuples(st.floats(0, 1), st.integers(0, 40), st.text(max_size=12) | st.sampled_from(VALUES)),
    min_size=1, max_size=4,
))  # fmt: skip
@formats
def test_a_damaged_file(path, kind, tally, cuts):
    """A good file, cut and overwritten at some places."""
    text = FORMATS[kind].good
    for place, length, insert in cuts:
        at = int(place * len(text))
        text = text[:at] + insert + text[at + length :]
    counted(tally, kind, FORMATS[kind], path, text.encode("utf-8", "surrogatepass"))


@many
@given(raw=st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
@formats
def test_any_bytes(path, kind, tally, raw):
    """A file of random bytes is read or refused and never raises anything else."""
    counted(tally, kind, FORMATS[kind], path, raw)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9)
    | st.sampled_from(["euler", "file", "step", 10**300, -1, 0.5, 1e308, 5e-324]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=6,
)  # fmt: skip


def places(node, way=()):
    """The ways to every value of a document."""
    for key, value in node.items() if isinstance(node, dict) else enumerate(node):
        yield (*way, key)
        if isinstance(value, dict | list):
            yield from places(value, (*way, key))


FULL = json.loads(FORMATS["session"].good)
PLACES = sorted(places(FULL), key=str)


@many
@given(way=st.sampled_from(PLACES), value=JSON, mode=st.sampled_from(["put", "drop", "add"]))
@pytest.mark.parametrize("kind", ["session"])
def test_a_session_with_one_wrong_value(path, kind, tally, way, value, mode):
    """Any value of JSON's in the place of any other, one missing, one too many."""
    document = json.loads(FORMATS["session"].good)
    inner = document
    for key in way[:-1]:
        inner = inner[key]
    if mode == "drop":
        del inner[way[-1]]
    elif mode == "add" and isinstance(inner, dict):
        inner[f"{way[-1]}_"] = value
    else:
        inner[way[-1]] = value
    counted(tally, kind, FORMATS[kind], path, json.dumps(document).encode())


FIELD = st.one_of(
    st.floats().map(repr), st.integers().map(str), st.text(max_size=8), st.sampled_from(VALUES[:25])
)


@settings(many, max_examples=max(1, EXAMPLES // 4))
@given(rows=st.lists(st.lists(FIELD, max_size=3), max_size=12), rising=st.booleans())
@pytest.mark.parametrize("kind", ["stimulus"])
def test_a_table_of_anything(path, kind, tally, rows, rising):
    """Rows of numbers and of what is none; rising times give a current where the rest is right."""
    lines = [",".join([str(n)] * rising + row) for n, row in enumerate(rows)]
    text = "\n".join(lines).encode("utf-8", "surrogatepass")
    counted(tally, kind, FORMATS[kind], path, text)


DEEDS = {
    "another file": lambda path: (path.parent / "bad.txt").touch(),
    "writing": lambda path: path.open("a").close(),
    "a process": lambda path: os.system("true"),
    "a socket": lambda path: socket.socket().close(),
    "code": lambda path: exec("1"),
}


@pytest.mark.parametrize("deed", DEEDS)
@pytest.mark.parametrize("kind", ["stimulus"])
def test_the_watch_sees(path, kind, deed):
    """A reader that opens, writes, starts or runs something else would be found out."""
    form = FORMATS[kind]

    def read(path):
        DEEDS[deed](path)
        return form.read(path)

    with pytest.raises(AssertionError):
        outcome(replace(form, read=read), path)
