"""Describe what a diagram is to show: a neuron, one or two numbers that vary, their ranges."""

from dataclasses import replace
from typing import NamedTuple

from hhgui.analysis.equilibrium_curve import CURRENT, automatic_range
from hhgui.analysis.system import Neuron
from hhgui.experiments.along import unit_of_path
from hhgui.model.current_unit import CurrentUnit
from hhgui.model.edit import with_value
from hhgui.model.membrane import Membrane

Y_LABELS = {"V": "V (mV)", "rate": "rate (Hz)", "period": "period (ms)"}
_SYMBOLS = {"conductance": "ḡ {}", "reversal": "E {}", "capacitance": "C", "temperature": "T"}


class Span(NamedTuple):
    """The range of a number."""

    first: float
    last: float


class Frame(NamedTuple):
    """The ranges of a diagram.

    across: of the number on the x axis. up: of the number on the y axis, None if that is V, rate or
    period.
    """

    across: Span
    up: Span | None = None


class Ends(NamedTuple):
    """A range as it is asked for; None for one that suits the neuron."""

    first: float | None = None
    last: float | None = None


class Question(NamedTuple):
    """What a diagram is to show.

    membrane: the neuron. path: of the number that is varied, or "current". current: the injected
    current (µA/cm²) if that is not varied. second: the path of a second number, "" for none; with
    one, the diagram has the Hopf points and folds in the plane of both, one of which must be the
    current. ends, second_ends: the ranges.
    """

    membrane: Membrane
    path: str
    current: float
    ends: Ends = Ends()
    second: str = ""
    second_ends: Ends = Ends()

    @property
    def unit(self) -> str:
        """Return the unit of the number at ``path``."""
        return unit_of_path(self.path)

    @property
    def neuron(self) -> Neuron:
        """Return the neuron with the number at ``path`` as its free parameter."""
        return Neuron(self.membrane, self.path, self.current)

    @property
    def paths(self) -> tuple[str, ...]:
        """Return the paths of the one or two numbers that are varied."""
        return (self.path, self.second) if self.second else (self.path,)

    @property
    def beside(self) -> str:
        """Return the path of the number that is varied besides the current, in a plane of two."""
        return self.second if self.path == CURRENT else self.path

    def frame(self) -> Frame:
        """Return the ranges of the diagram's parameters.

        A range that was not given is chosen to suit the neuron.
        """
        up = self._span(self.second, self.second_ends) if self.second else None
        return Frame(self._span(self.path, self.ends), up)

    def _span(self, path: str, ends: Ends) -> Span:
        if ends.first is not None and ends.last is not None:
            return Span(ends.first, ends.last)
        return Span(*automatic_range(Neuron(self.membrane, path, self.current)))

    @property
    def essence(self) -> tuple[object, ...]:
        """Return all on which the diagram depends; equal essences have equal diagrams.

        The present values of the numbers that are varied, and start values, are not included.
        """
        m = self.membrane
        for path in self.paths:
            m = m if path == CURRENT else with_value(m, path, 1.0)
        currents = [
            (c.conductance, c.reversal, c.q10, [replace(g, initial=None) for g in c.gates])
            for c in m.currents
        ]
        rates = m.q10, m.temperature, m.reference_temperature
        return (m.structure, m.capacitance, *rates, currents, *self[1:])


def axis_text(name: str, unit: CurrentUnit) -> str:
    """Return the label of an axis, of V, rate, period or a number; unit: of currents."""
    if name in Y_LABELS:
        return Y_LABELS[name]
    if name == CURRENT:
        return f"I ({unit.text})"
    return f"{symbol(name)} ({unit_of_path(name)})"


def symbol(path: str) -> str:
    """Return the symbol of a number by its path: "ḡ Na"."""
    owner, _, key = path.partition(".")
    return "I" if path == CURRENT else _SYMBOLS.get(key, path).format(owner)
