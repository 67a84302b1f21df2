"""Offer the phase plane and diagrams for a report, with the table of special points."""

from collections.abc import Sequence
from functools import partial

from hhgui.analysis.equilibrium_curve import CURRENT
from hhgui.experiments.bifurcation import Bifurcation
from hhgui.experiments.bifurcation_curves import BifurcationCurves
from hhgui.experiments.contract import Experiment, Subject
from hhgui.figures.currents import figure_in_unit
from hhgui.figures.figure import Figure
from hhgui.model.current_unit import CurrentUnit
from hhgui.model.stimulus.stimulus import Stimulus
from hhgui.model.words import with_minus
from hhgui.report.facts import base_of, neuron_facts, stimulus_facts
from hhgui.report.repeat import repeat_measure
from hhgui.report.report import ReportItem, Section, Table
from hhgui.ui.dynamics.figure import figure_of_diagram
from hhgui.ui.dynamics.kept import Data
from hhgui.ui.dynamics.trajectories import LEVELS, LONGEST_MS
from hhgui.ui.widgets.kept_list import Kept


def experiment_of(data: Data) -> Experiment:
    """Return the experiment of the Measure tab and the command line that gives the same diagram."""
    question, (across, up) = data.question, data.frame
    if up is None:
        return Bifurcation(question.path, *across, LONGEST_MS)
    span = up if question.path == CURRENT else across
    return BifurcationCurves(question.beside, *span, LEVELS)


def dynamics_items(
    plane: Figure | None, diagram: Figure | None, data: Data | None, kept: Sequence[Kept],
    of: str, unit: CurrentUnit,
) -> list[ReportItem]:  # fmt: skip
    """Return the entries: the phase plane (not ticked at first), the diagram and the kept ones.

    diagram: the figure of ``data`` and of what is drawn behind it. kept: the kept diagrams. of:
    what is drawn: "V", "rate" or "period". unit: in which currents are shown.
    """
    items = []
    if plane is not None:
        section = Section("Phase plane", figures=(figure_in_unit(plane, unit),))
        items.append(ReportItem("plane", "Phase plane", lambda: section, chosen=False))
    if data is not None and diagram is not None:
        title = _title(data, data.question.membrane.name)
        make = partial(_section, title, data, diagram, unit)
        items.append(ReportItem("diagram", title, make, chosen=bool(kept)))
    for place, each in enumerate(kept):
        title = _title(each.run, each.name)
        figure = figure_of_diagram(title, each.run.picture(of))
        make = partial(_section, title, each.run, figure, unit)
        items.append(ReportItem(f"kept.{place}", f"{title} (kept)", make))
    return items


def _title(data: Data, name: str) -> str:
    what = "Hopf and fold curves" if data.question.second else "Bifurcation diagram"
    return f"{what}: {name}"


def _section(title: str, data: Data, figure: Figure, unit: CurrentUnit) -> Section:
    question, table = data.question, data.rows(unit)
    holds = CURRENT not in question.paths
    subject = Subject(question.membrane, Stimulus(holding=question.current if holds else 0.0))
    rows = tuple((first, *map(with_minus, numbers)) for first, *numbers in table.rows)
    numbers = tuple(range(1, len(table.headings)))
    facts = neuron_facts(question.membrane, base_of(question.membrane))
    return Section(
        title,
        (*facts, *(stimulus_facts(subject.stimulus, unit) if holds else ())),
        (figure_in_unit(figure, unit),),
        (Table(table.headings, rows, "Special points", numbers),) if rows else (),
        tuple(filter(None, (data.words(unit),))),
        repeat_measure(experiment_of(data), subject),
        question.membrane,
    )
