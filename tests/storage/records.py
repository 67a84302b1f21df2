"""What tests of the JSON beside a table share: a refused record, and one damaged at random."""

import json
from copy import deepcopy

import pytest
from hypothesis import strategies as st

from hhgui.model.model_file import ModelFileError
from tests.trees import places

ODD = st.sampled_from(
    [None, True, 0, -1, 2**70, 1e308, 1e-308, -1e308, "", "1,5", "NaN", [], {}, [[]], [{}], "m",
     "V", "\udfff", 10**299, {"form": []}, {"form": "constant", "rate": 1e308}, "exponential",
     {"kind": []}, {"kind": "file", "times": "", "values": {}}]
)  # fmt: skip


def written_beside(path, record):
    """Write a record beside the table of this path and return where it is."""
    target = path.with_suffix(".json")
    target.write_text(json.dumps(record), "utf-8")
    return target


def refusal(read, path, record):
    """The key and the words with which ``read`` refuses a record beside the table."""
    target = written_beside(path, record)
    with pytest.raises(ModelFileError) as caught:
        read(target)
    assert str(caught.value).startswith(f"{target.name}: ")
    return caught.value.key, str(caught.value)


@st.composite
def damaged(draw, record):
    """A copy of a record, with up to three values replaced or removed anywhere in it."""
    copy = deepcopy(record)
    for _ in range(draw(st.integers(1, 3))):
        *way, last = draw(st.sampled_from(list(places(copy))))
        inner = copy
        for key in way:
            inner = inner[key]
        if isinstance(inner, dict) and draw(st.booleans()):
            del inner[last]
        else:
            inner[last] = deepcopy(draw(ODD))
        if not copy:
            break
    return copy
