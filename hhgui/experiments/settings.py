"""Describe the settings of an experiment: each of its fields describes itself.

A field is made by ``number``, ``whole``, ``grid``, ``choice``, ``several``, ``path`` or ``trials``
in the body of an ``Experiment``. Its description yields the control in the form, the command-line
option, the key in files, and the error messages.
"""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from hhgui.engine.methods import Trial
from hhgui.model.parameter import MisfitError, ModelError, Parameter, flag, one_of
from hhgui.model.parameter import text as words
from hhgui.model.parameter import whole as whole_number

Array = NDArray[np.float64]
MOST_VALUES = 100_001
MOST_TRIALS = 24
_METADATA = "setting"
_TRIALS = 'must be a list of methods and dt, as ["euler", 0.1]'
_RANGE_KEYS = ("from", "to", "points", "log")


@dataclass(frozen=True)
class Grid:
    """The values of a series of measurements: ``points`` from ``first`` to ``last``, or a list.

    log: evenly spaced in the logarithm; listed: the values themselves, instead of a range.
    """

    first: float
    last: float
    points: int
    log: bool = False
    listed: tuple[float, ...] = ()

    @classmethod
    def of(cls, values: Sequence[float]) -> Self:
        """Return the grid of listed values."""
        listed = tuple(float(value) for value in values)
        return cls(min(listed), max(listed), len(listed), False, listed)

    @property
    def values(self) -> Array:
        """Return the values, shape (points,), rounded to their shortest decimal form."""
        if self.listed:
            return np.array(self.listed)
        if not self.log:
            return np.round(np.linspace(self.first, self.last, self.points), 12)
        spaced = np.geomspace(self.first, self.last, self.points)
        return np.array([float(f"{value:.10g}") for value in spaced])

    def data(self) -> Any:
        """Return the grid as files store it: a list, or a table of from, to, points and log."""
        if self.listed:
            return list(self.listed)
        values = (self.first, self.last, self.points, self.log)
        return dict(zip(_RANGE_KEYS, values, strict=True))


@dataclass(frozen=True)
class Setting:
    """One field of an experiment: ``key`` is its name in files; label and help are shown.

    option: the command-line name if it differs from the key; for a grid, the prefix of its range's
    options: "" for --from, --to and --points, "x" for --x-from and so on.
    """

    key: str
    label: str
    help: str
    option: str = field(default="", kw_only=True)

    def check(self, value: object) -> Any:
        """Return ``value`` in the setting's type. Raises ModelError saying what is allowed."""
        try:
            return self.taken(value)
        except MisfitError as error:
            raise ModelError(self.key, f"{self.label} {error.problem}") from None

    def taken(self, value: object) -> Any:
        """Return ``value`` as ``check`` does, which names the setting in a MisfitError."""
        raise NotImplementedError

    def read(self, text: str) -> Any:
        """Return the value that ``text`` on the command line stands for. Raises ModelError."""
        return self.check(text)

    def data(self, value: Any) -> Any:
        """Return ``value`` as JSON holds it; ``check`` reads it back."""
        return value

    @property
    def flag(self) -> str:
        """Return its option on the command line, as "--width"."""
        return "--" + (self.option or self.key).replace("_", "-")

    def options(self, value: Any) -> list[str]:
        """Return the options that stand for ``value`` on the command line."""
        return [self.flag, _written(value)]


@dataclass(frozen=True)
class NumberSetting(Setting):
    """A setting of one number, whole if its parameter says so."""

    parameter: Parameter

    def taken(self, value: object) -> Any:
        return _named(self, self.parameter).check(value)

    def read(self, text: str) -> Any:
        return self.check(_number(self, text))


