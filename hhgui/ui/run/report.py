"""Offer runs for a report, with the measurements of the action potential."""

from collections.abc import Callable, Sequence
from functools import partial

from hhgui.document.differences import differences
from hhgui.document.setup import Setup
from hhgui.experiments.marked import MarkedPotential
from hhgui.experiments.single_run import SingleRun
from hhgui.figures.currents import figure_in_unit
from hhgui.figures.marked import value_text
from hhgui.model.current_unit import CurrentUnit
from hhgui.model.words import counted, sentence
from hhgui.report.facts import method_facts, run_facts, spikes_text
from hhgui.report.repeat import Repeat, repeat_run
from hhgui.report.report import ReportItem, Section, Table
from hhgui.ui.figures.traces import FIRST_LOOK, Look, figure_of_run
from hhgui.ui.widgets.kept_list import Kept, line_of


def run_items(
    current: SingleRun | None,
    kept: Sequence[Kept],
    marked: MarkedPotential | None,
    panes: tuple[str, ...],
    currents: Callable[[Sequence[SingleRun]], CurrentUnit],
) -> list[ReportItem]:
    """Return the entries for the present run, each kept run, and all of these over each other.

    What would be in the report twice is not ticked at first. marked: the measurements of the
    present run, or None. panes: the plots to draw. currents: returns the unit for the currents of
    some runs.
    """
    items = []
    if current is not None:
        unit, title = currents([current]), f"Run: {current.setup.membrane.name}"
        make = partial(run_section, title, current, marked, panes, unit)
        measured = ", action potential measured" if marked is not None else ""
        seen = any(each.run.setup == current.setup for each in kept)
        chosen = marked is not None or not seen
        items.append(ReportItem("current", f"Current run{measured}", make, chosen))
    for place, each in enumerate(kept):
        make = partial(run_section, f"Run: {each.name}", each.run, None, panes,
                       currents([each.run]))  # fmt: skip
        chosen = marked is None or current is None or each.run.setup != current.setup
        items.append(ReportItem(f"kept.{place}", f"Kept run: {each.name}", make, chosen))
    shown = [(each.run, each.name, (each.color, line_of(each.color))) for each in kept]
    if current is not None:
        shown.append((current, "current run", FIRST_LOOK))
    if len(shown) > 1:
        unit = currents([run for run, *_ in shown])
        title = f"{counted(len(shown), 'run')} laid over each other"
        differ = any(run.setup != shown[0][0].setup for run, *_ in shown)
        make = partial(_overlay, title, shown, panes, unit)
        items.insert(0, ReportItem("all", title, make, differ))
    return items


def run_section(
    title: str, run: SingleRun, marked: MarkedPotential | None, panes: tuple[str, ...],
    unit: CurrentUnit, repeat: Repeat | None = None,
) -> Section:  # fmt: skip
    """Return the section of one run.

    marked: its measurements, or None. panes: the plots to draw. unit: in which currents are shown.
    repeat: the command that computes it again, None for that of its setup.
    """
    setup = run.setup
    marks = () if marked is None else marked.marks
    figure = figure_of_run([run], panes, marks=marks)
    return Section(
        title,
        run_facts(run, setup.base, unit),
        () if figure is None else (figure_in_unit(figure, unit),),
        () if marked is None or not marks else (marks_table(marked, unit),),
        tuple(filter(None, (run.problem, marked.problem if marked else ""))),
        repeat or repeat_run(setup),
        setup.membrane,
    )


def marks_table(marked: MarkedPotential, unit: CurrentUnit) -> Table:
    """Return the measurements of an action potential as a table: quantity, value, place, method.

    unit: in which currents are shown.
    """
    rows = tuple(
        (sentence(mark.label), value_text(mark, unit), _place(mark.at),
         sentence(unit.sentence(mark.how)))
        for mark in marked.marks
    )  # fmt: skip
    caption = f"Action potential {marked.which + 1} of {marked.count}"
    return Table(("Quantity", "Value", "At", "How it was measured"), rows, caption, (1,))


def _place(at: Sequence[tuple[float, float]]) -> str:
    """Return a place as text, of one point or of a span."""
    return " to ".join(f"{t:.3f} ms" for t in dict.fromkeys(t for t, _ in at))


def _overlay(
    title: str, shown: Sequence[tuple[SingleRun, str, Look]], panes: tuple[str, ...],
    unit: CurrentUnit,
) -> Section:  # fmt: skip
    """Return the section with several runs in one figure."""
    runs, names, looks = zip(*shown, strict=True)
    figure = figure_of_run(runs, panes, looks=looks)
    setups: list[Setup] = [run.setup for run in runs]
    rows = tuple(
        (name, unit.sentence(text) or "–", dict(method_facts(run.setup, False))["Method"],
         spikes_text(run.spikes))
        for name, text, run in zip(names, differences(setups), runs, strict=True)
    )  # fmt: skip
    table = Table(("Run", "What differs", "Method", "Spikes"), rows)
    return Section(title, (), () if figure is None else (figure_in_unit(figure, unit),), (table,))
