"""HTTP calls, with every way they fail said in one line."""

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from functools import partial
from typing import Any

import httpx

from cli.failures import NO, UNREADABLE, Failure, NoService
from cli.language import again, headed, say, spoken
from cli.said_elsewhere import SERVICES

_TIMEOUT_S = 30.0
_PATIENCE_S = 20.0
_STREAM_TIMEOUT_S = 120.0
"""Between two pieces of an answer that is made while it is sent."""


def request(method: str, url: str, *, what: str, by: httpx.Client | None = None, **settings: Any) -> httpx.Response:
    """The answer, whatever its status. Waits where the server says that it is busy. `by` keeps its connection for the
    next. Raises NoService."""
    send = by.request if by else partial(httpx.request, trust_env=False)
    headers = {"Accept-Language": spoken(), **settings.pop("headers", {})}
    deadline = time.monotonic() + _PATIENCE_S
    while True:
        try:
            answer = send(method, url, timeout=_TIMEOUT_S, headers=headers, **settings)
        except httpx.InvalidURL as error:
            raise NoService(say("{url} is not an address of {what}", url=repr(url), what=say(what))) from error
        except httpx.TransportError as error:
            raise _away(what, url) from error
        if answer.status_code not in (429, 503) or time.monotonic() > deadline:
            return answer
        time.sleep(_retry_after_s(answer.headers))


def streamed(url: str, *, what: str, refused: str, **settings: Any) -> tuple[Mapping[str, str], Iterator[bytes]]:
    """The headers of an answer and its bytes as they come. Raises Failure, also while they come."""
    headers = {"Accept-Language": spoken(), **settings.pop("headers", {})}
    client, deadline = httpx.Client(timeout=_STREAM_TIMEOUT_S, trust_env=False), time.monotonic() + _PATIENCE_S
    try:
        answer = client.send(client.build_request("GET", url, headers=headers, **settings), stream=True)
        while not answer.is_success:
            answer.read()
            if answer.status_code not in (429, 503) or time.monotonic() > deadline:
                break
            time.sleep(_retry_after_s(answer.headers))
            answer = client.send(client.build_request("GET", url, headers=headers, **settings), stream=True)
    except (httpx.InvalidURL, httpx.TransportError) as error:
        raise _away(what, url) from error
    refuse_problem(answer, refused)
    return answer.headers, _coming(client, answer, what, url)


def _coming(client: httpx.Client, answer: httpx.Response, what: str, url: str) -> Iterator[bytes]:
    with closing(client), closing(answer):
        try:
            yield from answer.iter_bytes()
        except httpx.TransportError as error:
            raise _away(what, url) from error


def _away(what: str, url: str) -> NoService:
    return NoService(say("{what} does not answer at {target}: is it up? make status", what=say(what), target=url))


def refuse_problem(answer: httpx.Response, what: str) -> None:
    """Raises Failure with what a problem answer (RFC 7807) says: exit code 1, or 2 where the server could not."""
    if answer.is_success:
        return
    raise Failure(headed(say(what), sentence(answer)), UNREADABLE if answer.is_server_error else NO)


def sentence(answer: httpx.Response) -> str:
    """The reason of an answer that is a problem, and the first places it names; its number where it gives none, or the
    fault is the server's."""
    try:
        body = answer.json()
    except ValueError:
        body = {}
    if not isinstance(body, dict):
        body = {}
    given = body.get("detail") or body.get("title") or body.get("error")
    reason = again(str(given or answer.reason_phrase), SERVICES)
    number = f" ({answer.status_code})" if answer.is_server_error or not given else ""
    problems = _once(body.get("problems", ()))
    if len(problems) == 1 and _same(reason, next(iter(problems))):
        return f"{next(iter(problems.values()))}{number}"
    more = [said for message, said in problems.items() if not _same(reason, message)][:3]
    return "; ".join([f"{reason.rstrip('.。') if more else reason}{number}", *more])


def _once(listed: Sequence[Mapping[str, Any]]) -> Mapping[str, str]:
    """By message what is said of it: its place, or the first of several."""
    places: dict[str, list[str]] = {}
    for problem in listed:
        places.setdefault(str(problem.get("message")), []).append(str(problem.get("pointer") or ""))
    return {message: _placed(message, at) for message, at in places.items()}


def _placed(message: str, at: Sequence[str]) -> str:
    more = f" {say('and {count} more', count=len(at) - 1)}" if at[1:] else ""
    return f"{at[0]}{more}: {message}" if at[0] else message


def _same(one: str, other: str) -> bool:
    return one.rstrip(".").casefold() == other.rstrip(".").casefold()


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"} if token else {}


def _retry_after_s(headers: Mapping[str, str]) -> float:
    text = headers.get("Retry-After", "1")
    return min(float(text), 5.0) if text.isdigit() else 1.0
