"""Fit the gates of a neuron to its own voltage-clamp records, with noise in them if wanted."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Annotated

import numpy as np
from numpy.typing import NDArray

from hhgui.analysis.clamp import family
from hhgui.analysis.clamp_fit import CurrentFit, fit_current
from hhgui.analysis.clamp_points import Records
from hhgui.analysis.fitting import FitError
from hhgui.experiments.clamp_staircase import ClampStaircase
from hhgui.model.membrane import Gate, Membrane
from hhgui.model.parameter import ModelError, Parameter, check_fields

Array = NDArray[np.float64]
SAMPLED_MS = 0.05
_MOST_SAMPLES = 2_000
NOISE = Parameter(
    "noise", "noise", "noise", "%", 0.0, 50.0, 1.0, 2,
    "Standard deviation of the noise that is added to each current, of its largest value.",
)  # fmt: skip
SEED = Parameter("seed", "seed", "seed", "", 0, 2**31 - 1, 1, 0,
                 "Another seed is another recording of the same cell.", whole=True)  # fmt: skip


@dataclass(frozen=True)
class FitRequest:
    """A family of voltage-clamp records to be fitted.

    staircase: the commands. membrane: the neuron. noise: its standard deviation in % of the largest
    current. seed: of the noise. Raises ModelError for a noise or a seed out of range, and if the
    family is not one of steps from the holding voltage, which a fit needs.
    """

    staircase: ClampStaircase
    membrane: Membrane
    noise: Annotated[float, NOISE] = 0.0
    seed: Annotated[int, SEED] = 0

    def __post_init__(self) -> None:
        check_fields(self)
        steps = self.staircase
        before = steps.conditioning_duration or steps.gap_duration
        if steps.varied != "test" or steps.evaluated == "ramp" or before:
            raise ModelError(
                "staircase", "a fit needs steps from the holding voltage to different test "
                "voltages: choose the Na/K family"
            )  # fmt: skip
        if not steps.amplifier.is_ideal:
            raise ModelError("amplifier", "a fit needs V at the command: switch the amplifier off")

    def records(self) -> list[Records]:
        """Return the records of each current of the membrane, in order, with noise added."""
        steps, membrane = self.staircase, self.membrane
        volts = steps.values.values
        count = int(steps.test_duration / SAMPLED_MS + 1e-9) + 1
        time = np.linspace(0.0, steps.test_duration, min(max(count, 60), _MOST_SAMPLES))
        clean = family(membrane, steps.hold, volts[:, None], steps.test_duration).currents(0, time)
        noise = np.random.default_rng(self.seed).standard_normal(clean.shape)
        found, first = [], 0
        for current, values, own in zip(membrane.currents, clean, noise, strict=True):
            last = first + len(current.gates)
            size = self.noise / 100.0 * float(np.abs(values).max())
            factors = membrane.rate_factors[first:last]
            found.append(Records(current, factors, steps.hold, volts, time, values + size * own))
            first = last
        return found


@dataclass(frozen=True, eq=False)
class FamilyFit:
    """The result of fitting a family.

    fits: the fit of each current that has gates, by its name. problems: why there is none, by name.
    """

    request: FitRequest
    fits: dict[str, CurrentFit]
    problems: dict[str, str]

    @property
    def membrane(self) -> Membrane:
        """Return a copy of the membrane with the fitted gates in place of its own."""
        gates = {gate.name: gate for each in self.fits.values() for gate in each.gates}

        def found(gate: Gate) -> Gate:
            return gates.get(gate.name, gate)

        own = self.request.membrane
        return replace(own, currents=tuple(
            replace(each, gates=tuple(map(found, each.gates))) for each in own.currents
        ))  # fmt: skip

    @property
    def warnings(self) -> list[str]:
        """Return a sentence for each thing for which the test step is too short."""
        longest, said = self.request.staircase.test_duration, []
        for fitted in self.fits.values():
            for gate, points in zip(fitted.gates, fitted.points, strict=True):
                slow = points.tau > longest
                if slow.any():
                    worst = int(np.nanargmax(points.tau))
                    said.append(
                        f"at {points.voltage[worst]:g} mV τ of {gate.name} is "
                        f"{points.tau[worst]:.3g} ms, longer than the test stair of {longest:g} ms:"
                        " lengthen it"
                    )
        return said


def fit_family(
    request: FitRequest, cancelled: Callable[[], bool], progress: Callable[[float], object]
) -> FamilyFit | None:
    """Fit each current that has gates.

    Return None once ``cancelled()`` is true between two of them.
    """
    fits: dict[str, CurrentFit] = {}
    problems: dict[str, str] = {}
    gated = [records for records in request.records() if records.current.gates]
    for place, records in enumerate(gated):
        if cancelled():
            return None
        try:
            fits[records.current.name] = fit_current(records)
        except FitError as error:
            problems[records.current.name] = str(error)
        progress((place + 1) / len(gated))
    return FamilyFit(request, fits, problems)
