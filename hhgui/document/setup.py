"""Hold everything that a protocol, a step of a lesson or a run needs to be set, as data."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Annotated, Any

from hhgui.document.fi_protocol import DURATION, REARM, THRESHOLD
from hhgui.engine.methods import DEFAULT_DT_MS, DEFAULT_METHOD, DT, method_named
from hhgui.engine.spikes import REARM_MV
from hhgui.model.edit import named_after, values_of
from hhgui.model.membrane import Membrane
from hhgui.model.parameter import Parameter, Rule, check_fields, some_of
from hhgui.model.quantity import PANES
from hhgui.model.stimulus.command import Command
from hhgui.model.stimulus.stimulus import Stimulus

SPEED = Parameter(
    "speed", "speed", "speed", "", 0.0, 1e6, 0.01, 4,
    "Model time per real time in the live tab; 0: as fast as it goes.",
)  # fmt: skip
AS_FAST_AS_IT_GOES = 0.0
Panes = Annotated[tuple[str, ...], Rule(partial(some_of, choices=tuple(PANES)))]


@dataclass(frozen=True)
class Setup:
    """The settings of the window for one protocol, step of a lesson, or run.

    membrane: the neuron with its edits, named by ``named_after``. base: its parameter set.
    stimulus, method, dt (ms). duration: of a single run (ms). threshold: V (mV) whose upward
    crossing is a spike. rearm: how far (mV) V must fall below it before the next spike counts. tab:
    the name of the tab to show; the window checks it. experiment, settings: for a tab that
    measures, an id of the catalogue of experiments ("" for none) and its settings, which
    ``content/setup_table.py`` checks. against: a second neuron to compare with in the gating tab,
    or None. thermal: whether that tab draws the thermal rates of K. marks: whether the single run
    shows the annotated action potential. panes: the plots to show, keys of PANES; () leaves them
    unchanged. speed: model time per real time of the live run; None leaves it unchanged. command:
    the voltage to which the live neuron is clamped, None for no clamp. Raises ModelError, whose key
    names the field.
    """

    membrane: Membrane
    base: Membrane
    stimulus: Stimulus = field(default_factory=Stimulus)
    method: str = DEFAULT_METHOD
    dt: Annotated[float, DT] = DEFAULT_DT_MS
    duration: Annotated[float, DURATION] = 50.0
    threshold: Annotated[float, THRESHOLD] = 0.0
    tab: str = "experiment"
    against: Membrane | None = None
    thermal: bool = False
    marks: bool = False
    panes: Panes = ()
    speed: Annotated[float, SPEED] | None = None
    experiment: str = ""
    settings: Mapping[str, Any] = field(default_factory=dict, hash=False)
    rearm: Annotated[float, REARM] = REARM_MV
    command: Command | None = None

    def __post_init__(self) -> None:
        method_named(self.method)
        object.__setattr__(self, "membrane", named_after(self.membrane, self.base))
        check_fields(self)

    @property
    def steps(self) -> int:
        """Return the number of time steps in a single run, at least one."""
        return max(1, round(self.duration / self.dt))

    @property
    def edits(self) -> dict[str, float | None]:
        """Return the edited numbers of the membrane by path, with their present values.

        The value is None for a gate that starts at its steady state although the parameter set
        gives a start value. If membrane and base differ in structure, only numbers that both have
        are compared.
        """
        own, given = values_of(self.membrane), values_of(self.base)
        return {p: value for p, value in own.items() if p in given and value != given[p]}
