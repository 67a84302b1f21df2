"""Numbers as they stand in tables: a decimal point or a decimal comma, and nothing else."""

import re

_NUMBER = re.compile(r"[+-]?(?:\d+[.,]?\d*|[.,]\d+)(?:[eE][+-]?\d+)?", re.ASCII)
_THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2}(?:[.,]\d{3})+", re.ASCII)


def is_number(text: str) -> bool:
    """Whether it is a number with one decimal sign of either kind, or none."""
    return _NUMBER.fullmatch(text.replace("−", "-")) is not None


def may_be_thousands(text: str) -> bool:
    """Whether the sign in it may as well separate thousands: 1,000 but not 0,100."""
    return _THOUSANDS.fullmatch(text) is not None


def number(text: str) -> float:
    """The number; whether it is one was asked before."""
    return float(text.replace(",", ".").replace("−", "-"))
