"""`suyuan dlq`: records that were set aside, and putting them back once the reason is gone."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli import endpoints
from cli.broker import explained
from cli.failures import NO, Failure
from cli.language import N_, Counted, counted, say
from cli.output import print_json, print_table
from wire.topics import ALL_TOPICS, DEFAULT_PREFIX

if TYPE_CHECKING:
    from stream.dead_letter import DeadLetter

dlq = typer.Typer(no_args_is_help=True, help="Look at dead letters and replay them.")

_HEADER = (N_("record"), N_("reason"), N_("recorded"), N_("explanation"))
_REASONS = {"rejected": N_("rejected"), "bug": N_("bug")}
_REPLAYED: Counted = (N_("{count} record replayed"), N_("{count} records replayed"))


@dlq.command("list")
def list_(
    json: Annotated[bool, typer.Option("--json", help="Print the letters as JSON, for programs.")] = False,
    kafka: endpoints.Kafka = None,
    prefix: endpoints.Prefix = DEFAULT_PREFIX,
) -> None:
    """List the records that were set aside and not replayed.

    `rejected` means that the data is wrong; `bug` that our program is: audit fails until these are replayed.

    \b
    Examples:
      suyuan dlq list
      suyuan dlq list --json
    """
    letters = _open(endpoints.kafka_bootstrap(kafka), prefix)
    if json:
        print_json([_plain(letter) for letter in letters])
    elif not letters:
        print(say("no dead letters"))
    else:
        rows = [
            (_place(letter), say(_REASONS[letter.reason.value]), _when(letter), letter.explanation)
            for letter in letters
        ]
        print_table(tuple(map(say, _HEADER)), rows)


@dlq.command()
def replay(
    places: Annotated[
        list[str] | None, typer.Argument(metavar="RECORD", help="Which: topic/partition/offset, as dlq list prints it.")
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="Replay all that are open.")] = False,
    kafka: endpoints.Kafka = None,
    prefix: endpoints.Prefix = DEFAULT_PREFIX,
) -> None:
    """Put records back on the topic they came from, bytes unchanged.

    Harmless when done twice: an event is recorded once however often it comes.

    \b
    Examples:
      suyuan dlq replay produce.harvest.v1/3/42
      suyuan dlq replay --all
    """
    if every == bool(places):
        raise Failure(say("say which records, as suyuan dlq list prints them, or --all"))
    bootstrap = endpoints.kafka_bootstrap(kafka)
    letters = {_place(letter): letter for letter in _open(bootstrap, prefix)}
    if missing := set(places or ()) - set(letters):
        raise Failure(say("{record} is no open dead letter: suyuan dlq list shows them", record=min(missing)), NO)
    chosen = [letter for place, letter in letters.items() if every or place in (places or ())]
    with explained(bootstrap):
        asyncio.run(_replay(bootstrap, chosen))
    print(counted(_REPLAYED, len(chosen)))


def _open(bootstrap: str, prefix: str) -> tuple[DeadLetter, ...]:
    from stream.dead_letter import open_letters

    with explained(bootstrap):
        return open_letters(bootstrap, [topic.name(prefix) for topic in ALL_TOPICS])


async def _replay(bootstrap: str, letters: list[DeadLetter]) -> None:
    from stream.keyed_producer import KeyedProducer
    from stream.replay import replay as put_back

    producer = KeyedProducer(bootstrap=bootstrap, client_id="suyuan-replay")
    await producer.start()
    try:
        for letter in letters:
            receipt = await put_back(letter, producer)
            print(f"{_place(letter)} → {receipt.topic}/{receipt.partition}/{receipt.offset}")
    finally:
        await producer.close()


def _place(letter: DeadLetter) -> str:
    return f"{letter.record.topic}/{letter.record.partition}/{letter.record.offset}"


def _when(letter: DeadLetter) -> str:
    return datetime.fromtimestamp(letter.record.timestamp_ms / 1000, UTC).strftime("%Y-%m-%d %H:%M:%SZ")


def _plain(letter: DeadLetter) -> dict[str, Any]:
    return {
        "record": _place(letter),
        "reason": letter.reason.value,
        "explanation": letter.explanation,
        "recorded": _when(letter),
        "group": letter.group,
        "bytes": len(letter.record.value or b""),
    }
