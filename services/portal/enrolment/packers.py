"""Who packs for a brand: the brand's owner gives a packing house the mandate to put its labels on goods, and ends it.

A mandate in one's own name needs no second party, so it is put, not proposed (ADR 0155); the registry decides who may.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from provenance.days import CHINA
from services.portal.enrolment.pages import why
from services.portal.labels.fields import ROLES
from services.portal.pages import Pages
from services.portal.ports import Records
from services.portal.reporting import typed_codes
from services.portal.reporting.command_fields import named
from services.portal.reporting.fields import Field, Situation, by_field, read
from services.portal.reporting.filled import Filled, read_uuid
from services.portal.sentences import N_, Sentence, say
from services.portal.signing_in.caller import Caller
from services.portal.signing_in.signed_in import SignedIn
from services.portal.telling.naming import short

LABEL = "label"
FIELDS = (
    Field(name="to_party", label=N_("Packing house"), read=named("party", "packer"), widget="code",
          example="9520001000300", hint=N_("Its number (GLN), 13 digits.")),
)  # fmt: skip
DONE: Mapping[str, str] = {
    "given": N_("The packing house may put your labels on goods."),
    "ended": N_("The mandate to label is ended."),
}
NO_PACKER: Mapping[str, str] = {
    "unknown-party": N_("Nobody with this number is registered. Compare it, or have the registrar add it."),
    "same-party": N_("You need no mandate to label goods of your own brand."),
}
MOST_SHOWN = 500


class PackerMandates:
    def __init__(
        self,
        *,
        pages: Pages,
        people: SignedIn,
        records: Records,
        now: Callable[[], datetime],
        base: str,
    ) -> None:
        self._pages = pages
        self._people = people
        self._records = records
        self._now = now
        self._base = base

    def routes(self) -> list[Route]:
        return [
            Route("/labels/packers", self.show, methods=["GET"]),
            Route("/labels/packers", self.take, methods=["POST"]),
        ]

    async def show(self, request: Request) -> Response:
        """The form, and the mandates that stand; `?done=` says what became of the last tap."""
        caller = await self._people.opens(request)
        done = DONE.get(request.query_params.get("done", ""))
        return await self._page(request, caller, Filled({}, str(uuid.uuid4()), {}), done=say(done) if done else None)

    async def take(self, request: Request) -> Response:
        """A new mandate, or the end of the one that `ends` names."""
        caller, pairs = await self._people.sends(request)
        form = dict(pairs)
        given = {field.name: form.get(field.name, "") for field in FIELDS}
        filled = Filled(given, read_uuid(form.get("event_id", "")), {})
        if form.get("ends"):
            return await self._end(request, caller, filled, form["ends"])
        reading = read(FIELDS, given, Situation(caller.principal.party, self._now(), self._base))
        if reading.problems:
            wrong = Filled(given, filled.event_id, by_field(reading.problems))
            return await self._page(request, caller, wrong, status=422)
        if any(_goes_on(one, reading.values["to_party"]) for one in await self._given(caller)):
            return RedirectResponse("/labels/packers?done=given", 303)
        # The id follows from the page it was made on: a second tap puts the same again.
        id_ = typed_codes.read_party_or_place(f"label-{filled.event_id[:13]}", "mandate", self._base)
        parties = {"from_party": caller.principal.party, "to_party": reading.values["to_party"]}
        begins = {"version": 1, "valid_from": self._today().isoformat()}
        record = {"kind": "mandate", "id": id_, **begins, **parties, "actions": [LABEL]}
        return await self._put(request, caller, filled, record, "given")

    async def _end(self, request: Request, caller: Caller, filled: Filled, id: str) -> Response:
        """One that is ended already stays so."""
        found = [one for one in await self._given(caller) if one["id"] == id]
        if not found:
            return RedirectResponse("/labels/packers?done=ended", 303)
        return await self._put(request, caller, filled, _ended(found[0], self._today()), "ended")

    async def _put(
        self, request: Request, caller: Caller, filled: Filled, record: Mapping[str, Any], done: str
    ) -> Response:
        (answer,) = await self._records.put([record], token=caller.token)
        if answer["status"] == "accepted":
            return RedirectResponse(f"/labels/packers?done={done}", 303)
        again = Filled(filled.given, filled.event_id, {}, notice=why(answer, NO_PACKER))
        return await self._page(request, caller, again, status=409 if answer["status"] == "rejected" else 503)

    async def _page(
        self, request: Request, caller: Caller, filled: Filled, *, done: Sentence | None = None, status: int = 200
    ) -> Response:
        allowed = not caller.principal.roles.isdisjoint(ROLES)
        given = await self._given(caller) if allowed else ()
        names = await self._records.several({str(one["to_party"]): "party" for one in given}, token=caller.token)
        return self._pages.render(
            request,
            "packers.html",
            caller,
            status=status,
            allowed=allowed,
            fields=FIELDS,
            filled=filled,
            products=(),
            done=done,
            given=[(one, names.get(one["to_party"]) or {}) for one in given],
            short=short,
        )

    async def _given(self, caller: Caller) -> Sequence[Mapping[str, Any]]:
        """The caller's mandates to label of today."""
        party = caller.principal.party
        page = await self._records.list("mandate", "", MOST_SHOWN, "", token=caller.token, naming=party)
        return [one for one in page.records if one["from_party"] == party and LABEL in one["actions"]]

    def _today(self) -> date:
        return self._now().astimezone(CHINA).date()


def _goes_on(mandate: Mapping[str, Any], to_party: str) -> bool:
    return bool(mandate["to_party"] == to_party and not mandate.get("valid_to") and not mandate.get("sites"))


def _ended(mandate: Mapping[str, Any], today: date) -> Mapping[str, Any]:
    """Its next version: over from today on, or tomorrow where it began today. What else it allows goes on."""
    kept = {name: value for name, value in mandate.items() if name not in ("author", "approved_by")}
    kept["version"] = int(mandate["version"]) + 1
    if others := [action for action in mandate["actions"] if action != LABEL]:
        return {**kept, "actions": others, "valid_from": today.isoformat()}
    begins = date.fromisoformat(mandate["valid_from"])
    return {**kept, "valid_to": max(today, begins + timedelta(days=1)).isoformat()}
