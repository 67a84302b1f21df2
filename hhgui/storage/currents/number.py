"""Parse numbers in tables, with a decimal point or a decimal comma."""

import re

_NUMBER = re.compile(r"[+-]?(?:\d+[.,]?\d*|[.,]\d+)(?:[eE][+-]?\d+)?", re.ASCII)
_THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2}(?:[.,]\d{3})+", re.ASCII)


def is_number(text: str) -> bool:
    """Return whether ``text`` is a number, with at most one decimal sign, point or comma."""
    return _NUMBER.fullmatch(text.replace("−", "-")) is not None


def may_be_thousands(text: str) -> bool:
    """Return whether its sign may also separate thousands, as in 1,000 but not in 0,100."""
    return _THOUSANDS.fullmatch(text) is not None


def number(text: str) -> float:
    """Return the number in ``text``; ``is_number(text)`` must be true."""
    return float(text.replace(",", ".").replace("−", "-"))
