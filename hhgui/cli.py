"""Provide the command line, which gives the same numbers as the window."""

import argparse
import json
import math
import sys
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from hhgui.cli_measure import add_measure, measure, stimulus_of
from hhgui.cli_options import FI_DEFAULTS, RUN_DEFAULTS, fill, make_parser, refuse_beside_json
from hhgui.document.fi_protocol import FiProtocol
from hhgui.engine.replay import blocks
from hhgui.engine.simulation import Block
from hhgui.experiments import benchmark
from hhgui.experiments.fi import fi_points
from hhgui.experiments.warnings import fi_warnings, run_warnings
from hhgui.model.edit import named_after, with_value
from hhgui.model.library import find_membrane, load_library
from hhgui.model.membrane import Membrane
from hhgui.model.model_file import ModelFileError
from hhgui.model.parameter import ModelError
from hhgui.storage.atomic import WriteError
from hhgui.storage.csv_table import chosen_names
from hhgui.storage.fi_csv import read_fi_json, write_fi
from hhgui.storage.trace_csv import EVERY, RunRecord, TraceExport, read_traces_json, write_traces

USAGE_ERROR = 2
INTERRUPTED = 130  # the exit status that shells report for Ctrl-C


class RunSummary:
    """The summary that ``hhgui run`` prints, collected from every step of the run."""

    def __init__(self) -> None:
        self.spikes: list[float] = []
        self.low, self.high, self.final = math.inf, -math.inf, math.nan
        self.problem = ""

    def add(self, block: Block) -> None:
        """Add one block of the run."""
        self.spikes += block.spikes.tolist()
        self.low, self.high = min(self.low, block.lowest), max(self.high, block.highest)
        if block.time.size:
            self.final = float(block.columns[0, -1])
        # a live run goes on after a stop: only the last stretch's counts
        self.problem = "" if block.stop is None else block.stop.message

    def as_dict(self) -> dict[str, Any]:
        """Return the summary as JSON values."""
        return {
            "spike_times_ms": self.spikes,
            "spike_count": len(self.spikes),
            "V_min_mV": self.low,
            "V_max_mV": self.high,
            "V_final_mV": self.final,
        }


class WindowWanted(Exception):  # noqa: N818 - an answer, not an error
    """Raised if the arguments mean that the window is to open.

    check: the name of a self-check, which may take ``seconds``, or "". file: the path of a session,
    model or table to open, or "".
    """

    def __init__(self, check: str = "", seconds: float = 0.0, file: str = "") -> None:
        super().__init__(check)
        self.check, self.seconds, self.file = check, seconds, file


def command_line(arguments: Sequence[str]) -> int:
    """Run one subcommand and return the exit status; errors are one line on stderr and status 2.

    Raises WindowWanted if there is no subcommand.
    """
    try:
        if file := _file_to_open(arguments):
            raise WindowWanted(file=file)
        options = make_parser(COMMANDS, partial(add_measure, command=_measure)).parse_args(
            arguments
        )
        if options.smoke_test or options.live_run:
            raise WindowWanted("smoke" if options.smoke_test else "live", options.live_run)
        if options.name is None:
            raise WindowWanted
        status: int = options.command(options)
        return status
    except (ModelError, ModelFileError, WriteError) as error:
        print(f"hhgui: {_one_line(error)}", file=sys.stderr)
        return USAGE_ERROR
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # the reader has gone (`hhgui models | head -1`): nothing more can be printed
        sys.stderr.close()
        return 0


def _file_to_open(arguments: Sequence[str]) -> str:
    """Return the path if the only argument is a file to open in the window, else "".

    A file in the present folder with the name of a command does not count. Raises ModelError for a
    path that looks like a file but does not exist.
    """
    if len(arguments) != 1 or arguments[0].startswith("-") or arguments[0] in NAMES:
        return ""
    path = Path(arguments[0])
    if path.is_file():
        return str(path.absolute())
    if path.suffix:  # no command has one
        raise ModelError("arguments", f"there is no file {arguments[0]}")
    return ""


def _one_line(error: Exception) -> str:
    """Return the message of an error on one line."""
    return " ".join(str(error).split())


def _models(options: argparse.Namespace) -> int:
    library = load_library()
    for model_id, membrane in library.membranes.items():
        print(f"{model_id}, {membrane.name}")
    for problem in library.problems:
        print(f"hhgui: left out: {_one_line(problem)}", file=sys.stderr)
    return 0


