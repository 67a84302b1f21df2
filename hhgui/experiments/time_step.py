"""Check the accuracy of an experiment's method and time step by repeating it at half the dt."""

from collections.abc import Iterator
from dataclasses import fields, replace

import numpy as np

from hhgui.engine.methods import DT, METHODS
from hhgui.experiments.contract import Cancelled, Experiment, Measured, Subject, never
from hhgui.experiments.settings import Grid

# A value that moves by more than this fraction of its column's largest counts as inaccurate.
FRACTION = 0.01


def time_step_warnings(
    experiment: Experiment, subject: Subject, cancelled: Cancelled = never
) -> tuple[str, ...]:
    """Return a sentence for everything that changes by more than 1 % at half the time step.

    Rows and results are compared. To save time, only the ends and the middle of each grid are
    measured.
    """
    adaptive = METHODS[subject.method].adaptive
    if adaptive or not experiment.uses_dt or subject.dt < 2.0 * DT.minimum:
        return ()
    few = experiment.reduced()
    coarse, fine = (
        _measured(few, replace(subject, dt=dt), cancelled) for dt in (subject.dt, subject.dt / 2.0)
    )
    if cancelled():
        return ()
    return tuple(_differences(coarse, fine))


def _measured(experiment: Experiment, subject: Subject, cancelled: Cancelled) -> Measured:
    """Return what the experiment finds, run to its end."""
    found = Measured(experiment, subject)
    for event in experiment.run(subject, cancelled):
        found.put(event)
    return found


def _differences(coarse: Measured, fine: Measured) -> Iterator[str]:
    """Yield a sentence for each column and result that differs too much."""
    dt = coarse.subject.dt
    experiment = coarse.experiment
    halves = {result.key: result for result in fine.results}
    for result in coarse.results:
        other = halves[result.key].value if result.key in halves else None
        if _far(result.value, other, abs(other or 0.0)):
            pair = f"{_text(result.value)}, but {_text(other)}"
            yield f"{result.label} is {pair} {result.unit} at half the dt of {dt:g} ms"
    if not any(isinstance(getattr(experiment, f.name), Grid) for f in fields(experiment)):
        return
    for column in experiment.columns_for(coarse.subject):
        these, those = coarse.rows.column(column.key), fine.rows.column(column.key)
        if these.size != those.size:
            continue
        scale = float(np.nanmax(np.abs(those), initial=0.0))
        far = [_far(a, b, scale) for a, b in zip(these.tolist(), those.tolist(), strict=True)]
        if any(far):
            a, b = these[far.index(True)], those[far.index(True)]
            name = column.label or column.key
            yield f"{name} is {a:.4g}, but {b:.4g} {column.unit} at half the dt of {dt:g} ms"


def _far(value: float | None, other: float | None, scale: float) -> bool:
    """Return whether two values differ by more than 1 % of ``scale``.

    None differs from a number.
    """
    missing = [x is None or not np.isfinite(x) for x in (value, other)]
    if any(missing):
        return not all(missing)
    assert value is not None and other is not None  # noqa: PT018 - for the type checker
    return abs(value - other) > FRACTION * scale


def _text(value: float | None) -> str:
    return "none" if value is None else f"{value:.5g}"
