"""`suyuan token`, and the token that the other commands send."""

from pathlib import Path
from typing import Annotated

import typer

from cli import endpoints
from cli.failures import Failure
from cli.web import refuse_problem, request
from provenance.authority import ROLES

_OPERATING = ("operator", "importer", "registrar")
_OPERATING_HOURS = 1


def token(
    roles: Annotated[list[str] | None, typer.Option("--role", help="What the bearer may do; repeatable.")] = None,
    party: Annotated[str, typer.Option("--party", help="Whose token it is: a party's key in the registry.")] = "",
    hours: Annotated[float, typer.Option("--hours", min=0.01, help="How long it is valid.")] = 8,
    identity: endpoints.Identity = None,
) -> None:
    """Mint a bearer token and print it.

    Works where the issuer's secret can be read, which is the machine it runs on: VAR/identity/admin.secret. Without
    --role it is an operator's.

    \b
    Examples:
      suyuan token --role station --party https://id.gs1.org/417/9520001000409
      export SUYUAN_TOKEN=$(suyuan token --role importer --role operator --hours 1)
    """
    if unknown := set(roles or ()) - set(ROLES):
        raise Failure(f"{sorted(unknown)[0]!r} is no role; there are {', '.join(sorted(ROLES))}")
    print(mint(admin_secret(), party, roles or ["operator"], hours, identity))


def for_calls(given: str | None) -> str:
    """The token given, else one for this machine's operator, else none: then the services answer as to the public."""
    if given is not None:
        return given
    secret = _readable_secret()
    return mint(secret, "", _OPERATING, _OPERATING_HOURS, None) if secret else ""


def mint(secret: str, party: str, roles: list[str] | tuple[str, ...], hours: float, identity: str | None) -> str:
    """Raises Failure."""
    body = {"admin": secret, "party": party, "roles": list(roles), "hours": hours}
    answer = request("POST", f"{endpoints.identity_url(identity)}/token", what="the token issuer", json=body)
    refuse_problem(answer, "no token")
    return str(answer.json()["token"])


def admin_secret() -> str:
    secret = _readable_secret()
    if secret is None:
        raise Failure(
            f"the issuer's secret is not at {_secret_file()}: run this where identity runs, or set VAR to its folder"
        )
    return secret


def _readable_secret() -> str | None:
    try:
        return _secret_file().read_text(encoding="utf-8").strip()
    except OSError:
        return None


def _secret_file() -> Path:
    return endpoints.state_folder() / "identity" / "admin.secret"
