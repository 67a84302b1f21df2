import pytest
from PySide6.QtCore import QObject, Signal, Slot

from hhgui.jobs.session_worker import SessionWorker
from hhgui.jobs.threads import WorkerThread
from hhgui.storage import session as session_file
from hhgui.storage.recovery import LAST_SESSION, leftover_recoveries
from hhgui.storage.session import load_session
from tests.storage.sessions import full_session, plain_session

SESSION = plain_session()


class Window(QObject):
    """The window's side: its orders, and the answers that have come."""

    save = Signal(str, object)
    load = Signal(str)
    keep = Signal(object)

    def __init__(self, worker):
        super().__init__()
        self.worker, self.thread_of_worker = worker, WorkerThread(worker, "session")
        self.answers, self.complaints, self.times_kept = [], [], 0
        self.save.connect(worker.save)
        self.load.connect(worker.load)
        self.keep.connect(worker.save_recovery)
        worker.saved.connect(self._take_saved)
        worker.loaded.connect(self._take_loaded)
        worker.recovery_saved.connect(self._count)
        worker.recovery_failed.connect(self._take_complaint)

    @Slot(str, str)
    def _take_saved(self, path, problem):
        self.answers.append((path, problem))

    @Slot(str, object, str)
    def _take_loaded(self, path, session, problem):
        self.answers.append((path, session, problem))

    @Slot()
    def _count(self):
        self.times_kept += 1

    @Slot(str)
    def _take_complaint(self, problem):
        self.complaints.append(problem)


@pytest.fixture
def folder(tmp_path):
    """Where recovery files go."""
    return tmp_path / "recovery"


@pytest.fixture
def window(qtbot, folder):
    """A window whose worker runs in its thread."""
    window = Window(SessionWorker(folder))
    window.thread_of_worker.start()
    yield window
    window.thread_of_worker.finish()


@pytest.fixture
def answer(window, qtbot):
    """Give an order by its signal and its values; what is answered."""

    def order(signal, *values):
        before = len(window.answers)
        signal.emit(*values)
        qtbot.waitUntil(lambda: len(window.answers) > before)
        return window.answers[-1]

    return order


def test_a_session_goes_to_the_disk_and_back(window, answer, tmp_path):
    """Saved without a problem, loaded equal."""
    path = str(tmp_path / "a.hh.json")
    assert answer(window.save, path, full_session()) == (path, "")
    assert answer(window.load, path) == (path, full_session(), "")


def test_what_cannot_be_saved_is_told(window, answer, tmp_path):
    """A folder that is not there: the person hears which."""
    _, problem = answer(window.save, str(tmp_path / "no" / "a"), SESSION)
    assert "no does not exist; choose another folder" in problem


def test_what_cannot_be_read_is_told(window, answer, tmp_path):
    """A broken file gives no session but a message, and is as it was."""
    path = tmp_path / "a.hh.json"
    path.write_text("[]")
    told = answer(window.load, str(path))
    assert told == (str(path), None, "a.hh.json: must be a JSON object, written {…}")
    assert path.read_text() == "[]"


def test_a_failure_of_ours_is_told_too(window, answer, tmp_path, monkeypatch):
    """An exception nobody thought of ends in a message, and the worker goes on."""
    path = str(tmp_path / "a")
    with monkeypatch.context() as broken:
        broken.setattr(session_file, "session_to_record", lambda _: 1 / 0)
        told = answer(window.save, path, SESSION)
    assert told == (path, "could not be saved: ZeroDivisionError('division by zero')")
    assert answer(window.save, path, SESSION) == (path, "")


def test_a_crash_leaves_the_recovery_file(window, qtbot, folder):
    """A thread that ends without a clean close leaves what was kept last."""
    for voltage in (-70.0, -71.0, -71.0):
        window.keep.emit(plain_session(voltage))
    qtbot.waitUntil(lambda: window.times_kept == 3)
    window.thread_of_worker.finish()
    (path,) = folder.glob("recovery-*.hh.json")
    assert load_session(path) == plain_session(-71.0)
    window.worker.close_with(None)
    window.worker.shut_down()
    assert list(folder.iterdir()) == []


def test_a_clean_close_leaves_the_last_session(window, qtbot, folder):
    """Nothing is offered at the next start; the last session is there."""
    window.keep.emit(SESSION)
    qtbot.waitUntil(lambda: window.times_kept == 1)
    window.worker.close_with(full_session())
    window.thread_of_worker.finish()
    assert [path.name for path in folder.iterdir()] == [LAST_SESSION]
    assert load_session(folder / LAST_SESSION) == full_session()
    assert leftover_recoveries(folder) == []


def test_a_disk_that_does_not_keep_is_told_once(window, answer, qtbot, folder):
    """Every half minute the same message would be too many; once it keeps, a new one may come."""
    folder.touch()
    for voltage in (-70.0, -71.0, -72.0):
        window.keep.emit(plain_session(voltage))
    answer(window.save, str(folder.parent / "a"), SESSION)
    assert len(window.complaints) == 1
    assert "recovery can't be made" in window.complaints[0]
    folder.unlink()
    window.keep.emit(SESSION)
    qtbot.waitUntil(lambda: window.times_kept == 1)
    window.worker.close_with(None)


def test_what_is_kept_already_costs_nothing(window, qtbot, folder):
    """An order for the same session is answered without a write."""
    for _ in range(2):
        before = window.times_kept
        window.keep.emit(full_session())
        qtbot.waitUntil(lambda n=before: window.times_kept == n + 1)
        (path,) = folder.glob("recovery-*.hh.json")
        if before == 0:
            path.write_text("as it was")
    assert path.read_text() == "as it was"
    window.worker.close_with(None)
