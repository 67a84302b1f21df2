"""Show the results of a voltage clamp in words, below their plot."""

from collections.abc import Sequence
from html import escape

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea

from hhgui.experiments.events import Result
from hhgui.model.current_unit import CurrentUnit
from hhgui.model.words import sentence, with_minus
from hhgui.ui.widgets.labels import named, set_text
from hhgui.ui.widgets.theme import Theme


class ResultWords(QScrollArea):
    """A text with each result, its value and how it was measured, or why it is missing."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("clamp.results.scroll")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._label = named(QLabel(wordWrap=True), "clamp.results", "Results of the clamp")
        self._label.setTextFormat(Qt.TextFormat.RichText)
        self._label.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._label.setContentsMargins(2, 0, 6, 0)
        self.setWidget(self._label)
        self._shown: tuple[Sequence[Result], Sequence[str], CurrentUnit] | None = None
        self._faint, self._error = "", ""

    def set_theme(self, theme: Theme) -> None:
        """Set the colours of less important text and of what is missing."""
        self._faint, self._error = theme.faint_text, theme.error
        if self._shown is not None:
            self.show_results(*self._shown)

    def show_results(
        self, results: Sequence[Result], sentences: Sequence[str], unit: CurrentUnit
    ) -> None:
        """Show results, then further sentences; unit: in which currents are shown."""
        self._shown = results, sentences, unit
        parts = [self._html(each, unit) for each in results]
        parts += [f"<p>{escape(unit.sentence(text))}</p>" for text in sentences]
        set_text(self._label, "".join(parts))

    def _html(self, result: Result, unit: CurrentUnit) -> str:
        label = escape(result.label)
        if result.value is None:
            problem = escape(sentence(unit.sentence(result.problem), "."))
            return f'<p><b>{label}</b>: <span style="color:{self._error}">{problem}</span></p>'
        value = unit.factor_of(result.unit) * result.value
        text = with_minus(f"{value:.5g} {unit.unit(result.unit)}".strip())
        how = escape(sentence(unit.sentence(result.how), "."))
        return f'<p><b>{label} {text}</b><br><span style="color:{self._faint}">{how}</span></p>'
