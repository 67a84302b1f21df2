"""Know whether the window has work that is in no session file, and ask about it."""

from collections.abc import Iterable
from enum import Enum, auto

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QUndoStack
from PySide6.QtWidgets import QCheckBox, QMessageBox, QWidget

from hhgui.ui.tab import Tab


class UnsavedWork(QObject):
    """Compares the undo history and the results of the tabs with those that were saved last.

    ``changed(bool)``: Emitted with whether there is unsaved work.
    """

    changed = Signal(bool)

    def __init__(self, history: QUndoStack, tabs: Iterable[Tab]) -> None:
        super().__init__()
        self._history, self._tabs = history, tuple(tabs)
        self._saved = self._results()
        self._known = False
        history.cleanChanged.connect(self._update)
        for tab in self._tabs:
            tab.kept.connect(self._update)

    @property
    def there(self) -> bool:
        """Return whether there is an edit or a result that is in no session file."""
        return not self._history.isClean() or self._results() != self._saved

    def stop(self) -> None:
        """Stop comparing, before the undo history is deleted, which would report it as saved."""
        self._history.cleanChanged.disconnect(self._update)

    def mark_saved(self) -> None:
        """Note that the present document and results are saved."""
        self._saved = self._results()
        self._history.setClean()
        self._set_known(False)

    def mark_unsaved(self) -> None:
        """Note that the present document is not saved, as a recovered one is not."""
        self._history.resetClean()
        self._update()

    def _results(self) -> tuple[object, ...]:
        """Return the results of all tabs, to be compared."""
        return tuple(tab.results for tab in self._tabs)

    @Slot()
    def _update(self) -> None:
        self._set_known(self.there)

    def _set_known(self, there: bool) -> None:
        if there != self._known:
            self._known = there
            self.changed.emit(there)


class Answer(Enum):
    """The user's answer on unsaved work when the window closes."""

    SAVE = auto()
    DISCARD = auto()
    CANCEL = auto()


def ask_about_unsaved(parent: QWidget, name: str) -> tuple[Answer, bool]:
    """Ask whether to save; also return whether to ask no more and restore at every start.

    name: of the session's file, or "".
    """
    box = QMessageBox(parent)
    box.setObjectName("unsaved")
    box.setIcon(QMessageBox.Icon.Question)
    box.setWindowTitle("Unsaved work")
    box.setText(f"Save the changes to {name}?" if name else "Save your work as a session?")
    box.setInformativeText(
        "Edits, kept runs, curves and measurements are lost otherwise, unless the last session is "
        "reopened."
    )
    kind = QMessageBox.StandardButton
    box.setStandardButtons(kind.Save | kind.Discard | kind.Cancel)
    box.button(kind.Discard).setText("&Don’t save")
    for button, end in ((kind.Save, "save"), (kind.Discard, "discard"), (kind.Cancel, "cancel")):
        box.button(button).setObjectName(f"unsaved.{end}")
    box.setDefaultButton(kind.Save)
    box.setEscapeButton(kind.Cancel)
    no_more = QCheckBox("Don’t ask again: restore everything at the next start")
    no_more.setObjectName("unsaved.no_more")
    box.setCheckBox(no_more)
    answers = {kind.Save: Answer.SAVE, kind.Discard: Answer.DISCARD}
    answer = answers.get(QMessageBox.StandardButton(box.exec()), Answer.CANCEL)
    box.deleteLater()
    return answer, no_more.isChecked() and answer is not Answer.CANCEL
