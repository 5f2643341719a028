"""Claims as messages."""

from __future__ import annotations

from produce.v1 import traceability_pb2 as pb

from provenance.rules.claims import Claim
from provenance.rules.completeness import Completeness


def claim_message(claim: Claim) -> pb.Claim:
    return pb.Claim(
        verdict=claim.verdict,
        brand=claim.brand.id,
        brand_zh=claim.brand.name_zh,
        brand_en=claim.brand.name_en,
        results=(
            pb.RuleResult(
                rule=result.rule,
                outcome=result.outcome,
                sentence_zh=result.sentence_zh,
                sentence_en=result.sentence_en,
                event_ids=result.event_ids,
                remedy_zh=result.remedy_zh,
                remedy_en=result.remedy_en,
                concerns=result.concerns,
                continuing=result.continuing,
            )
            for result in claim.results
        ),
        badges=(
            pb.Badge(
                county_code=badge.county_code,
                level=badge.level,
                sentence_zh=badge.sentence_zh,
                sentence_en=badge.sentence_en,
            )
            for badge in claim.badges
        ),
        completeness=_completeness_message(claim.completeness),
    )


def _completeness_message(found: Completeness) -> pb.Completeness:
    facts = (
        pb.ExpectedFact(
            fact=fact.name, name_zh=fact.words.zh, name_en=fact.words.en, there=fact.there, missing=fact.missing
        )
        for fact in found.facts
    )
    return pb.Completeness(there=found.there, expected=len(found.facts), facts=facts)
