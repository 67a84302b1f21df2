"""The composition root: builds the objects, connects them, starts and ends the threads."""

import gc
import os
import sys
from collections.abc import Sequence

from hhgui.model.resources import user_cache_dir

# Before numba is ever imported: a frozen app must not write into the folder it was started from.
if getattr(sys, "frozen", False):
    os.environ.setdefault("NUMBA_CACHE_DIR", str(user_cache_dir() / "kernels"))

COMMANDS = {"models", "run", "fi", "bench", "--version", "--help", "-h"}


def main(argv: Sequence[str] | None = None) -> int:
    """The program: a subcommand goes to the command line, anything else opens the window."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    if arguments and arguments[0] in COMMANDS:
        from hhgui.cli import main as command_line

        return command_line(arguments)
    from hhgui.desktop import run_window

    return run_window(arguments)
