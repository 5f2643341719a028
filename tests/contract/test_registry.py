"""One suite for the registry port: in memory, and as a view of the compacted topic on the real broker."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from provenance.registry.memory import MemoryRegistry
from provenance.registry.reading import RegistryReading
from provenance.registry.records import Accreditation, Brand, Channel, Mandate, Party, Record, Registry, Site
from stream.admin import ensure_topics
from stream.keyed_producer import KeyedProducer, Message
from stream.registry_view import RegistryView
from wire.registry_codec import decode, encode, key
from wire.topics import REGISTRY

JANUARY, JUNE, NEXT_YEAR = date(2026, 1, 15), date(2026, 6, 15), date(2027, 1, 15)
PLOT = Site(id="https://suyuan.example/plot/1", valid_from=date(2026, 1, 1), kind="plot", party="p", name_zh="甲")
PEAR = Brand(
    id="pear", name_zh="玉露香梨", owner="office", county_code="141031", gtins=frozenset({"https://id.gs1.org/01/1"})
)

Put = Callable[..., Awaitable[None]]


@pytest.fixture(params=["memory", "kafka"])
async def registry(
    request: pytest.FixtureRequest, topic_prefix: str, tmp_path: Path
) -> AsyncIterator[tuple[Registry, Put]]:
    """A registry, and what puts records into it and returns when they can be read."""
    if request.param == "memory":
        memory = MemoryRegistry()

        async def remember(*records: Record) -> None:
            for record in records:
                memory.put(record)

        yield memory, remember
        return
    bootstrap, topic = request.getfixturevalue("kafka_bootstrap"), REGISTRY.name(topic_prefix)
    ensure_topics(bootstrap, prefix=topic_prefix, topics=[REGISTRY])
    view = RegistryView(tmp_path / "registry.sqlite", bootstrap=bootstrap, topic=topic, decode=decode)
    view.start()
    producer = KeyedProducer(bootstrap=bootstrap, client_id="contract")
    await producer.start()

    async def put(*records: Record) -> None:
        await producer.send_all([Message(topic, key(record), encode(record)) for record in records])
        await view.caught_up(10)

    yield view, put
    view.close()
    await producer.close()


Registered = tuple[Registry, Put]


async def test_what_was_never_put_is_not_there(registry: Registered) -> None:
    found, _ = registry
    assert found.site(PLOT.id, JUNE) is None
    assert found.brands_of("https://id.gs1.org/01/1", JUNE) == ()


async def test_a_record_is_found_on_its_days_and_only_by_its_kind(registry: Registered) -> None:
    found, put = registry
    await put(replace(PLOT, valid_to=date(2026, 12, 31)))
    assert found.site(PLOT.id, date(2026, 1, 1)) == replace(PLOT, valid_to=date(2026, 12, 31))
    assert found.site(PLOT.id, date(2025, 12, 31)) is None
    assert found.site(PLOT.id, date(2026, 12, 30)) is not None
    assert found.site(PLOT.id, date(2026, 12, 31)) is None
    assert found.party(PLOT.id, JUNE) is None


async def test_a_question_about_the_past_gets_the_record_of_that_day_and_none_once_it_was_ended(
    registry: Registered,
) -> None:
    found, put = registry
    changed = replace(PLOT, version=2, valid_from=date(2026, 6, 1), name_zh="乙")
    ended = replace(PLOT, version=3, name_zh="丙", valid_to=date(2026, 3, 1))
    await put(changed, PLOT, ended)
    names = {on: site.name_zh for on in (JANUARY, date(2026, 4, 1), JUNE) if (site := found.site(PLOT.id, on))}
    assert names == {JANUARY: "丙", JUNE: "乙"}


async def test_a_change_is_seen_though_the_record_was_looked_up_before(registry: Registered) -> None:
    found, put = registry
    await put(PLOT)
    assert found.site(PLOT.id, JUNE) == PLOT
    await put(replace(PLOT, version=2, name_zh="乙"))
    site = found.site(PLOT.id, JUNE)
    assert site is not None
    assert site.name_zh == "乙"


async def test_brands_are_found_by_the_gtins_their_record_of_the_day_lists(registry: Registered) -> None:
    found, put = registry
    assert found.brands_of("https://id.gs1.org/01/1", JUNE) == ()
    other = replace(PEAR, id="apple", gtins=frozenset({"https://id.gs1.org/01/1", "https://id.gs1.org/01/2"}))
    dropped = replace(PEAR, version=2, valid_from=date(2026, 12, 1), gtins=frozenset())
    await put(PEAR, other, dropped)
    assert [brand.id for brand in found.brands_of("https://id.gs1.org/01/1", JUNE)] == ["apple", "pear"]
    assert [brand.id for brand in found.brands_of("https://id.gs1.org/01/1", NEXT_YEAR)] == ["apple"]
    assert [brand.id for brand in found.brands_of("https://id.gs1.org/01/2", JUNE)] == ["apple"]


async def test_a_countys_brands_and_a_brands_channels_are_found_on_their_days(registry: Registered) -> None:
    found, put = registry
    moved = replace(PEAR, version=2, valid_from=date(2026, 12, 1), county_code="430426")
    live = Channel(id="live", brand=PEAR.id, name_zh="直播", valid_from=JANUARY, valid_to=date(2026, 7, 1))
    await put(PEAR, moved, live, replace(live, id="shop", party="grower", valid_to=None))
    assert [brand.id for brand in found.brands_in(PEAR.county_code, JUNE)] == [PEAR.id]
    assert found.brands_in(PEAR.county_code, NEXT_YEAR) == ()
    assert [one.id for one in found.channels_for(PEAR.id, JUNE)] == ["live", "shop"]
    assert [one.id for one in found.channels_for(PEAR.id, NEXT_YEAR)] == ["shop"]
    assert [one.id for one in found.channels_of("grower", JUNE)] == ["shop"]


async def test_a_shop_on_a_platform_is_no_channel_of_the_platforms(registry: Registered) -> None:
    found, put = registry
    assert isinstance(found, RegistryReading)
    shop = Channel(id="shop", brand=PEAR.id, name_zh="店", valid_from=JANUARY, party="grower", platform="platform")
    await put(PEAR, shop)
    assert [one.id for one in found.channels_on("platform", JUNE)] == ["shop"]
    assert found.channels_of("platform", JUNE) == ()


async def test_mandates_and_accreditations_are_found_by_whose_they_are(registry: Registered) -> None:
    found, put = registry
    mandate = Mandate(id="m/1", from_party="grower", to_party="station", actions=frozenset({"report"}))
    accreditation = Accreditation(id="a", party="laboratory", schemes=frozenset({"green_food"}))
    await put(mandate, accreditation, replace(mandate, id="m/2", valid_from=NEXT_YEAR))
    assert found.mandates("grower", JUNE) == (mandate,)
    assert found.mandates("station", JUNE) == ()
    assert found.accreditations("laboratory", JUNE) == (accreditation,)


async def test_ids_with_slashes_and_other_scripts_stay_apart(registry: Registered) -> None:
    found, put = registry
    ids = ("https://suyuan.example/grower/a", "https://suyuan.example/grower/a/1", "种植户/一")
    await put(*(Party(id=id, kind="grower", name_zh=id) for id in ids))
    assert [party.name_zh for id in ids if (party := found.party(id, JUNE))] == list(ids)
