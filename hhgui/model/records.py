"""Read records: turn parsed TOML or JSON into frozen dataclasses, checking everything.

A dataclass is the whole description of its file format: the annotation of each field defines which
values are allowed, a field with a default may be missing, and ``metadata={"key": …}`` is the name
of the field in the file if it differs. A value that does not fit raises one ModelError: its key is
the path of the value, such as "current[1].gate[2].power", and its text says what is wrong and what
is allowed. The library cattrs does the conversion.
"""

from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from enum import StrEnum
from functools import partial
from typing import Any, Literal, TypeVar, get_args, get_origin

from cattrs import Converter
from cattrs.errors import AttributeValidationNote, BaseValidationError
from cattrs.gen import make_dict_structure_fn, override

from hhgui.model.parameter import (
    MisfitError,
    ModelError,
    finite,
    flag,
    one_of,
    rule_of,
    shown,
    text,
    whole,
)

T = TypeVar("T")
Table = dict[str, Any]
_LONGEST_KEY = 60


class NoListError(MisfitError):
    """Raised for a value that must be a list and is not."""


class Reader:
    """Reads nested tables and lists into dataclasses.

    first: the number of the first entry of a list in error messages, 0 or 1. table: what the file's
    format calls a table, for messages. rows: how the format writes a list of tables, for messages;
    {} in it stands for the list's name. complete: dataclasses of which all keys must be present
    although they have defaults, each with the keys that may still be missing.
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
        by_test(_has_rule, _checked)
        factory = self._converter.register_structure_hook_factory
        factory(_is_list, self._list_reader)
        factory(_is_table, self._table_reader)
        factory(is_dataclass, self._record_reader)

    def use(self, kind: Any, read: Callable[[Any], Any]) -> None:
        """Define how values of type ``kind`` are read: by ``read``, which may raise ModelError."""
        if isinstance(kind, type):
            self._converter.register_structure_hook(kind, lambda value, _: read(value))
        else:
            self._converter.register_structure_hook_func(
                lambda asked: bool(asked == kind), lambda value, _: read(value)
            )

    def accept(self, kind: type) -> None:
        """Define that values of type ``kind`` must already be such objects.

        They are kept as they are.
        """

        def read(value: Any) -> Any:
            if not isinstance(value, kind):
                raise MisfitError("", f"must be a {kind.__name__}, not {shown(value)}")
            return value

        self.use(kind, read)

    def prepare(self, kind: type, change: Callable[[Table], Table]) -> None:
        """Define that ``change`` is applied to each table before a ``kind`` is read from it."""
        self._prepare[kind] = change

    def get_ready(self, *kinds: Any) -> None:
        """Compile the readers for these types now, so that the first reading takes no longer."""
        for kind in kinds:
            self._converter.get_structure_hook(kind)

    def read(self, kind: type[T], value: object, path: str = "") -> T:
        """Return ``value``, parsed TOML or JSON, as an object of type ``kind``.

        Raises ModelError for the first value that does not fit; its key is the path of that value,
        with ``path`` before it.
        """
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
                    name = _shortened(key)
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
        key_kind, kind = get_args(kind)
        convert = self._converter.get_structure_hook(kind)

        def read(value: Any, _: Any) -> Any:
            if not isinstance(value, Mapping):
                raise MisfitError("", f"must be {self._a_table}")
            found = {}
            for key, each in value.items():
                try:
                    found[self._converter.structure(key, key_kind)] = convert(each, kind)
                except (BaseValidationError, ModelError) as error:
                    raise self._refusal(error, _shortened(key)) from None
            return found

        return read

    def _refusal(self, error: BaseException, path: str) -> ModelError:
        """Return the first problem of an error of cattrs as a ModelError with its path."""
        while isinstance(error, BaseValidationError):
            with_note, without = error.group_exceptions()  # type: ignore[attr-defined]
            if not with_note:
                error = without[0]
                continue
            error, note = with_note[0]
            if isinstance(note, AttributeValidationNote):
                path = _join(path, self._keys.get(note.name, note.name))
            else:
                path += f"[{note.index + self._first}]"
        if isinstance(error, NoListError):
            rows = self._rows.format(path.rpartition(".")[2])
            return MisfitError(path, f"{error.problem}{rows}")
        if isinstance(error, MisfitError):
            return MisfitError(_join(path, error.key), error.problem)
        if isinstance(error, ModelError):
            return ModelError(_join(path, error.key), str(error))
        raise error


def _one_of_enum(choices: type[StrEnum], value: object) -> StrEnum:
    return one_of(value, choices)


def key_of(entry: "Field[Any]") -> str:
    """Return the name that a field of a record has in files."""
    return str(entry.metadata.get("key", entry.name))


def _shortened(key: object) -> str:
    return repr(str(key))[1:-1][:_LONGEST_KEY]


def _is_choice(kind: Any) -> bool:
    return get_origin(kind) is Literal


def _has_rule(kind: Any) -> bool:
    return rule_of(kind) is not None


def _is_list(kind: Any) -> bool:
    return get_origin(kind) is tuple and get_args(kind)[1:] == (...,)


def _is_table(kind: Any) -> bool:
    return get_origin(kind) in (dict, Mapping)


def _checked(value: Any, kind: Any) -> Any:
    rule = rule_of(kind)
    assert rule is not None  # the hook's predicate has tested it
    try:
        return rule.check(value)
    except MisfitError:
        raise
    except ModelError as error:
        raise ModelError("", str(error)) from None  # the path says which key it is


def _join(path: str, key: str) -> str:
    return ".".join(filter(None, (path, key)))
