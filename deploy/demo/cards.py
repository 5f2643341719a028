"""Cards for whoever tries the demo: real ones of `identity`, one for each kind of work, each good once; and a grower's.

The page a card leads to has its codes filled in, so that a newcomer only types what a scale or an eye would say.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import httpx

from deploy.demo.player import DemoError
from deploy.demo.story import Reporter

GOOD_FOR_DAYS = 7
LOOSE, FAMILY_BOX = "09520001007019", "09520001007033"
STATION, HOUSE, CENTRE, SHOP = "9520001005015", "9520001005022", "9520001005046", "9520001005053"

FIRST_PAGES: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "station": ("/forms/deliveries", {"product": LOOSE, "plot": "7f3a", "grower": "7f3a", "site": STATION}),
    "inspector": ("/forms/inspections", {"product": LOOSE, "lot": "P0913", "site": STATION}),
    "certifier": ("/forms/certificates", {"scope": "7f3a"}),
    "packer": ("/forms/packing", {"product": LOOSE, "packed_product": FAMILY_BOX, "site": HOUSE}),
    "carrier": ("/forms/shipments", {"site": CENTRE, "to_site": SHOP}),
    "taiyuan shop": ("/forms/receipts", {"site": SHOP, "from_site": CENTRE}),
    "brand office": ("/labels", {"lot": f"(01){FAMILY_BOX}(10)F0916", "count": "12"}),
    "regulator": ("/forms/releases", {"lots": "G0914"}),
}
"""Who may try what first: reporter, page, and the fields it comes with."""

GROWER = "7f3a"


@dataclass(frozen=True, slots=True)
class Card:
    """Who it signs in as, and the address that does."""

    who: str
    link: str


@dataclass(frozen=True)
class Issuer:
    portal: str
    identity: str
    secret: str
    http: httpx.Client

    def cards(self, reporters: Mapping[str, Reporter]) -> Iterator[Card]:
        """A new card for everybody in the table. Raises DemoError."""
        for who, (page, fields) in FIRST_PAGES.items():
            to = quote(f"{page}?{urlencode(fields, safe='()')}", safe="/")
            reporter = reporters[who]
            grant = {"party": reporter.party, "roles": reporter.roles, "hours": 12, "days": GOOD_FOR_DAYS}
            code = self._code("/cards", who, grant)
            yield Card(who, f"{self.portal}/sign-in?card={code}&to={to}")
        who = f"grower {GROWER}"
        party = f"https://suyuan.example/grower/{GROWER}"
        code = self._code("/grower-cards", who, {"party": party, "by": reporters["brand office"].party})
        yield Card(who, f"{self.portal}/g/{code}")

    def _code(self, address: str, who: str, wish: Mapping[str, Any]) -> str:
        answer = self.http.post(f"{self.identity}{address}", json={"admin": self.secret, **wish})
        if not answer.is_success:
            raise DemoError(f"a card for {who}: {answer.text}")
        return str(answer.json()["card"])


def hand_out(cards: list[Card], file: Path) -> None:
    """For `make up`, which prints them; whoever can read the file can use them, so only its owner can."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.unlink(missing_ok=True)
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as opened:
        json.dump([asdict(card) for card in cards], opened, indent=1, ensure_ascii=False)
