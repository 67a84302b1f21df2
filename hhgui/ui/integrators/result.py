"""Join a row of a comparison with its trial and its trace of V."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hhgui.engine.methods import Trial
from hhgui.experiments.events import Row, Trace


@dataclass(frozen=True)
class TrialResult:
    """The result of one method and dt.

    finite: whether the run reached its end; problem: why not, or "". spike_count: None if not
    finite. spike_error: in ms, None if there is no spike to compare. seconds: how long the run
    took. times (ms), voltage (mV): (rows,). reference: whether this is the adaptive solution, with
    which the others are compared.
    """

    trial: Trial
    finite: bool
    problem: str
    spike_count: int | None
    spike_error: float | None
    seconds: float
    times: NDArray[np.float64]
    voltage: NDArray[np.float64]
    reference: bool = False

    @classmethod
    def of(cls, trial: Trial, row: Row, trace: Trace) -> "TrialResult":
        """Return the result that a row of the experiment, and the trace yielded before it, give."""
        values = row.values
        count = values["spike_count"]
        return cls(
            trial, values["outcome"] == 1.0, row.problem, None if count is None else int(count),
            values.get("spike_error"), values["seconds"] or 0.0, trace.time, trace.values,
            reference=row.index == 0,
        )  # fmt: skip