@dataclass(frozen=True)
class GridSetting(Setting):
    """A setting of a grid of numbers within a parameter's range."""

    parameter: Parameter

    def taken(self, value: object) -> Grid:
        grid = self._made(value)
        if not 1 <= grid.points <= MOST_VALUES:
            raise MisfitError("", f"must be from 1 to {MOST_VALUES} values, not {grid.points}")
        parameter = _named(self, self.parameter)
        for each in grid.listed or (grid.first, grid.last):
            parameter.check(each)
        if grid.log and min(grid.first, grid.last) <= 0.0:
            raise MisfitError("", "must be above 0 to be spaced in the logarithm")
        return grid

    def read(self, text: str) -> Grid:
        made: Grid = self.check([_number(self, part) for part in text.split(",")])
        return made

    def data(self, value: Grid) -> Any:
        return value.data()

    @property
    def flag(self) -> str:
        return "--" + self.key.replace("_", "-")

    def range_flag(self, end: str) -> str:
        """Return the option for one part of its range: "--from", or "--x-from"."""
        return f"--{self.option}-{end}" if self.option else f"--{end}"

    def options(self, value: Grid) -> list[str]:
        if value.listed:
            return [self.flag, ",".join(map(_written, value.listed))]
        ends = {"from": value.first, "to": value.last, "points": value.points,
                "spacing": "log" if value.log else "linear"}  # fmt: skip
        parts = ((self.range_flag(end), _written(each)) for end, each in ends.items())
        return [text for part in parts for text in part]

    def _made(self, value: object) -> Grid:
        if isinstance(value, Grid):
            return value
        parameter = _named(self, self.parameter)
        if isinstance(value, list | tuple):
            if not value:
                raise MisfitError("", "must hold at least one value")
            return Grid.of([parameter.check(each) for each in value[: MOST_VALUES + 1]])
        if not isinstance(value, Mapping) or set(value) - set(_RANGE_KEYS):
            known = ", ".join(_RANGE_KEYS)
            raise MisfitError("", f"must be a list of numbers, or a table of {known}")
        first, last = (parameter.check(value.get(end)) for end in ("from", "to"))
        found: dict[str, Any] = {}
        for key, read, default in (("points", whole_number, 0), ("log", flag, False)):
            try:
                found[key] = read(value.get(key, default))
            except MisfitError as error:
                raise ModelError(self.key, f"{self.label}: {key} {error.problem}") from None
        return Grid(first, last, **found)


@dataclass(frozen=True)
class ChoiceSetting(Setting):
    """A setting of one of several words."""

    choices: tuple[str, ...]

    def taken(self, value: object) -> str:
        return one_of(value, self.choices)


@dataclass(frozen=True)
class TextSetting(Setting):
    """A setting of a few words, such as the name of a current; they may be empty."""

    def taken(self, value: object) -> str:
        return words(value, 100)


@dataclass(frozen=True)
class TableTextSetting(Setting):
    """A setting of a table of values as JSON text, "" for an empty one; forms do not show it."""

    def taken(self, value: object) -> str:
        given = words(value, 10_000)
        try:
            table_of(given)
        except ValueError:
            raise MisfitError("", 'must be a JSON object such as {"watch": 20}') from None
        return given


def table_of(given: str) -> dict[str, Any]:
    """Return the table in a JSON text. Raises ValueError."""
    table = json.loads(given) if given else {}
    if not isinstance(table, dict):
        raise ValueError(given)
    return table


@dataclass(frozen=True)
class SeveralSetting(Setting):
    """A setting of one or more of several words, separated by commas on the command line."""

    choices: tuple[str, ...]

    def taken(self, value: object) -> tuple[str, ...]:
        if not isinstance(value, list | tuple) or not value:
            raise MisfitError("", f"must be a list of {', '.join(self.choices)}")
        return tuple(dict.fromkeys(one_of(each, self.choices) for each in value))

    def read(self, text: str) -> tuple[str, ...]:
        found: tuple[str, ...] = self.check([part.strip() for part in text.split(",")])
        return found

    def data(self, value: Any) -> Any:
        return list(value)

    def options(self, value: Sequence[str]) -> list[str]:
        return [self.flag, ",".join(value)]


@dataclass(frozen=True)
class PathSetting(Setting):
    """A setting of the path of one number of the neuron, as in ``model/edit.py``.

    also: names that are taken beside paths.
    """

    also: tuple[str, ...] = ()

    def taken(self, value: object) -> str:
        path = words(value, 100)
        if "." not in path and path not in self.also:
            raise MisfitError("", "must name a number of the neuron, e.g. Na.conductance")
        return path


@dataclass(frozen=True)
class TrialsSetting(Setting):
    """A setting of methods with a dt each: ["euler", 0.1] in files, euler:0.1 as an option."""

    def taken(self, value: object) -> tuple[Trial, ...]:
        if not isinstance(value, list | tuple):
            raise MisfitError("", _TRIALS)
        if not 1 <= len(value) <= MOST_TRIALS:
            raise MisfitError("", f"must be from 1 to {MOST_TRIALS} methods and dt")
        return tuple(map(self._trial, value))

    def _trial(self, value: object) -> Trial:
        if isinstance(value, Trial):
            return value
        if not isinstance(value, list | tuple) or len(value) != 2:
            raise MisfitError("", _TRIALS)
        try:
            return Trial(words(value[0]), value[1])
        except ModelError as error:
            raise ModelError(self.key, f"{self.label}: {error}") from None

    def read(self, text: str) -> tuple[Trial, ...]:
        pairs = [part.strip().partition(":") for part in text.split(",")]
        found: tuple[Trial, ...] = self.check([(each, _number(self, dt)) for each, _, dt in pairs])
        return found

    def data(self, value: Any) -> Any:
        return [[trial.method, trial.dt] for trial in value]

    def options(self, value: Sequence[Trial]) -> list[str]:
        return [self.flag, ",".join(f"{trial.method}:{_written(trial.dt)}" for trial in value)]


