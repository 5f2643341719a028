"""Who is calling, as far as the handlers need to know."""

from __future__ import annotations

from dataclasses import dataclass, field

from provenance.access.authority import Principal
from services.portal.signing_in.sessions import Session


@dataclass(frozen=True, slots=True)
class Caller:
    """`token` goes along to the services, which decide again what it allows. Only people have a session."""

    principal: Principal
    token: str = field(repr=False)
    session: Session | None = None

    @property
    def is_known(self) -> bool:
        return bool(self.principal.party)
