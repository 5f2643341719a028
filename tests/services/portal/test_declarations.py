"""What a history page says of declarations: whose word counted on the day it was recorded."""

from datetime import date

from epcis.event_id import content_hash, record_id, recorded_bytes
from epcis.events import Event
from provenance.days import china_midnight
from provenance.registry.records import Party
from services.portal.admission import RegistryAdmission
from services.portal.correcting.declarations import declarations, standings_of, word_counts
from services.portal.ports import StoredEvent
from tests.services.portal.upstream import LateRegistry
from tests.services.traceability.events import LOT, harvest

INSPECTOR, GROWER = "urn:x:inspector", "urn:x:grower"
SINCE, UNTIL, NOW = date(2026, 3, 1), date(2026, 10, 15), date(2026, 11, 1)


def told(on: date, by: str, **declared: object) -> tuple[StoredEvent, Event]:
    body = {**harvest("h", LOT + "A"), **declared}
    stored = recorded_bytes(body)
    return StoredEvent(record_id(stored), stored, content_hash(body), china_midnight(on), by), Event(body)


def test_an_inspectors_word_counts_after_his_registration_and_no_sooner_than_it() -> None:
    registry = LateRegistry(
        [Party(id=INSPECTOR, kind="inspector", name_zh="县检验站", valid_from=SINCE, valid_to=UNTIL)]
    )
    admission = RegistryAdmission(registry=registry, now_ms=lambda: china_midnight(NOW))
    wrong = {"declarationTime": "2026-09-13T00:00:00Z"}
    for on, counts in ((date(2026, 2, 1), False), (date(2026, 9, 20), True), (UNTIL, False)):
        documents = [told(date(2026, 1, 2), GROWER), told(on, INSPECTOR, errorDeclaration=wrong)]
        assert [one.counts for one in declarations(documents, admission)] == [counts]
        assert standings_of(documents, admission)["urn:uuid:h"].in_force is not counts
        assert word_counts(documents, INSPECTOR, admission) is False, "of today he is none"
        assert word_counts(documents, GROWER, admission) is True
