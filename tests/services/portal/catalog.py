"""The texts that stand in the portal's source, as gettext tools find them."""

from collections.abc import Iterator
from pathlib import Path

from babel.messages.extract import extract
from jinja2.ext import babel_extract

PORTAL = Path(__file__).parents[3] / "services" / "portal"


def found_messages() -> set[str]:
    """Every msgid in Python files and templates."""
    return {text for path in sorted(PORTAL.rglob("*.py")) for text in _in_python(path)} | {
        text for path in sorted((PORTAL / "templates").glob("*.html")) for text in _in_template(path)
    }


def _in_python(path: Path) -> Iterator[str]:
    with path.open("rb") as source:
        for _, message, _, _ in extract("python", source, keywords={"N_": None, "_": None}):
            yield message if isinstance(message, str) else message[0]


def _in_template(path: Path) -> Iterator[str]:
    with path.open("rb") as source:
        for _, _, message, _ in babel_extract(source, ["_"], [], {"trimmed": "true"}):
            text = message[0] if isinstance(message, tuple) else message
            if text:
                yield text
