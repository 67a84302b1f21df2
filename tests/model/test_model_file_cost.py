"""A hostile megabyte costs seconds and some memory, never hours and all of it."""

import subprocess
import sys
from pathlib import Path

import pytest

from hhgui.model.model_file import ModelFileError, parse_membrane

ROOT = Path(__file__).resolve().parents[2]
DEEP = ".".join("a" * 20_000)
COSTLY = {
    "a string that never ends": '"\\' * 499_999,
    "a string of several lines that never ends": '"""' + '\\"' * 499_998,
    "dots": "a." * 499_999 + "a = 1",
    "dots in a table's name": "[" + "a." * 499_999 + "a]",
    "quoted dots": '"a".' * 249_999 + "a = 1",
    "dots with spaces": "a . " * 249_999 + "a = 1",
    "dots in an inline table": "x = {" + DEEP + " = 1}",
    "dots behind a string that ends in a quote of its own": f'x = ["""a"""", {{{DEEP} = "b"}}]',
    "dots behind a literal that does": f"x = ['''a''''', {{{DEEP} = 'b'}}]",
    "many keys of nineteen parts": "".join(f"a{i}{'.b' * 18}=1\n" for i in range(5_000)),
    "many tables": "".join(f"[{i}]\n" for i in range(30_000)),
    "a long word": "a" * 999_999,
    "words": ("a" + " " * 9) * 99_999,
}
READ_ALL = """
import re
from pathlib import Path
from hhgui.model.model_file import ModelFileError, parse_membrane
from tests.model.test_model_file_cost import COSTLY
for text in COSTLY.values():
    try:
        parse_membrane(text)
    except ModelFileError:
        print("refused")
# not getrusage's: that begins with what the process it came from had
print(int(re.search(r"VmHWM:\\s*(\\d+)", Path("/proc/self/status").read_text())[1]) // 1000)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="memory is read from /proc")
def test_no_megabyte_takes_hours_or_all_memory():
    """Unended strings, endless keys, 30,000 tables: each is refused, all in 100 s and 400 MB."""
    process = subprocess.run(
        [sys.executable, "-c", READ_ALL], cwd=ROOT, capture_output=True, text=True, timeout=600,
        check=True,
    )  # fmt: skip
    *answers, megabytes = process.stdout.split()
    assert answers == ["refused"] * len(COSTLY)
    assert int(megabytes) < 400


@pytest.mark.parametrize("name", [name for name in COSTLY if name.startswith("dots")])
def test_endless_keys_are_named_as_such(name):
    """Wherever dots make an endless key, the message says that it is nested too deeply."""
    with pytest.raises(ModelFileError, match="is nested too deeply for a model file"):
        parse_membrane(COSTLY[name])


@pytest.mark.parametrize("text", [f'"{DEEP}"', f"'{DEEP}'", f'"""{DEEP}"""', f"'''\n{DEEP}\n'''"])
def test_dots_in_a_text_are_no_key(text):
    """A note may hold as many dots as it likes."""
    document = f"""
        # {DEEP}
        model = {{ id = "a", name = "a", notes = {text} }}
        membrane.capacitance = 1.0
        [[current]]
        name = "L"
        conductance = 0.3
        reversal = -54.4
    """
    assert DEEP in parse_membrane(document).notes
