"""A label's page was opened: what is recorded of that, and what is told of those who opened it before."""

from __future__ import annotations

import hmac
import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from starlette.requests import Request

from provenance.days import china_day
from provenance.scans.cells import Cell
from provenance.scans.scan import DAY_HOURS, Scan
from services.portal.http.addresses import Addresses
from services.portal.scanning.looked_up import HOUR_MS, counted, warned
from services.portal.scanning.lookers import is_look
from services.portal.scanning.places import Places
from services.portal.scanning.ports import Looks, ScanLog, ScanRegistry
from services.portal.scanning.tags import DayTags
from services.portal.telling.histories import History, LabelVerdict


@dataclass(frozen=True, kw_only=True)
class Looking:
    log: ScanLog
    registry: ScanRegistry
    tags: DayTags
    places: Places
    addresses: Addresses
    now_ms: Callable[[], int]
    signed: Callable[[str], str]

    def opened(self, request: Request, label: LabelVerdict, *, page: bool) -> str:
        """Recorded where somebody looked a label of ours up. Never raises and never waits. What `placed` asks for, so
        that the page can tell its place; "" where nothing was recorded, or the place is known."""
        hour = self.now_ms() // HOUR_MS
        if not (label.serial and is_look(request, page=page)):
            return ""
        scan = self._scan(request, label.serial, hour, self.places.of(request))
        if scan is None:
            return ""
        self.log.record(scan)
        return "" if scan.cell else self._ticket(label.serial, hour)

    def placed(self, request: Request, ticket: str, cell: Cell) -> bool:
        """The same look-up again, with the place its reader tells: whichever comes first, they are one row (0160).
        False where the ticket is none of ours; one of another day is too late, for that day's tags are gone."""
        serial, _, rest = ticket.partition(".")
        digits = rest.partition(".")[0]
        if not re.fullmatch("[0-9]{1,7}", digits) or not hmac.compare_digest(
            self._ticket(serial, int(digits)).encode(), ticket.encode()
        ):
            return False
        hour, day = int(digits), self.now_ms() // HOUR_MS // DAY_HOURS
        if hour // DAY_HOURS == day and (scan := self._scan(request, serial, hour, cell)):
            address = self._address(request)
            if self.tags.believes(day, cell, label=serial, address=address):
                self.log.record(scan)
        return True

    def _scan(self, request: Request, serial: str, hour: int, place: Cell | None) -> Scan | None:
        agent = request.headers.get("user-agent", "")
        try:
            tag = self.tags.tag(hour // DAY_HOURS, label=serial, address=self._address(request), user_agent=agent)
        except ValueError:  # no address: a socket of this machine
            return None
        return Scan(serial, hour, tag, place) if tag else None

    def _address(self, request: Request) -> str:
        return self.addresses.of(request.scope).partition("/")[0]

    def _ticket(self, serial: str, hour: int) -> str:
        return f"{serial}.{hour}.{self.signed(f'look-up {serial} {hour}')}"

    def counted(self, label: LabelVerdict, seen: Looks | None) -> LabelVerdict:
        """How many there were; what they warn of is not asked without the history of the box."""
        return replace(label, look_ups=counted(seen)) if seen else label

    def told(self, label: LabelVerdict, seen: Looks | None, history: History | None) -> LabelVerdict:
        if seen is None:
            return label
        on = china_day(self.now_ms())
        return replace(label, look_ups=warned(seen, history, label.serial, label.brand, self.registry, on))
