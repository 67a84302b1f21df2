"""Provide ``hhgui measure``: every experiment, with options made from its settings."""

import argparse
import json
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from hhgui.cli_options import (
    MEASURE_DEFAULTS,
    STIMULUS_HELP,
    Parser,
    add_neuron,
    fill,
    refuse_beside_json,
)
from hhgui.experiments.catalogue import EXPERIMENTS
from hhgui.experiments.contract import Experiment, Measured, Subject
from hhgui.experiments.events import with_unit
from hhgui.experiments.settings import Grid, GridSetting, Setting
from hhgui.experiments.time_step import time_step_warnings
from hhgui.figures.drawing import KINDS, FigureSize, figure_bytes
from hhgui.figures.measured import figures_of
from hhgui.model.membrane import Membrane
from hhgui.model.parameter import ModelError
from hhgui.model.stimulus.stimulus import Stimulus
from hhgui.storage.atomic import write_atomically
from hhgui.storage.currents.spec import read_components
from hhgui.storage.figure_csv import Series, ascii_name, write_figure_csv
from hhgui.storage.measure_csv import columns_of, read_measure_json, results_of, write_measured

_OWN = "setting."
_FIGURE_WIDTH_MM, _FIGURE_ROW_MM = 174.0, 80.0
_RANGE = ("from", "to", "by", "points", "spacing")


def add_measure(commands: Any, command: Callable[[argparse.Namespace], int]) -> None:
    """Add the subcommand ``measure``, with a subcommand of its own for each experiment.

    commands: argparse's subparsers. command: the function that runs it.
    """
    parser: Parser = commands.add_parser(
        "measure", help="measure a neuron; without an experiment, list them"
    )
    parser.set_defaults(command=command)
    experiments = parser.add_subparsers(dest="experiment", metavar="EXPERIMENT")
    for kind in EXPERIMENTS.values():
        one = experiments.add_parser(kind.id, help=kind.title, description=kind.__doc__)
        add_neuron(one)
        one.add_argument("--stimulus", action="append", metavar="SPEC", help=STIMULUS_HELP)
        one.add_argument("--holding", type=float, metavar="UA_CM2",
                         help="a constant current that the neuron rests under")  # fmt: skip
        one.add_argument("--figure", metavar="OUT.svg|png|pdf", help="also draw the plots")
        one.add_argument("--no-check", action="store_true",
                         help="do not measure a few points again at half the dt")  # fmt: skip
        one.add_argument("--traces", metavar="OUT.csv", help="also write every curve over time")
        own = one.add_argument_group("the experiment's own")
        for setting in kind.form():
            _add_setting(own, setting)


def _add_setting(group: Any, setting: Setting) -> None:
    """Add the option for one setting; for a grid, a list and the ends of a range."""
    option, dest = setting.flag, _OWN + setting.key
    text = setting.help.replace("%", "%%")
    if isinstance(setting, GridSetting):
        group.add_argument(option, dest=dest, metavar="LIST", help=f"{text} E.g. 0.1,0.5,2")
        for end in _RANGE:
            choices = ("linear", "log") if end == "spacing" else None
            group.add_argument(
                setting.range_flag(end),
                dest=f"{dest}.{end}",
                choices=choices,
                help=_RANGE_HELP[end],
                metavar=None if choices else "VALUE",
            )
    else:
        group.add_argument(option, dest=dest, metavar="VALUE", help=text)


_RANGE_HELP = {
    "from": "the first value, instead of a list", "to": "the last value",
    "by": "from one value to the next, instead of how many", "points": "how many values",
    "spacing": "how they are spaced",
}  # fmt: skip


def measure(
    options: argparse.Namespace, membrane_of: Callable[[argparse.Namespace], Membrane]
) -> int:
    """Run the experiment that the options name, or list all of them; return the exit status.

    membrane_of: returns the membrane of the options.
    """
    if options.experiment is None:
        for kind in EXPERIMENTS.values():
            print(f"{kind.id}, {kind.title}")
        return 0
    experiment, subject = _asked_for(options, membrane_of)
    measured = Measured(experiment, subject)
    for event in experiment.run(subject):
        measured.put(event)
    warnings = list(measured.problems)
    if not options.no_check:
        warnings += time_step_warnings(experiment, subject)
    if options.csv:
        write_measured(Path(options.csv), measured, warnings)
    if options.traces:
        _write_traces(Path(options.traces), measured)
    if options.figure:
        _draw_figure(Path(options.figure), measured)
    if options.json:
        print(json.dumps(_as_dict(measured, warnings), allow_nan=False))
    else:
        _print_table(measured)
    for warning in warnings:
        print(f"warning: {warning}", file=sys.stderr)
    return 0


def _asked_for(
    options: argparse.Namespace, membrane_of: Callable[[argparse.Namespace], Membrane]
) -> tuple[Experiment, Subject]:
    """Return the experiment and the subject that the options describe.

    membrane_of: returns the membrane of the options.
    """
    kind = EXPERIMENTS[options.experiment]
    if options.from_json:
        refuse_beside_json(options, MEASURE_DEFAULTS)
        if any(vars(options)[key] is not None for key in vars(options) if key.startswith(_OWN)):
            problem = "the experiment's own options and --from-json exclude each other"
            raise ModelError("arguments", problem)
        experiment, subject = read_measure_json(Path(options.from_json))
        if experiment.id != kind.id:
            problem = f"{options.from_json} is of {experiment.id}, not of {kind.id}"
            raise ModelError("arguments", problem)
        return experiment, subject
    fill(options, MEASURE_DEFAULTS)
    if options.model is None:
        raise ModelError("arguments", "measure needs --model (or --from-json FILE.json)")
    values = {s.key: _own_value(kind, s, options) for s in kind.form()}
    experiment = kind(**{key: value for key, value in values.items() if value is not None})
    membrane = membrane_of(options)
    stimulus = replace(stimulus_of(options, membrane.area), holding=options.holding)
    subject = Subject(
        membrane, stimulus, options.method, options.dt, options.threshold, options.rearm
    )
    return experiment, subject


