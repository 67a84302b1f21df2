"""Read records: parsed TOML or JSON in, frozen dataclasses out.

The dataclass is the whole description: the annotation of a field defines its allowed values, a
default makes the key optional, and ``metadata={"key": …}`` is its name in the file. A value that
does not fit raises one ModelError: its key is the path of the value, ``current[1].gate[2].power``,
and its text says what is wrong and what is allowed. cattrs converts.
"""

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from enum import StrEnum
from functools import partial
from typing import Annotated, Any, Literal, TypeVar, get_args, get_origin

from cattrs import Converter
from cattrs.errors import AttributeValidationNote, BaseValidationError
from cattrs.gen import make_dict_structure_fn, override

from hhgui.model.parameter import MisfitError, ModelError, Parameter, finite, real, shown

T = TypeVar("T")
Table = dict[str, Any]
_LONGEST_KEY = 60


class NoListError(MisfitError):
    """Raised for a value that must be a list and is not."""


class Reader:
    """Reads records of nested tables and lists.

    first: the number of a list's first entry in paths, 0 or 1; table: what the file's format calls
    a table; rows: how it writes a list of tables, with {} for the list's name; complete: records
    of which every key must be there whatever its default, but for the listed ones.
    """

    def __init__(
        self,
        first: int = 0,
        table: str = "a table of keys and values",
        rows: str = "",
        complete: Mapping[type, tuple[str, ...]] = {},
    ) -> None:
        self._complete = complete
        self._first, self._a_table, self._rows = first, table, rows
        self._prepare: dict[type, Callable[[Table], Table]] = {}
        self._keys: dict[str, str] = {}  # what files call the fields that they name otherwise
        self._converter = Converter()
        for kind, read in ((float, finite), (int, whole), (str, text), (bool, flag)):
            self.use(kind, read)
        by_test = self._converter.register_structure_hook_func
        by_test(_is_choice, lambda value, kind: one_of(value, get_args(kind)))
        by_test(_is_parameter, _checked)
        factory = self._converter.register_structure_hook_factory
        factory(_is_list, self._list_reader)
        factory(_is_table, self._table_reader)
        factory(is_dataclass, self._record_reader)

    def use(self, kind: Any, read: Callable[[Any], Any]) -> None:
        """Read each value annotated as ``kind`` by ``read``, which may raise ModelError."""
        if isinstance(kind, type):
            self._converter.register_structure_hook(kind, lambda value, _: read(value))
        else:
            self._converter.register_structure_hook_func(
                lambda asked: bool(asked == kind), lambda value, _: read(value)
            )

    def prepare(self, kind: type, change: Callable[[Table], Table]) -> None:
        """Change each table by ``change`` before it is read as a ``kind``."""
        self._prepare[kind] = change

    def get_ready(self, *kinds: Any) -> None:
        """Prepare to read these kinds, so that reading compiles nothing."""
        for kind in kinds:
            self._converter.get_structure_hook(kind)

    def read(self, kind: type[T], value: object, path: str = "") -> T:
        """Return ``value`` as a ``kind``. Raises ModelError whose key begins with ``path``."""
        try:
            return self._converter.structure(value, kind)
        except (BaseValidationError, ModelError) as error:
            raise self._refusal(error, path) from None

    def _record_reader(self, kind: type) -> Callable[[Any, Any], Any]:
        entries = {key_of(entry): entry for entry in fields(kind) if entry.init}
        for entry in entries.values():
            if isinstance(entry.type, type) and issubclass(entry.type, StrEnum):
                self.use(entry.type, partial(_one_of_enum, entry.type))
        renamed = {e.name: override(rename=key) for key, e in entries.items() if key != e.name}
        self._keys |= {e.name: key for key, e in entries.items() if key != e.name}
        convert: Any = make_dict_structure_fn(kind, self._converter, **renamed)  # type: ignore[arg-type]

        def read(value: Any, _: Any) -> Any:
            if not isinstance(value, dict):
                raise MisfitError("", f"must be {self._a_table}")
            for key in value:
                if key not in entries:
                    name = repr(key)[1:-1][:_LONGEST_KEY]
                    allowed = ", ".join(sorted(entries))
                    raise MisfitError(name, f"is not known here; allowed: {allowed}")
            for key in sorted(entries):
                if key not in value and self._is_required(kind, entries[key]):
                    raise MisfitError(key, "is missing")
            change = self._prepare.get(kind)
            return convert(change(value) if change else value, kind)

        return read

    def _is_required(self, kind: type, entry: "Field[Any]") -> bool:
        if kind in self._complete and key_of(entry) not in self._complete[kind]:
            return True
        return entry.default is MISSING and entry.default_factory is MISSING

    def _list_reader(self, kind: Any) -> Callable[[Any, Any], Any]:
        inner: Any = list.__class_getitem__(get_args(kind)[0])
        convert = self._converter.get_structure_hook(inner)

        def read(value: Any, _: Any) -> Any:
            if not isinstance(value, list | tuple):
                raise NoListError("", "must be a list")
            return tuple(convert(value, inner))

        return read

    def _table_reader(self, kind: Any) -> Callable[[Any, Any], Any]:
        convert = self._converter.gen_structure_mapping(kind)

        def read(value: Any, _: Any) -> Any:
            if not isinstance(value, dict):
                raise MisfitError("", f"must be {self._a_table}")
            return convert(value, kind)

        return read

    def _refusal(self, error: BaseException, path: str) -> ModelError:
        """Return the first problem of a converter's error, with its path."""
        while isinstance(error, BaseValidationError):
            with_note, without = error.group_exceptions()  # type: ignore[attr-defined]
            if not with_note:
                error = without[0]
                continue
            error, note = with_note[0]
            if isinstance(note, AttributeValidationNote):
                path = _join(path, self._keys.get(note.name, note.name))
            elif isinstance(note.index, int):
                path += f"[{note.index + self._first}]"
            else:
                path = _join(path, shown(note.index))
        if isinstance(error, NoListError):
            rows = self._rows.format(path.rpartition(".")[2])
            return MisfitError(path, f"{error.problem}{rows}")
        if isinstance(error, MisfitError):
            return MisfitError(_join(path, error.key), error.problem)
        if isinstance(error, ModelError):
            return ModelError(_join(path, error.key), str(error))
        raise error


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


def _one_of_enum(choices: type[StrEnum], value: object) -> StrEnum:
    return one_of(value, choices)


def key_of(entry: "Field[Any]") -> str:
    """Return the name of a record's field in files."""
    return str(entry.metadata.get("key", entry.name))


def _is_choice(kind: Any) -> bool:
    return get_origin(kind) is Literal


def _is_parameter(kind: Any) -> bool:
    return get_origin(kind) is Annotated and isinstance(get_args(kind)[1], Parameter)


def _is_list(kind: Any) -> bool:
    return get_origin(kind) is tuple and get_args(kind)[1:] == (...,)


def _is_table(kind: Any) -> bool:
    return get_origin(kind) is dict


def _checked(value: Any, kind: Any) -> float:
    parameter: Parameter = get_args(kind)[1]
    try:
        return parameter.check(value)
    except ModelError as error:
        raise ModelError("", str(error)) from None  # the path says which key it is


def _range(least: float, most: float) -> str:
    return f"from {least:g} to {most:g}" if math.isfinite(most) else f"of at least {least:g}"


def _join(path: str, key: str) -> str:
    return ".".join(filter(None, (path, key)))
