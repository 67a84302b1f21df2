"""Define what an experiment yields: rows, curves, results, and the table that the rows fill."""

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hhgui.engine.spikes import Oscillations, SpikeRule, all_oscillations

Array = NDArray[np.float64]
_ASCII_UNITS = {
    "µA/cm²": "uA_cm2", "µA/cm²/ms": "uA_cm2_ms", "mS/cm²": "mS_cm2", "µF/cm²": "uF_cm2",
    "nC/cm²": "nC_cm2", "kΩ·cm²": "kohm_cm2", "°C": "C", "°": "deg", "%": "percent",
}  # fmt: skip


@dataclass(frozen=True)
class Row:
    """One row of the table.

    index: its place in the table, from 0. values: by column key; a missing value is None
    (infinities and NaN become None), and ``problem`` then gives the reason in a sentence.
    """

    index: int
    values: Mapping[str, float | None]
    problem: str = ""

    def __post_init__(self) -> None:
        values = {
            key: None if value is None or not math.isfinite(value) else value
            for key, value in self.values.items()
        }
        object.__setattr__(self, "values", values)


@dataclass(frozen=True)
class Block:
    """Many rows at once.

    index: their places in the table, (rows,). values: for each column by key, (rows,), NaN for a
    missing value. problem: the reason for missing values. A row may be in one block only.
    """

    index: NDArray[np.int64]
    values: Mapping[str, Array]
    problem: str = ""

    @property
    def rows(self) -> Iterator[Row]:
        """Yield the rows one by one."""
        columns = {key: column.tolist() for key, column in self.values.items()}
        for place, index in enumerate(self.index.tolist()):
            values = {key: column[place] for key, column in columns.items()}
            row = Row(index, values)
            missing = self.problem and None in row.values.values()
            yield replace(row, problem=self.problem) if missing else row


@dataclass(frozen=True)
class Trace:
    """A curve over time that belongs to a row of the table, such as V of one run.

    index: of the row. name: in legends. time: ms. values: same shape as time. key, unit: of the
    quantity.
    """

    index: int
    name: str
    time: Array
    values: Array
    key: str = "V"
    unit: str = "mV"


@dataclass(frozen=True)
class Progress:
    """The fraction of the work done (0 to 1), yielded by an experiment that has no row yet."""

    fraction: float


@dataclass(frozen=True)
class Result:
    """One number that an experiment finds.

    value: None if it can't be measured; ``problem`` then says why. how: a sentence on how it was
    measured, with everything that the definition leaves open.
    """

    key: str
    label: str
    value: float | None
    unit: str
    how: str
    problem: str = ""

    @property
    def name(self) -> str:
        """Return the key with its unit in ASCII, as JSON has it: "rheobase_uA_cm2"."""
        return with_unit(self.key, self.unit)


@dataclass(frozen=True)
class Listing:
    """A list of numbers or tables, found by an experiment, that only JSON has."""

    key: str
    entries: tuple[Any, ...]


@dataclass(frozen=True)
class Uncounted:
    """The oscillations of V without spikes in a measurement that looks for spikes, one per run."""

    oscillations: tuple[Oscillations, ...]

    def problem(self, rule: SpikeRule) -> str:
        """Return a sentence that proposes a spike rule with which they would count, or "".

        rule: the present one.
        """
        return all_oscillations(self.oscillations).problem(rule.threshold, rule.rearm)


Event = Row | Block | Trace | Progress | Result | Listing | Uncounted


class Rows:
    """The rows of a table in the order of their indices, whatever the order in which they came."""

    def __init__(self, rows: Sequence[Row] = ()) -> None:
        self._by_index = {row.index: row for row in rows}
        self._blocks: list[Block] = []

    def put(self, row: Row) -> None:
        """Add a row; it replaces an earlier one with the same index."""
        self._by_index[row.index] = row

    def put_block(self, block: Block) -> None:
        """Add many rows, whose indices must all be new."""
        self._blocks = [*self._blocks, block]

    def __iter__(self) -> Iterator[Row]:
        rows = dict(self._by_index)
        for block in self._blocks:
            rows |= {row.index: row for row in block.rows}
        return iter([rows[index] for index in sorted(rows)])

    def __len__(self) -> int:
        return len(self._by_index) + sum(block.index.size for block in self._blocks)

    @property
    def indices(self) -> NDArray[np.int64]:
        """Return the index of each row, shape (rows,)."""
        alone = np.array(list(self._by_index), dtype=np.int64)
        return np.sort(np.concatenate([alone, *(block.index for block in self._blocks)]))

    def column(self, key: str) -> Array:
        """Return the values of a column, shape (rows,), NaN where missing."""
        rows = list(self._by_index.values())
        values = [np.array([_float(row.values.get(key)) for row in rows], dtype=np.float64)]
        places = [np.array([row.index for row in rows], dtype=np.int64)]
        for block in self._blocks:
            values.append(block.values.get(key, np.full(block.index.size, np.nan)))
            places.append(block.index)
        return np.concatenate(values)[np.argsort(np.concatenate(places), kind="stable")]

    @property
    def problems(self) -> tuple[str, ...]:
        """Return the problems of the rows, each different sentence once, with its number of rows.

        A place at the start of a sentence, "at 24 °C: ", is ignored in comparing them.
        """
        rows = len(self)
        found = Counter(_without_place(r.problem) for r in self._by_index.values() if r.problem)
        for block in self._blocks:
            missing = [~np.isfinite(column) for column in block.values.values()]
            count = int(np.any(missing, axis=0).sum())
            if block.problem and count:
                found[block.problem] += count
        return tuple(
            text if count == rows else f"{text} ({count} of {rows})"
            for text, count in found.items()
        )


def with_unit(key: str, unit: str) -> str:
    """Join a key and its unit in ASCII: ("rheobase", "µA/cm²") gives "rheobase_uA_cm2"."""
    ascii_unit = _ASCII_UNITS.get(unit, unit)
    return f"{key}_{ascii_unit}" if ascii_unit else key


def _without_place(problem: str) -> str:
    """Return the sentence without a place at its start, such as "at 24 °C: "."""
    place, colon, text = problem.partition(": ")
    return text if colon and place.startswith("at ") else problem


def _float(value: float | None) -> float:
    """Return the value, or NaN for None."""
    return float("nan") if value is None else float(value)
