"""One table of kinds of certificate, for who reports, who registers, who judges and who shows."""

import pytest

from provenance.certificates.schemes import SCHEMES, SPELLINGS, must_be_accredited, name_of, scheme_of
from provenance.registry.records import Brand
from services.portal.reporting.commands import COMMANDS
from services.portal.reporting.fields import Field
from services.registry.rules import RULES
from tests.provenance.claimed import CERTIFICATE, Season, outcomes


@pytest.mark.parametrize("reported", ["commitment", "conformity"])
@pytest.mark.parametrize("required", ["commitment", "conformity"])
def test_a_growers_own_commitment_counts_however_it_is_spelled(reported: str, required: str) -> None:
    season = Season(required_certificate_schemes=frozenset({required}))
    season.bring()
    season.world.certify(CERTIFICATE, scheme=reported, lots=season.lots, issuer=season.growers[0].id)
    assert outcomes(season.claim())["certified"] == "passed"


def test_the_form_offers_the_words_of_the_table_and_reads_the_earlier_ones() -> None:
    scheme = next(one for one in COMMANDS["certificates"].entries if isinstance(one, Field) and one.name == "scheme")
    assert [word for word, _ in scheme.choices] == list(SCHEMES)
    assert dict(scheme.spellings) == SPELLINGS


@pytest.mark.parametrize("word", [*SCHEMES, *SPELLINGS])
def test_a_brand_may_ask_for_any_of_them(word: str) -> None:
    season = Season()
    brand = season.world.brand(gtins=[season.box], required_certificate_schemes=frozenset({word}))
    found = [problem for rule in RULES[Brand] for problem in rule(brand, lambda kind, id_: True)]
    assert [problem for problem in found if "schemes" in problem.pointer] == []


def test_what_is_in_no_table_stays_as_it_was_reported() -> None:
    assert (scheme_of("new"), name_of("new"), must_be_accredited("new")) == ("new", ("new", "new"), False)
    assert name_of("conformity") == ("承诺达标合格证", "commitment of compliance")
