"""Offer the gating curves for a report."""

from collections.abc import Callable

from hhgui.figures.figure import Figure
from hhgui.model.membrane import Membrane
from hhgui.model.words import sentence
from hhgui.report.facts import base_of, neuron_facts
from hhgui.report.report import ReportItem, Section


def gating_item(
    figure: Callable[[], Figure | None], membrane: Membrane, compared: Membrane | None,
    temperature: str, chosen: bool,
) -> ReportItem:  # fmt: skip
    """Return the entry "Gating curves of …" for the list of things that can go into a report.

    figure: makes the figure of the gating curves (x∞ and τ of each gate over V) when the report is
    written; if it returns None, the section has no figure. membrane: the neuron whose curves they
    are. compared: the second neuron in the same plots, or None. temperature: the temperature at
    which the curves hold, in words. chosen: whether the entry is ticked at first.
    """

    def section() -> Section:
        drawn = figure()
        facts = [*neuron_facts(membrane, base_of(membrane)), ("Curves", sentence(temperature))]
        if compared is not None:
            facts.append(("Compared with", compared.name))
        return Section(f"Gating: {membrane.name}", tuple(facts),
                       () if drawn is None else (drawn,), neuron=membrane)  # fmt: skip

    return ReportItem("curves", f"Gating curves of {membrane.name}", section, chosen)
