"""How numbers and sentences are written for people."""

import re

# Before a number or an infinity, but not the hyphen of a word or of a file's name.
_HYPHEN_MINUS = re.compile(r"(?<![\w.)])-(?=[\d.]|inf|∞)")


def with_minus(text: str) -> str:
    """Write the minus of every number in ``text`` as the sign that it is: "-65" becomes "−65"."""
    return _HYPHEN_MINUS.sub("−", text)


def sentence(text: str, stop: str = "") -> str:
    """Begin ``text`` with a capital letter and end it with ``stop`` instead of a full stop."""
    return text[:1].upper() + text[1:].rstrip(".") + stop
