"""The benchmark runs, on very little: what it says is the machine's affair, that it says something is ours."""

import math
import os
import time
from pathlib import Path
from typing import Any

import orjson
import pytest

from bench import machine
from bench.cpu import Instant, Meter, between, cpu_seconds
from bench.look_up import DEPTH, orchard
from bench.orchards import deliveries, in_envelopes, mixed, recorded
from bench.run import MEASURES, run, written
from bench.season import season
from bench.sizes import SIZES
from bench.stand import Engines
from bench.table import Table
from epcis.events import Event
from provenance.access.authority import Principal, may_report
from provenance.days import day_of
from provenance.registry.memory import MemoryRegistry
from wire.topics import EVENT_TOPICS

LISTS = (
    *("epcList", "quantityList", "childEPCs", "childQuantityList"),
    *("inputEPCList", "inputQuantityList", "outputEPCList", "outputQuantityList"),
)


LOTS = 120
"""Of the season here; that of the size `tiny` is on both stores in a minute (`python -m bench --size tiny`)."""


@pytest.mark.parametrize("name", [name for name in MEASURES if name != "season"])
def test_every_measure_says_something_of_everything_it_measures(
    name: str, kafka_bootstrap: str, mongo_url: str, tmp_path: Path
) -> None:
    engines = Engines(kafka_bootstrap, mongo_url, "Python", {})
    tables = run([engines], tmp_path, SIZES["tiny"], [name])
    assert tables
    assert all(len(table.rows) >= 1 for table in tables)
    figures = [cell for table in tables for row in table.rows for cell in row if isinstance(cell, float)]
    assert any(figure > 0 for figure in figures)


def test_a_season_is_loaded_asked_about_and_flooded_to_its_end(
    kafka_bootstrap: str, mongo_url: str, tmp_path: Path
) -> None:
    engines = Engines(kafka_bootstrap, mongo_url, "Python", {})
    loaded, _, forward, stream = season(engines, tmp_path, LOTS)
    inserted, *_, built = (row[1] for row in loaded.rows)
    assert inserted == built
    assert "digests of the live and the rebuilt read model: equal" in loaded.notes
    assert any(str(row[0]).startswith("stock: one EPCIS query") for row in forward.rows)
    assert [row[-1] is not None for row in stream.rows] == [False, False, True, True]
    assert all(0 <= float(row[3] or 0) <= 1 for row in stream.rows)


def test_what_was_measured_is_kept_with_its_hardware_settings_and_load(tmp_path: Path) -> None:
    table = Table("Drain", ("what", "events/s"))
    table.add("projector", 1234.5)
    file = tmp_path / "bench" / "tiny.json"
    written(file, [table], size="tiny", before=machine.load())
    kept: dict[str, Any] = orjson.loads(file.read_bytes())
    assert kept["tables"][0]["rows"] == [{"what": "projector", "events/s": 1234.5}]
    assert kept["hardware"]["cores"] >= 1
    assert {"before", "after"} == set(kept["load"])
    assert "w=majority" in kept["settings"]["store"]


def test_a_table_says_nothing_where_there_is_nothing_to_say() -> None:
    table = Table("Capture", ("what", "ratio", "CPU µs/event"))
    table.add("bare", None, math.nan)
    assert table.text().splitlines()[-1].split() == ["bare", "-", "-"]
    with pytest.raises(ValueError, match="2 cells for 3 columns"):
        table.add("bare", None)


def test_the_events_measured_name_at_most_four_things() -> None:
    bodies = [*deliveries(50).bodies, *mixed(200)]
    named = [sum(len(body.get(name, ())) for name in LISTS) + ("parentID" in body) for body in bodies]
    assert max(named) <= 4


def test_the_mixed_events_are_of_every_topic_and_no_event_comes_twice() -> None:
    events = recorded(mixed(300), capturer="")
    assert set(events) == set(EVENT_TOPICS)
    assert len({event.record_id for of_topic in events.values() for event in of_topic}) == 300
    assert sum(len(some) for _, some in in_envelopes(events, 50)) == 300


def test_the_station_may_report_the_deliveries_it_is_measured_with() -> None:
    reported = deliveries(20)
    registry, station = MemoryRegistry(reported.records), Principal(reported.keeper, frozenset({"station"}))
    for event in map(Event, reported.bodies):
        assert may_report(station, event, registry, [day_of(event)]) is None


def test_the_history_measured_is_as_deep_as_it_is_said_to_be() -> None:
    planted = orchard(2)
    assert len(planted.lots) == 2
    assert len(planted.bodies) == 2 * DEPTH


def test_cpu_is_counted_by_process() -> None:
    meter = Meter({"again": os.getpid()})
    start, begins = meter.now(), time.process_time()
    while time.process_time() - begins < 0.1:
        pass
    span = meter.since(start)
    assert 0.05 <= span.cpu_s["bench"] <= cpu_seconds(os.getpid())
    assert span.cpu_us("again", 10) == span.cpu_us("bench", 10)
    assert math.isnan(span.cpu_us("nobody", 10))
    assert between(Instant(1.0, {"a": 2.0}), Instant(3.0, {"a": 5.0})).cores("a") == 1.5
