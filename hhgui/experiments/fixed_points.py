"""Find the equilibria of the neuron at a constant current, and what happens near each."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from hhgui.analysis.fixed_points import equilibria
from hhgui.analysis.kinetics import steady_gates
from hhgui.analysis.stability import STABILITIES, eigenvalues, leading, stability
from hhgui.experiments.contract import Cancelled, Column, Experiment, Plot, ReportProgress, Subject
from hhgui.experiments.events import Event, Listing, Result, Row
from hhgui.experiments.settings import number


@dataclass(frozen=True)
class FixedPoints(Experiment):
    """The equilibria: every gate is at its steady state and I_ss(V) = I.

    Stable: every eigenvalue of the linearised full system has a negative real part. A spiral has a
    complex pair of eigenvalues, whose frequency and time constant are given; a saddle has one
    positive eigenvalue (Hodgkin & Huxley 1952, eqs. 7-10 and 26; Rinzel & Ermentrout 1998).
    """

    id = "fixed-points"
    title = "Fixed points"
    group = "Dynamics"
    summary = "The equilibria at a constant current: voltages, gates, eigenvalues, stability."
    sketch = "0,3 6,13 12,5 17,4 24,15; 0,8 24,8"

    current: float = number(
        "current", "µA/cm²", 0.0, -10_000.0, 10_000.0, "The constant current that is injected."
    )

    @property
    def columns(self) -> tuple[Column, ...]:
        return (
            Column("V", "mV"),
            Column("stability", words=STABILITIES),
            Column("frequency", "Hz"),
            Column("time_constant", "ms"),
        )

    def columns_for(self, subject: Subject) -> tuple[Column, ...]:
        gates = tuple(Column(gate.name) for gate in subject.membrane.gates)
        return (self.columns[0], *gates, *self.columns[1:])

    @property
    def plots(self) -> tuple[Plot, ...]:
        return (Plot("V", ("time_constant",), style="points", color="stability"),)

    def measure(
        self, subject: Subject, cancelled: Cancelled, progress: ReportProgress
    ) -> Iterator[Event]:
        membrane = subject.membrane
        found = equilibria(membrane, self.current)
        every = []
        for index, voltage in enumerate(found.tolist()):
            values = eigenvalues(membrane, voltage)
            every.append([[float(v.real), float(v.imag)] for v in values])
            slowest = leading(values)
            row: dict[str, float | None] = {
                "V": voltage,
                "stability": float(STABILITIES.index(stability(values))),
                "frequency": 1000.0 * abs(float(slowest.imag)) / (2.0 * np.pi),
                "time_constant": float(1.0 / slowest.real) if slowest.real else None,
            }
            gates = steady_gates(membrane, voltage)
            row |= {g.name: float(x) for g, x in zip(membrane.gates, gates, strict=True)}
            yield Row(index, row)
        how = "solutions of I_ss(V) = I from -150 to 150 mV"
        problem = "" if found.size else f"no equilibrium at {self.current:g} µA/cm² in this range"
        yield Result("count", "equilibria", float(found.size), "", how, problem)
        yield Listing("eigenvalues", tuple(every))
