"""Convert a figure to the unit in which its currents are shown."""

from dataclasses import replace

from hhgui.figures.figure import (
    Contour,
    Figure,
    FigureCurve,
    FigureImage,
    FigureMark,
    FigurePanel,
    unit_of,
)
from hhgui.model.current_unit import DENSITY, CurrentUnit

Range = tuple[float, float]


def figure_in_unit(figure: Figure, unit: CurrentUnit) -> Figure:
    """Return a copy of the figure with all its currents, and charges, converted to ``unit``.

    This converts the data, the ranges of the axes and the marked points, and the numbers and units
    in titles, labels, curve names and the headers of CSV columns. ``figure`` itself, whose currents
    are densities (µA/cm²), is not changed.
    """
    if unit == DENSITY:
        return figure
    across = unit.factor_of(unit_of(figure.x_label))
    return replace(
        figure,
        title=unit.sentence(figure.title),
        panels=tuple(_panel(panel, across, unit) for panel in figure.panels),
        x_label=unit.sentence(figure.x_label),
        x_range=_range(figure.x_range, across),
        x_column=unit.header(figure.x_column),
    )


def _panel(panel: FigurePanel, across: float, unit: CurrentUnit) -> FigurePanel:
    up = unit.factor_of(unit_of(panel.y_label))
    return replace(
        panel,
        y_label=unit.sentence(panel.y_label),
        y_range=_range(panel.y_range, up),
        curves=tuple(_curve(curve, across, up, unit) for curve in panel.curves),
        marks=tuple(_mark(mark, across, up, unit) for mark in panel.marks),
        image=None if panel.image is None else _image(panel.image, across, up, unit),
        note=unit.sentence(panel.note),
    )


def _curve(curve: FigureCurve, across: float, up: float, unit: CurrentUnit) -> FigureCurve:
    return replace(
        curve, name=unit.sentence(curve.name), x=across * curve.x, y=up * curve.y,
        column=unit.header(curve.column),
    )  # fmt: skip


def _mark(mark: FigureMark, across: float, up: float, unit: CurrentUnit) -> FigureMark:
    at = tuple((across * x, up * y) for x, y in mark.at)
    return replace(mark, at=at, text=unit.sentence(mark.text), short=unit.sentence(mark.short))


def _image(image: FigureImage, across: float, up: float, unit: CurrentUnit) -> FigureImage:
    by = unit.factor_of(unit_of(image.label))
    contours = tuple(Contour(by * c.value, across * c.x, up * c.y) for c in image.contours)
    return FigureImage(
        across * image.x, up * image.y, by * image.values, unit.sentence(image.label), contours
    )


def _range(ends: Range, factor: float) -> Range:
    return factor * ends[0], factor * ends[1]
