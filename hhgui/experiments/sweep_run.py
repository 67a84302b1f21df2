"""Compute a kept sweep of the live run again, with every row."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from hhgui.document.sweep import Sweep
from hhgui.engine.replay import blocks
from hhgui.experiments.single_run import SingleRun
from hhgui.experiments.thinning import stretch_of
from hhgui.model.extremes import extreme_rows
from hhgui.model.quantity import Rows, quantities, recorded_keys


def sweep_run(sweep: Sweep, cancelled: Callable[[], bool] = lambda: False) -> SingleRun | None:
    """Return a kept sweep as a run, at the times of the live run; None once cancelled.

    If it has too many rows, only those with an extreme of a quantity are kept.
    """
    replay = sweep.replay
    keys = recorded_keys(replay.membrane)
    described = quantities(replay.membrane)
    rows = sum(stretch.steps // stretch.every + 1 for stretch in replay.stretches)
    stretch = stretch_of(rows, len(described))
    times, columns, spikes = [], [], []
    for membrane, block in blocks(replay):
        if cancelled():
            return None
        # each row with the neuron that made it, which an edit may have changed
        recorded = Rows(dict(zip(keys, block.columns, strict=True)), [(0, membrane)])
        values = np.array([q.of(recorded) for q in described], dtype=np.float64)
        kept = extreme_rows(values, stretch)
        times.append(block.time[kept])
        columns.append(values[:, kept])
        spikes.append(block.spikes)
    document = sweep.document
    setup = document.setup(max(replay.to_time - replay.from_time, document.dt))
    setup = replace(setup, command=document.command if document.clamped else None)
    return SingleRun(
        setup, np.concatenate(times), tuple(q.key for q in described),
        np.ascontiguousarray(np.concatenate(columns, axis=1)), np.concatenate(spikes),
        thinned=stretch > 1, injected=replay.injected,
    )  # fmt: skip
