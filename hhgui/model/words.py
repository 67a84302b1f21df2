"""Format numbers and sentences for the user."""

import re
from collections.abc import Container

# Before a number or an infinity, but not the hyphen of a word or of a file's name.
_HYPHEN_MINUS = re.compile(r"(?<![\w.)])-(?=[\d.]|inf|∞)")


def with_minus(text: str) -> str:
    """Return ``text`` with a typographic minus before numbers: "-65" becomes "−65"."""
    return _HYPHEN_MINUS.sub("−", text)


def counted(number: int, noun: str) -> str:
    """Return a number with its noun: "1 spike", "2 spikes"."""
    return f"{number} {noun}{'s' * (number != 1)}"


def distinct(name: str, taken: Container[str], form: str) -> str:
    """Return ``name`` if it is not in ``taken``, else the first free numbered form of it, from 2.

    form: how the number is added, such as "{} ({})".
    """
    number, found = 2, name
    while found in taken:
        found, number = form.format(name, number), number + 1
    return found


def sentence(text: str, stop: str = "") -> str:
    """Return ``text`` with a capital first letter, and ``stop`` instead of a final full stop."""
    return text[:1].upper() + text[1:].rstrip(".") + stop


def id_from_name(name: str) -> str:
    """Return an id made of the letters and digits of a name; "" if there are none."""
    return re.sub(r"[^a-z0-9._-]+", "-", name.lower()).strip("-._")[:64]
