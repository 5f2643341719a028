"""`suyuan status`: which services of this machine are ready, and what the others wait for."""

from typing import Annotated

import httpx
import typer

from cli import endpoints
from cli.failures import NO
from cli.language import say
from cli.output import print_json, print_table

_TIMEOUT_S = 2.0

SERVICES: tuple[tuple[str, int], ...] = (
    ("portal", 0),
    ("identity", 1),
    ("registry", 11),
    ("harvest", 13),
    ("quality", 15),
    ("shipping", 17),
    ("traceability serve", 19),
    ("traceability project", 21),
    ("labels", 23),
)
"""Each with the port of its /ready above PORT_BASE."""


def status(
    json: Annotated[bool, typer.Option("--json", help="Print the result as JSON, for programs.")] = False,
) -> None:
    """Ask every service here whether it is ready.

    Exit code 1 where one that `make up` starts is not, with what it waits for.

    \b
    Examples:
      suyuan status
      PORT_BASE=8700 suyuan status --json
    """
    found = {name: _trouble(endpoints.local_url(above)) for name, above in SERVICES}
    if json:
        print_json({name: {"ready": trouble is None, "trouble": trouble} for name, trouble in found.items()})
    else:
        rows = [(name, say("not ready") if t else say("ready"), t or "") for name, t in found.items()]
        print_table((say("service"), say("state"), say("why")), rows)
    raise typer.Exit(NO if any(found.values()) else 0)


def _trouble(url: str) -> str | None:
    try:
        answer = httpx.get(f"{url}/ready", timeout=_TIMEOUT_S, trust_env=False)
    except httpx.TransportError:
        return say("does not answer at {url}", url=url)
    if answer.is_success:
        return None
    try:
        return "; ".join(map(str, answer.json()["failing"].values()))
    except (ValueError, KeyError, AttributeError, TypeError):
        return say("answers {code}", code=answer.status_code)
