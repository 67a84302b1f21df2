"""Write the sweeps of a voltage clamp as a table: one column of time, then one per current."""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from hhgui.experiments.clamp_record import ClampRecord
from hhgui.storage.figure_csv import Series, ascii_name, write_figure_csv
from hhgui.storage.table_form import TableForm

MOST_ROWS = 100_000


def write_sweeps(
    record: ClampRecord, names: Sequence[str], dt: float, path: Path, form: TableForm,
    cancelled: Callable[[], bool], progress: Callable[[float], object],
) -> None:  # fmt: skip
    """Write every sweep at times ``dt`` (ms) apart, or further if there would be too many.

    names: of the sweeps. After the end of a sweep its fields are empty. Raises WriteError and
    Cancelled.
    """
    length = float(record.ideal.durations.sum(axis=1).max())
    step = max(dt, length / MOST_ROWS)
    time = np.arange(int(length / step + 1e-9) + 1, dtype=np.float64)
    time *= step
    voltage, total, currents = record.sampled(time)
    progress(0.5)
    series: list[Series] = []

    def add(quantity: str, unit: str, values: NDArray[np.float64]) -> None:
        for name, curve in zip(names, values, strict=True):
            header = f"{quantity}_{unit}_{ascii_name(name)}"
            series.append(Series(header, "time_ms", time, curve))

    add("V", "mV", voltage)
    add("I", "uA_per_cm2", total)
    for current, values in zip(record.membrane.currents, currents, strict=True):
        add(f"I_{current.name}", "uA_per_cm2", values)
    write_figure_csv(path, series, cancelled, form)
