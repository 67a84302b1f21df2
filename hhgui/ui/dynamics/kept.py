"""Keep diagrams, and draw them faint behind the present one if they have the same axes."""

from collections.abc import Sequence
from typing import Any

from hhgui.analysis.equilibrium_curve import CURRENT
from hhgui.document.differences import describe_neuron, in_words
from hhgui.model.membrane import Membrane
from hhgui.model.words import distinct, with_minus
from hhgui.ui.dynamics.curves_data import CurvesData
from hhgui.ui.dynamics.diagram_data import DiagramData
from hhgui.ui.dynamics.picture import Picture
from hhgui.ui.dynamics.question import Question, symbol
from hhgui.ui.dynamics.state import MOST_KEPT, KeptDiagram
from hhgui.ui.widgets.kept_list import HUES, Kept, KeptList

Data = DiagramData | CurvesData
INITIAL = "membrane.initial_voltage"


class KeptDiagrams:
    """Connects the list of kept diagrams with the plot.

    The kept diagrams of a session must be computed again; if a session is saved before that is
    done, they are included all the same.
    """

    def __init__(self, kept: KeptList) -> None:
        self._list = kept
        self._awaited: list[KeptDiagram] = []
        self._restored = 0  # how many of the kept ones are of the session

    @property
    def has_room(self) -> bool:
        """Return whether one more can be kept."""
        return len(self._list.runs) + len(self._awaited) < MOST_KEPT

    def keep(self, data: Data, base: Membrane) -> None:
        """Keep a diagram, named by how its neuron differs from the parameter set ``base``."""
        taken = {each.name for each in self._list.runs}
        self._list.keep(data, distinct(name_of(data.question, base), taken, "{} ({})"))

    def beside(self, picture: Picture) -> list[tuple[Picture, Kept]]:
        """Return the visible diagrams that have the axes of a picture; say which have others."""
        found, texts = [], []
        for each in self._list.runs:
            own = each.run.picture(picture.up)
            texts.append("" if own.axes == picture.axes else f"{_view_text(each.run.question)}")
            if each.visible and own.axes == picture.axes:
                found.append((own, each))
        self._list.show_differences(texts)
        return found

    def tables(self) -> tuple[dict[str, Any], ...]:
        """Return all kept diagrams as a session stores them."""
        kept = [
            KeptDiagram.of(each.name, HUES.index(each.color), each.visible, each.run.question)
            for each in self._list.runs
        ]
        return tuple(dict(vars(each)) for each in (*self._awaited, *kept))

    def await_diagrams(self, kept: Sequence[KeptDiagram]) -> list[Question]:
        """Replace all diagrams by those of a session; return what must be computed for them."""
        self._awaited, self._restored = list(kept), 0
        self._list.set_runs(())
        return [each.question for each in kept]

    def show_computed(self, computed: Sequence[Data | None]) -> None:
        """List the next diagrams of a session; None is one that can't be computed again."""
        runs = list(self._list.runs)
        for data in computed[: len(self._awaited)]:
            each = self._awaited.pop(0)
            if data is not None:
                hue = HUES[each.color % len(HUES)]
                runs.insert(self._restored, Kept(each.name, hue, each.visible, data))
                self._restored += 1
        self._list.set_runs(runs)


def name_of(question: Question, base: Membrane) -> str:
    """Return how the neuron of a diagram differs from a parameter set, or the name of the set.

    Numbers that the diagram varies are left out.
    """
    changes = [
        change
        for change in describe_neuron(base, question.membrane)
        if change.key not in (*question.paths, INITIAL) and not change.key.endswith(".initial")
    ]
    words = [in_words(changes) or base.name]
    if CURRENT not in question.paths and question.current:
        words.append(f"hold {question.current:g} µA/cm²")
    return with_minus(" · ".join(words))


def _view_text(question: Question) -> str:
    """Return in words which axes a kept diagram has, if they are not those shown now."""
    if question.second:
        return f"in the plane of {symbol(question.path)} and {symbol(question.second)}"
    return f"against {symbol(question.path)}"
