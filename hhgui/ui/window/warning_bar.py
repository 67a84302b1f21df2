"""Show above the tabs what went wrong, until the user has read it."""

from html import escape

from PySide6.QtCore import Qt

from hhgui.ui.window.bar import Bar

_MOST_LINES = 5


class WarningBar(Bar):
    """A list of warnings, the newest last; only the user closes it, by its button or by Esc.

    What may be missed goes to the status bar, where a notice disappears after some seconds or with
    the next one.
    """

    def __init__(self) -> None:
        super().__init__("warning", "What went wrong", "error")
        self._lines: list[str] = []
        self.text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.add_close_button("Close the warnings")

    def show_warning(self, text: str) -> None:
        """Add a warning below those not closed yet.

        If there are many, only the newest are shown.
        """
        if self.isHidden():
            self._lines = []
        self._lines = [line for line in self._lines if line != text] + [text]
        shown = self._lines[-_MOST_LINES:]
        more = len(self._lines) - len(shown)
        lines = [f"… and {more} earlier", *shown] if more else shown
        self.text.setText("<br>".join(f"⚠ {escape(line)}" for line in lines))
        self.show()
