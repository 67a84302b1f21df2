"""Keep families of sweeps, draw them behind the present one, and subtract one from another."""

from collections.abc import Sequence
from typing import Any

from hhgui.experiments.clamp_record import ClampRecord, largest_difference
from hhgui.experiments.clamp_staircase import ClampStaircase
from hhgui.model.membrane import Membrane
from hhgui.model.words import with_minus
from hhgui.ui.clamp.clamped import Clamped
from hhgui.ui.clamp.difference import DifferenceChooser
from hhgui.ui.clamp.state import ClampState, KeptFamily
from hhgui.ui.widgets.kept_list import HUES, Kept, KeptList

MOST_KEPT = 12


class Families:
    """Connects the list of kept families with the choice of a difference.

    The kept families of a session must be computed again; if a session is saved before that is
    done, they are included all the same.
    """

    def __init__(self, kept: KeptList, difference: DifferenceChooser) -> None:
        self._list, self._chooser = kept, difference
        self._awaited: tuple[KeptFamily, ...] = ()
        self._awaited_pair: tuple[int, ...] = ()

    @property
    def kept(self) -> tuple[Kept, ...]:
        """Return the kept families in the order of the list.

        The ``run`` of each is a ``Clamped``.
        """
        return self._list.runs

    @property
    def visible(self) -> list[Kept]:
        """Return the kept families that are drawn."""
        return [each for each in self._list.runs if each.visible]

    @property
    def has_room(self) -> bool:
        """Return whether one more can be kept."""
        return len(self._list.runs) < MOST_KEPT

    def keep(self, clamped: Clamped, name: str) -> None:
        """Keep a family under a name."""
        self._list.keep(clamped, name)

    def tables(self) -> tuple[dict[str, Any], ...]:
        """Return all kept families as a session stores them."""
        kept = [
            KeptFamily(
                each.name, HUES.index(each.color), each.visible, each.run.membrane,
                each.run.staircase.settings(),
            )
            for each in self._list.runs
        ]  # fmt: skip
        return tuple(each.table() for each in (*self._awaited, *kept))

    @property
    def pair(self) -> tuple[int, ...]:
        """Return the indices of the two families of the difference, () if there is none."""
        return self._chooser.pair or self._awaited_pair

    def await_state(self, state: ClampState) -> list[tuple[ClampStaircase, Membrane]]:
        """Replace all families by those of a session; return what must be computed for them."""
        self._list.set_runs(())
        self._awaited, self._awaited_pair = state.kept, state.difference
        return [(each.staircase, each.membrane) for each in state.kept]

    def give_up(self) -> None:
        """Forget the families of a session, because they can't be computed."""
        self._awaited, self._awaited_pair = (), ()

    def show_computed(self, families: Sequence[Clamped]) -> None:
        """List the families of a session before those that the user has kept since."""
        back = [
            Kept(each.name, HUES[each.color % len(HUES)], each.visible, family)
            for each, family in zip(self._awaited, families, strict=True)
        ]
        pair = self._awaited_pair
        self.give_up()
        self._list.set_runs([*back, *self._list.runs])
        self._chooser.show_pair((pair[0], pair[1]) if pair else None)

    def difference(self) -> tuple[ClampRecord, ClampRecord] | None:
        """Return the records of the two families of the difference.

        If there is none, the reason is shown and None returned.
        """
        pair = self._chooser.pair
        if pair is None:
            self._chooser.show_problem("")
            return None
        first, second = (self._list.runs[place].run for place in pair)
        same = first.staircase.has_commands_of(second.staircase)
        self._chooser.show_problem(
            "" if same else "Their commands differ: keep two families of one staircase."
        )
        return (first.record, second.record) if same else None

    def difference_words(self) -> list[str]:
        """Return a sentence on the difference, [] if there is none."""
        records, pair = self.difference(), self._chooser.pair
        if records is None or pair is None:
            return []
        value, sweep = largest_difference(*records)
        at = self._list.runs[pair[0]].run.names[sweep]
        text = f"Difference: at most {value:.4g} µA/cm² in size, in the sweep at {at}."
        return [with_minus(text)]
