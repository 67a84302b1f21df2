"""Offer kept sweeps of the live run for a report."""

from collections.abc import Sequence
from functools import partial

from hhgui.document.sweep import Sweep
from hhgui.experiments.single_run import SingleRun
from hhgui.figures.currents import figure_in_unit
from hhgui.model.current_unit import CurrentUnit
from hhgui.report.facts import run_facts
from hhgui.report.repeat import repeat_sweep
from hhgui.report.report import ReportItem, Section
from hhgui.ui.figures.traces import figure_of_run
from hhgui.ui.widgets.kept_list import Kept


def sweep_items(
    kept: Sequence[Kept], panes: tuple[str, ...], unit: CurrentUnit
) -> list[ReportItem]:
    """Return the entries of the kept sweeps for the report.

    panes: the plots to draw. unit: in which currents are shown.
    """
    return [
        ReportItem(f"kept.{place}", f"Kept sweep: {each.name}",
                   partial(_section, each.name, each.run.sweep, each.run.run, panes, unit))
        for place, each in enumerate(kept)
    ]  # fmt: skip


def _section(
    name: str, sweep: Sweep, run: SingleRun, panes: tuple[str, ...], unit: CurrentUnit
) -> Section:
    replay = sweep.replay
    span = replay.from_time, replay.to_time
    figure = figure_of_run([run], panes, span=span)
    facts = dict(run_facts(run, sweep.base, unit))
    facts["Duration"] = f"{span[0]:.3f} to {span[1]:.3f} ms of the live run"
    return Section(
        f"Live sweep: {name}", tuple(facts.items()),
        () if figure is None else (figure_in_unit(figure, unit),),
        repeat=repeat_sweep(replay), neuron=run.setup.membrane,
    )  # fmt: skip
