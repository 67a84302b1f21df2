"""After a crash, a log-off and a quit the right part of each kind of work is still there.

The real kill -9 is in ``test_crashes.py``: what it leaves is what is on the disk.
"""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLineEdit

from hhgui.document.fi_protocol import FiProtocol
from hhgui.experiments.catalogue import EXPERIMENTS
from hhgui.model.stimulus.stimulus import Stimulus
from hhgui.model.stimulus.waveforms import Samples
from hhgui.storage.recovery import last_session_path, recovery_dir
from hhgui.storage.session import load_session, session_to_record
from hhgui.ui.report.dialog import ReportDialog
from hhgui.ui.window.settings import remembered_text
from tests.ui.controls import box

FIELDS = "the report's fields"  # of the program, not of a session
SMALL = FiProtocol(0.0, 10.0, 3, 10.0, 60.0, 60.0)
FILE = Stimulus((Samples((0.0, 5.0, 30.0), (0.0, 12.0), path="lab.csv"),))


class Work:
    """Each kind of work, done as a person does, and whether it is there."""

    def __init__(self, desktop, qtbot):
        self.desktop, self.qtbot, self.window = desktop, qtbot, desktop.window
        self.pages, self.act = desktop.window.pages, desktop.window.actions_by_name
        self.curves = self.setup = None

    def do(self):
        """Do all of it; a lesson first, since its step brings settings of its own."""
        self._learn()
        self.desktop.panels.choose_model("squid-dayan-abbott")
        box(self.window, "conductance.Na").setValue(80.0)
        self.desktop.editor.set_stimulus(FILE)
        live, run, fi = (self.pages[name] for name in ("live", "experiment", "fi"))
        self.window.show_tab("live")
        self.qtbot.waitUntil(lambda: live.can_keep and live.plots.recording.total > 4000)
        self._keep()
        self.qtbot.waitUntil(lambda: len(live.kept_sweeps.state()) == 1)
        self.window.show_tab("experiment")
        self.qtbot.waitUntil(lambda: run.current is not None and run.current.setup.stimulus == FILE)
        self._keep()
        self.setup = run.current.setup
        fi.sweep_requested.emit(SMALL)
        self.qtbot.waitUntil(lambda: fi.curve is not None and not fi.running)
        self.curves = fi.curves
        self._measure("threshold")
        self._keep()
        self._measure("fixed-points")
        self.window.show_tab("gating")
        compared = self.window.findChild(QComboBox, "gating.compare")
        compared.setCurrentIndex(compared.findData("cortical-pyramidal"))
        compared.activated.emit(compared.currentIndex())
        self._report()

    def _keep(self):
        self.window.draw_frame()  # it enables what applies
        self.act["keep"].trigger()

    def _measure(self, experiment):
        page = self.pages["measure"]
        self.window.show_tab("measure")
        page.show_experiment(EXPERIMENTS[experiment]())
        self.act["run"].trigger()
        self.qtbot.waitUntil(
            lambda: [each.setup.experiment for each in page.state().results][-1:] == [experiment]
        )

    def _learn(self):
        self.window.show_lessons(True)
        panel = self.window.lessons
        panel.open_lesson(panel.lesson_ids[0], 1)
        self.qtbot.waitUntil(lambda: not self.desktop.guide.busy)

    def _report(self):
        self.act["report"].trigger()
        there = self.window.findChildren(ReportDialog)
        dialog = next(each for each in there if each.isVisible())
        QTest.keyClicks(dialog.findChild(QLineEdit, "report.name"), "Ada")
        QTest.keyClick(dialog, Qt.Key.Key_Escape)

    def there(self):
        """Whether each kind of work is there."""
        pages, document = self.pages, self.desktop.editor.document
        run, measure, state = pages["experiment"], pages["measure"], pages["gating"].state()
        self.window.show_tab("experiment")
        shown = measure.shown
        return {
            "an edit": document.membrane.currents[0].conductance == 80.0,
            "a current from a file": document.stimulus == FILE,
            "a kept sweep": len(pages["live"].kept_sweeps.shown) == 1,
            "the single run": run.current is not None and run.current.setup == self.setup,
            "a kept run": [kept.run.setup for kept in run.runs] == [self.setup],
            "curves": pages["fi"].curves == self.curves,
            "a kept measurement": [name(each) for each in measure._kept] == ["threshold"],
            "the measurement": shown is not None and name(shown) == "fixed-points",
            "the compared gates": state.against == "cortical-pyramidal",
            "the lesson": self.window.lessons.place[1] == 1 and self.window.lesson_dock.isVisible(),
            FIELDS: remembered_text("report/name", "").endswith("Ada"),
        }


def name(snapshot):
    """The id of the experiment that was measured."""
    return snapshot.measured.experiment.id


def forget(work):
    """Show a window in which nothing was done."""
    for page in work.pages.values():
        page.restore(page.State())
    work.desktop.panels.choose_model("cortical-pyramidal")
    work.desktop.editor.set_stimulus(Stimulus())
    work.window.show_lessons(False)


def test_what_a_crash_a_log_off_and_a_quit_leave_is_all_of_the_work(new_desktop, qtbot):
    """A crash seconds after the last of it, without another word of the user."""
    desktop, work = new_desktop, Work(new_desktop, qtbot)
    work.do()
    wanted = session_to_record(desktop.sessions.session())
    (path,) = recovery_dir().glob("recovery-*.hh.json")
    qtbot.waitUntil(lambda: session_to_record(load_session(path)) == wanted)
    left = load_session(path)
    desktop.prepare_for_log_off()
    assert load_session(last_session_path()) == left
    forget(work)
    qtbot.waitUntil(lambda: list(filter(work.there().get, work.there())) == [FIELDS])
    desktop.sessions.show(left)
    qtbot.waitUntil(lambda: not desktop.sessions.busy)
    qtbot.waitUntil(lambda: [kind for kind, value in work.there().items() if not value] == [])
    wanted = session_to_record(desktop.sessions.session())
    desktop.window.close()
    assert session_to_record(load_session(last_session_path())) == wanted
