"""Start the program: on the command line if there is a subcommand, else in a window."""

import gc
import os
import platform
import sys
from collections.abc import Sequence
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO, TextIOWrapper
from typing import NoReturn


def main(argv: Sequence[str] | None = None) -> int:
    """Run the program and return its exit status; argv: None for the arguments of the process."""
    _keep_from_wmi()
    from hhgui.cli import WindowWanted, command_line

    _make_output_readable()
    arguments = sys.argv[1:] if argv is None else argv
    try:
        return command_line(arguments) if sys.stderr is not None else _answer_in_a_box(arguments)
    except WindowWanted as wanted:
        return _open_window(wanted.check, wanted.seconds, wanted.file)


def _answer_in_a_box(arguments: Sequence[str]) -> int:
    """Run a command of the windowed program, which has no console, and show its output in a box.

    Returns the exit status.
    """
    from hhgui.cli import command_line

    output = StringIO()
    try:
        with redirect_stdout(output), redirect_stderr(output):
            status = command_line(arguments)
    except SystemExit as asked:  # --help and --version
        status = int(asked.code or 0)
    else:
        if status == 0:
            return 0  # a script may be waiting, which can't close a box
    from PySide6.QtWidgets import QMessageBox

    from hhgui.desktop import make_application

    app = make_application()
    QMessageBox(QMessageBox.Icon.Information, app.applicationName(), output.getvalue()).exec()
    return status


def _make_output_readable() -> None:
    """Print UTF-8 to pipes and files on every system, and to a terminal only what it can show.

    The encoding that Windows has for pipes lacks µ or writes "–" as a byte that is not UTF-8.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(
                encoding=None if stream.isatty() else "utf-8",
                errors="replace" if stream is sys.stdout else "backslashreplace",
            )


def _keep_from_wmi() -> None:
    """Make the module ``platform`` use only Windows' registry and environment, not WMI.

    From Python 3.12 on it asks WMI first, which for users without the right to do so may take
    seconds or never end, and in 3.12 may crash (GH-130727). It must be called before numba uses
    ``platform``, which copes with the OSError that WMI gives now.
    """
    if sys.platform == "win32" and hasattr(platform, "_wmi_query"):
        platform._wmi_query = _refuse_wmi


def _refuse_wmi(*_query: object) -> NoReturn:
    """Raise OSError, in place of a query of WMI."""
    raise OSError("hhgui asks no WMI")


def _keeps_sessions() -> bool:
    """Return whether sessions are kept between starts; HHGUI_KEEP_SESSIONS=0 turns this off.

    An administrator sets it where many people share an account.
    """
    return os.environ.get("HHGUI_KEEP_SESSIONS", "") != "0"


def _open_window(check: str, seconds: float, file: str) -> int:
    """Open the window, run it until it closes, and return the exit status.

    check: the name of a self-check that may take ``seconds``, or "" for normal use. file: the path
    of a file to open at the start, or "".
    """
    # half a million objects are imported: repeated garbage collection would take 0.1 s
    gc.disable()
    from hhgui import failures
    from hhgui.desktop import Desktop, make_application
    from hhgui.model.library import load_library
    from hhgui.self_check import SelfCheck
    from hhgui.ui.help.failure_dialog import FailureDialogs

    app = make_application()
    seen = failures.install()
    desktop = Desktop(app, load_library(), keeps_sessions=not check and _keeps_sessions())
    dialogs = FailureDialogs(desktop.window)
    seen.failed.connect(dialogs.show_failure)
    desktop.start(file)
    checker = SelfCheck(desktop, check, seconds) if check else None
    if checker is not None:
        seen.failed.connect(checker.give_up)
    status = app.exec()
    return status if checker is None else checker.status or status
