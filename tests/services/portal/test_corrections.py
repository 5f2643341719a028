"""Taking a report back, and correcting it: what people see, what is recorded, and whose word counts."""

import re
from dataclasses import replace
from datetime import datetime
from html import unescape
from typing import Any

import httpx
import orjson
import pytest

from epcis.canonical_json import canonical_bytes
from epcis.events import Event
from epcis.problems import Problem
from provenance.access.public_view import public_view
from provenance.days import CHINA
from provenance.registry.records import Party
from services.portal.admission import RegistryAdmission
from services.portal.correcting.read_back import corrected, read_back
from services.portal.ports import Captured
from services.portal.reporting.commands import COMMANDS
from services.portal.reporting.fields import Situation, read
from tests.services.portal.conftest import OTHER, STATION
from tests.services.portal.people import ask, asks, filled, send, sign_in, text_of
from tests.services.portal.test_forms import DELIVERY, EVERY_FORM
from tests.services.portal.upstream import SINCE, Behind
from wire.errors import Unacknowledged

BASE = "https://suyuan.example/"
MISTYPED = {
    "product": "9520001000010", "plot": "P-0417", "grower": "G-0231", "unit": "kg", "gross": "4120",
    "site": "9520001000218", "at": "2026-09-12T06:30", "lot": "L-1",
}  # fmt: skip
INSPECTOR = "https://id.gs1.org/417/9520001000409"


def events(world: Behind) -> list[dict[str, Any]]:
    return [orjson.loads(stored.event) for stored in world.log.stored_events.values()]


async def report(browser: httpx.AsyncClient, world: Behind, noun: str = "deliveries", **typed: str) -> str:
    """The event id of a report just made."""
    await send(browser, noun, (MISTYPED if noun == "deliveries" else EVERY_FORM[noun]) | typed)
    return str(events(world)[-1]["eventID"])


@pytest.mark.parametrize("noun", list(COMMANDS))
async def test_every_form_is_read_back_as_it_was_typed(noun: str, browser: httpx.AsyncClient, world: Behind) -> None:
    await sign_in(browser, "operator.x.token")
    await send(browser, noun, EVERY_FORM[noun])
    (event,) = events(world)
    found = read_back(Event(event), BASE)
    # A parcel's papers are hashes, which nobody types again: it is corrected as the sale it is, and keeps them.
    assert found is not None and found.noun == {"parcels": "sales"}.get(noun, noun)
    assert corrected(event, found.event, {**found.event, "eventID": "urn:uuid:1"}) == {**event, "eventID": "urn:uuid:1"}


async def test_a_party_that_a_certificate_is_for_is_read_back_as_no_place(
    browser: httpx.AsyncClient, world: Behind
) -> None:
    await sign_in(browser, "operator.x.token")
    await report(browser, world, "certificates", scope=f"P-0417\n{STATION}")
    (event,) = events(world)
    found = read_back(Event(event), BASE)
    assert found is not None and found.event["suyuan:scope"] == event["suyuan:scope"]


async def test_an_event_no_form_could_have_written_is_not_offered_as_one(
    browser: httpx.AsyncClient, world: Behind
) -> None:
    await sign_in(browser)
    await report(browser, world)
    (event,) = events(world)
    two_lots = event["quantityList"] * 2
    assert read_back(Event(event | {"quantityList": two_lots}), BASE) is None
    assert read_back(Event(event | {"disposition": "sellable_accessible"}), BASE) is None


def test_a_delivery_weighed_in_jin_and_in_crates_comes_back_as_it_was_typed() -> None:
    typed = {
        "product": "09520001000010",
        "plot": "P-0417",
        "grower": "G-0231",
        "unit": "斤",
        "gross": "850",
        "tare": "26",
        "crates": "30",
        "crate_weight": "3",
        "site": "9520001000102",
        "lot": "XX1",
        "at": "2026-09-12 06:30",
    }
    command = COMMANDS["deliveries"]
    at = Situation("https://example.org/party", datetime(2026, 9, 12, 6, 30, tzinfo=CHINA), BASE)
    event = command.build(read(command.entries, typed, at).values, at, "urn:uuid:1")
    found = read_back(Event(event), BASE)
    assert found is not None
    assert event["quantityList"][0]["quantity"] == 367  # (850 - 26 - 30 x 3) 斤
    names = ("unit", "gross", "tare", "crates", "crate_weight")
    assert {name: found.given[name] for name in names} == {name: typed[name] for name in names}


