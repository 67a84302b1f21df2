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
    """Return the curves as an item. temperature: The temperature at which they hold, in words."""

    def section() -> Section:
        drawn = figure()
        facts = [*neuron_facts(membrane, base_of(membrane)), ("Curves", sentence(temperature))]
        if compared is not None:
            facts.append(("Compared with", compared.name))
        return Section(f"Gating: {membrane.name}", tuple(facts),
                       () if drawn is None else (drawn,), neuron=membrane)  # fmt: skip

    return ReportItem("curves", f"Gating curves of {membrane.name}", section, chosen)
