"""Define the command line: commands, options, defaults and mutually exclusive options."""

import argparse
import re
from collections.abc import Callable, Mapping
from typing import Any, NoReturn

from hhgui import __version__
from hhgui.engine.methods import DEFAULT_DT_MS, DEFAULT_METHOD, METHODS
from hhgui.engine.spikes import REARM_MV
from hhgui.model.parameter import ModelError
from hhgui.model.stimulus.stimulus import KINDS

Command = Callable[[argparse.Namespace], int]
STIMULUS_HELP = (
    f"kind:key=value,… with kind {', '.join(k for k, c in KINDS.items() if c.parameters)}, or "
    "file:PATH.csv, e.g. step:amplitude=10,start=50,stop=200; several add up"
)

RECORD_HELP = (
    "columns in this order: V, I_stim, a gate, the current I_X, its conductance g_X, driving force "
    "d_X, open probability p_X, or dV_dt; all: V, I_stim, every gate and every I_X"
)
# The options that a JSON beside a CSV holds too: these options and --from-json exclude each other.
NEURON_DEFAULTS: dict[str, Any] = {
    "model": None, "set": (), "initial_voltage": None, "dt": DEFAULT_DT_MS,
    "method": DEFAULT_METHOD, "threshold": 0.0, "rearm": REARM_MV,
}  # fmt: skip
RUN_DEFAULTS = NEURON_DEFAULTS | {
    "stimulus": (), "holding": 0.0, "repeat": None, "duration": None, "record": "all", "every": 1,
}  # fmt: skip
MEASURE_DEFAULTS = NEURON_DEFAULTS | {"stimulus": (), "holding": 0.0}
FI_DEFAULTS = NEURON_DEFAULTS | {
    "first": 0.0, "last": 20.0, "points": 41, "on": 50.0, "off": 550.0, "duration": None,
}  # fmt: skip


class Parser(argparse.ArgumentParser):
    """An argument parser that reports errors on one line and accepts numbers such as -1e3."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._negative_number_matcher = re.compile(r"-(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$", re.I)

    def error(self, message: str) -> NoReturn:
        """Print the message on one line of stderr and exit with status 2."""
        raise ModelError("arguments", f"{message} (see {self.prog} --help)")


def make_parser(
    commands_by_name: Mapping[str, Command], add_more: Callable[[Any], None] = lambda commands: None
) -> Parser:
    """Return the parser of all commands; parsed options have the command's function as ``command``.

    commands_by_name: these functions. add_more: called with argparse's subparsers, to add more.
    """
    parser = Parser(prog="hhgui", description="The Hodgkin-Huxley neuron. No command: the window; "
                    "hhgui FILE opens a session (.hhgui) or a model (.toml) in it.")  # fmt: skip
    parser.add_argument("--version", action="version", version=f"hhgui {__version__}")
    parser.add_argument("--smoke-test", action="store_true",
                        help="open the window, run, sweep, export, close")  # fmt: skip
    parser.add_argument("--live-run", type=_seconds, default=0.0, metavar="SECONDS",
                        help="open the window, run at full speed for this long, close")  # fmt: skip
    commands = parser.add_subparsers(dest="name", metavar="COMMAND")
    models = commands.add_parser("models", help="list the parameter sets: id, name")
    models.set_defaults(command=commands_by_name["models"])
    run = commands.add_parser("run", help="run one neuron under one stimulus")
    run.set_defaults(command=commands_by_name["run"])
    add_neuron(run)
    run.add_argument("--stimulus", action="append", metavar="SPEC", help=STIMULUS_HELP)
    run.add_argument("--holding", type=_number, metavar="UA_CM2",
                     help="a constant current that acts at once")  # fmt: skip
    run.add_argument("--repeat", type=_number, metavar="MS",
                     help="the stimulus starts again after this time")  # fmt: skip
    run.add_argument("--duration", type=_number, metavar="MS", help="length of the run")
    run.add_argument("--record", metavar="V,m,I_Na,…", help=RECORD_HELP)
    run.add_argument("--every", type=_number, metavar="N", help="write every N-th row")
    fi = commands.add_parser("fi", help="measure the f-I curve")
    fi.set_defaults(command=commands_by_name["fi"])
    add_neuron(fi)
    fi.add_argument("--from", dest="first", type=_number, metavar="UA_CM2")
    fi.add_argument("--to", dest="last", type=_number, metavar="UA_CM2")
    fi.add_argument("--points", type=_number, metavar="N")
    fi.add_argument("--on", type=_number, metavar="MS", help="step start")
    fi.add_argument("--off", type=_number, metavar="MS", help="step stop")
    fi.add_argument("--duration", type=_number, metavar="MS", help="length of each run")
    for judged in (run, fi):
        judged.add_argument("--no-check", action="store_true",
                            help="leave out the check at half the dt and its warnings")  # fmt: skip
    bench = commands.add_parser("bench", help="measure the engine's speed, and plain NumPy's")
    bench.set_defaults(command=commands_by_name["bench"])
    bench.add_argument("--json", action="store_true", help="print the figures as JSON")
    add_more(commands)
    return parser


def _method(name: str) -> str:
    """Return the id of a method from its id or an alias; any other text remains, and is refused."""
    return next((m.id for m in METHODS.values() if name in m.aliases), name)


def add_neuron(parser: Parser) -> None:
    """Add the options that all commands with a neuron share."""
    parser.add_argument("--model", metavar="ID|FILE.toml")
    parser.add_argument("--set", action="append", metavar="NAME=NUMBER",
                        help="e.g. Na.conductance=100, membrane.capacitance=2")  # fmt: skip
    parser.add_argument("--initial-voltage", type=_number, metavar="MV")
    parser.add_argument("--dt", type=_number, metavar="MS")
    parser.add_argument("--method", type=_method, choices=list(METHODS))
    parser.add_argument("--threshold", type=_number, metavar="MV",
                        help="a spike is an upward crossing of this voltage")  # fmt: skip
    parser.add_argument("--rearm", type=_number, metavar="MV",
                        help="the next spike counts only after V has fallen this far below the "
                        "threshold")  # fmt: skip
    parser.add_argument("--csv", metavar="OUT.csv", help="also write a table, and a JSON beside it")
    parser.add_argument(
        "--from-json", metavar="FILE.json", help="run what a JSON beside a CSV says"
    )
    parser.add_argument("--json", action="store_true", help="print the summary as JSON")


def _seconds(text: str) -> float:
    """Return a positive number of seconds. Raises argparse's error for other text."""
    seconds = float(_number(text))
    if not 0.0 < seconds <= 1e6:
        raise argparse.ArgumentTypeError("must be above 0 and at most 1e6 s")
    return seconds


def _number(text: str) -> float:
    """Return the number in a text, as an integer if it is whole; its range is checked later."""
    try:
        value = float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"must be a number, not {text!r}") from None
    return int(value) if value.is_integer() and abs(value) < 2**53 else value


def fill(options: argparse.Namespace, defaults: dict[str, Any]) -> None:
    """Set every option that was not given to its default."""
    for name, value in defaults.items():
        if getattr(options, name) is None:
            setattr(options, name, value)


def refuse_beside_json(options: argparse.Namespace, defaults: dict[str, Any]) -> None:
    """Raise an error if an option was given that the JSON file, also given, already determines."""
    for name in defaults:
        if getattr(options, name) is not None:
            option = {"first": "--from", "last": "--to"}.get(name, "--" + name.replace("_", "-"))
            raise ModelError("arguments", f"{option} and --from-json exclude each other")