async def test_what_no_form_knows_survives_a_correction(browser: httpx.AsyncClient, world: Behind) -> None:
    await sign_in(browser)
    await report(browser, world)
    (event,) = events(world)
    more = event["ilmd"] | {"suyuan:variety": "玉露香", "suyuan:reported": "4120公斤"}
    richer = event | {"ilmd": more, "suyuan:x": [1]}
    found = read_back(Event(richer), BASE)
    assert found is not None
    after = {**found.event, "quantityList": [found.event["quantityList"][0] | {"quantity": 412}]}
    made = corrected(richer, found.event, after)
    assert made["suyuan:x"] == [1] and made["ilmd"]["suyuan:variety"] == "玉露香"
    assert "suyuan:reported" not in made["ilmd"]
    assert made["quantityList"][0]["quantity"] == 412


async def test_an_inspection_with_more_than_the_form_asks_is_not_offered_as_one(
    browser: httpx.AsyncClient, world: Behind
) -> None:
    """Limits, a second instrument, a second paper: the form would drop them."""
    await sign_in(browser, "operator.x.token")
    await send(browser, "inspections", EVERY_FORM["inspections"] | {"test_report": "https://lab.example/r/1"})
    (event,) = events(world)
    assert read_back(Event(event), BASE) is not None
    (element,) = event["sensorElementList"]
    reading, *_ = element["sensorReport"]
    device = {"sensorMetadata": {"deviceID": "urn:x:d"}, **element}
    for more in (
        {"sensorElementList": [element, device]},
        {"sensorElementList": [device]},
        {"sensorElementList": [{"sensorReport": [reading | {"minValue": 12, "maxValue": 14}]}]},
        {"sensorElementList": [{"sensorReport": [reading, {"type": "Temperature", "minValue": 1, "uom": "CEL"}]}]},
        {"bizTransactionList": [*event["bizTransactionList"], {"type": "testres", "bizTransaction": "urn:x:2"}]},
    ):
        assert read_back(Event(event | more), BASE) is None, more


async def test_partners_and_papers_no_form_asks_for_survive_a_correction(
    browser: httpx.AsyncClient, world: Behind
) -> None:
    await sign_in(browser, "operator.x.token")
    await send(browser, "shipments", EVERY_FORM["shipments"] | {"carrier": "C-1"})
    (event,) = events(world)
    paper = {"type": "desadv", "bizTransaction": "urn:x:asn"}
    owner = {"type": "owning_party", "source": "urn:x:owner"}
    richer = event | {"bizTransactionList": [paper], "sourceList": [owner, *event["sourceList"]]}
    found = read_back(Event(richer), BASE)
    assert found is not None
    carrier = {"type": "possessing_party", "source": "urn:x:other"}
    location = next(one for one in event["sourceList"] if one["type"] == "location")
    made = corrected(richer, found.event, {**found.event, "sourceList": [location, carrier]})
    assert made["sourceList"] == [owner, location, carrier] and made["bizTransactionList"] == [paper]
    two = event | {"sourceList": [*event["sourceList"], carrier]}
    assert read_back(Event(two), BASE) is None, "the form has room for one carrier"


async def test_a_mistyped_weight_is_corrected_from_its_receipt(browser: httpx.AsyncClient, world: Behind) -> None:
    await sign_in(browser)
    assert "4120 kg is a great deal for one delivery." in text_of(await ask(browser, "deliveries", MISTYPED))
    page = await send(browser, "deliveries", MISTYPED)
    first = events(world)[0]["eventID"]
    assert f"/corrections?event={first.replace(':', '%3A')}" in page.text or f"/corrections?event={first}" in page.text
    choice = await browser.get(f"/corrections?event={first}")
    assert "4120 kg (8240 斤)" in text_of(choice) and "another party" not in text_of(choice)
    form = await browser.get(f"/corrections/report?event={first}")
    typed = filled(form, "/corrections/report")
    assert typed["gross"] == "4120" and typed["plot"] == "P-0417" and typed["at"] == "2026-09-12T06:30"
    done = await browser.post("/corrections/report", data=typed | {"gross": "412"})
    assert done.status_code == 200, text_of(done)
    assert "The report is corrected." in done.text and "412 kg (824 斤)" in text_of(done)
    assert "was used before" not in done.text
    _, right, declared = events(world)
    assert declared["eventID"] == first
    assert declared["errorDeclaration"]["reason"] == "incorrect_data"
    assert declared["errorDeclaration"]["correctiveEventIDs"] == [right["eventID"]]
    assert right["quantityList"][0]["quantity"] == 412
    assert right["eventTime"] == "2026-09-12T06:30:00.000+08:00"


async def test_the_history_shows_the_right_value_and_says_who_corrected_what(
    browser: httpx.AsyncClient, world: Behind
) -> None:
    await sign_in(browser)
    first = await report(browser, world)
    typed = filled(await browser.get(f"/corrections/report?event={first}"), "/corrections/report")
    await browser.post("/corrections/report", data=typed | {"gross": "412"})
    page = await browser.get("/trace?code=(01)09520001000010(10)L-1")
    words = text_of(page)
    assert "corrected later" in words and "412 kg" in words
    assert "corrected this on 20 Sep 2026 16:00: something in it was wrong." in words
    assert page.text.count('class="mend"') == 1, "only the report that stands is still to be corrected"