def stimulus_of(options: argparse.Namespace, area: float | None) -> Stimulus:
    """Return the stimulus of the options; print what is assumed about its files on stderr.

    area: of the membrane (µm²), or None; a current in pA needs one.
    """
    parts, notes = read_components(options.stimulus, area)
    for note in () if options.json else notes:
        print(f"note: {note}", file=sys.stderr)
    return Stimulus(parts)


def _own_value(kind: type[Experiment], setting: Setting, options: argparse.Namespace) -> Any:
    """Return the value of the option for an experiment's setting, None if it was not given."""
    given = vars(options)
    text = given[_OWN + setting.key]
    if not isinstance(setting, GridSetting):
        return None if text is None else setting.read(text)
    ends = {end: given[f"{_OWN}{setting.key}.{end}"] for end in _RANGE}
    asked = {end: value for end, value in ends.items() if value is not None}
    if text is not None:
        if asked:
            problem = f"{setting.range_flag(next(iter(asked)))} and a list exclude each other"
            raise ModelError(setting.key, problem)
        return setting.read(text)
    if not asked:
        return None
    default: Grid = getattr(kind(), setting.key)
    first, last, points = (
        _number_of(setting, end, asked.get(end), value)
        for end, value in (
            ("from", default.first), ("to", default.last), ("points", default.points)
        )
    )  # fmt: skip
    log = default.log if "spacing" not in asked else asked["spacing"] == "log"
    if "by" in asked:
        points = _points_by(setting, first, last, asked)
    return setting.check({"from": first, "to": last, "points": points, "log": log})


def _points_by(setting: GridSetting, first: float, last: float, asked: dict[str, Any]) -> int:
    """Return how many values from ``first`` to ``last`` have the distance that the user gave.

    asked: the options as given.
    """
    option = setting.range_flag("by")
    if "points" in asked or asked.get("spacing") == "log":
        others = f"{setting.range_flag('points')} and logarithmic spacing"
        raise ModelError(setting.key, f"{option} excludes {others}")
    by = _number_of(setting, "by", asked["by"], 0.0)
    steps = (last - first) / by if by else 0.0
    if not (steps >= 0.0 and by and abs(steps - round(steps)) < 1e-6):
        problem = f"{option} must lead from {first:g} to {last:g} in whole steps, not {by:g}"
        raise ModelError(setting.key, problem)
    return round(steps) + 1


def _number_of(setting: GridSetting, end: str, text: str | None, default: float) -> float:
    """Return one end of a range from its option, or the default if it was not given."""
    if text is None:
        return default
    try:
        value = float(text)
    except ValueError:
        problem = f"{setting.range_flag(end)} must be a number, not {text[:40]!r}"
        raise ModelError(setting.key, problem) from None
    return int(value) if value.is_integer() else value


def _as_dict(measured: Measured, warnings: list[str]) -> dict[str, Any]:
    return {
        "experiment": measured.experiment.id,
        "settings": measured.experiment.settings(),
        "columns": columns_of(measured),
        "results": results_of(measured),
        "warnings": warnings,
    }


def _draw_figure(path: Path, measured: Measured) -> None:
    """Write the plots one below the other into an image file, whose ending gives the format."""
    kind = path.suffix.lower().removeprefix(".")
    if kind not in KINDS:
        problem = (
            f"--figure must end in {', '.join('.' + each for each in KINDS)}, not {path.name!r}"
        )
        raise ModelError("figure", problem)
    figures = figures_of(measured)
    size = FigureSize(_FIGURE_WIDTH_MM, _FIGURE_ROW_MM * len(figures))
    write_atomically(path, figure_bytes(figures, kind, size))


def _write_traces(path: Path, measured: Measured) -> None:
    """Write every curve over time to a CSV table.

    Curves with equal times share a column of them.
    """
    if not measured.traces:
        raise ModelError("traces", f"{measured.experiment.id} has no curves over time")
    write_figure_csv(
        path,
        [
            Series(f"{with_unit(t.key, t.unit)}_{ascii_name(t.name)}", "time_ms", t.time, t.values)
            for t in measured.traces
        ],
    )


def _print_table(measured: Measured) -> None:
    table = columns_of(measured)
    widths = [max(len(name), 10) for name in table]
    print("  ".join(name.rjust(width) for name, width in zip(table, widths, strict=True)))
    for row in zip(*table.values(), strict=True):
        cells = map(_cell, row)
        print("  ".join(cell.rjust(width) for cell, width in zip(cells, widths, strict=True)))
    for result in measured.results:
        value = "none" if result.value is None else f"{result.value:.6g} {result.unit}"
        print(f"{result.label}: {value.strip()} ({result.problem or result.how})")


def _cell(value: float | int | str | None) -> str:
    """Return a value as text for the printed table."""
    if value is None:
        return "–"
    return value if isinstance(value, str) else f"{value:.6g}"
