"""Offer f–I curves for a report."""

from collections.abc import Sequence
from functools import partial

from hhgui.document.fi_curve import FiCurve
from hhgui.figures.currents import figure_in_unit
from hhgui.figures.figure import Figure
from hhgui.model.current_unit import CurrentUnit
from hhgui.model.words import counted, with_minus
from hhgui.report.facts import base_of, method_facts, neuron_facts
from hhgui.report.repeat import repeat_fi
from hhgui.report.report import ReportItem, Section, Table, thinned
from hhgui.ui.fi.figure import figure_of_fi


def fi_items(
    curves: Sequence[FiCurve], figure: Figure | None, shows_rate: bool, unit: CurrentUnit
) -> list[ReportItem]:
    """Return the entries for a report: each curve, and if there are several all in one plot.

    figure: the plot of all curves, or None. shows_rate: whether rates are drawn, or numbers of
    spikes. unit: in which currents are shown.
    """
    items = [
        ReportItem(f"curve.{place}", f"f–I curve: {curve.name}",
                   partial(_section, curve, shows_rate, unit))
        for place, curve in enumerate(curves)
    ]  # fmt: skip
    if len(curves) > 1 and figure is not None:
        title = f"{counted(len(curves), 'f–I curve')} in one plot"
        together = Section(title, figures=(figure_in_unit(figure, unit),))
        items.insert(0, ReportItem("all", title, lambda: together))
    return items


def _section(curve: FiCurve, shows_rate: bool, unit: CurrentUnit) -> Section:
    figure, protocol = figure_of_fi([curve], shows_rate), curve.protocol
    factor = unit.factor_of("µA/cm²")
    rows, left_out = thinned(tuple(
        (f"{factor * p.current:.6g}", str(p.count), "–" if p.problem else f"{p.rate:.3f}",
         "–" if p.latency is None else f"{p.latency:.3f}")
        for p in curve.points
    ))  # fmt: skip
    head = (f"I ({unit.unit('µA/cm²')})", "Spikes", "Rate (Hz)", "First spike after (ms)")
    step = unit.sentence(f"{protocol.points} from {protocol.first:g} to {protocol.last:g} µA/cm²")
    facts = (
        *neuron_facts(curve.membrane, base_of(curve.membrane)),
        ("Current steps", with_minus(
            f"{step}, on {protocol.on:g} to {protocol.off:g} ms of {protocol.duration:g} ms")),
        *method_facts(protocol),
    )  # fmt: skip
    incomplete = "" if curve.complete else f"{len(curve.points)} of {protocol.points} points"
    return Section(
        f"f–I curve: {curve.name}",
        facts,
        () if figure is None else (figure_in_unit(figure, unit),),
        (Table(head, tuple(tuple(map(with_minus, row)) for row in rows), numbers=(0, 1, 2, 3)),),
        tuple(filter(None, (incomplete, curve.inaccuracy and f"inaccurate: {curve.inaccuracy}",
                            left_out))),
        repeat_fi(curve.membrane, protocol),
        curve.membrane,
    )  # fmt: skip
