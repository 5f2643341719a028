"""`suyuan token`, and the token that the other commands send."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from cli import endpoints
from cli.failures import Failure
from cli.keys import party as party_key
from cli.language import N_, say
from cli.web import refuse_problem, request
from provenance.access.authority import ROLES

OPERATOR = "https://suyuan.example/operator"
"""Whose token it is where nobody else is named: whoever runs this machine."""

_OPERATING = ("operator", "importer", "registrar")
_OPERATING_HOURS = 1.0


def token(
    roles: Annotated[list[str] | None, typer.Option("--role", help="What the bearer may do; repeatable.")] = None,
    party: Annotated[
        str, typer.Option("--party", help="Whose token it is: the GLN, or a key in the registry.")
    ] = OPERATOR,
    hours: Annotated[float, typer.Option("--hours", min=0.01, help="How long it is valid.")] = 8,
    card: Annotated[
        bool, typer.Option("--card", help="A code to print on a card instead; it gives one token, within --days.")
    ] = False,
    days: Annotated[float, typer.Option("--days", min=0.01, help="How long a card's code is good.")] = 30,
    identity: endpoints.Identity = None,
) -> None:
    """Mint a bearer token and print it.

    Works where the issuer's secret can be read, which is the machine it runs on: VAR/identity/admin.secret. Without
    --role it is an operator's.

    \b
    Examples:
      suyuan token --role station --party https://id.gs1.org/417/9520001000409
      suyuan token --card --role station --party https://id.gs1.org/417/9520001000409 --hours 4000
      export SUYUAN_TOKEN=$(suyuan token --role importer --role operator --hours 1)
    """
    if unknown := set(roles or ()) - set(ROLES):
        raise Failure(
            say("{role} is no role; there are {roles}", role=repr(min(unknown)), roles=", ".join(sorted(ROLES)))
        )
    whose = party_key(party, "grower" if roles == ["grower"] else "party")
    wish = {"party": whose, "roles": roles or ["operator"], "hours": hours}
    if card:
        print(_ask("cards", wish | {"days": days}, admin_secret(), identity)["card"])
    else:
        print(_ask("token", wish, admin_secret(), identity)["token"])


def for_calls(given: str | None) -> str:
    """The token given, else one for this machine's operator, else none: then the services answer as to the public."""
    if given is not None:
        return given
    secret = _readable_secret()
    if not secret:
        return ""
    wish = {"party": OPERATOR, "roles": _OPERATING, "hours": _OPERATING_HOURS}
    return str(_ask("token", wish, secret, None)["token"])


def for_party(party: str, role: str) -> str:
    """A token of an hour, where the issuer's secret can be read. Raises Failure."""
    wish = {"party": party, "roles": [role], "hours": _OPERATING_HOURS}
    return str(_ask("token", wish, admin_secret(), None)["token"])


def _ask(what: str, wish: Mapping[str, Any], secret: str, identity: str | None) -> dict[str, Any]:
    """Raises Failure."""
    body = {"admin": secret, **wish}
    answer = request("POST", f"{endpoints.identity_url(identity)}/{what}", what=N_("the token issuer"), json=body)
    refuse_problem(answer, N_("the token issuer refuses"))
    given: dict[str, Any] = answer.json()
    return given


def admin_secret() -> str:
    secret = _readable_secret()
    if secret is None:
        said = "the issuer's secret is not at {file}: run this where identity runs, or set VAR to its folder"
        raise Failure(say(said, file=_secret_file()))
    return secret


def _readable_secret() -> str | None:
    try:
        return _secret_file().read_text(encoding="utf-8").strip()
    except OSError:
        return None


def _secret_file() -> Path:
    return endpoints.state_folder() / "identity" / "admin.secret"
