"""Describe a parameter once; its field, key, option and messages follow."""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, TypeVar, get_args, get_origin, get_type_hints

T = TypeVar("T")


class ModelError(ValueError):
    """Raised for an invalid value; ``key`` names it, the text says what is allowed."""

    def __init__(self, key: str, message: str) -> None:
        super().__init__(message)
        self.key = key

    @property
    def problem(self) -> str:
        """Return the text without the key."""
        return str(self)


class MisfitError(ModelError):
    """Raised for a value that does not fit; ``problem`` is a predicate, "must be a number"."""

    def __init__(self, key: str, problem: str) -> None:
        super().__init__(key, f"{key} {problem}".strip())
        self._problem = problem

    @property
    def problem(self) -> str:
        """Return the problem without its subject."""
        return self._problem


def real(value: object) -> float | None:
    """Return ``value`` as a float, infinite if too large, or None if it is not a number.

    A boolean is not a number.
    """
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf


def finite(value: object, key: str = "") -> float:
    """Return ``value`` as a float. Raises MisfitError, naming ``key``, unless it is finite."""
    number = real(value)
    if number is None:
        raise MisfitError(key, f"must be a number, not {shown(value)}")
    if not math.isfinite(number):
        raise MisfitError(key, f"must be finite, not {number:g}")
    return number


def whole(value: object, least: float = -math.inf, most: float = math.inf) -> int:
    """Return ``value`` as a whole number, 3.0 as 3. Raises MisfitError for others."""
    number = real(value)
    if number is None or not (isinstance(value, int) or number.is_integer()):
        raise MisfitError("", f"must be a whole number, not {shown(value)}")
    if not least <= number <= most:
        raise MisfitError("", f"must be a whole number {_range(least, most)}, not {shown(value)}")
    return int(value)  # type: ignore[call-overload, no-any-return]


def text(value: object, most: int | None = None) -> str:
    """Return ``value`` if it is text of at most ``most`` characters. Raises MisfitError if not."""
    if not isinstance(value, str) or (most is not None and len(value) > most):
        limit = "" if most is None else f" of at most {most} characters"
        raise MisfitError("", f"must be text{limit}, not {shown(value)}")
    return value


def flag(value: object) -> bool:
    """Return ``value`` if it is true or false. Raises MisfitError if not."""
    if not isinstance(value, bool):
        raise MisfitError("", f"must be true or false, not {shown(value)}")
    return value


def one_of(value: object, choices: Iterable[T]) -> T:
    """Return the choice that equals ``value``. Raises MisfitError listing ``choices`` if none."""
    known = tuple(choices)
    for choice in known:
        if type(value) in (type(choice), str) and value == choice:
            return choice
    raise MisfitError("", f"must be one of {', '.join(map(str, known))}, not {shown(value)}")


def some_of(value: object, choices: tuple[str, ...]) -> tuple[str, ...]:
    """Return a list of some of ``choices`` as a tuple. Raises MisfitError for anything else."""
    if not isinstance(value, list | tuple) or len(value) > len(choices):
        raise MisfitError("", f"must be a list of some of {', '.join(choices)}")
    return tuple(one_of(each, choices) for each in value)


def _range(least: float, most: float) -> str:
    return f"from {least:g} to {most:g}" if math.isfinite(most) else f"of at least {least:g}"


def shown(value: object) -> str:
    """Return a value as messages quote it: the beginning of a text, a number, or its type."""
    if isinstance(value, str):
        return repr(value[:40])
    number = real(value)
    return type(value).__name__ if number is None else f"{number:g}"


@dataclass(frozen=True)
class Parameter:
    """The meaning of a number, its allowed range, and its editing.

    key: name in files and options; symbol: how the field writes it; unit: for people (may be "");
    minimum, maximum: allowed range, both included unless ``above_minimum``; step, decimals: how a
    spin box moves and shows it; help: one sentence for the student.
    """

    key: str
    symbol: str
    label: str
    unit: str
    minimum: float
    maximum: float
    step: float
    decimals: int
    help: str
    above_minimum: bool = False
    whole: bool = False

    @property
    def allowed(self) -> str:
        """Return the allowed range in words, with its unit."""
        unit = f" {self.unit}" if self.unit else ""
        kind = "a whole number " if self.whole else ""
        if self.above_minimum:
            return f"{kind}above {self.minimum:g} and at most {self.maximum:g}{unit}"
        return f"{kind}from {self.minimum:g} to {self.maximum:g}{unit}"

    def check(self, value: object, owner: str = "") -> float:
        """Return ``value`` as a number, or raise ModelError saying what is allowed."""
        name = f"{owner} {self.label}".strip()
        number = real(value)
        if number is None:
            raise ModelError(self.key, f"{name} must be a number, {self.allowed}")
        low_ok = number > self.minimum if self.above_minimum else number >= self.minimum
        if not (math.isfinite(number) and low_ok and number <= self.maximum):
            raise ModelError(self.key, f"{name} must be {self.allowed}, not {number:g}")
        if self.whole and number != int(number):
            raise ModelError(self.key, f"{name} must be {self.allowed}, not {number:g}")
        return int(number) if self.whole else number


