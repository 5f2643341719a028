"""承诺达标合格证: who may commit to what, when a new one is needed, and what a wrong one says."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from epcis.events import Event
from provenance import reports as reports_of
from provenance.certificates.commitments import (
    BASES,
    TEXTS,
    Collected,
    Commitment,
    CommitmentError,
    Form,
    commitment_of,
    number_of,
)
from provenance.certificates.reading import read_certificates
from tests.provenance.claimed import GOOD, NOW, Season, outcomes
from tests.provenance.reported import reports

BASE = "https://suyuan.example/certificate/"
REQUIRED = frozenset({"commitment"})


class Orchard(Season):
    """A season of a brand that asks for the commitment alone."""

    def __init__(self) -> None:
        super().__init__(required_certificate_schemes=REQUIRED)
        self.bring(60, 0)
        self.bring(40, 1)

    def commit(self, lot: str, issuer: str, **fields: Any) -> str:
        form: Form = "collector" if fields.get("collected") else "producer"
        said = Commitment(form=form, basis=("quality_control",), lot=lot, **fields)
        return self.world.report(reports_of.commitment, issuer=issuer, commitment=said, certificate_base=BASE)

    def growers_commit(self) -> None:
        for grower, lot in zip(self.growers, self.lots, strict=True):
            self.commit(lot, grower.id)

    def pooled(self) -> str:
        return self.world.pool(self.lots, site=self.house)

    def boxed(self, lot: str) -> str:
        return self.world.pack(lot, 10, product=self.box, site=self.house, kg=50)[0]

    @property
    def keeper(self) -> str:
        house = self.world.registry.site(self.house, NOW.date())
        return house.party if house else ""

    def certified(self, box: str) -> str:
        return outcomes(self.claim(key=box))["certified"]


def test_a_pooled_lot_needs_the_certificate_of_who_pooled_it() -> None:
    orchard = Orchard()
    orchard.growers_commit()
    lot = orchard.pooled()
    box = orchard.boxed(lot)
    assert orchard.certified(box) == "failed"


def test_a_station_that_collected_the_growers_certificates_issues_its_own_and_covers_every_box() -> None:
    orchard = Orchard()
    orchard.growers_commit()
    lot = orchard.pooled()
    papers = tuple(Collected(one, "certificate", BASE + "HGZ20260910-AAAA") for one in orchard.lots)
    orchard.commit(lot, orchard.keeper, collected=papers, kilograms=Decimal(100))
    found = orchard.claim(key=orchard.boxed(lot))
    assert (found.verdict, outcomes(found)) == ("granted", GOOD)


def test_a_household_without_a_certificate_is_covered_by_the_evidence_that_was_recorded_for_it() -> None:
    orchard = Orchard()
    orchard.commit(orchard.lots[0], orchard.growers[0].id)
    lot = orchard.pooled()
    collected = (Collected(orchard.lots[1], "rapid_test", photo="ab" * 32),)
    orchard.commit(lot, orchard.keeper, collected=collected)
    assert orchard.certified(orchard.boxed(lot)) == "passed"


def test_a_station_that_collected_nothing_for_one_household_does_not_cover_it_and_its_lot_is_named() -> None:
    orchard = Orchard()
    orchard.commit(orchard.lots[0], orchard.growers[0].id)
    lot = orchard.pooled()
    orchard.commit(lot, orchard.keeper)
    found = orchard.claim(key=orchard.boxed(lot)).results[3]
    assert found.outcome == "failed"
    assert orchard.lots[1] in found.concerns and orchard.lots[0] not in found.concerns


def test_grading_and_packing_one_lot_need_no_new_certificate() -> None:
    season = Season(required_certificate_schemes=REQUIRED)
    season.bring(100, 0)
    season.world.report(
        reports_of.commitment,
        issuer=season.growers[0].id,
        commitment=Commitment("producer", ("own_test",), season.lots[0]),
        certificate_base=BASE,
    )
    grades = season.world.grade(season.lots[0], [60, 32], site=season.house)
    box = season.world.pack(grades[0], 5, product=season.box, site=season.house, kg=25)[0]
    assert outcomes(season.claim(key=box)) == GOOD


def test_lots_that_one_and_the_same_station_committed_to_are_mixed_without_a_new_one() -> None:
    orchard = Orchard()
    for lot in orchard.lots:
        orchard.commit(lot, orchard.keeper)  # it had them: the next event brings them to its house
    lot = orchard.pooled()
    assert orchard.certified(orchard.boxed(lot)) == "passed"


def test_a_commitment_of_somebody_who_never_had_the_lot_covers_nothing() -> None:
    orchard = Orchard()
    orchard.growers_commit()
    lot = orchard.pooled()
    papers = tuple(Collected(one, "statement") for one in orchard.lots)
    orchard.commit(lot, "urn:x:stranger", collected=papers)
    assert orchard.certified(orchard.boxed(lot)) == "failed"


def test_a_certificate_issued_after_the_lot_was_used_comes_too_late() -> None:
    orchard = Orchard()
    orchard.growers_commit()
    lot = orchard.pooled()
    box = orchard.boxed(lot)
    orchard.commit(lot, orchard.keeper, collected=tuple(Collected(one, "statement") for one in orchard.lots))
    assert orchard.certified(box) == "failed"


def test_a_withdrawn_commitment_holds_the_boxes() -> None:
    orchard = Orchard()
    lot = orchard.pooled()
    orchard.commit(lot, orchard.keeper, collected=tuple(Collected(one, "statement") for one in orchard.lots))
    box = orchard.boxed(lot)
    (issued,) = read_certificates(reports(orchard.world.events))
    orchard.world.report(
        reports_of.certificate, certificate=issued.id, state="revoked", issuer=issued.issuer, scheme="commitment",
        lots=[lot], reason="检出禁用农药",
    )  # fmt: skip
    assert "withdrawn" in orchard.claim(key=box).results[3].sentence_en


def test_what_was_committed_is_read_back_as_it_was_said_and_no_name_is_in_it() -> None:
    orchard = Orchard()
    said = Commitment(
        "collector", ("own_test", "commissioned_test"), orchard.lots[0], Decimal("62.5"), "山西省隰县龙泉镇",
        (Collected(orchard.lots[0], "inspection", photo="0f" * 32),),
    )  # fmt: skip
    orchard.world.report(reports_of.commitment, issuer=orchard.keeper, commitment=said, certificate_base=BASE)
    event = Event(orchard.world.events[-1])
    assert commitment_of(event) == said
    (found,) = read_certificates(reports([event.body]))
    assert found.commitment == said
    assert found.valid_to is None and found.number.startswith("HGZ20260910-")
    assert found.id == BASE + found.number


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"basis": ()}, "basis"),
        ({"basis": ("hope",)}, "basis"),
        ({"form": "friend"}, "form"),
        ({"kilograms": Decimal(-1)}, "kilograms"),
        ({"kilograms": Decimal(10) ** 9}, "kilograms"),
    ],
)
def test_a_wrong_commitment_names_its_field(wrong: dict[str, Any], field: str) -> None:
    right = {"form": "producer", "basis": ("own_test",), "lot": "https://id.gs1.org/01/09520001000010/10/A"}
    with pytest.raises(CommitmentError, match=f"^{field}: "):
        Commitment(**{**right, **wrong})


def test_a_photo_is_a_hash() -> None:
    with pytest.raises(CommitmentError, match=r"^collected: a photo"):
        Collected("lot", "statement", photo="photo.jpg")


def test_a_producers_own_is_read_back_too() -> None:
    orchard = Orchard()
    orchard.commit(orchard.lots[0], orchard.growers[0].id)
    found = commitment_of(Event(orchard.world.events[-1]))
    assert found == Commitment("producer", ("quality_control",), orchard.lots[0])


def test_the_same_report_sent_again_has_the_same_number_and_another_has_another() -> None:
    numbers = {number_of(date(2026, 9, 12), f"urn:uuid:{n}") for n in range(2000)}
    assert len(numbers) == 2000
    assert number_of(date(2026, 9, 12), "urn:uuid:1") in numbers


def test_the_texts_are_those_of_the_decree() -> None:
    assert "不超标" in TEXTS["producer"].zh and "保鲜剂" in TEXTS["collector"].zh
    assert [words.zh for words in BASES.values()] == ["质量安全控制符合要求", "自行检测合格", "委托检测合格"]
