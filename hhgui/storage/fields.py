"""Values of a parsed JSON file, each checked for its type; ModelError names the key."""

from typing import Any

from hhgui.model.parameter import ModelError


def items_of(table: dict[str, Any], key: str) -> list[Any]:
    """The list under ``key``."""
    value = table.get(key)
    if not isinstance(value, list):
        raise ModelError(key, f"{key} must be a list")
    return value


def text_of(table: dict[str, Any], key: str) -> str:
    """The text under ``key``."""
    value = table.get(key)
    if not isinstance(value, str):
        raise ModelError(key, f"{key} must be text")
    return value


def flag_of(table: dict[str, Any], key: str) -> bool:
    """The truth value under ``key``."""
    value = table.get(key)
    if not isinstance(value, bool):
        raise ModelError(key, f"{key} must be true or false")
    return value


def number(key: str, value: object) -> float:
    """A number; JSON has only finite ones."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ModelError(key, f"{key} must be a number")
    return float(value)


def whole(key: str, value: object, most: int = 2**53) -> int:
    """A whole number from 0 to ``most``."""
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= most:
        raise ModelError(key, f"{key} must be a whole number from 0 to {most}")
    return value
