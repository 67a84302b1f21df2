"""Offer the results of experiments for a report."""

from collections.abc import Sequence
from functools import partial

from hhgui.experiments.contract import Experiment, Measured, Subject
from hhgui.figures.currents import figure_in_unit
from hhgui.figures.measured import figures_of
from hhgui.model.current_unit import CurrentUnit
from hhgui.model.words import sentence, with_minus
from hhgui.report.facts import base_of, method_facts, neuron_facts, stimulus_facts
from hhgui.report.repeat import repeat_measure
from hhgui.report.report import ReportItem, Section, Table, thinned
from hhgui.storage.measure_csv import columns_of


def measured_item(key: str, title: str, measured: Measured, unit: CurrentUnit) -> ReportItem:
    """Return the entry for a finished result in the list of what can go into a report.

    key: identifies it in its tab. unit: in which currents are shown.
    """
    return ReportItem(key, title, partial(measured_section, title, measured, unit))


def measured_section(title: str, measured: Measured, unit: CurrentUnit) -> Section:
    """Return the section of a report for a result: its plots, its numbers and its table."""
    experiment, subject = measured.experiment, measured.subject
    facts = [
        *neuron_facts(subject.membrane, base_of(subject.membrane)),
        *stimulus_facts(subject.stimulus, unit),
        *method_facts(subject, experiment.uses_spikes),
    ]
    settings = "; ".join(f"{s.label}: {_words(s.data(getattr(experiment, s.key)))}"
                         for s in experiment.form())  # fmt: skip
    if settings:
        facts.insert(-1, ("Settings", with_minus(settings)))
    tables = [table for table in (_results(measured, unit), _rows(measured, unit)) if table]
    left_out = "; ".join(table.caption for table in tables if table.caption)
    figures = [figure_in_unit(figure, unit) for figure in figures_of(measured)]
    notes = [*map(unit.sentence, measured.problems), left_out]
    return Section(
        title, tuple(facts), tuple(figures),
        tuple(Table(t.headings, t.rows, numbers=t.numbers) for t in tables),
        tuple(filter(None, notes)), repeat_measure(experiment, subject), subject.membrane,
    )  # fmt: skip


def _words(value: object) -> str:
    if isinstance(value, dict):
        spacing = ", spaced in the logarithm" if value["log"] else ""
        return f"{value['points']} from {value['from']:g} to {value['to']:g}{spacing}"
    if isinstance(value, list):
        return ", ".join(map(_words, value))
    return f"{value:g}" if isinstance(value, float) else str(value)


def _results(measured: Measured, unit: CurrentUnit) -> Table | None:
    """Return the numbers that the experiment found as a table, None if there are none."""
    rows = tuple(
        (sentence(r.label), _number(r.value, r.unit, unit), unit.unit(r.unit),
         sentence(unit.sentence(r.problem or r.how)))
        for r in measured.results
    )  # fmt: skip
    headings = ("Result", "Value", "Unit", "How it was measured")
    return Table(headings, rows, numbers=(1,)) if rows else None


def _rows(measured: Measured, unit: CurrentUnit) -> Table | None:
    """Return the rows of the experiment as a table, None if there are none."""
    columns = measured.experiment.columns_for(measured.subject)
    texts = [
        [value if isinstance(value, str) else _number(value, column.unit, unit)
         for value in values]
        for column, values in zip(columns, columns_of(measured).values(), strict=True)
    ]  # fmt: skip
    heads = [(c.label or c.key.replace("_", " "), unit.unit(c.unit)) for c in columns]
    problems = [row.problem for row in measured.rows]
    if any(problems):
        texts.append([unit.sentence(problem) for problem in problems])
        heads.append(("note", ""))
    rows, left_out = thinned(tuple(zip(*texts, strict=True)))
    headings = tuple(f"{name} ({own})" if own else name for name, own in heads)
    return Table(headings, rows, left_out, tuple(range(len(columns)))) if rows else None


def _number(value: float | None, own: str, unit: CurrentUnit) -> str:
    """Return a number in the shown unit as text; own: its unit in the data."""
    return "–" if value is None else with_minus(f"{unit.factor_of(own) * value:.6g}")


def measured_now(
    title: str, experiment: Experiment, subject: Subject, unit: CurrentUnit
) -> Section:
    """Run a quick experiment and return the section of its result."""
    measured = Measured(experiment, subject)
    for event in experiment.run(subject):
        measured.put(event)
    return measured_section(title, measured, unit)


def measured_items(
    shown: Measured | None, kept: Sequence[Measured], unit: CurrentUnit
) -> list[ReportItem]:
    """Return the entries for the result that is shown and for each kept result, without repeats."""
    items = [
        measured_item(f"kept.{place}", f"{each.experiment.title} (kept {place + 1})", each, unit)
        for place, each in enumerate(kept)
    ]
    if shown is not None and shown not in kept:
        items.append(measured_item("shown", shown.experiment.title, shown, unit))
    return items
