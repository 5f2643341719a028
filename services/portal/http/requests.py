"""What every route asks of a request: a body within bounds, a media type it can take, an answer form it can give."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from urllib.parse import parse_qsl

from starlette.requests import Request

from services.portal.http.problems import HttpProblem
from services.portal.reporting.photos import FILES_TYPE, MOST_PHOTOS_BYTES, read_parts

MAX_CAPTURE_BYTES = 8 * 1024 * 1024
MAX_EVENT_BYTES = 512 * 1024
MAX_FORM_BYTES = 256 * 1024
MAX_URL = 8000
FORM_TYPE = "application/x-www-form-urlencoded"
MAX_FORM_FIELDS = 600
JSON_TYPES = ("application/json", "application/ld+json")


async def read_body(request: Request, limit: int) -> bytes:
    """The body; stops reading at `limit` bytes with 413."""
    return b"".join([piece async for piece in _pieces(request, limit)])


async def _pieces(request: Request, limit: int) -> AsyncIterator[bytes]:
    """Of the body, as they come in; 413 at `limit` bytes."""
    declared = request.headers.get("content-length", "0")
    if declared.isdigit() and int(declared) > limit:
        raise _too_large(limit)
    size = 0
    async for piece in request.stream():
        size += len(piece)
        if size > limit:
            raise _too_large(limit)
        yield piece


async def read_form(request: Request, *, photos: bool = False) -> list[tuple[str, str]]:
    """The (name, text) pairs of a form; of its photos, where it may have some, their hashes."""
    content_type = request.headers.get("content-type", "")
    if photos and content_type.lower().startswith(FILES_TYPE):
        return await read_parts(_pieces(request, MOST_PHOTOS_BYTES), content_type)
    require_content_type(request, (FORM_TYPE,))
    raw = await read_body(request, MAX_FORM_BYTES)
    try:
        return parse_qsl(raw.decode(), keep_blank_values=True, strict_parsing=False, max_num_fields=MAX_FORM_FIELDS)
    except ValueError as error:
        raise HttpProblem(400, "ValidationException", "This form cannot be read.") from error


def _too_large(limit: int) -> HttpProblem:
    headers = {"GS1-EPCIS-Capture-File-Size-Limit": str(limit)}
    sentence = f"At most {limit} bytes are taken at once."
    return HttpProblem(413, "CaptureLimitExceededException", sentence, headers=headers)


def require_content_type(request: Request, accepted: Sequence[str] = JSON_TYPES) -> None:
    given = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if given not in accepted:
        raise HttpProblem(
            415, "UnsupportedMediaTypeException", f"Send the content as {accepted[0]}, and say so in Content-Type."
        )


def require_json_answer(request: Request) -> None:
    if preferred(request, (*JSON_TYPES, "application/problem+json")) is None:
        raise HttpProblem(406, "NotAcceptableException", "This answers in application/json only.")


def preferred(request: Request, offered: Sequence[str]) -> str | None:
    """Which of the offered media types the Accept header wants most (RFC 9110, 12.5.1); the first without a header."""
    header = request.headers.get("accept", "")[:500]
    if not header.strip():
        return offered[0]
    ranges = [_range(part) for part in header.split(",")]
    scored = [(_quality(media_type, ranges), -place, media_type) for place, media_type in enumerate(offered)]
    best = max(scored)
    return best[2] if best[0] > 0 else None


def _range(part: str) -> tuple[str, float]:
    pieces = [piece.strip() for piece in part.lower().split(";")]
    weight = next((piece[2:] for piece in pieces[1:] if piece.startswith("q=")), "1")
    try:
        return pieces[0], float(weight)
    except ValueError:
        return pieces[0], 0.0


def _quality(media_type: str, ranges: Sequence[tuple[str, float]]) -> float:
    """The weight of the most exact range that fits."""
    family = media_type.split("/")[0] + "/*"
    for wanted in (media_type, family, "*/*"):
        weights = [weight for name, weight in ranges if name == wanted]
        if weights:
            return max(weights)
    return 0.0


def raw_path(request: Request) -> str:
    """The path as it was sent, percent-escapes untouched."""
    raw = request.scope.get("raw_path")
    return raw.decode("latin-1").partition("?")[0] if isinstance(raw, bytes) else request.url.path
