"""Numbers and sentences as people read them."""

import pytest

from hhgui.model.words import distinct, sentence, with_minus


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("-65 mV", "−65 mV"),
        ("from -5 to -0.5", "from −5 to −0.5"),
        ("(-1e-3)", "(−1e-3)"),
        ("-inf", "−inf"),
        ("well-known", "well-known"),
        ("run-2.csv", "run-2.csv"),
        ("2026-11-29", "2026-11-29"),
        ("·-3", "·−3"),
    ],
)
def test_only_the_minus_of_a_number_is_a_minus(text, written):
    """Hyphens of words, file names and dates, and exponents, stay as they are."""
    assert with_minus(text) == written


@pytest.mark.parametrize(
    ("text", "stop", "written"),
    [
        ("the run stopped.", "", "The run stopped"),
        ("the run stopped", ".", "The run stopped."),
        ("ḡNa is too large.", ".", "ḠNa is too large."),
        ("", "", ""),
    ],
)
def test_a_sentence_begins_with_a_capital_letter(text, stop, written):
    """The full stop is left out, or set where it is asked for."""
    assert sentence(text, stop) == written


@pytest.mark.parametrize(
    ("taken", "expected"),
    [((), "a"), (("b",), "a"), (("a",), "a (2)"), (("a", "a (2)"), "a (3)")],
)
def test_a_name_that_is_taken_is_numbered(taken, expected):
    """The first number that is free is taken, from 2 on."""
    assert distinct("a", taken, "{} ({})") == expected
