"""Compute the impedance of the membrane at rest: how V responds to a small sinusoidal current."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hhgui.analysis.jacobian import jacobian
from hhgui.document.setup import Setup
from hhgui.experiments.contract import (
    Cancelled,
    Column,
    Experiment,
    Mark,
    Plot,
    ReportProgress,
    Subject,
)
from hhgui.experiments.events import Event, Progress, Result, Row
from hhgui.experiments.lanes import NoRestError, Run, at_rest, run_one
from hhgui.experiments.settings import Grid, grid, number
from hhgui.model.membrane import Membrane
from hhgui.model.stimulus.stimulus import Stimulus
from hhgui.model.stimulus.waveforms import Chirp, Sine

Array = NDArray[np.float64]
CHIRP_MS = 4000.0
# The estimate is given where the chirp's own spectrum is at least this fraction of its largest.
AUDIBLE = 0.2
# V answers in proportion if half a chirp gives half of it within this fraction of the largest.
LINEAR = 0.1
# V is back where it began if one of its last samples is within this fraction of its largest swing.
BACK, AT_THE_END = 0.05, 400
_RESONANCE = "the frequency of the largest |Z| of the linearised membrane"
_QUALITY = "the largest |Z| over |Z(0)|"


@dataclass(frozen=True)
class Impedance(Experiment):
    """|Z| and phase of the linearised membrane at rest, against frequency.

    Z(f) = e_V (2 pi i f - J)^-1 e_V / C, J being the Jacobian at rest under the holding current and
    e_V the unit vector along V. Resonance: the frequency of the largest |Z|; Q = |Z|max / |Z(0)|.
    The estimate is measured on the full membrane under a small chirp: the ratio of the spectra of V
    and I.
    """

    id = "impedance"
    title = "Impedance"
    group = "Linear response"
    summary = "|Z| and phase against frequency at a holding current, and a chirp's estimate."
    sketch = "0,6 5,7 8,10 11,13 14,10 18,6 24,3"
    findings = (
        Column("resonance", "Hz"),
        Column("quality", "", "Q"),
    )
    uses_spikes = False
    columns = (
        Column("frequency", "Hz"), Column("magnitude", "kΩ·cm²", "|Z|"),
        Column("phase", "°"), Column("estimate", "kΩ·cm²", "|Z| by a chirp"),
    )  # fmt: skip
    plots = (
        Plot("frequency", ("magnitude", "estimate"), log="x", marks=(Mark("x", ("resonance",)),)),
        Plot("frequency", ("phase",), log="x"),
    )

    frequencies: Grid = grid(
        "frequencies", "Hz", 1.0, 500.0, 60, low=0.0, high=100_000.0, log=True,
        help="The frequencies of the current.",
    )  # fmt: skip
    amplitude: float = number(
        "chirp", "µA/cm²", 0.05, 0.0, 100.0, "Amplitude of the chirp; 0 leaves it out."
    )

    def measure(
        self, subject: Subject, cancelled: Cancelled, progress: ReportProgress
    ) -> Iterator[Event]:
        frequencies = self.frequencies.values
        try:
            membrane = at_rest(subject)
        except NoRestError as error:
            for index, frequency in enumerate(frequencies.tolist()):
                yield Row(index, {"frequency": frequency}, str(error))
            yield Result("resonance", "resonance", None, "Hz", _RESONANCE, str(error))
            yield Result("quality", "Q", None, "", _QUALITY, str(error))
            return
        exact = impedance(membrane, frequencies)
        for index in range(frequencies.size):
            yield Row(index, self._values(index, exact))
        yield Progress(0.1)
        yield from resonance(membrane)
        if self.amplitude > 0.0:
            resting = replace(subject, membrane=membrane)
            stimulus = self._chirp(subject, self.amplitude)
            run = run_one(resting, stimulus, CHIRP_MS, cancelled)
            half = run_one(resting, self._chirp(subject, 0.5 * self.amplitude), CHIRP_MS, cancelled)
            problem = run.problem or self._not_linear(run, half)
            found = np.full(frequencies.size, np.nan)
            if not problem:
                found = _estimate(run, stimulus, subject, frequencies)
            for index in range(frequencies.size):
                values = self._values(index, exact) | {"estimate": float(found[index])}
                yield Row(index, values, problem)

    def _not_linear(self, run: Run, half: Run) -> str:
        """Return why the response to the chirp gives no estimate of |Z|, or "".

        half: the response to a chirp of half the amplitude.
        """
        chirp = f"the chirp of {self.amplitude:g} µA/cm²"
        if run.spikes.size:
            return f"no estimate: {chirp} makes the neuron fire; choose a weaker one"
        away, lesser = (each.voltage - each.voltage[0] for each in (run, half))
        swing = float(np.abs(away).max())
        if swing == 0.0:
            return ""
        if float(np.abs(away - 2.0 * lesser).max()) > LINEAR * swing:
            return (
                f"no estimate: under {chirp} V moves by {swing:.2g} mV, and not by half of that "
                "under half of it; choose a weaker one"
            )
        if float(np.abs(away[-AT_THE_END:]).min()) > BACK * swing:
            return (
                f"no estimate: V is not back at rest at the end of {chirp}, so slow is the neuron"
            )
        return ""

    def _values(self, index: int, exact: NDArray[np.complex128]) -> dict[str, float | None]:
        """Return the row of the table for frequency number ``index`` (from 0).

        exact: Z (kΩ·cm²) at all frequencies.
        """
        return {
            "frequency": float(self.frequencies.values[index]),
            "magnitude": float(abs(exact[index])),
            "phase": float(np.degrees(np.angle(exact[index]))),
        }

    def _chirp(self, subject: Subject, amplitude: float) -> Stimulus:
        """Return the small chirp as a stimulus."""
        frequencies = self.frequencies.values
        top = min(1.2 * float(frequencies.max()), 10_000.0)
        chirp = Chirp(amplitude, 0.0, top, 0.0, CHIRP_MS)
        return Stimulus((chirp,), subject.stimulus.holding)

    def opened(self, subject: Subject, row: Row) -> Setup | None:
        frequency = row.values["frequency"]
        try:
            resting = replace(subject, membrane=at_rest(subject))
        except NoRestError:
            return None
        if not frequency:
            return None
        duration = min(10.0 * 1000.0 / frequency, 1e4)
        sine = Sine(max(self.amplitude, 0.01), frequency, 0.0, duration)
        return resting.setup(Stimulus((sine,), subject.stimulus.holding), duration)


def impedance(membrane: Membrane, frequencies: ArrayLike) -> NDArray[np.complex128]:
    """Return Z (kΩ·cm²) at ``frequencies`` (Hz), same shape, of the linearised membrane.

    It is linearised at its start state, which should be its rest.
    """
    at = np.asarray(frequencies, dtype=np.float64)
    matrix = jacobian(membrane, membrane.initial_voltage, membrane.initial_gates())
    omega = 2e-3 * np.pi * at  # per ms
    shifted = 1j * omega[..., None, None] * np.eye(matrix.shape[0]) - matrix
    drive = np.zeros((*at.shape, matrix.shape[0], 1))
    drive[..., 0, 0] = 1.0 / membrane.capacitance
    return np.asarray(np.linalg.solve(shifted, drive)[..., 0, 0])


def resonance(membrane: Membrane) -> Iterator[Result]:
    """Yield the frequency of the largest |Z|, whatever frequencies are drawn, and |Z| over |Z(0)|.

    All frequencies up to 100 kHz are looked at, 2 % apart, then those about the largest.
    """
    fine = np.concatenate([[0.0], np.geomspace(0.01, 1e5, 800)])
    size = np.abs(impedance(membrane, fine))
    steady, top = float(size[0]), int(np.argmax(size))
    inside = top > 0
    peak, largest = 0.0, steady
    if inside:
        low, high = float(fine[top - 1]), float(fine[min(top + 1, fine.size - 1)])
        for _ in range(20):
            fine = np.linspace(low, high, 17)
            size = np.abs(impedance(membrane, fine))
            best = int(np.argmax(size))
            low, high = float(fine[max(best - 1, 0)]), float(fine[min(best + 1, 16)])
        peak, largest = 0.5 * (low + high), float(size.max())
    none = "" if inside else "no resonance: |Z| is largest at 0 Hz"
    yield Result("resonance", "resonance", peak if inside else None, "Hz", _RESONANCE, none)
    yield Result("quality", "Q", largest / steady, "", _QUALITY)


def _estimate(run: Run, stimulus: Stimulus, subject: Subject, frequencies: Array) -> Array:
    """Return |Z| (kΩ·cm²) at ``frequencies`` (Hz) from the spectra of V and the injected current.

    It is NaN where the current's spectrum is too weak.
    """
    current = stimulus.current_at(run.times) - subject.stimulus.holding
    voltage = run.voltage - run.voltage[0]
    spectra = [np.fft.rfft(x) for x in (voltage, current)]
    hertz = 1000.0 * np.fft.rfftfreq(run.times.size, subject.dt)
    loud = np.abs(spectra[1]) > AUDIBLE * np.abs(spectra[1]).max()
    ratio = np.abs(spectra[0][loud] / spectra[1][loud])
    return np.asarray(
        np.interp(frequencies, hertz[loud], ratio, left=np.nan, right=np.nan), dtype=np.float64
    )
