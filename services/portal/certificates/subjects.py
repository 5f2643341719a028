"""What thirteen digits alone mean in a certificate's scope: they may be a place's number, a party's or a product's.

What the registry knows is meant. A certificate for a place that there is not would be for nothing, and nobody would
see it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from epcis.identifiers import canonical
from provenance.codes import tidy
from services.portal.ports import Records
from services.portal.reporting.typed import FieldError
from services.portal.sentences import N_, say

SEVERAL = N_("{code} may be any of these; type the one you mean: {codes}")
NOBODYS = N_(
    "{code} is no registered place, product or party. Type (01)0{code} for a product, (414){code} for a place,"
    " (417){code} for a party."
)
_BARE = re.compile(r"[0-9]{13}")


@dataclass(frozen=True, slots=True)
class Subjects:
    """Raises FieldError where bare digits mean nothing or several things."""

    records: Records

    async def meant(self, scope: Sequence[str], lines: Iterable[str], *, token: str) -> tuple[str, ...]:
        """The scope as it was read, with each key of a place that was typed as its digits alone put right."""
        bare = [typed for line in lines if _BARE.fullmatch(typed := tidy(line))]
        meant = {canonical(f"(414){digits}"): await self._meant(digits, token) for digits in dict.fromkeys(bare)}
        return tuple(dict.fromkeys(meant.get(key, key) for key in scope))

    async def _meant(self, digits: str, token: str) -> str:
        """A place and a party that bear one number are one house: the place. Where the registry does not say, that."""
        place, product, party = (canonical(f"({ai}{digits}") for ai in ("414)", "01)0", "417)"))
        known = await self.records.several({place: "site", product: "product", party: "party"}, token=token)
        if known.get(place) and known.get(product):
            raise FieldError(say(SEVERAL, code=digits, codes=f"(414){digits} (01)0{digits}"), "scope")
        if len(known) < 3 or known[place]:
            return place
        found = [key for key in (product, party) if known[key]]
        if len(found) > 1:
            raise FieldError(say(SEVERAL, code=digits, codes=f"(01)0{digits} (417){digits}"), "scope")
        if not found:
            raise FieldError(say(NOBODYS, code=digits), "scope")
        return found[0]