async def test_a_correction_sent_twice_is_recorded_once(browser: httpx.AsyncClient, world: Behind) -> None:
    await sign_in(browser)
    first = await report(browser, world)
    typed = filled(await browser.get(f"/corrections/report?event={first}"), "/corrections/report") | {"gross": "412"}
    for _ in range(2):
        assert (await browser.post("/corrections/report", data=typed)).status_code == 200
    assert len(events(world)) == 3


@pytest.mark.parametrize("answered", [0, 1])
async def test_a_correction_that_broke_off_is_completed_by_sending_it_again(
    answered: int, browser: httpx.AsyncClient, world: Behind, monkeypatch: pytest.MonkeyPatch
) -> None:
    await sign_in(browser)
    first = await report(browser, world)
    typed = filled(await browser.get(f"/corrections/report?event={first}"), "/corrections/report") | {"gross": "412"}
    capture, calls = world.log.capture, iter(range(answered + 1))

    async def breaking_off(submissions: Any, *, token: str) -> Any:
        world.log.unacknowledged = 1 if next(calls, 0) == answered else 0
        return await capture(submissions, token=token)

    monkeypatch.setattr(world.log, "capture", breaking_off)
    page = await browser.post("/corrections/report", data=typed)
    assert page.status_code == 503 and "that is harmless" in page.text
    again = filled(page, "/corrections/report")
    assert again == typed
    monkeypatch.setattr(world.log, "capture", capture)
    assert (await browser.post("/corrections/report", data=again)).status_code == 200
    assert len(events(world)) == 3


async def test_a_wrong_correction_records_nothing(browser: httpx.AsyncClient, world: Behind) -> None:
    await sign_in(browser)
    first = await report(browser, world)
    typed = filled(await browser.get(f"/corrections/report?event={first}"), "/corrections/report")
    page = await browser.post("/corrections/report", data=typed | {"gross": "many"})
    assert page.status_code == 422 and "This is not a weight." in page.text
    assert len(events(world)) == 1


async def test_a_corrected_report_is_not_corrected_again_beside_its_correction(
    browser: httpx.AsyncClient, program: httpx.AsyncClient, world: Behind
) -> None:
    """4120 corrected to 412, and in a second tab to 414: only one of them may count."""
    await sign_in(browser)
    first = await report(browser, world)
    tabs = [filled(await browser.get(f"/corrections/report?event={first}"), "/corrections/report") for _ in range(2)]
    assert (await browser.post("/corrections/report", data=tabs[0] | {"gross": "412"})).status_code == 200
    late = await browser.post("/corrections/report", data=tabs[1] | {"gross": "414"})
    assert late.status_code == 409 and "This report was already corrected." in late.text
    assert (await browser.post("/corrections/report", data=tabs[0] | {"gross": "414"})).status_code == 409
    again = await browser.post("/corrections/report", data=tabs[0] | {"gross": "412"})
    assert again.status_code == 200, "the same page sent again is harmless"
    assert len(events(world)) == 3

    choice = await browser.get(f"/corrections?event={first}")
    assert "/corrections/report" not in choice.text and 'name="reason"' not in choice.text
    (onward,) = re.findall(r'class="button" href="([^"]*)"', choice.text)
    assert events(world)[1]["eventID"] in unescape(onward).replace("%3A", ":")
    form = await browser.get(unescape(onward).replace("/corrections?", "/corrections/report?"))
    assert (
        await browser.post("/corrections/report", data=filled(form, "/corrections/report") | {"gross": "414"})
    ).is_success
    told = (await program.get("/api/trace?code=(01)09520001000010(10)L-1")).json()
    standing = {step["event"]["quantityList"][0]["quantity"]: step["standing"] for step in told["steps"]}
    assert standing == {4120: "corrected", 412: "corrected", 414: "in_force"}


async def test_two_corrections_at_the_same_instant_are_shown_as_a_conflict(
    browser: httpx.AsyncClient, world: Behind
) -> None:
    await sign_in(browser)
    first = await report(browser, world)
    tabs = [filled(await browser.get(f"/corrections/report?event={first}"), "/corrections/report") for _ in range(2)]
    world.log.hold_back = True
    for tab, gross in zip(tabs, ("412", "414"), strict=True):
        assert (await browser.post("/corrections/report", data=tab | {"gross": gross})).status_code == 200
    world.log.release()
    words = text_of(await browser.get("/trace?code=(01)09520001000010(10)L-1"))
    assert "was corrected twice, to different things; both count" in words


