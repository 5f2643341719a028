"""Registry records as plain values and back: the names, texts and lists that people write and programs send.

Owns one reading of each field's type, so that a YAML file, a protobuf message and a form say a date, a mass or a set
alike. Leaves to the registry service whether what is said may stand.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Iterator, Mapping
from dataclasses import MISSING, dataclass, fields
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any, get_args, get_origin, get_type_hints

from epcis.problems import Problem, below
from provenance.registry import records as registry
from provenance.registry.records import Record

KINDS: Mapping[str, type[Record]] = {
    "party": registry.Party,
    "mandate": registry.Mandate,
    "site": registry.Site,
    "logger": registry.Logger,
    "product": registry.Product,
    "production_standard": registry.ProductionStandard,
    "county": registry.County,
    "brand": registry.Brand,
    "channel": registry.Channel,
    "accreditation": registry.Accreditation,
    "lesson_completed": registry.LessonCompleted,
    "beneficiary": registry.Beneficiary,
    "proposal": registry.Proposal,
    "subscription": registry.Subscription,
}
"""Every kind of record by the word it has in topic keys, files and calls."""

KIND_OF: Mapping[type[Record], str] = {cls: kind for kind, cls in KINDS.items()}

MAX_DECIMAL_DIGITS = 28


class Misread(ValueError):
    """One value that is not what its field holds; the sentence says what would be."""


class InvalidRecord(ValueError):
    """Values that are no record; `problems` has one sentence for each wrong field."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("; ".join(str(problem) for problem in problems))
        self.problems = problems


def record_of(kind: str, values: Mapping[str, Any], *, pointer: str = "") -> Record:
    """The record these plain values say. Raises InvalidRecord naming every unknown, missing or misread field."""
    cls = KINDS.get(kind)
    if cls is None:
        known = ", ".join(KINDS)
        raise InvalidRecord([Problem(pointer, "unknown-kind", f"{kind!r} is no kind of record; there are {known}")])
    return _read(cls, kind, values, pointer)  # type: ignore[no-any-return]


def values_of(record: Record) -> dict[str, Any]:
    """The fields of a record as text, numbers and lists; absent ones left out. `record_of` reads it back equal."""
    return dict(_written(record))


def _written(record: Any) -> Iterator[tuple[str, Any]]:
    for field in fields(record):
        value = getattr(record, field.name)
        if value is not None and value != date.min:
            yield field.name, _plain(value)


def _plain(value: Any) -> Any:
    match value:
        case Decimal():
            return format(value, "f")
        case date():
            return value.isoformat()
        case frozenset():
            return sorted(value)
        case Record():
            return {"record": KIND_OF[type(value)], **values_of(value)}
        case tuple():
            return [dict(_written(member)) for member in value]
        case _:
            return value


def _read(cls: Any, what: str, values: object, pointer: str) -> Any:
    if not isinstance(values, Mapping):
        raise InvalidRecord([Problem(pointer, "not-an-object", f"a {_words(what)} is a set of named fields")])
    problems = list(_strangers(cls, what, values, pointer))
    read: dict[str, Any] = {}
    for name, field in _fields(cls).items():
        try:
            read[name] = field.value_in(values.get(name), what, below(pointer, name))
        except InvalidRecord as error:
            problems += error.problems
        except Misread as error:
            problems.append(Problem(below(pointer, name), "invalid-field", str(error)))
    if problems:
        raise InvalidRecord(problems)
    return cls(**read)


def _strangers(cls: Any, what: str, values: Mapping[str, Any], pointer: str) -> Iterator[Problem]:
    known = _fields(cls)
    for name in values:
        if name not in known:
            sentence = f"{name!r} is no field of a {_words(what)}; its fields are {', '.join(known)}"
            yield Problem(below(pointer, str(name)), "unknown-field", sentence)


Reader = Callable[[Any, str], Any]


@dataclass(frozen=True, slots=True)
class _Field:
    """A field: its name, how it is read, whether it must be there, and its value where it is not."""

    name: str
    read: Reader
    needed: bool
    absent: Any

    def value_in(self, given: Any, what: str, pointer: str) -> Any:
        if given not in (None, ""):
            return self.read(given, pointer)
        if self.needed:
            raise Misread(f"a {_words(what)} needs {self.name}")
        return self.absent


@cache
def _fields(cls: Any) -> dict[str, _Field]:
    hints = get_type_hints(cls)
    return {field.name: _field(field.name, hints[field.name], field.default) for field in fields(cls)}


def _field(name: str, hint: Any, default: Any) -> _Field:
    optional = get_origin(hint) is types.UnionType
    kind = next(part for part in get_args(hint) if part is not types.NoneType) if optional else hint
    return _Field(name, _reader(kind), default is MISSING and not optional, None if default is MISSING else default)


def _reader(hint: Any) -> Reader:
    if get_origin(hint) is tuple:
        return _list_of(get_args(hint)[0])
    return _READERS[get_origin(hint) or hint]


def _list_of(cls: type[Any]) -> Reader:
    def read(value: Any, pointer: str) -> tuple[Any, ...]:
        if not isinstance(value, list | tuple):
            raise Misread(f"{value!r} should be a list")
        return tuple(_read(cls, cls.__name__, member, f"{pointer}/{i}") for i, member in enumerate(value))

    return read


def _record(value: Any, pointer: str) -> Record:
    """A record inside another: its fields, and `record`, which says what it is."""
    if not isinstance(value, Mapping) or "record" not in value:
        raise Misread("a record in here is named fields, `record` among them, which says what it is")
    return record_of(str(value["record"]), {k: v for k, v in value.items() if k != "record"}, pointer=pointer)


def _text(value: Any, _: str) -> str:
    if not isinstance(value, str):
        raise Misread(f"{value!r} should be text; put it in quotes")
    return value.strip()


def _yes_or_no(value: Any, _: str) -> bool:
    if not isinstance(value, bool):
        raise Misread(f"{value!r} should be true or false")
    return value


def _integer(value: Any, _: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise Misread(f"{value!r} should be a whole number")
    return value


def _number(value: Any, _: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Misread(f"{value!r} should be a number")
    return float(value)


def _decimal(value: Any, _: str) -> Decimal:
    try:
        # Through the text: 0.1 in a file is a tenth, not its binary neighbour.
        read = Decimal(str(value))
    except InvalidOperation:
        raise Misread(f"{value!r} should be a decimal number such as 12.5") from None
    if isinstance(value, bool) or not read.is_finite() or len(format(read, "f")) > MAX_DECIMAL_DIGITS:
        raise Misread(f"{value!r} should be a decimal number of at most {MAX_DECIMAL_DIGITS} characters")
    return read


def _day(value: Any, _: str) -> date:
    try:
        return value if type(value) is date else date.fromisoformat(value)
    except (TypeError, ValueError):
        raise Misread(f"{value!r} should be a day such as 2026-09-12") from None


def _set(value: Any, pointer: str) -> frozenset[str]:
    if not isinstance(value, list | tuple | set | frozenset):
        raise Misread(f"{value!r} should be a list")
    return frozenset(_text(member, pointer) for member in value)


_READERS: Mapping[Any, Reader] = {
    str: _text,
    bool: _yes_or_no,
    int: _integer,
    float: _number,
    Decimal: _decimal,
    date: _day,
    frozenset: _set,
    Record: _record,
}


def _words(name: str) -> str:
    return name.replace("_", " ")
