"""A service's settings: one frozen dataclass, read once from an explicit mapping, wrong in one clear sentence.

Field `kafka` is the key `SUYUAN_KAFKA`. An unknown `SUYUAN_…` key, a missing one or a wrong value stops the start.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, dataclass, fields
from pathlib import Path
from typing import Any, TypeVar, get_type_hints

PREFIX = "SUYUAN_"


class ConfigError(ValueError):
    """Names the key and says what would be right."""


@dataclass(frozen=True, slots=True)
class Secret:
    """A text that hides in `repr`, so that no log or traceback shows it."""

    value: str

    def __repr__(self) -> str:
        return "Secret(…)"


def _whole_number(text: str) -> int:
    if not text.isascii() or not text.isdigit():
        raise ValueError("a whole number")
    return int(text)


def _yes_or_no(text: str) -> bool:
    answers = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}
    if text.lower() not in answers:
        raise ValueError("yes or no")
    return answers[text.lower()]


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise ValueError("a number") from None


READERS: Mapping[Any, Callable[[str], Any]] = {
    str: str,
    int: _whole_number,
    float: _number,
    bool: _yes_or_no,
    Path: Path,
    Secret: Secret,
}

ConfigClass = TypeVar("ConfigClass")


def read(config_class: type[ConfigClass], environ: Mapping[str, str]) -> ConfigClass:
    """Raises ConfigError. Keys without the prefix are not ours and are not looked at."""
    known = {PREFIX + field.name.upper(): field for field in fields(config_class)}  # type: ignore[arg-type]
    given = {key: text for key, text in environ.items() if key.startswith(PREFIX)}
    _refuse_unknown(given, known)
    _refuse_missing(given, known)
    types = get_type_hints(config_class)
    values = {known[key].name: _value(key, text, types[known[key].name]) for key, text in given.items()}
    try:
        return config_class(**values)
    except ValueError as error:
        raise ConfigError(str(error)) from error


def _refuse_unknown(given: Mapping[str, str], known: Mapping[str, Field[Any]]) -> None:
    if unknown := sorted(set(given) - set(known)):
        raise ConfigError(f"{unknown[0]} is not a setting of this service; it knows {', '.join(sorted(known))}")


def _refuse_missing(given: Mapping[str, str], known: Mapping[str, Field[Any]]) -> None:
    missing = sorted(key for key, field in known.items() if key not in given and not _has_default(field))
    if missing:
        raise ConfigError(f"{missing[0]} is missing" + "".join(f", and {key}" for key in missing[1:]))


def _has_default(field: Field[Any]) -> bool:
    return field.default is not MISSING or field.default_factory is not MISSING


def _value(key: str, text: str, kind: Any) -> Any:
    try:
        return READERS[kind](text)
    except ValueError as error:
        raise ConfigError(f"{key} is {text!r} and must be {error}") from error
