"""Describe the settings of an experiment: each field of its class describes itself.

A field is made by ``number``, ``whole``, ``grid``, ``choice``, ``several``, ``path`` or ``trials``
in the class body of an ``Experiment``. From its description follow the control in the form, the
command-line option, the key in files, and the error messages.
"""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from functools import cache
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
    """The values of a series of measurements: a range with a number of points, or a list.

    first, last, points: the range. log: whether its values are evenly spaced in the logarithm.
    listed: the values themselves, or () if they are given by the range.
    """

    first: float
    last: float
    points: int
    log: bool = False
    listed: tuple[float, ...] = ()

    @classmethod
    def of(cls, values: Sequence[float]) -> Self:
        """Return the grid of the values in a list."""
        listed = tuple(float(value) for value in values)
        return cls(min(listed), max(listed), len(listed), False, listed)

    @property
    def values(self) -> Array:
        """Return the values, shape (points,), rounded so that 0.1 is not 0.10000000000000002."""
        if self.listed:
            return np.array(self.listed)
        if not self.log:
            return np.round(np.linspace(self.first, self.last, self.points), 12)
        spaced = np.geomspace(self.first, self.last, self.points)
        return np.array([float(f"{value:.10g}") for value in spaced])

    def data(self) -> Any:
        """Return the grid as JSON: a list, or a table with from, to, points and log."""
        if self.listed:
            return list(self.listed)
        values = (self.first, self.last, self.points, self.log)
        return dict(zip(_RANGE_KEYS, values, strict=True))


@dataclass(frozen=True)
class Setting:
    """One setting of an experiment.

    key: its name in files. label, help: shown in the form. option: its name on the command line, if
    it is not the key; for a grid, the prefix of the options of its range: "" for --from, --to and
    --points, "x" for --x-from and so on.
    """

    key: str
    label: str
    help: str
    option: str = field(default="", kw_only=True)

    def check(self, value: object) -> Any:
        """Return ``value``, as JSON or a form gives it, in the type of the setting.

        Raises ModelError, which names the setting and says what is allowed.
        """
        try:
            return self.taken(value)
        except MisfitError as error:
            raise ModelError(self.key, f"{self.label} {error.problem}") from None

    def taken(self, value: object) -> Any:
        """Return ``value`` in the type of the setting, or raise MisfitError without its name.

        Subclasses implement this; ``check`` adds the name.
        """
        raise NotImplementedError

    def read(self, text: str) -> Any:
        """Return the value for the text of a command-line option. Raises ModelError."""
        return self.check(text)

    def data(self, value: Any) -> Any:
        """Return ``value`` as JSON; ``check`` reverses this."""
        return value

    @property
    def flag(self) -> str:
        """Return its command-line option, such as "--width"."""
        return "--" + (self.option or self.key).replace("_", "-")

    def options(self, value: Any) -> list[str]:
        """Return the command-line options and arguments that give the setting this value."""
        return [self.flag, _written(value)]


@dataclass(frozen=True)
class NumberSetting(Setting):
    """A setting of one number, which is whole if its parameter says so."""

    parameter: Parameter

    def taken(self, value: object) -> Any:
        return _named(self, self.parameter).check(value)

    def read(self, text: str) -> Any:
        return self.check(_number(self, text))


@dataclass(frozen=True)
class GridSetting(Setting):
    """A setting of a grid whose numbers are in the range of a parameter."""

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
        """Return the command-line option of one part of its range, as "--from" or "--x-from".

        end: "from", "to" or "points".
        """
        return f"--{self.option}-{end}" if self.option else f"--{end}"

    def options(self, value: Grid) -> list[str]:
        if value.listed:
            return [self.flag, ",".join(map(_written, value.listed))]
        ends = {"from": value.first, "to": value.last, "points": value.points,
                "spacing": "log" if value.log else "linear"}  # fmt: skip
        parts = ((self.range_flag(end), _written(each)) for end, each in ends.items())
        return [text for part in parts for text in part]

    def _made(self, value: object) -> Grid:
        """Return the grid of a list or table as JSON has them. Raises MisfitError."""
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
    """A setting that is one of several words."""

    choices: tuple[str, ...]

    def taken(self, value: object) -> str:
        return one_of(value, self.choices)


@dataclass(frozen=True)
class TextSetting(Setting):
    """A setting that is a short text, such as the name of a current; it may be empty."""

    def taken(self, value: object) -> str:
        return words(value, 100)


@dataclass(frozen=True)
class TableTextSetting(Setting):
    """A setting that is a table of values, as JSON text ("" if empty); forms do not show it."""

    def taken(self, value: object) -> str:
        given = words(value, 10_000)
        try:
            table_of(given)
        except ValueError:
            raise MisfitError("", 'must be a JSON object such as {"watch": 20}') from None
        return given


def table_of(given: str) -> dict[str, Any]:
    """Return the table in a JSON text. Raises ValueError if it is none."""
    table = json.loads(given) if given else {}
    if not isinstance(table, dict):
        raise ValueError(given)
    return table


