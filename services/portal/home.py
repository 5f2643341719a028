"""The home page: a box for the code on a package, and for signed-in people what they can report."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from services.portal.labels.fields import ROLES as LABEL_ROLES
from services.portal.pages import Pages
from services.portal.ports import Records
from services.portal.reporting.commands import COMMANDS
from services.portal.reporting.fields import Command
from services.portal.rolls.acts import ACTS
from services.portal.signing_in.caller import Caller
from services.portal.signing_in.callers import Callers
from services.portal.signing_in.signed_in import SignedIn
from services.portal.telling.trace import BLANKS
from wire.errors import NotFound, Rejected, Transient, Unauthorised

# Who is shown which forms first; what somebody may report is decided where it is recorded.
OFFERED: Mapping[str, tuple[str, ...]] = {
    "grower": ("deliveries", "farm-inputs"),
    "station": (
        "deliveries",
        "poolings",
        "inspections",
        "farm-inputs",
        "shipments",
        "receipts",
        "losses",
        "stock-takes",
    ),
    "packer": (
        "receipts",
        "gradings",
        "inspections",
        "packing",
        "labellings",
        "pallets",
        "unpackings",
        "shipments",
        "losses",
        "stock-takes",
    ),
    "carrier": ("shipments", "receipts"),
    "shop": ("receipts", "unpackings", "sales", "parcels", "returns", "losses", "stock-takes"),
    "inspector": ("samples", "inspections", "holds", "releases", "certificates"),
    "laboratory": ("samples", "inspections", "holds", "releases", "certificates"),
    "regulator": ("samples", "inspections", "holds", "releases", "certificates"),
}


HOME_SCRIPTS = ("camera.js", "keep_offline.js")


class Home:
    def __init__(self, *, callers: Callers, people: SignedIn, pages: Pages, records: Records) -> None:
        self._callers = callers
        self._people = people
        self._pages = pages
        self._records = records

    def routes(self) -> list[Route]:
        return [
            Route("/", self.home, methods=["GET"]),
            Route("/work", self.work, methods=["GET"]),
            Route("/look", self.look, methods=["GET"]),
            Route("/robots.txt", self.robots, methods=["GET"]),
        ]

    async def home(self, request: Request) -> Response:
        caller = await self._callers.person(request)
        return self._pages.render(request, "home.html", caller, scripts=HOME_SCRIPTS, unread=False)

    async def work(self, request: Request) -> Response:
        """What a signed-in person can report."""
        caller = await self._people.opens(request)
        labels = not caller.principal.roles.isdisjoint(LABEL_ROLES)
        acts = [act for act in ACTS.values() if not caller.principal.roles.isdisjoint(act.roles)]
        return self._pages.render(
            request,
            "work.html",
            caller,
            commands=offered(caller),
            labels=labels,
            acts=acts,
            who=await self._who(caller),
        )

    async def _who(self, caller: Caller) -> Mapping[str, Any]:
        """The caller's party as registered; nothing where it is not, or the registry does not answer."""
        try:
            return await self._records.get("party", caller.principal.party, "", token=caller.token)
        except (NotFound, Unauthorised, Rejected, Transient):
            return {}

    async def look(self, request: Request) -> Response:
        """Signed-in people want the history, a buyer the page of the box."""
        code = request.query_params.get("code", "").strip(BLANKS)
        if not code:
            return RedirectResponse("/", 303)
        caller = await self._callers.person(request)
        return RedirectResponse(f"{'/trace' if caller.session else '/b'}?code={quote(code, safe='')}", 303)

    async def robots(self, request: Request) -> Response:
        return Response(
            "User-agent: *\nDisallow: /01/\nDisallow: /00/\nDisallow: /b\nDisallow: /trace\n", media_type="text/plain"
        )


def offered(caller: Caller) -> tuple[Command, ...]:
    """The forms of the caller's roles; all of them for a role that reports for anybody."""
    nouns = [noun for role in sorted(caller.principal.roles) for noun in OFFERED.get(role, ())]
    unlimited = not caller.principal.roles.isdisjoint(("operator", "importer"))
    return tuple(command for noun, command in COMMANDS.items() if unlimited or noun in nouns)
