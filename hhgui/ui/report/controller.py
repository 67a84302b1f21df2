"""Make a lab report of what the tabs hold, in another thread."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QStandardPaths, Slot

from hhgui.document.session import Session
from hhgui.failures import CANCELLED
from hhgui.jobs.runner import Outcome, Policy, Runner, Status, Work
from hhgui.model.words import sentence
from hhgui.report.html import report_html
from hhgui.report.report import Report
from hhgui.storage.atomic import WriteError, write_atomically
from hhgui.storage.csv_table import Cancelled
from hhgui.storage.record import dump_record
from hhgui.storage.session import session_to_record
from hhgui.ui.report.dialog import Order, ReportDialog, file_of
from hhgui.ui.report.pdf import report_pdf
from hhgui.ui.window.main_window import MainWindow

_MOST_SESSION = 1_000_000  # characters; a larger one is not put into the report


def writing(order: Order, session: Session) -> Work:
    """Return the job that makes a report and writes its files.

    Its value is the files that were written, and a sentence on those that could not be, or "".
    """

    def work(
        cancelled: Callable[[], bool], progress: Callable[[float], object]
    ) -> tuple[tuple[Path, ...], str]:
        steps, total = 0, (1 + len(order.kinds)) * len(order.items)

        def step() -> None:
            nonlocal steps
            steps += 1
            progress(min(steps / total, 1.0))
            if cancelled():
                raise Cancelled

        sections = []
        for item in order.items:
            step()
            sections.append(item.section())
        text = dump_record(session_to_record(session))
        attached = text if len(text) <= _MOST_SESSION else ""
        total = len(sections) + len(order.kinds) * (2 + sum(len(s.figures) for s in sections))
        report = Report(order.head, tuple(sections), attached)
        contents = {
            kind: report_html(report, step).encode() if kind == "html"
            else report_pdf(report, order.paper, step)
            for kind in order.kinds
        }  # fmt: skip
        step()
        return _write(order.base, contents)

    return work


def _write(base: Path, contents: dict[str, bytes]) -> tuple[tuple[Path, ...], str]:
    """Write each file that can be written; return these, and a sentence on the others, or "".

    base: the path without ending. contents: the bytes by ending.
    """
    saved, problems = [], []
    for kind, content in contents.items():
        path = file_of(base, kind)
        try:
            write_atomically(path, content)
        except WriteError as error:
            problems.append(f"{error}.")  # it begins with the name of the file
        else:
            saved.append(path)
    return tuple(saved), " ".join(problems)


class ReportWiring(QObject):
    """Owns the thread that makes reports; session: returns the present session."""

    def __init__(self, window: MainWindow, session: Callable[[], Session]) -> None:
        super().__init__()
        self._window, self._session = window, session
        self._folder = QStandardPaths.writableLocation(
            QStandardPaths.StandardLocation.DocumentsLocation
        )
        self.runner = Runner("report", Policy.QUEUE)
        window.actions_by_name["report"].triggered.connect(self._show)

    @Slot()
    def _show(self) -> None:
        groups = [(page.title, page.report_items()) for page in self._window.pages.values()]
        dialog = ReportDialog(groups, self._folder, self._window)
        dialog.finished.connect(dialog.deleteLater)
        dialog.save_requested.connect(partial(self._write, dialog))
        dialog.cancel_requested.connect(self.runner.cancel)
        dialog.open()

    def _write(self, dialog: ReportDialog, order: Order) -> None:
        self._folder = str(order.base.parent)
        dialog.begin()
        job = self.runner.start(writing(order, self._session()), "the report could not be made")
        job.progressed.connect(dialog.show_progress)
        job.finished.connect(partial(self._finish, dialog))
        dialog.finished.connect(job.abandon)

    def _finish(self, dialog: ReportDialog, outcome: Outcome) -> None:
        saved, problem = outcome.value if outcome.status is Status.COMPLETE else ((), "")
        if outcome.message == CANCELLED:
            problem = "Cancelled; nothing was written."
        elif outcome.message:
            problem = sentence(outcome.message, ".")
        dialog.finish(saved, problem)
        if saved:
            names = " and ".join(path.name for path in saved)
            self._window.say(f"Saved {names} in {saved[0].parent}.")
