"""What must hold before anything is started; each problem is one sentence that says what to do."""

import os
import shutil
from collections.abc import Collection, Iterable, Iterator, Sequence
from urllib.parse import urlsplit

from deploy.local.ports import taken
from deploy.local.processes import Process
from deploy.local.server import listens
from deploy.local.site import Site

_ELSEWHERE = "put the data elsewhere: make up VAR=/another/folder"
NEEDED_BYTES = 1_000_000_000  # Kafka's segments and the store's journal, preallocated, and a season of data


def problems(site: Site, processes: Sequence[Process], running: Collection[str]) -> list[str]:
    """`running`: names of our own processes that run already and so hold their ports."""
    to_start = [process for process in processes if process.name not in running]
    return [*_folder(site), *_ports(site, to_start), *_given(site)]


def _folder(site: Site) -> Iterator[str]:
    """VAR need not exist yet, nor what it lies in."""
    existing = next(folder for folder in (site.var, *site.var.parents) if folder.exists())
    free = shutil.disk_usage(existing).free
    if not (existing.is_dir() and os.access(existing, os.W_OK | os.X_OK)):
        yield f"Nothing can be written to {existing}; {_ELSEWHERE}"
    elif free < NEEDED_BYTES:
        yield (
            f"The disk of {site.var} has {free // 10**6} MB free and {NEEDED_BYTES // 10**6} MB are needed; "
            f"make room, or {_ELSEWHERE}"
        )


def _ports(site: Site, processes: Iterable[Process]) -> Iterator[str]:
    for process in processes:
        for name in process.ports:
            if taken(site.port(name), host="0.0.0.0"):  # noqa: S104 - asks, opens nothing
                yield port_in_use(site, name)


def port_in_use(site: Site, name: str) -> str:
    """What to do about it."""
    return (
        f"Port {site.port(name)} ({name}) is in use by another program; "
        f"move this copy with PORT_BASE: make up PORT_BASE={site.port_base + 100}"
    )


def _given(site: Site) -> Iterator[str]:
    """The user's own engines must answer."""
    if site.kafka_bootstrap and not any(map(_answers, site.kafka_bootstrap.split(","))):
        yield (
            f"Nothing answers at KAFKA_BOOTSTRAP={site.kafka_bootstrap} (host:port,…); "
            "start it, or leave KAFKA_BOOTSTRAP out to have a Kafka started here."
        )
    if site.mongo_url and not site.mongo_url.startswith(("mongodb:", "mongodb+srv:")):
        yield f"MONGO_URL={site.mongo_url} does not begin with mongodb:// or mongodb+srv://."
    elif site.mongo_url and not site.mongo_url.startswith("mongodb+srv:"):
        hosts = urlsplit(site.mongo_url).netloc.rpartition("@")[2].split(",")
        if not any(_answers(host if ":" in host else f"{host}:27017") for host in hosts):
            yield (
                f"Nothing answers at MONGO_URL on {', '.join(hosts)}; "
                "start it, or leave MONGO_URL out to have a store started here."
            )


def _answers(address: str) -> bool:
    host, _, port = address.strip().rpartition(":")
    return port.isdecimal() and listens(int(port), host.strip("[]"))
