"""A history as people read it: a timeline, where it came from or who has it, and what is not known."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from cli.history_json import holders, in_force, states
from cli.language import N_, joined, pick, say
from cli.output import print_table
from provenance.graph.gap_words import GAPS
from provenance.short_names import short

if TYPE_CHECKING:
    from cli.rpc import History

CHINA = "+08:00"
"""Of what has no clock of its own here: the states of a certificate."""

STEPS: Mapping[str, str] = {
    "harvest": N_("harvest"),
    "farm_input": N_("farm input"),
    "inspection": N_("inspection"),
    "certificate": N_("certificate"),
    "sampling": N_("sampling"),
    "hold": N_("hold"),
    "recall": N_("recall"),
    "release": N_("release"),
    "pooling": N_("pooling"),
    "transformation": N_("transformation"),
    "packing": N_("packing"),
    "labelling": N_("labelling"),
    "unpacking": N_("unpacking"),
    "shipping": N_("shipping"),
    "receiving": N_("receiving"),
    "storing": N_("storing"),
    "stock_take": N_("stock take"),
    "reading": N_("reading"),
    "sale": N_("sale"),
    "return": N_("return"),
    "loss": N_("loss"),
    "destroying": N_("destroying"),
    "other": N_("other"),
    "report": N_("report"),
}
CHANGES: Mapping[str, str] = {
    "issued": N_("issued"),
    "suspended": N_("suspended"),
    "reinstated": N_("reinstated"),
    "revoked": N_("revoked"),
    "expired": N_("expired"),
}
"""What becomes of a certificate."""
_STANDINGS: Mapping[str, str] = {"void": N_("void"), "corrected": N_("corrected"), "disputed": N_("disputed")}
_IN_FORCE: Mapping[str, str] = {"recall": N_("recalled: {things}"), "hold": N_("held back: {things}")}
_MOST = 5
"""Things recalled named one by one."""
_STATES: Mapping[str, str] = {
    "there": N_("in stock"),
    "on_the_way": N_("on the way"),
    "on_the_shelf": N_("on the shelf"),
    "sold": N_("sold"),
    "returned": N_("returned"),
}


def print_history(found: History, *, origins: bool) -> None:
    """For people; `origins` adds the shares, else the holders."""
    mass = ", " + say("{kg} kg", kg=_number(found.kilograms)) if found.kilograms else ""
    print(f"{found.key}{mass}")
    for line in _in_force(found):
        print(line)
    print()
    header = (say("when"), say("step"), say("where"), "")
    print_table(header, [_step(found, step) for step in found.steps])
    if origins and found.shares:
        print()
        rows = [(_percent(s.fraction), _number(s.kilograms), s.lot, _place(found, s.plot)) for s in found.shares]
        print_table((say("share"), say("kg"), say("harvest lot"), say("plot")), rows)
    if not origins and found.holders:
        print()
        print_table((say("kg"), say("holder"), say("of it")), _held(found))
    if not origins and found.withheld_holders:
        kilograms = ", " + say("{kg} kg", kg=_number(found.withheld_kg)) if found.withheld_kg else ""
        print("\n" + say("and {count} more that this token may not see", count=found.withheld_holders) + kilograms)
    if not origins and found.lost_kg:
        print("\n" + say("lost on the way: {kg} kg", kg=_number(found.lost_kg)))
        if found.losses:
            print_table((say("kg"), say("lost at")), [(_number(h.kilograms), _holder(found, h)) for h in found.losses])
    if found.gaps:
        print()
        print_table((say("not known"),), [(line,) for line in _not_known(found)])
    for conflict in found.conflicts:
        print("\n" + say("several reports stand under one event id: {id}", id=conflict.event_id))


def where_and_when(found: History, event_ids: Iterable[str], otherwise: str) -> Iterator[tuple[str, str]]:
    """The kind of each of these reports, and a line that says when and where it was, in the order of time.

    `otherwise` is what a report is called that the history does not tell of.
    """
    told = {step.event_id: (step.time_ms, _step(found, step)[:3]) for step in found.steps}
    for certificate in found.certificates:
        for change in certificate.states:
            when = _local_time(change.time_ms, CHINA)
            changed = say(CHANGES.get(change.state, change.state))
            words = (when, say("certificate"), f"{certificate.number or short(certificate.id)} {changed}")
            told.setdefault(change.event_id, (change.time_ms, words))
    known = [(*told.get(id_, (0, ("", otherwise, ""))), id_) for id_ in event_ids]
    for _, (when, kind, where), id_ in sorted(known):
        yield kind, " ".join(filter(None, (when, kind, where, id_)))


def _in_force(found: History) -> Iterator[str]:
    """What of it is recalled or held, before all else."""
    for kind, said in _IN_FORCE.items():
        names = [short(key) for key in in_force(found, kind)]
        more = [say("and {count} more", count=len(names) - _MOST)] if len(names) > _MOST else []
        if names:
            yield say(said, things=joined([*names[:_MOST], *more]))


def _not_known(found: History) -> Iterator[str]:
    """A line for each thing that is missing; ten boxes of one shipment are one."""
    alike: dict[str, dict[str, str]] = {}
    for gap in found.gaps:
        # In English the service says more of each.
        words = GAPS.get(gap.code)
        said = pick(words.zh.format(thing=short(gap.key)) if words else "", gap.message)
        alike.setdefault(gap.message.replace(gap.key, ""), {}).setdefault(gap.key, said)
    for messages in alike.values():
        (_, first), *others = messages.items()
        more = say("And {count} more: {codes}", count=len(others), codes=" ".join(short(key) for key, _ in others))
        yield f"{first} {more}" if others else first


def _held(found: History) -> list[tuple[str, str, str]]:
    """A line for each site or party: all it has, and what became of that."""
    all_of, rows = holders(found), []
    for place, of_them in states(found).items():
        of_it = joined(f"{_mass(mass)} {_state(found, place, state)}" for state, mass in of_them.items())
        name = _place(found, place) if place in found.places else _party(found, place)
        rows.append((_mass(all_of[place]), name, of_it))
    return rows


def _mass(kilograms: float | None) -> str:
    return "?" if kilograms is None else _number(str(kilograms))


def _state(found: History, place: str, state: str) -> str:
    at_shop = state == "there" and place in found.places and found.places[place].kind == "shop"
    return _word(_STATES, "on_the_shelf" if at_shop else state)


def _word(table: Mapping[str, str], name: str) -> str:
    return say(table.get(name, name.replace("_", " ")))


def _step(found: History, step: Any) -> tuple[str, str, str, str]:
    remarks = [_word(_STANDINGS, step.standing)] if step.standing not in ("", "in_force") else []
    if step.counting_event_ids and (mass := joined(_amounts(step))):
        remarks += [say("it said {mass}", mass=mass)]
    remarks += [say("counts again: its correction was taken back")] if step.counts_again else []
    remarks += [say("instead counts {version}", version=_version(found, id_)) for id_ in step.counting_event_ids]
    remarks += [say("in the container")] if step.carried else []
    remarks += [pick(one.sentence_zh, one.sentence_en) for one in found.holds if one.event_id == step.event_id]
    where = _place(found, step.biz_location or step.read_point)
    return _local_time(step.time_ms, step.offset), _word(STEPS, step.kind), where, joined(filter(None, remarks))


def _version(found: History, event_id: str) -> str:
    """When it was and how much, where this history tells of it; and its id."""
    step = next((one for one in found.steps if one.event_id == event_id), None)
    if step is None:
        return event_id
    return " ".join([_local_time(step.time_ms, step.offset), *_amounts(step), event_id])


def _amounts(step: Any) -> list[str]:
    """How much it is of; of an inspection, what was measured."""
    if step.kind == "inspection" and step.event:
        return _measured(step.event)
    amounts = [f"{_number(one.quantity)} {one.uom}" for one in step.outputs or step.objects if one.quantity]
    return [text.replace(" KGM", " kg") for text in amounts[:2]]


def _measured(event: bytes) -> list[str]:
    import orjson

    from epcis.events import Event
    from provenance.quality.conformity import Compared
    from provenance.quality.inspections import read_measured
    from provenance.quality.measured_words import measured_words

    words = (measured_words(Compared(one, "no_limit")) for one in read_measured(Event(orjson.loads(event))))
    return [pick(one.zh, one.en) for one in words][:_MOST]


def _local_time(time_ms: int, offset: str) -> str:
    """As the reporter's clock showed it."""
    sign = -1 if offset.startswith("-") else 1
    hours, _, minutes = offset.lstrip("+-").partition(":")
    shift = timedelta(hours=int(hours or 0), minutes=int(minutes or 0)) * sign
    return (datetime.fromtimestamp(time_ms / 1000, UTC) + shift).strftime("%Y-%m-%d %H:%M")


def _place(found: History, key: str) -> str:
    if key not in found.places:
        return key
    place = found.places[key]
    county, village = pick(place.county_zh, place.county_en), pick(place.village, place.village_en)
    return " ".join(filter(None, (county, village, pick(place.name_zh, place.name_en)))) or key


def _holder(found: History, holder: Any) -> str:
    return _place(found, holder.site) or _party(found, holder.party)


def _party(found: History, key: str) -> str:
    party = found.parties.get(key) if key in found.parties else None
    return (pick(party.name_zh, party.name_en) if party else "") or key


def _percent(fraction: str) -> str:
    return f"{float(fraction) * 100:.2f} %"


def _number(text: str) -> str:
    return f"{float(text):,.3f}".rstrip("0").rstrip(".") if text else "?"
