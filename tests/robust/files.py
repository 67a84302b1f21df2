"""The files that people and worse give to the program, and what reading them does. Not a test."""

import codecs
import importlib
import json
import sys
import threading
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import tomli_w

from hhgui.document.session import Session
from hhgui.model.library import models_dir
from hhgui.model.membrane import Membrane
from hhgui.model.model_file import ModelFileError, load_membrane, membrane_to_dict
from hhgui.model.parameter import ModelError
from hhgui.storage.currents.current_file import CurrentFile, read_current
from hhgui.storage.session import load_session, session_to_record
from tests.storage.sessions import full_session, plain_session

LONGEST_MESSAGE = 1000


@dataclass(frozen=True)
class Format:
    """A kind of file: its ending, its reader, what that gives, what it refuses with, a good one."""

    ending: str
    read: object
    gives: type
    refuses: type
    good: str


def _plain_record():
    """A session's record that is small, so that a change hits something."""
    return session_to_record(full_session(3, 5))


FORMATS = {
    "model": Format(
        ".toml", load_membrane, Membrane, ModelFileError,
        (models_dir() / "squid-1952.toml").read_text(encoding="utf-8"),
    ),
    "session": Format(
        ".hh.json", load_session, Session, ModelFileError,
        json.dumps(_plain_record(), ensure_ascii=False, indent=1),
    ),
    "stimulus": Format(
        ".csv", read_current, CurrentFile, ModelError,
        "time_ms,I\n" + "".join(f"{0.1 * row},{row % 7}.5\n" for row in range(40)),
    ),
}  # fmt: skip
MODEL = membrane_to_dict(load_membrane(models_dir() / "squid-dayan-abbott.toml"))
SESSION = session_to_record(plain_session())
CODE = "__import__('os').system('touch run')"

# Values as they stand in a file, right and wrong.
NUMBERS = (
    "nan", "NaN", "+inf", "-Infinity", "1e999", "-1e999", "1e308", "1e-320", "0", "-0.0", "007",
    "9" * 5000, "-" + "9" * 300, "0x" + "f" * 5000, "1" + "0" * 400, "1_000", "1,5",
    "1." + "3" * 5000, "٣", "½", "true", "null", "1e", "--1", "1d0",
)  # fmt: skip
TEXTS = (
    '""', '"x"', f'"{"x" * 1_000_000}"', f'"{CODE}"', '"\\u0000"', '"\\ud800"', '"a\\nb"',
    '"{0.__class__}"', '"%s%n"', '"../../etc/passwd"', '"$(touch run)"', "'x'", '"\0"', '"',
)  # fmt: skip
NESTS = (
    "[" * 200_000, "[" * 200_000 + "]" * 200_000, '{"a":' * 200_000, "{a=" * 200_000,
    "[]", "{}", "[[]]", '{"a":1,"a":2}', "{a=1,a=2}", "[1,]", "[null]", ".".join("a" * 5000),
)  # fmt: skip
VALUES = NUMBERS + TEXTS + NESTS


def whole_files(form):
    """Files that are wrong as a whole, by the kind of error."""
    good = form.good.encode()
    return {
        "as it should be": good,
        "empty": b"",
        "byte order mark": b"\xef\xbb\xbf" + good,
        "two byte order marks": b"\xef\xbb\xbf" * 2 + good,
        "UTF-16": form.good.encode("utf-16"),
        "UTF-32": form.good.encode("utf-32"),
        "Latin-1": form.good.encode("latin-1", "replace") + b"\xe9",
        "NUL": b"\0" * 1000,
        "NUL at the end": good + b"\0",
        "half": good[: len(good) // 2],
        "twice": good + good,
        "Windows line ends": good.replace(b"\n", b"\r\n"),
        "old Mac line ends": good.replace(b"\n", b"\r"),
        "a megabyte of spaces": b" " * 999_999,
        "a megabyte of quotes": b'"\\' * 499_999,
        "a megabyte of commas": b"," * 999_999,
        "one line": good.replace(b"\n", b" "),
        "picture": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
        "zip": b"PK\x03\x04" + b"\0" * 100,
        "pickle": b"cos\nsystem\n(S'touch run'\ntR.",
        "web page": b"<!doctype html><html><body>404</body></html>",
        "code": CODE.encode(),
        "yaml": b"!!python/object/apply:os.system ['touch run']",
        "cells": b'=cmd|"/c calc"!A1,1\n1,2\n',
    }


# Where a value of VALUES stands.
HOLES = {
    "model": [
        tomli_w.dumps(MODEL).replace(f"{key} = {value}", f"{key} = @", 1)
        for key, value in (
            ("capacitance", 1.0), ("conductance", 120.0), ("power", 3), ("name", '"Na"'),
            ("id", '"squid-dayan-abbott"'), ("form", '"exp_linear"'), ("scale", 10.0),
        )
    ] + ["@", "x = @", "[@]", "[[@]]", "@ = 1"],
    "session": [
        json.dumps(SESSION | {key: "@@"}).replace('"@@"', "@") for key in SESSION
    ] + [
        json.dumps(SESSION | {"document": SESSION["document"] | {key: "@@"}}).replace('"@@"', "@")
        for key in SESSION["document"]
    ] + [
        json.dumps(SESSION | {"view": SESSION["view"] | {key: "@@"}}).replace('"@@"', "@")
        for key in SESSION["view"]
    ] + ["@", '{"program": @}', "{@: 1}"],
    "stimulus": [
        "@", "@,1\n1,2\n", "0,@\n1,2\n", "0,1\n@,2\n", "t,I\n0,1\n1,2\n2,@\n", "0,1\n1,2,@\n",
    ],
}  # fmt: skip


# Events of looking at objects of this process: a list that is shown asks for its id, and hypothesis
# traces a test that it repeats.
LOOKS = ("builtins.id", "object.__getattr__")


class Watch:
    """What Python does besides computing while ``on``, in this thread: the audit events.

    A hook can't be taken off again, so there is one for all tests.
    """

    def __init__(self):
        self.file, self.thread, self.events = None, None, []
        sys.addaudithook(self._hear)

    def _hear(self, event, arguments):
        if self.thread != threading.get_ident():
            return
        if event in LOOKS:
            return
        if event == "open" and arguments[0] == str(self.file) and arguments[1] in ("r", "rb"):
            return
        self.events.append((event, *map(str, arguments[:2])))


WATCH = Watch()
# What a first reading imports is none of its file's doing: codecs, NumPy's masked arrays, kernels.
for _codec in ("utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252", "latin-1"):
    codecs.lookup(_codec)
importlib.import_module("numpy.ma")
importlib.import_module("hhgui.engine.loop")


def outcome(form, path: Path):
    """Read a file: "loaded", "refused" — and nothing else may happen, as the asserts say."""
    WATCH.file, WATCH.events, WATCH.thread = path, [], threading.get_ident()
    try:
        value = form.read(path)
    except form.refuses as error:
        WATCH.thread = None
        said = str(error)
        assert len(said) < LONGEST_MESSAGE, said[:200]
        assert "\n" not in said
        result = "refused"
    else:
        WATCH.thread = None
        assert isinstance(value, form.gives)
        result = "loaded"
    finally:
        WATCH.thread = None
    assert not WATCH.events, WATCH.events[:5]
    return result


def counted(tally: Counter, name, form, path, raw):
    """Write a file, read it, count what came of it, and see that the file is as it was."""
    path.write_bytes(raw)
    result = outcome(form, path)
    tally[name, result] += 1
    assert path.read_bytes() == raw
    assert [entry.name for entry in path.parent.iterdir()] == [path.name]
    return result
