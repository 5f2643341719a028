"""Which facts a history of such goods should have, and which of them are there."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from provenance import reports
from provenance.payments.records import PaidFor, Payments
from provenance.rules.claims import Claim
from tests.provenance.claimed import good
from tests.provenance.paying import payment, recorded, withdrawal


def missing(found: Claim) -> dict[str, tuple[str, ...]]:
    return {fact.name: fact.missing for fact in found.completeness.missing}


def expected(found: Claim) -> list[str]:
    return [fact.name for fact in found.completeness.facts]


def test_what_is_missing_is_named_with_the_goods_it_is_missing_of() -> None:
    season = good()
    season.bring(None, 0)
    found = missing(season.claim())
    assert found["mass"] == (season.lots[2],)
    assert found["farm_inputs"] == (season.growers[0].plot, season.growers[1].plot)


def test_the_score_is_the_share_of_the_facts_expected_that_are_there() -> None:
    season = good()
    found = season.claim().completeness
    assert found.share == Fraction(len(found.facts) - len(found.missing), len(found.facts))
    assert 0 < found.share < 1


def test_an_input_reported_for_a_plot_is_no_longer_missing() -> None:
    season = good()
    for grower in season.growers:
        season.world.report(
            reports.farm_input,
            input_lot="https://example.org/spray/1",
            kg=Decimal(1),
            plot=grower.plot,
            grower=grower.id,
        )
    assert "farm_inputs" not in missing(season.claim())


def test_a_certificate_is_expected_only_where_the_brand_asks_for_one() -> None:
    asking, not_asking = good(), good()
    not_asking.brand = not_asking.world.brand(gtins=[not_asking.box])
    assert "certificate" in expected(asking.claim())
    assert "certificate" not in expected(not_asking.claim())


def test_readings_are_expected_only_where_a_range_is_set() -> None:
    season = good()
    assert "temperature" not in expected(season.claim())
    season = good()
    season.standard(storage_max_c=Decimal(2))
    assert "temperature" in missing(season.claim())


def test_every_grower_of_whom_no_payment_is_reported_is_missing_by_the_lot() -> None:
    season = good()
    assert missing(season.claim(key=season.boxes()[0]))["payments"] == tuple(season.lots)
    one = payment("p", payee=season.growers[0].id, deliveries=(PaidFor(season.lots[0]),))
    season = good()
    season.beside = replace(season.beside, payments=Payments((recorded(one),)))
    assert missing(season.claim())["payments"] == (season.lots[1],)
    taken_back = recorded(withdrawal("w", "p"), at_ms=2)
    another = recorded(payment("q", payee=season.growers[1].id, deliveries=(PaidFor(season.lots[0]),)))
    season.beside = replace(season.beside, payments=Payments((recorded(one), taken_back, another)))
    assert missing(season.claim())["payments"] == tuple(season.lots)


def test_an_arrival_not_reported_is_missing_and_a_sale_is_expected_once_it_is_in_a_shop() -> None:
    season = good()
    box, shop = season.boxes()[0], season.world.site("shop")
    season.world.ship([box], to=shop)
    on_the_way = season.claim(key=box)
    assert missing(on_the_way)["receipts"] == (box,)
    assert "sale" not in expected(on_the_way)
    season.world.receive([box], site=shop)
    assert "receipts" not in missing(season.claim(key=box))
    assert missing(season.claim(key=box))["sale"] == (box,)


def test_a_code_nobody_reported_on_misses_its_harvest() -> None:
    nothing = "https://id.gs1.org/01/09520001000010/10/NEVER"
    assert missing(good().claim(key=nothing))["harvest"] == (nothing,)
