"""`suyuan event-id`: the ids that CBV 2.0 makes of events' contents. Works offline."""

from collections.abc import Mapping
from typing import Annotated, Any

import typer

from cli.failures import NO, Failure
from cli.files import called, read_events
from cli.language import say
from epcis.event_id import event_hash_id, pre_hash


def event_id(
    file: Annotated[str, typer.Argument(metavar="FILE", help="An EPCIS 2.0 document in JSON; - is the pipe.")],
    pre_hash: Annotated[bool, typer.Option("--pre-hash", help="Print the texts that are hashed instead.")] = False,
    ignore: Annotated[
        list[str] | None,
        typer.Option("--ignore", metavar="FIELD", help="Leave this field out of the hash; repeatable."),
    ] = None,
) -> None:
    """Print the CBV 2.0 hash id of each event.

    One a line, in document order. Two systems that know the same event compute the same id, whatever they called it.

    \b
    Examples:
      suyuan event-id harvest.jsonld
      suyuan event-id --pre-hash harvest.jsonld
      suyuan event-id day.jsonld | sort | uniq -d
    """
    document = read_events(file)
    ignored = frozenset({*document.ignored, *(ignore or ())})
    for number, event in enumerate(document.events):
        print(
            _line(
                event, ignored, text=pre_hash, place=say("{file}: event {number}", file=called(file), number=number + 1)
            )
        )


def _line(event: Mapping[str, Any], ignored: frozenset[str], *, text: bool, place: str) -> str:
    write = pre_hash if text else event_hash_id
    try:
        return write(event, ignored=ignored)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        said = "{place} has no hash id because it is no valid event ({why}): try suyuan check"
        raise Failure(say(said, place=place, why=repr(error)), NO) from error