async def test_what_was_just_reported_is_waited_for(
    browser: httpx.AsyncClient, world: Behind, monkeypatch: pytest.MonkeyPatch
) -> None:
    await sign_in(browser)
    page = await send(browser, "deliveries", MISTYPED)
    links = [unescape(link) for link in re.findall(r'href="(/corrections[^"]*)"', page.text)]
    asked: list[Any] = []
    known = world.log.versions

    async def listening(event_ids: Any, *, after: Any, token: str) -> Any:
        asked.append([str(one.offset) for one in after])
        return await known(event_ids, after=after, token=token)

    monkeypatch.setattr(world.log, "versions", listening)
    assert len(links) == 1
    for link in links:
        choice = await browser.get(link)
        (form,) = re.findall(r'href="(/corrections/report[^"]*)"', choice.text)
        assert (await browser.get(unescape(form))).status_code == 200
    assert asked == [["1"]] * 2


async def test_a_lot_number_alone_is_understood_in_a_correction(browser: httpx.AsyncClient, world: Behind) -> None:
    await sign_in(browser, "operator.x.token")
    await report(browser, world)
    first = await report(browser, world, "shipments")
    form = filled(await browser.get(f"/corrections/report?event={first}"), "/corrections/report")
    page = await browser.post("/corrections/report", data=form | {"lots.0.lot": "L-1", "lots.0.mass": "5"})
    assert page.status_code == 200, text_of(page)
    assert events(world)[-2]["quantityList"][0]["epcClass"] == "https://id.gs1.org/01/09520001000010/10/L-1"


async def test_whoever_sees_a_report_in_part_does_not_write_it_down_again(
    browser: httpx.AsyncClient, program: httpx.AsyncClient, world: Behind, monkeypatch: pytest.MonkeyPatch
) -> None:
    await sign_in(browser)
    first = await report(browser, world)
    (stored,) = world.log.stored_events.values()
    shown = canonical_bytes(dict(public_view(Event(orjson.loads(stored.event)))))

    async def in_part(event_ids: Any, *, after: Any, token: str) -> Any:
        return [replace(stored, event=shown, content_hash=b"", capturer="")]

    monkeypatch.setattr(world.log, "versions", in_part)
    choice = await browser.get(f"/corrections?event={first}")
    assert "You see this report in part only" in text_of(choice) and 'name="reason"' not in choice.text
    answer = await program.post("/api/corrections", json={"corrects": first}, headers={"accept-language": "en"})
    assert answer.status_code == 400 and "You see this report in part only" in answer.json()["detail"]
    assert len(events(world)) == 1


