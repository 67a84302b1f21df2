"""Name the columns of a measurement on the axes of its figures."""

from hhgui.experiments.contract import Column


def name_of(column: Column) -> str:
    """Return the name of a column as people read it."""
    return column.label or column.key.replace("_", " ")


def axis_label(column: Column) -> str:
    """Return the name of a column with its unit in parentheses."""
    return with_its_unit(name_of(column), column.unit)


def with_its_unit(name: str, unit: str) -> str:
    """Return a name with its unit in parentheses, or alone if the unit is ""."""
    return f"{name} ({unit})" if unit else name
