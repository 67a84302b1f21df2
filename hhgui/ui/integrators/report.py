"""Offer the comparison of integration methods for a report."""

from collections.abc import Sequence

from hhgui.experiments.comparison import Integrators
from hhgui.experiments.contract import Subject
from hhgui.figures.figure import Figure
from hhgui.report.facts import base_of, neuron_facts, stimulus_facts
from hhgui.report.repeat import repeat_measure
from hhgui.report.report import ReportItem, Section, Table
from hhgui.ui.integrators.result import TrialResult
from hhgui.ui.integrators.table import HEADINGS, row_texts


def comparison_item(
    experiment: Integrators, subject: Subject, results: Sequence[TrialResult], figure: Figure | None
) -> ReportItem:
    """Return the entry for a comparison in the list of what can go into a report."""

    def section() -> Section:
        headings = tuple(heading for heading, *_ in HEADINGS)
        table = Table(headings, tuple(map(row_texts, results)), numbers=(1, 3, 4, 5))
        facts = (
            *neuron_facts(subject.membrane, base_of(subject.membrane)),
            *stimulus_facts(subject.stimulus),
            ("Duration", f"{experiment.duration:g} ms"),
            ("Error", "the worst spike time against the adaptive solution, spike by spike"),
        )
        return Section(
            "Integrators compared", facts, () if figure is None else (figure,), (table,),
            repeat=repeat_measure(experiment, subject), neuron=subject.membrane,
        )  # fmt: skip

    return ReportItem("comparison", "Integrators compared", section)