@dataclass(frozen=True)
class Rule:
    """What a record's field may be, as its annotation: ``read`` returns a value or refuses it."""

    read: Callable[[object], Any]

    def check(self, value: object, owner: str = "") -> Any:
        """Return ``value`` as the field holds it. Raises MisfitError."""
        return self.read(value)


def rule_of(hint: Any) -> Rule | Parameter | None:
    """Return the rule that a type is annotated with, or None."""
    if get_origin(hint) is Annotated and isinstance(get_args(hint)[1], Rule | Parameter):
        return get_args(hint)[1]  # type: ignore[no-any-return]
    return None


def check_fields(record: Any, owner: str = "") -> None:
    """Check the fields of a frozen record that are annotated with a rule, and set each.

    None stays None if the annotation allows it. Raises ModelError as the rule's ``check``; its key
    is the parameter's, or else the field's.
    """
    for name, rule, optional in _rules_of(type(record)):  # type: ignore[arg-type]
        value = getattr(record, name)
        if not (optional and value is None):
            try:
                object.__setattr__(record, name, rule.check(value, owner))
            except MisfitError as error:
                raise MisfitError(name, error.problem) from None


def parameters_of(kind: type) -> tuple[Parameter, ...]:
    """Return the parameters that the fields of a record are annotated with, in their order."""
    return tuple(rule for _, rule, _ in _rules_of(kind) if isinstance(rule, Parameter))


@cache
def _rules_of(kind: type) -> tuple[tuple[str, Rule | Parameter, bool], ...]:
    found = []
    for name, hint in get_type_hints(kind, include_extras=True).items():
        for choice in (hint, *get_args(hint)):
            rule = rule_of(choice)
            if rule is not None:
                found.append((name, rule, choice is not hint))
    return tuple(found)


CAPACITANCE = Parameter(
    "capacitance",
    "C",
    "capacitance",
    "µF/cm²",
    0.0,
    1000.0,
    0.1,
    3,
    "Charge the membrane stores per volt: a larger C makes every voltage change slower.",
    above_minimum=True,
)
INITIAL_VOLTAGE = Parameter(
    "initial_voltage",
    "V₀",
    "start voltage",
    "mV",
    -150.0,
    150.0,
    1.0,
    3,
    "Membrane voltage at time zero; takes effect at the next reset.",
)
TEMPERATURE = Parameter(
    "temperature",
    "T",
    "temperature",
    "°C",
    -20.0,
    60.0,
    1.0,
    2,
    "Every gate's rates are multiplied by Q10^((T − T_ref)/10).",
)
REFERENCE_TEMPERATURE = Parameter(
    "reference_temperature",
    "T_ref",
    "reference temperature",
    "°C",
    -20.0,
    60.0,
    1.0,
    2,
    "Temperature at which the rates hold as written.",
)
Q10 = Parameter(
    "q10",
    "Q10",
    "Q10",
    "",
    0.1,
    10.0,
    0.1,
    2,
    "Factor by which the gates' rates grow per 10 °C.",
)
AREA = Parameter(
    "area",
    "A",
    "membrane area",
    "µm²",
    0.0,
    1e9,
    100.0,
    1,
    "Area of the whole cell: a current of 1 nA on 1000 µm² is 100 µA/cm².",
    above_minimum=True,
)
CONDUCTANCE = Parameter(
    "conductance",
    "ḡ",
    "maximal conductance",
    "mS/cm²",
    0.0,
    10000.0,
    1.0,
    4,
    "Conductance with every gate fully open.",
)
REVERSAL = Parameter(
    "reversal",
    "E",
    "reversal potential",
    "mV",
    -300.0,
    300.0,
    1.0,
    3,
    "Voltage at which this current changes sign.",
)
INITIAL = Parameter(
    "initial",
    "x₀",
    "start value",
    "",
    0.0,
    1.0,
    0.05,
    4,
    "The gate's value at time zero; without it, its steady state at the start voltage.",
)
POWER = Parameter(
    "power",
    "p",
    "power",
    "",
    0,
    8,
    1,
    0,
    "How many such gates a channel has: the current is proportional to x to this power.",
    whole=True,
)
CURRENT_PARAMETERS = (CONDUCTANCE, REVERSAL)
