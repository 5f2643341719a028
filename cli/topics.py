"""`suyuan topics`: the log's topics, created where they are missing and checked against what the settings promise."""

from typing import Annotated, Any

import typer

from cli import endpoints
from cli.broker import explained
from cli.language import N_, again, say
from cli.output import print_json, print_table
from wire.topics import ALL_TOPICS, DAY_MS, DEFAULT_PREFIX, Topic

_HEADER = (N_("topic"), N_("partitions"), N_("records"), N_("dead letters"), N_("kept"))


def topics(
    check: Annotated[
        bool, typer.Option("--check", help="Create nothing; exit code 1 where something is weaker.")
    ] = False,
    replication: Annotated[int, typer.Option("--replication", min=1, help="Copies of each record.")] = 1,
    min_in_sync: Annotated[int, typer.Option("--min-in-sync", min=1, help="Copies that acknowledge each record.")] = 1,
    json: Annotated[bool, typer.Option("--json", help="Print the topics as JSON, for programs.")] = False,
    kafka: endpoints.Kafka = None,
    prefix: endpoints.Prefix = DEFAULT_PREFIX,
) -> None:
    """Create missing topics, check and list all.

    With the records they hold. A cluster with fewer copies than asked for is refused.

    \b
    Examples:
      suyuan topics
      suyuan topics --check --replication 3 --min-in-sync 2 --kafka broker-1:9092
    """
    from stream.admin import Durability, check_cluster, ensure_topics

    bootstrap = endpoints.kafka_bootstrap(kafka)
    durability = Durability(replication, min(min_in_sync, replication))
    with explained(bootstrap):
        (check_cluster if check else ensure_topics)(bootstrap, prefix=prefix, durability=durability)
        listed = [_entry(topic, prefix, records) for topic, records in _counted(bootstrap, prefix)]
    if json:
        print_json(listed)
    else:
        rows = [
            (t["topic"], str(t["partitions"]), f"{t['records']:,}", str(t["dead_letters"]), _told(t["kept"]))
            for t in listed
        ]
        print_table(tuple(map(say, _HEADER)), rows)


def _counted(bootstrap: str, prefix: str) -> list[tuple[Topic, dict[str, int]]]:
    """Offsets used, by topic name; a compacted topic may hold fewer records than that."""
    from stream.log_reader import end_offsets

    names = [name for topic in ALL_TOPICS for name in (topic.name(prefix), topic.dead_letter_name(prefix))]
    counts = dict.fromkeys(names, 0)
    for partition, end in end_offsets(bootstrap, names).items():
        counts[partition.topic] += end
    return [(topic, counts) for topic in ALL_TOPICS]


def _entry(topic: Topic, prefix: str, counts: dict[str, int]) -> dict[str, Any]:
    return {
        "topic": topic.name(prefix),
        "partitions": topic.partitions,
        "records": counts[topic.name(prefix)],
        "dead_letters": counts[topic.dead_letter_name(prefix)],
        "kept": _kept(topic),
    }


def _kept(topic: Topic) -> str:
    if topic.compacted:
        return N_("compacted")
    return N_("for ever") if topic.retention_ms < 0 else f"{topic.retention_ms // DAY_MS} days"


def _told(kept: str) -> str:
    return again(kept, (N_("{count} days"), N_("compacted"), N_("for ever")))
