"""HTTP calls, with every way they fail said in one line."""

import time
from collections.abc import Mapping, Sequence
from typing import Any

import httpx

from cli.failures import NO, UNREADABLE, Failure, NoService
from cli.language import again, headed, say, spoken
from cli.said_elsewhere import SERVICES

_TIMEOUT_S = 30.0
_PATIENCE_S = 20.0


def request(method: str, url: str, *, what: str, **settings: Any) -> httpx.Response:
    """The answer, whatever its status. Waits where the server says that it is busy. Raises NoService."""
    headers = {"Accept-Language": spoken(), **settings.pop("headers", {})}
    deadline = time.monotonic() + _PATIENCE_S
    while True:
        try:
            answer = httpx.request(method, url, timeout=_TIMEOUT_S, trust_env=False, headers=headers, **settings)
        except httpx.InvalidURL as error:
            raise NoService(say("{url} is not an address of {what}", url=repr(url), what=say(what))) from error
        except httpx.TransportError as error:
            said = "{what} does not answer at {target}: is it up? make status"
            raise NoService(say(said, what=say(what), target=url)) from error
        if answer.status_code not in (429, 503) or time.monotonic() > deadline:
            return answer
        time.sleep(_retry_after_s(answer.headers))


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