def number(
    label: str,
    unit: str,
    default: float,
    low: float,
    high: float,
    help: str,
    *,
    above: bool = False,
    decimals: int = 3,
    option: str = "",
) -> Any:
    """Make a field of one number; ``above`` excludes ``low`` itself."""
    parameter = _parameter(label, unit, default, low, high, help, decimals, above)
    return _field(NumberSetting("", label, help, parameter, option=option), default)


def whole(label: str, default: int, low: int, high: int, help: str) -> Any:
    """Make a field of one whole number."""
    parameter = Parameter("", label, label, "", low, high, 1, 0, help, whole=True)
    return _field(NumberSetting("", label, help, parameter), default)


def grid(
    label: str,
    unit: str,
    first: float,
    last: float,
    points: int,
    *,
    low: float,
    high: float,
    help: str,
    log: bool = False,
    above: bool = False,
    option: str = "",
) -> Any:
    """Make a field of a grid with the default of ``points`` values from ``first`` to ``last``."""
    parameter = _parameter(label, unit, first, low, high, help, 4, above)
    setting = GridSetting("", label, help, parameter, option=option)
    return _field(setting, Grid(first, last, points, log))


def choice(label: str, choices: Sequence[str], help: str, *, option: str = "") -> Any:
    """Make a field of one of several words; the first is the default."""
    return _field(ChoiceSetting("", label, help, tuple(choices), option=option), choices[0])


def several(label: str, choices: Sequence[str], default: Sequence[str], help: str) -> Any:
    """Make a field of one or more of several words."""
    return _field(SeveralSetting("", label, help, tuple(choices)), tuple(default))


def text(label: str, default: str, help: str) -> Any:
    """Make a field of a few words."""
    return _field(TextSetting("", label, help), default)


def choice_of_path(label: str, default: str, help: str) -> Any:
    """Make a field that names "current" or a number of the neuron."""
    return _field(PathSetting("", label, help, also=("current",)), default)


def table_text(label: str, help: str) -> Any:
    """Make a field of a table as JSON text."""
    return _field(TableTextSetting("", label, help), "")


def path(label: str, default: str, help: str) -> Any:
    """Make a field that names a number of the neuron."""
    return _field(PathSetting("", label, help), default)


def trials(label: str, default: Sequence[Trial], help: str) -> Any:
    """Make a field of one or more integration methods, each with its dt."""
    return _field(TrialsSetting("", label, help), tuple(default))


def settings_of(owner: type) -> tuple[Setting, ...]:
    """Return the settings of a dataclass whose fields were made by the functions above."""
    found = [(f.name, f.metadata.get(_METADATA)) for f in fields(owner)]
    return tuple(replace(setting, key=name) for name, setting in found if setting is not None)


def _field(setting: Setting, default: object) -> Any:
    return field(default=default, metadata={_METADATA: setting})


def _parameter(
    label: str, unit: str, near: float, low: float, high: float, help: str, decimals: int,
    above: bool,
) -> Parameter:  # fmt: skip
    """Return the parameter of a number; its step in the form is about a tenth of ``near``."""
    step = 10.0 ** (math.floor(math.log10(abs(near))) - 1) if near else 1.0
    step = max(step, 10.0**-decimals)
    return Parameter("", label, label, unit, low, high, step, decimals, help, above)


def _named(setting: Setting, parameter: Parameter) -> Parameter:
    return replace(parameter, key=setting.key)


def number_text(value: float) -> str:
    """Return a number in the shortest form that reads back the same: "0.1", "10"."""
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(float(value))


def _written(value: object) -> str:
    return value if isinstance(value, str) else number_text(float(str(value)))


def _number(setting: Setting, text: str) -> float:
    try:
        value = float(text.replace("_", "?"))
    except ValueError:
        problem = f"{setting.label} must be a number, not {text[:40]!r}"
        raise ModelError(setting.key, problem) from None
    return int(value) if value.is_integer() and abs(value) < 2**53 else value