@dataclass(frozen=True)
class SeveralSetting(Setting):
    """A setting that is one or more of several words, separated by commas on the command line."""

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
    """A setting that names one number of the neuron by its path, as in ``model/edit.py``.

    also: further names that are allowed.
    """

    also: tuple[str, ...] = ()

    def taken(self, value: object) -> str:
        path = words(value, 100)
        if "." not in path and path not in self.also:
            raise MisfitError("", "must name a number of the neuron, e.g. Na.conductance")
        return path


@dataclass(frozen=True)
class TrialsSetting(Setting):
    """A setting that is a list of methods, each with its dt in ms.

    In files it is [["euler", 0.1], …], on the command line euler:0.1,….
    """

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
    """Make a field for one number, in the class body of an experiment.

    label, unit, help: shown in the form. low, high: the allowed range, without ``low`` itself if
    ``above``. decimals: how many the form shows. option: its command-line name if it is not the
    name of the field.
    """
    parameter = _parameter(label, unit, default, low, high, help, decimals, above)
    return _field(NumberSetting("", label, help, parameter, option=option), default)


def whole(label: str, default: int, low: int, high: int, help: str) -> Any:
    """Make a field for one whole number from ``low`` to ``high``.

    label, help: shown in the form.
    """
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
    """Make a field for a grid; its default is ``points`` values from ``first`` to ``last``.

    label, unit, help: shown in the form. low, high: the range allowed for each value, without
    ``low`` itself if ``above``. log: whether the default is logarithmic. option: see ``Setting``.
    """
    parameter = _parameter(label, unit, first, low, high, help, 4, above)
    setting = GridSetting("", label, help, parameter, option=option)
    return _field(setting, Grid(first, last, points, log))


def choice(label: str, choices: Sequence[str], help: str, *, option: str = "") -> Any:
    """Make a field that is one of several words; the first is the default.

    label, help: shown in the form. option: see ``Setting``.
    """
    return _field(ChoiceSetting("", label, help, tuple(choices), option=option), choices[0])


def several(label: str, choices: Sequence[str], default: Sequence[str], help: str) -> Any:
    """Make a field that is one or more of several words; label, help: shown in the form."""
    return _field(SeveralSetting("", label, help, tuple(choices)), tuple(default))


def text(label: str, default: str, help: str) -> Any:
    """Make a field that is a short text; label, help: shown in the form."""
    return _field(TextSetting("", label, help), default)


def choice_of_path(label: str, default: str, help: str) -> Any:
    """Make a field that names "current" or one number of the neuron by its path.

    label, help: shown in the form.
    """
    return _field(PathSetting("", label, help, also=("current",)), default)


def table_text(label: str, help: str) -> Any:
    """Make a field that is a table as JSON text."""
    return _field(TableTextSetting("", label, help), "")


def path(label: str, default: str, help: str) -> Any:
    """Make a field that names one number of the neuron by its path.

    label, help: shown in the form.
    """
    return _field(PathSetting("", label, help), default)


def trials(label: str, default: Sequence[Trial], help: str) -> Any:
    """Make a field that is one or more integration methods, each with its dt.

    label, help: shown in the form.
    """
    return _field(TrialsSetting("", label, help), tuple(default))


@cache  # every experiment checks its settings against it
def settings_of(owner: type) -> tuple[Setting, ...]:
    """Return the settings of a dataclass whose fields the functions above have made, in order."""
    found = [(f.name, f.metadata.get(_METADATA)) for f in fields(owner)]
    return tuple(replace(setting, key=name) for name, setting in found if setting is not None)


def _field(setting: Setting, default: object) -> Any:
    """Return the dataclass field with this setting and this default."""
    return field(default=default, metadata={_METADATA: setting})


def _parameter(
    label: str, unit: str, near: float, low: float, high: float, help: str, decimals: int,
    above: bool,
) -> Parameter:  # fmt: skip
    """Return the Parameter of a number; the step of its field is about a tenth of ``near``.

    The other arguments are those of ``number``.
    """
    step = 10.0 ** (math.floor(math.log10(abs(near))) - 1) if near else 1.0
    step = max(step, 10.0**-decimals)
    return Parameter("", label, label, unit, low, high, step, decimals, help, above)


def _named(setting: Setting, parameter: Parameter) -> Parameter:
    """Return the Parameter with the key of the setting, which is known only in ``settings_of``."""
    return replace(parameter, key=setting.key)


def number_text(value: float) -> str:
    """Return a number in the shortest form that gives the same number again: "0.1", "10"."""
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(float(value))


def _written(value: object) -> str:
    """Return a value as text for the command line."""
    return value if isinstance(value, str) else number_text(float(str(value)))


def _number(setting: Setting, text: str) -> float:
    """Return the number in a command-line text. Raises ModelError, naming the setting."""
    try:
        value = float(text.replace("_", "?"))
    except ValueError:
        problem = f"{setting.label} must be a number, not {text[:40]!r}"
        raise ModelError(setting.key, problem) from None
    return int(value) if value.is_integer() and abs(value) < 2**53 else value
