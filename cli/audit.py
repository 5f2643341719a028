"""`suyuan audit` and `suyuan rebuild`: is everything in the log also in the read model, and make a new one."""

from typing import Annotated, Any

import typer

from cli import endpoints
from cli.children import run
from cli.failures import NO
from cli.language import again, headed, say
from cli.output import print_json
from cli.said_elsewhere import AUDIT
from wire.topics import DEFAULT_PREFIX


def audit(
    deep: Annotated[
        bool, typer.Option("--deep", help="Read the log again and check every event in the store.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="Print the result as JSON, for programs.")] = False,
    kafka: endpoints.Kafka = None,
    store: endpoints.Store = None,
    prefix: endpoints.Prefix = DEFAULT_PREFIX,
) -> None:
    """Compare the read model with the log. Exit code 0 when nothing is missing, else 1 and what is.

    Without --deep the progress of each partition is compared with the broker, and open dead letters that are bugs
    count as missing. A report is an event as it stands in the log: one that was sent twice is two reports of one event,
    and the read model, whose events suyuan rebuild counts, has it once.

    \b
    Examples:
      suyuan audit
      suyuan audit --deep --json
    """
    arguments = ["--deep"] if deep else []
    result, code = run("services.traceability.audit", *arguments, settings=_settings(kafka, store, prefix))
    if json:
        print_json(result)
    else:
        _print_audit(result)
    raise typer.Exit(NO if code or not result.get("complete") else 0)


def rebuild(
    json: Annotated[bool, typer.Option("--json", help="Print the result as JSON, for programs.")] = False,
    kafka: endpoints.Kafka = None,
    store: endpoints.Store = None,
    prefix: endpoints.Prefix = DEFAULT_PREFIX,
) -> None:
    """Build the read model again from the log.

    Beside the present one; the two are compared, then switched.
    The next generation replays the log and catches up; both are digested at one cut. Only when nothing differs it
    takes over, and look-ups go on all the while. Exit code 1 where they differ, and nothing is switched.

    \b
    Example:
      suyuan rebuild
    """
    settings = _settings(kafka, store, prefix) | {"SUYUAN_STATE_FOLDER": str(endpoints.state_folder())}
    result, code = run("services.traceability.rebuild", settings=settings)
    if json:
        print_json(result)
    elif result.get("switched"):
        events = format(result.get("events", 0), ",")
        said = "generation {number} answers now: {count} events, the same as before"
        print(say(said, number=result.get("generation"), count=events))
    else:
        differing = say("{count} events differ", count=len(result.get("differing", ())))
        print(headed(say("not switched"), result.get("problem") or differing))
    raise typer.Exit(NO if code or not result.get("switched") else 0)


def _settings(kafka: str | None, store: str | None, prefix: str) -> dict[str, str]:
    return {
        "SUYUAN_KAFKA": endpoints.kafka_bootstrap(kafka),
        "SUYUAN_MONGO_URL": endpoints.store_url(store),
        "SUYUAN_TOPIC_PREFIX": prefix,
    }


def _print_audit(result: dict[str, Any]) -> None:
    missing = result.get("missing", ())
    if not missing:
        partitions = result.get("partitions", 0)
        if reports := result.get("reports"):
            said = "nothing is missing: all {count} reports in {partitions} partitions are stored"
            print(say(said, count=format(reports, ","), partitions=partitions))
        else:
            print(say("nothing is missing: {partitions} partitions", partitions=partitions))
    if result.get("set_aside"):
        said = "{count} records were set aside as wrong data: suyuan dlq list"
        print(say(said, count=result["set_aside"]))
    for lack in missing:
        place = "/".join(str(lack[key]) for key in ("topic", "partition", "offset") if lack.get(key) is not None)
        print(headed(place, again(str(lack.get("problem") or say("missing")), AUDIT)))