async def test_nothing_of_a_correction_is_sent_where_one_half_would_not_be_admitted(
    program: httpx.AsyncClient, world: Behind, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = (await program.post("/api/deliveries", json=MISTYPED)).json()
    no = Problem("", "no-mandate", "the grower has given no mandate")

    async def refusals(_: Any, bodies: Any, *__: Any) -> Any:
        return [(no,) if "errorDeclaration" in body else () for body in bodies]

    monkeypatch.setattr(RegistryAdmission, "refusals", refusals)
    refused = await program.post("/api/corrections", json={"corrects": made["event_id"], "report": {"gross": 412}})
    assert refused.status_code == 403, refused.text
    assert len(events(world)) == 1


async def test_it_is_said_which_half_of_a_correction_stands(
    browser: httpx.AsyncClient, world: Behind, monkeypatch: pytest.MonkeyPatch
) -> None:
    await sign_in(browser)
    first = await report(browser, world)
    typed = filled(await browser.get(f"/corrections/report?event={first}"), "/corrections/report") | {"gross": "412"}
    capture = world.log.capture

    async def refusing(submissions: Any, *, token: str) -> Any:
        if b"errorDeclaration" in submissions[0].event:
            return [Captured("rejected")]
        return await capture(submissions, token=token)

    monkeypatch.setattr(world.log, "capture", refusing)
    page = await browser.post("/corrections/report", data=typed)
    assert "The corrected report is recorded, but the wrong one counts beside it" in text_of(page)


async def test_a_report_is_taken_back_with_a_reason(browser: httpx.AsyncClient, world: Behind) -> None:
    await sign_in(browser)
    first = await report(browser, world)
    typed = filled(await browser.get(f"/corrections?event={first}"), "/corrections")
    unreasoned = await browser.post("/corrections", data=typed)
    assert unreasoned.status_code == 422 and "Choose what is wrong with the report." in unreasoned.text
    for _ in range(2):
        page = await browser.post("/corrections", data=typed | {"reason": "did_not_occur"})
        assert page.status_code == 200 and "The report is taken back." in page.text
    assert len(events(world)) == 2
    words = text_of(await browser.get("/trace?code=(01)09520001000010(10)L-1"))
    assert "taken back" in words and "took this back on 20 Sep 2026 16:00: it did not happen." in words


async def correct_to(browser: httpx.AsyncClient, world: Behind, event_id: str, gross: str) -> str:
    """The event id of the report that corrects this one."""
    form = filled(await browser.get(f"/corrections/report?event={event_id}"), "/corrections/report")
    page = await browser.post("/corrections/report", data=form | {"gross": gross})
    assert page.status_code == 200 and "This report counts now." in page.text
    return str(events(world)[-2]["eventID"])


async def test_whoever_takes_a_correction_back_is_told_before_and_after_what_counts_then(
    browser: httpx.AsyncClient, world: Behind
) -> None:
    """4120 corrected to 412, that to 414: then the 414 taken back, then the 412."""
    await sign_in(browser)
    first = await report(browser, world)
    second = await correct_to(browser, world, first, "412")
    third = await correct_to(browser, world, second, "414")
    for taken, instead, kilograms in ((third, second, "412"), (second, first, "4120")):
        choice = await browser.get(f"/corrections?event={taken}")
        assert "Once you take it back, this counts:" in text_of(choice)
        assert f"L-1 {kilograms} kg" in text_of(choice).replace(",", "")
        typed = filled(choice, "/corrections") | {"reason": "did_not_occur"}
        page = await browser.post("/corrections", data=typed)
        assert f"/epcis/events/{instead.replace(':', '%3A')}" in page.text and "This counts now" in page.text
        again = text_of(await browser.get(f"/corrections?event={taken}"))
        assert "It was taken back" in again and "This counts now" in again
        told = text_of(await browser.get(f"/epcis/events/{taken}", headers={"accept": "text/html"}))
        assert "This counts now" in told
    words = text_of(await browser.get("/trace?code=(01)09520001000010(10)L-1"))
    assert "counts again: what was to replace it was taken back" in words
    assert "reported: 412 kg; taken back, and 4,120 kg counts instead" in words
    told = text_of(await browser.get(f"/epcis/events/{first}", headers={"accept": "text/html"}))
    assert "It counts again: what was to replace it was taken back." in told


async def test_of_two_corrections_that_crossed_the_other_counts_once_one_is_taken_back(
    browser: httpx.AsyncClient, world: Behind
) -> None:
    """Made within a minute, neither knowing of the other; shown as a conflict until then."""
    await sign_in(browser)
    first = await report(browser, world)
    world.log.hold_back = True
    tabs = [filled(await browser.get(f"/corrections/report?event={first}"), "/corrections/report") for _ in range(2)]
    for tab, gross in zip(tabs, ("412", "421"), strict=True):
        assert (await browser.post("/corrections/report", data=tab | {"gross": gross})).status_code == 200
    world.log.release()
    trace = "/trace?code=(01)09520001000010(10)L-1"
    assert "was corrected twice, to different things" in text_of(await browser.get(trace))
    mine, other = (event["eventID"] for event in events(world)[1:] if "errorDeclaration" not in event)
    choice = await browser.get(f"/corrections?event={mine}")
    assert "this counts:" in text_of(choice) and "L-1 421 kg" in text_of(choice)
    page = await browser.post("/corrections", data=filled(choice, "/corrections") | {"reason": "incorrect_data"})
    assert f"/epcis/events/{other.replace(':', '%3A')}" in page.text
    words = text_of(await browser.get(trace))
    assert "was corrected twice" not in words and "reported: 412 kg; taken back, and 421 kg counts instead" in words


async def test_where_nothing_was_replaced_it_is_said_that_nothing_counts(
    browser: httpx.AsyncClient, world: Behind
) -> None:
    await sign_in(browser)
    first = await report(browser, world)
    choice = await browser.get(f"/corrections?event={first}")
    assert "Once you take it back, nothing counts in its place." in text_of(choice)
    page = await browser.post("/corrections", data=filled(choice, "/corrections") | {"reason": "did_not_occur"})
    assert "Nothing counts in its place." in text_of(page)


async def test_another_partys_word_is_said_to_be_a_dispute_before_and_after(
    browser: httpx.AsyncClient, world: Behind
) -> None:
    await sign_in(browser)
    first = await report(browser, world)
    browser.cookies.clear()
    await sign_in(browser, "importer.x.token")
    trace = await browser.get("/trace?code=(01)09520001000010(10)L-1")
    assert ">dispute it</a>" in trace.text
    choice = await browser.get(f"/corrections?event={first}")
    assert "This is another party's report." in text_of(choice) and "/corrections/report" not in choice.text
    typed = filled(choice, "/corrections")
    page = await browser.post("/corrections", data=typed | {"reason": "incorrect_data"})
    assert "Your objection is recorded." in page.text
    words = text_of(await browser.get("/trace?code=(01)09520001000010(10)L-1"))
    assert "disputed" in words and "Packing house" in words and "disputes this since" in words
    assert re.search("4,?120 kg", words)


async def test_an_inspectors_word_counts_on_anybodys_report(browser: httpx.AsyncClient, world: Behind) -> None:
    world.log.registry.put(Party(id=INSPECTOR, valid_from=SINCE, kind="inspector", name_zh="县检验站"))
    await sign_in(browser)
    first = await report(browser, world)
    browser.cookies.clear()
    await sign_in(browser, "inspector.x.token")
    choice = await browser.get(f"/corrections?event={first}")
    assert "another party" not in text_of(choice)
    typed = filled(choice, "/corrections") | {"reason": "did_not_occur"}
    assert "The report is taken back." in (await browser.post("/corrections", data=typed)).text


async def test_a_correction_of_another_session_is_refused(browser: httpx.AsyncClient, world: Behind) -> None:
    await sign_in(browser)
    first = await report(browser, world)
    typed = filled(await browser.get(f"/corrections?event={first}"), "/corrections") | {"reason": "did_not_occur"}
    assert (await browser.post("/corrections", data=typed | {"csrf": "guessed"})).status_code == 403
    browser.cookies.clear()
    assert (await browser.post("/corrections", data=typed)).headers["location"].startswith("/sign-in?to=/corrections")
    assert len(events(world)) == 1


async def test_an_unknown_report_is_a_page_that_says_so(browser: httpx.AsyncClient) -> None:
    await sign_in(browser)
    assert (await browser.get("/corrections?event=urn:uuid:nobody")).status_code == 404


# --- programs ---


async def test_a_program_corrects_the_fields_that_are_wrong(program: httpx.AsyncClient, world: Behind) -> None:
    made = (await program.post("/api/deliveries", json=MISTYPED)).json()
    asked = {
        "corrects": made["event_id"],
        "event_id": "5f0c2f3e-58f8-4c4e-9a43-3c4b3bd1d8a1",
        "declared_at": "2026-09-20T15:00:00+08:00",
        "report": {"gross": 412},
    }
    for _ in range(2):
        answer = await program.post("/api/corrections", json=asked)
        assert answer.status_code == 201, answer.text
    body = answer.json()
    assert body["declared"]["counts"] is True
    assert body["corrected"]["event"]["quantityList"][0]["quantity"] == 412
    assert len(events(world)) == 3


async def test_a_program_that_names_no_event_completes_what_broke_off_and_may_say_the_same_again_later(
    program: httpx.AsyncClient, world: Behind, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Broken off between the corrected report and its declaration; then both are in force."""
    made = (await program.post("/api/deliveries", json=MISTYPED)).json()
    correction = {"corrects": made["event_id"], "report": {"gross": 412}}
    capture, calls = world.log.capture, iter(range(9))

    async def breaking_off(submissions: Any, *, token: str) -> Any:
        if next(calls) == 1:
            raise Unacknowledged("the broker is away")
        return await capture(submissions, token=token)

    async def in_force() -> list[str]:
        steps = (await program.get("/api/trace?code=(01)09520001000010(10)L-1")).json()["steps"]
        return [step["event_id"] for step in steps if step["standing"] == "in_force"]

    monkeypatch.setattr(world.log, "capture", breaking_off)
    assert (await program.post("/api/corrections", json=correction)).status_code == 503
    assert len(await in_force()) == 2
    done = (await program.post("/api/corrections", json=correction)).json()
    assert await in_force() == [done["corrected"]["event_id"]]
    await program.post("/api/corrections", json={"corrects": done["corrected"]["event_id"]})
    assert await in_force() == [made["event_id"]]
    again = (await program.post("/api/corrections", json=correction)).json()
    assert await in_force() == [again["corrected"]["event_id"]]


async def test_a_program_is_told_which_version_counts_at_each_turn(program: httpx.AsyncClient, world: Behind) -> None:
    async def said(**body: Any) -> list[str]:
        answer = await program.post("/api/corrections", json=body)
        assert answer.status_code == 201, answer.text
        return [one["event_id"] for one in answer.json()["counting"]]

    first = (await program.post("/api/deliveries", json=MISTYPED)).json()["event_id"]
    (second,) = await said(corrects=first, report={"gross": 412})
    (third,) = await said(corrects=second, report={"gross": 414})
    assert await said(corrects=third) == [second]
    assert await said(corrects=second) == [first]
    told = (await program.get("/api/trace?code=(01)09520001000010(10)L-1")).json()
    assert {step["event_id"]: step.get("counting_event_ids") for step in told["steps"]} == {
        first: None, second: [first], third: [first],
    }  # fmt: skip
    assert [step["event_id"] for step in told["steps"] if step.get("counts_again")] == [first]
    assert await said(corrects=first) == []


async def test_a_correction_through_the_epcis_door_is_one_through_forms(
    program: httpx.AsyncClient, world: Behind
) -> None:
    """The same two documents, sent as events: the same history, and the same answer to what counts."""
    first = (await program.post("/api/deliveries", json=MISTYPED)).json()["event_id"]
    (wrong,) = events(world)
    right = wrong | {"eventID": "urn:uuid:5f0c2f3e-58f8-4c4e-9a43-3c4b3bd1d8a1"}
    right["quantityList"] = [wrong["quantityList"][0] | {"quantity": 412}]
    when = "2026-09-20T15:00:00.000+08:00"
    declared = {"declarationTime": when, "reason": "incorrect_data", "correctiveEventIDs": [right["eventID"]]}
    for event in (right, wrong | {"errorDeclaration": declared}):
        answer = await program.post("/epcis/events", json=event)
        assert answer.status_code == 201, answer.text
    told = (await program.get("/api/trace?code=(01)09520001000010(10)L-1")).json()
    assert {step["event_id"]: step["standing"] for step in told["steps"]} == {
        first: "corrected", right["eventID"]: "in_force",
    }  # fmt: skip
    again = await program.post("/api/corrections", json={"corrects": first, "report": {"gross": 413}})
    assert again.status_code == 409 and again.json()["correctedBy"] == [right["eventID"]]
    back = {"declarationTime": "2026-09-20T16:00:00.000+08:00", "reason": "did_not_occur"}
    assert (await program.post("/epcis/events", json=right | {"errorDeclaration": back})).status_code == 201
    told = (await program.get("/api/trace?code=(01)09520001000010(10)L-1")).json()
    assert [step["event_id"] for step in told["steps"] if step.get("counts_again")] == [first]


async def test_a_program_takes_a_report_back(program: httpx.AsyncClient, world: Behind) -> None:
    made = (await program.post("/api/deliveries", json=MISTYPED)).json()
    answer = await program.post("/api/corrections", json={"corrects": made["event_id"]})
    assert answer.status_code == 201 and "corrected" not in answer.json()
    assert events(world)[-1]["errorDeclaration"]["reason"] == "did_not_occur"


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"corrects": ""}, "corrects:"),
        ({"reason": "bored"}, "reason:"),
        ({"reason": "did_not_occur", "report": {}}, "reason:"),
        ({"report": "412 kg"}, "report:"),
        ({"declared_at": "yesterday"}, "declared_at:"),
        ({"declared_at": "2026-09-12T06:30:00"}, "declared_at:"),
        ({"why": "?"}, "why:"),
        ({"seen": "all"}, "seen:"),
        ({"after": "all"}, "after:"),
        ({"report": {"gross": "many"}}, "gross:"),
    ],
)
async def test_a_wrong_correction_names_its_member(
    wrong: dict[str, Any], said: str, program: httpx.AsyncClient, world: Behind
) -> None:
    made = (await program.post("/api/deliveries", json=MISTYPED)).json()
    answer = await program.post("/api/corrections", json={"corrects": made["event_id"]} | wrong)
    assert answer.status_code == 400 and said in answer.json()["detail"]
    assert len(events(world)) == 1


async def test_a_program_is_told_what_the_form_asks_and_it_is_recorded_all_the_same(
    program: httpx.AsyncClient, browser: httpx.AsyncClient, world: Behind
) -> None:
    program.headers.update({"authorization": "Bearer station-token", "accept-language": "en"})
    await sign_in(browser)
    first = await report(browser, world)
    form = filled(await browser.get(f"/corrections/report?event={first}"), "/corrections/report")
    asked = text_of(await browser.post("/corrections/report", data=form | {"gross": "41200"}))
    answer = await program.post("/api/corrections", json={"corrects": first, "report": {"gross": 41200}})
    assert answer.status_code == 201 and len(answer.json()["warnings"]) == 2, answer.text
    assert [said for said in answer.json()["warnings"] if said not in asked] == []
    taken_back = await program.post("/api/corrections", json={"corrects": answer.json()["corrected"]["event_id"]})
    assert (taken_back.status_code, taken_back.json()["warnings"]) == (201, [])


async def test_why_a_report_is_not_corrected_is_said_in_the_programs_language(program: httpx.AsyncClient) -> None:
    first = (await program.post("/api/deliveries", json=MISTYPED)).json()["event_id"]
    station = {"authorization": "Bearer station-token", "accept-language": "zh"}
    asked = {"corrects": first, "report": {"gross": 412}}
    refused = await program.post("/api/corrections", json=asked, headers=station)
    assert (refused.status_code, "只有登记的单位或检查员" in refused.json()["detail"]) == (400, True), refused.text


async def test_who_has_a_person_to_ask_is_told_before_anything_is_recorded(
    program: httpx.AsyncClient, world: Behind
) -> None:
    first = (await program.post("/api/deliveries", json=MISTYPED)).json()["event_id"]
    asked = {"corrects": first, "report": {"gross": 41200}, "seen": []}
    told = await program.post("/api/corrections", json=asked)
    assert (told.status_code, len(events(world))) == (200, 1)
    again = await program.post("/api/corrections", json=asked | {"seen": told.json()["warnings"]})
    assert (again.status_code, len(events(world))) == (201, 3)
    (now,) = again.json()["counting"]
    right = {"corrects": now["event_id"], "report": {"gross": 412}, "seen": []}
    assert (await program.post("/api/corrections", json=right)).status_code == 201, (
        "of what looks right nothing is asked"
    )


async def test_a_program_reads_what_a_report_was_and_whose_word_counts(
    program: httpx.AsyncClient, world: Behind
) -> None:
    first = (await program.post("/api/deliveries", json=MISTYPED)).json()["event_id"]
    program.headers["accept-language"] = "en"
    own = (await program.get("/api/corrections", params={"event": first})).json()
    assert (own["title"], own["counts"], own["command"], own["report"]["gross"]) == (
        "Delivery", True, "deliveries", "4120",
    )  # fmt: skip
    assert own["report"].keys() <= set(own["fields"])
    assert "4120 kg" in str(own["lines"])
    station = {"authorization": "Bearer station-token"}
    others = (await program.get("/api/corrections", params={"event": first}, headers=station)).json()
    assert (others["counts"], "command" in others, "report" in others) == (False, False, False)
    assert (await program.get("/api/corrections", params={"event": "urn:uuid:nobody"})).status_code == 404


async def test_another_programs_word_does_not_count(program: httpx.AsyncClient, world: Behind) -> None:
    made = (await program.post("/api/deliveries", json=MISTYPED)).json()
    station = {"authorization": "Bearer station-token", "accept-language": "en"}
    answer = await program.post("/api/corrections", json={"corrects": made["event_id"]}, headers=station)
    assert answer.json()["declared"]["counts"] is False
    corrects = {"corrects": made["event_id"], "report": {"gross": 1}}
    refused = await program.post("/api/corrections", json=corrects, headers=station)
    assert refused.status_code == 400 and "only its reporter or an inspector corrects it" in refused.json()["detail"]
    assert next(iter(world.log.stored_events.values())).capturer == OTHER


def test_a_delivery_is_a_form_people_know() -> None:
    assert set(DELIVERY) <= set(COMMANDS["deliveries"].field_names())


async def test_a_certificate_is_revoked_with_one_field(browser: httpx.AsyncClient, world: Behind) -> None:
    await sign_in(browser, "operator.x.token")
    first = await report(browser, world, "certificates")
    choice = await browser.get(f"/corrections?event={first}")
    link = unescape(re.findall(r'href="(/forms/certificates\?[^"]*)"', choice.text)[0])
    typed = filled(await browser.get(link), "/forms/certificates")
    page = await browser.post("/forms/certificates", data=typed | {"reason": "残留超标"})
    assert page.status_code == 200, text_of(page)
    issued, revoked = events(world)
    assert (revoked["suyuan:state"], revoked["suyuan:reason"]) == ("revoked", "残留超标")
    assert revoked["suyuan:scope"] == issued["suyuan:scope"] and revoked["epcList"] == issued["epcList"]


async def test_an_empty_weight_stays_empty_and_what_cannot_be_is_asked(
    browser: httpx.AsyncClient, world: Behind
) -> None:
    """The sum was not typed: it follows the deliveries."""
    await sign_in(browser, "operator.x.token")
    first = await report(browser, world, "poolings")
    form = filled(await browser.get(f"/corrections/report?event={first}"), "/corrections/report")
    assert form["output_mass"] == ""
    before = len(world.log.stored_events)
    lost = form | {"inputs.0.mass": "50", "output_mass": "206"}
    page = await browser.post("/corrections/report", data=lost)
    assert asks(page) and "400 kg go in, and only 206 kg would come out" in text_of(page)
    assert len(world.log.stored_events) == before
    again = filled(page, "/corrections/report")
    assert "The report is corrected." in (await browser.post("/corrections/report", data=again)).text


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("en", ("soluble solids 13.2 %", "imidacloprid < 0.01 mg/kg", "Verdict Conforms")),
        ("zh", ("可溶性固形物13.2 %", "结论 合格")),
    ],
)
async def test_of_an_inspection_that_is_corrected_what_was_found_is_shown_and_its_units_as_people_write_them(
    language: str, told: tuple[str, ...], browser: httpx.AsyncClient, world: Behind
) -> None:
    await sign_in(browser, "operator.x.token")
    wrong = await report(browser, world, "inspections")
    page = await browser.get("/corrections", params={"event": wrong}, headers={"accept-language": language})
    assert [words for words in told if words not in text_of(page)] == []
    form = (await browser.get("/corrections/report", params={"event": wrong})).text
    assert 'value="mg/kg"' in form and 'value="%"' in form


async def test_of_a_shipment_that_is_corrected_it_is_shown_where_it_went(
    browser: httpx.AsyncClient, world: Behind
) -> None:
    await sign_in(browser, "operator.x.token")
    wrong = await report(browser, world, "shipments")
    page = text_of(await browser.get("/corrections", params={"event": wrong}))
    assert re.search(r"To where [^.]*9520001000317", page)
