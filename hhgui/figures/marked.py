"""Write the annotations of an action potential as labels, and as marks of a figure."""

import math
from collections.abc import Sequence

from hhgui.experiments.marked import Annotation, Point
from hhgui.figures.figure import FigureMark
from hhgui.model.current_unit import DENSITY, CurrentUnit
from hhgui.model.words import with_minus

_DIGITS = {"mV": 2, "ms": 3, "mV/ms": 1, "µA/cm²": 3}


def value_text(mark: Annotation, currents: CurrentUnit = DENSITY) -> str:
    """Return the value of an annotation with its unit; a dash if it could not be measured.

    currents: the unit in which currents are shown.
    """
    if mark.value is None:
        return "–"
    factor, unit = currents.factor_of(mark.unit), currents.unit(mark.unit)
    digits = max(_DIGITS.get(mark.unit, 3) - round(math.log10(factor)), 0)
    return with_minus(f"{factor * mark.value:.{digits}f} {unit}").rstrip()


def label_texts(
    marks: Sequence[Annotation], currents: CurrentUnit = DENSITY
) -> tuple[dict[tuple[Point, ...], str], dict[tuple[Point, ...], str]]:
    """Return the labels of annotations by their places: first with values, then names only.

    Annotations at the same place share a label; those without a place have none.
    """
    texts: dict[tuple[Point, ...], str] = {}
    names: dict[tuple[Point, ...], str] = {}
    for mark in marks:
        if mark.at:
            text = f"{mark.label} {value_text(mark, currents)}"
            texts[mark.at] = " · ".join(filter(None, (texts.get(mark.at), text)))
            names.setdefault(mark.at, mark.label)
    return texts, names


def figure_marks(marks: Sequence[Annotation], color: str) -> tuple[FigureMark, ...]:
    """Return the annotations that have a place as marks for a figure of V over time."""
    texts, names = label_texts(marks)
    return tuple(
        FigureMark("point" if len(at) == 1 else "span", at, text, color, names[at])
        for at, text in texts.items()
    )