def _run(options: argparse.Namespace) -> int:
    if options.from_json:
        refuse_beside_json(options, RUN_DEFAULTS)
        export = read_traces_json(Path(options.from_json))
    else:
        fill(options, RUN_DEFAULTS)
        export = _export_of(options)
    summary = RunSummary()

    def watch(block: Block) -> None:
        summary.add(block)
        if summary.problem and export.replay.last_sample:
            # before anything is written: half a table would look like a whole one
            raise ModelError("run", summary.problem)

    if options.csv:
        write_traces(Path(options.csv), export, watch=watch)
    else:
        for _, block in blocks(export.replay):
            watch(block)
    warnings = [] if options.no_check else run_warnings(export.replay)
    whole = export.replay.steps * export.replay.stretches[0].start.dt
    if export.replay.last_sample and options.duration and abs(whole - options.duration) > 1e-6:
        warnings.append(f"the run is {whole:g} ms long, a whole number of steps")
    if options.json:
        print(json.dumps(summary.as_dict() | {"warnings": warnings}))
    else:
        print(f"spikes: {len(summary.spikes)}")
        print("spike times (ms): " + " ".join(f"{t:.4f}" for t in summary.spikes))
        print(f"V: {summary.low:.4f} to {summary.high:.4f} mV, at the end {summary.final:.4f} mV")
    _warn(warnings)
    return 0


def _warn(warnings: list[str]) -> None:
    """Print the warnings, if there are any, on one line of stderr."""
    if warnings:
        print(f"warning: {'; '.join(warnings)}", file=sys.stderr)


def _export_of(options: argparse.Namespace) -> TraceExport:
    """Return the run, columns and rows that the options of ``hhgui run`` describe."""
    if options.model is None or options.duration is None:
        raise ModelError("arguments", "run needs --model and --duration (or --from-json FILE.json)")
    membrane = _membrane(options)
    stimulus = replace(
        stimulus_of(options, membrane.area), holding=options.holding, repeat=options.repeat
    )
    record = RunRecord(
        membrane, stimulus, options.method, options.dt, options.duration, options.threshold,
        options.rearm,
    )  # fmt: skip
    every = int(EVERY.check(options.every))
    return TraceExport(record.replay(), chosen_names(membrane, options.record), every)


def _fi_of(options: argparse.Namespace) -> tuple[Membrane, FiProtocol]:
    """Return the membrane and the protocol that the options of ``hhgui fi`` describe."""
    if options.from_json:
        refuse_beside_json(options, FI_DEFAULTS)
        return read_fi_json(Path(options.from_json))
    fill(options, FI_DEFAULTS)
    if options.model is None:
        raise ModelError("arguments", "fi needs --model (or --from-json FILE.json)")
    membrane = _membrane(options)
    return membrane, FiProtocol(
        options.first, options.last, options.points, options.on, options.off,
        options.off if options.duration is None else options.duration,
        options.threshold, options.method, options.dt, options.rearm,
    )  # fmt: skip


def _fi(options: argparse.Namespace) -> int:
    membrane, protocol = _fi_of(options)
    points = list(fi_points(membrane, protocol))
    if options.csv:
        write_fi(Path(options.csv), membrane, protocol, points)
    warnings = [] if options.no_check else fi_warnings(membrane, protocol, points)
    if options.json:
        summary = {
            "currents_uA_cm2": [p.current for p in points],
            "spike_counts": [p.count for p in points],
            "rates_Hz": [p.rate for p in points],
            "steady_rates_Hz": [p.steady_rate for p in points],
            "spikes_outside": [p.outside for p in points],
            "warnings": warnings,
        }
        print(json.dumps(summary))
    else:
        print("current (µA/cm²)  spikes  rate (Hz)  first spike after (ms)  outside  steady (Hz)")
        for p in points:
            latency = "–" if p.latency is None else f"{p.latency:.3f}"
            steady = "–" if p.steady_rate is None else f"{p.steady_rate:.3f}"
            print(f"{p.current:16.6g}  {p.count:6d}  {p.rate:9.3f}  {latency:>22}  {p.outside:7d}  "
                  f"{steady:>11}")  # fmt: skip
    _warn(warnings)
    for point in points:
        if point.problem:
            raise ModelError("fi", f"at {point.current:g} µA/cm²: {point.problem}")
    return 0


def _measure(options: argparse.Namespace) -> int:
    return measure(options, _membrane)


def _bench(options: argparse.Namespace) -> int:
    rates = benchmark.measure()
    print(json.dumps({"neuron_steps_per_s": rates}) if options.json else benchmark.as_table(rates))
    return 0


def _membrane(options: argparse.Namespace) -> Membrane:
    """Return the membrane that the options --model, --set and so on describe."""
    membrane = base = find_membrane(options.model)
    for setting in options.set:
        path, equals, text = setting.partition("=")
        try:
            value = float(text)
        except ValueError:
            equals = ""
        if not equals:
            problem = f"--set takes NAME=NUMBER, e.g. Na.conductance=100, not {setting!r}"
            raise ModelError(path, problem)
        membrane = with_value(membrane, path.strip(), value)
    if options.initial_voltage is not None:
        membrane = replace(membrane, initial_voltage=options.initial_voltage)
    return named_after(membrane, base)


COMMANDS = {"models": _models, "run": _run, "fi": _fi, "bench": _bench}
NAMES = (*COMMANDS, "measure")
