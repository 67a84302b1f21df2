"""One description of a parameter: what it allows, and how it says so."""

import math

import pytest

from hhgui.model.membrane import MEMBRANE_PARAMETERS
from hhgui.model.parameter import (
    CURRENT_PARAMETERS,
    INITIAL,
    ModelError,
    Parameter,
)

OPEN = Parameter("x", "x", "width", "ms", 0.0, 5.0, 1.0, 2, "", above_minimum=True)
CLOSED = Parameter("x", "x", "level", "", -2.0, 5.0, 1.0, 2, "")
WHOLE = Parameter("n", "n", "count", "", 1, 9, 1, 0, "", whole=True)
ALL = (*MEMBRANE_PARAMETERS, *CURRENT_PARAMETERS, INITIAL)


@pytest.mark.parametrize(
    ("parameter", "value"), [(OPEN, 5), (OPEN, 5e-324), (CLOSED, -2), (CLOSED, 5), (WHOLE, 9.0)]
)
def test_the_ends_of_the_range_are_allowed(parameter, value):
    """A range includes its ends, an open one all but its minimum; the answer is of its type."""
    assert parameter.check(value) == value
    assert type(parameter.check(value)) is (int if parameter.whole else float)


@pytest.mark.parametrize(
    ("parameter", "value"),
    [(OPEN, 0.0), (OPEN, 5.1), (CLOSED, -2.1), (CLOSED, math.nan), (CLOSED, math.inf),
     (CLOSED, -math.inf), pytest.param(CLOSED, 10**400, id="huge"), (WHOLE, 0), (WHOLE, 2.5)],
)  # fmt: skip
def test_what_is_out_of_range_is_refused(parameter, value):
    """The error names the key, the label and what is allowed."""
    with pytest.raises(ModelError) as caught:
        parameter.check(value, "Na")
    assert caught.value.key == parameter.key
    assert str(caught.value).startswith(f"Na {parameter.label} must be {parameter.allowed}, not ")


@pytest.mark.parametrize("value", ["3", None, True, [3], {}, 3j])
def test_what_is_no_number_is_refused(value):
    """A boolean is no number here, nor is text that looks like one."""
    with pytest.raises(ModelError, match=r"^level must be a number, from -2 to 5$"):
        CLOSED.check(value)


def test_the_range_in_words():
    """Open, closed and whole ranges have words: "above 0 and at most 5 ms"."""
    assert OPEN.allowed == "above 0 and at most 5 ms"
    assert CLOSED.allowed == "from -2 to 5"
    assert WHOLE.allowed == "a whole number from 1 to 9"


@pytest.mark.parametrize("parameter", ALL, ids=lambda p: p.key)
def test_a_parameter_is_described_whole(parameter):
    """A parameter has all that a spin box, a file and a help text are made from."""
    assert parameter.key.isascii()
    assert parameter.key.isidentifier()
    assert parameter.minimum < parameter.maximum
    assert parameter.step > 0
    assert parameter.label
    assert parameter.help.endswith(".")
