"""Describe each parameter once: its symbol, unit, range and help.

The input field, the key in files, the option of the command line and the messages about wrong
values are all made from this description.
"""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, TypeVar, get_args, get_origin, get_type_hints

T = TypeVar("T")


class ModelError(ValueError):
    """Raised for a value that is not allowed.

    ``key`` names the value (its path in a file); the text says what is wrong and what is allowed.
    """

    def __init__(self, key: str, message: str) -> None:
        super().__init__(message)
        self.key = key

    @property
    def problem(self) -> str:
        """Return the message without the key at its beginning."""
        return str(self)


class MisfitError(ModelError):
    """Raised for a value of the wrong type or outside its range.

    Its message is the key followed by a predicate: "capacitance must be a number".
    """

    def __init__(self, key: str, problem: str) -> None:
        super().__init__(key, f"{key} {problem}".strip())
        self._problem = problem

    @property
    def problem(self) -> str:
        """Return the message without the key: "must be a number"."""
        return self._problem


def real(value: object) -> float | None:
    """Return ``value`` as a float if it is a number, else None.

    A boolean is not a number. An integer too large for a float becomes infinite.
    """
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf


def finite(value: object, key: str = "") -> float:
    """Return ``value`` as a float.

    Raises MisfitError, whose key is ``key``, if it is not a number or not finite.
    """
    number = real(value)
    if number is None:
        raise MisfitError(key, f"must be a number, not {shown(value)}")
    if not math.isfinite(number):
        raise MisfitError(key, f"must be finite, not {number:g}")
    return number


def whole(value: object, least: float = -math.inf, most: float = math.inf) -> int:
    """Return ``value`` as an integer; 3.0 becomes 3.

    Raises MisfitError if it is no whole number or not in the range ``least`` to ``most``
    (included).
    """
    number = real(value)
    if number is None or not (isinstance(value, int) or number.is_integer()):
        raise MisfitError("", f"must be a whole number, not {shown(value)}")
    if not least <= number <= most:
        raise MisfitError("", f"must be a whole number {_range(least, most)}, not {shown(value)}")
    return int(value)  # type: ignore[call-overload, no-any-return]


def text(value: object, most: int | None = None) -> str:
    """Return ``value`` if it is text of at most ``most`` characters (None: any length).

    Raises MisfitError if not.
    """
    if not isinstance(value, str) or (most is not None and len(value) > most):
        limit = "" if most is None else f" of at most {most} characters"
        raise MisfitError("", f"must be text{limit}, not {shown(value)}")
    return value


def flag(value: object) -> bool:
    """Return ``value`` if it is a boolean. Raises MisfitError if not."""
    if not isinstance(value, bool):
        raise MisfitError("", f"must be true or false, not {shown(value)}")
    return value


def one_of(value: object, choices: Iterable[T]) -> T:
    """Return the one of ``choices`` that equals ``value``.

    Raises MisfitError, which lists ``choices``, if there is none.
    """
    known = tuple(choices)
    for choice in known:
        if type(value) in (type(choice), str) and value == choice:
            return choice
    raise MisfitError("", f"must be one of {', '.join(map(str, known))}, not {shown(value)}")


def some_of(value: object, choices: tuple[str, ...]) -> tuple[str, ...]:
    """Return the entries of the list ``value`` as a tuple, all of which must be in ``choices``.

    Raises MisfitError if it is no list or has other entries.
    """
    if not isinstance(value, list | tuple) or len(value) > len(choices):
        raise MisfitError("", f"must be a list of some of {', '.join(choices)}")
    return tuple(one_of(each, choices) for each in value)


def _range(least: float, most: float) -> str:
    return f"from {least:g} to {most:g}" if math.isfinite(most) else f"of at least {least:g}"


def shown(value: object) -> str:
    """Return a wrong value as error messages quote it.

    That is the beginning of a text, a number, or the name of the type of anything else.
    """
    if isinstance(value, str):
        return repr(value[:40])
    number = real(value)
    return type(value).__name__ if number is None else f"{number:g}"


@dataclass(frozen=True)
class Parameter:
    """The description of one number: what it means, its range, and how it is edited.

    key: its name in files and options. symbol: how the input field names it. label: its name in
    sentences. unit: as shown to people, "" if it has none. minimum, maximum: the allowed range,
    both ends included unless ``above_minimum`` excludes the minimum. step: by how much the arrow
    buttons of its input field change it. decimals: how many the field shows. help: one sentence for
    the student. whole: whether only whole numbers are allowed.
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
        """Return the allowed range in words: "above 0 and at most 1000 µF/cm²"."""
        unit = f" {self.unit}" if self.unit else ""
        kind = "a whole number " if self.whole else ""
        if self.above_minimum:
            return f"{kind}above {self.minimum:g} and at most {self.maximum:g}{unit}"
        return f"{kind}from {self.minimum:g} to {self.maximum:g}{unit}"

    def check(self, value: object, owner: str = "") -> float:
        """Return ``value`` as a number if it is allowed, else raise ModelError saying what is.

        owner: what the number belongs to, for the message: "Na" gives "Na conductance must be …".
        """
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
    """The rule for values of a field of a record, attached to the field's type by ``Annotated``.

    ``read`` takes a value and returns it as the field stores it, or raises MisfitError.
    """

    read: Callable[[object], Any]

    def check(self, value: object, owner: str = "") -> Any:
        """Return ``value`` as the field stores it; raise MisfitError if it is not allowed.

        owner: what the value belongs to, for the message.
        """
        return self.read(value)


def rule_of(hint: Any) -> Rule | Parameter | None:
    """Return the Rule or Parameter that a type is annotated with, or None."""
    if get_origin(hint) is Annotated and isinstance(get_args(hint)[1], Rule | Parameter):
        return get_args(hint)[1]  # type: ignore[no-any-return]
    return None


def check_fields(record: Any, owner: str = "") -> None:
    """Replace each annotated field of a frozen record by its checked value, in ``__post_init__``.

    The value None is left alone if the annotation allows it. owner: the name of what the record
    describes, for messages. Raises ModelError, whose key is that of the parameter or the name of
    the field.
    """
    for name, rule, optional in _rules_of(type(record)):  # type: ignore[arg-type]
        value = getattr(record, name)
        if not (optional and value is None):
            try:
                object.__setattr__(record, name, rule.check(value, owner))
            except MisfitError as error:
                raise MisfitError(name, error.problem) from None


def parameters_of(kind: type) -> tuple[Parameter, ...]:
    """Return the parameters with which the fields of a record class are annotated, in order."""
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
