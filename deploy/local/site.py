"""`Site`: where this copy of Suyuan lives on this machine, read once from the environment of `make`."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]

PORTS: Mapping[str, int] = {
    "portal": 0,
    "identity": 1,
    "registry": 10,
    "registry-http": 11,
    "harvest": 12,
    "harvest-http": 13,
    "quality": 14,
    "quality-http": 15,
    "shipping": 16,
    "shipping-http": 17,
    "traceability": 18,
    "traceability-http": 19,
    "listings": 20,
    "project-http": 21,
    "labels": 22,
    "labels-http": 23,
    "log": 24,
    "log-http": 25,
    "log-feed-http": 26,
    "log-sequence-http": 27,
    "scans-http": 28,
    "listings-http": 29,
    "kafka": 30,
    "kafka-controller": 31,
    "store": 32,
}
"""Distance of each port from PORT_BASE."""


class SiteError(ValueError):
    """A variable of the environment that cannot be; one sentence."""


@dataclass(frozen=True)
class Site:
    """Ports and folders of one copy; two copies differ in PORT_BASE and VAR."""

    port_base: int
    var: Path
    kafka_bootstrap: str | None  # the user's own, else one is started
    mongo_url: str | None
    demo: bool = True  # whether `make up` plays the season
    fast_store: bool = False  # the Rust build of the store, which `make store-fast` makes

    @classmethod
    def read(cls, environ: Mapping[str, str]) -> "Site":
        """From PORT_BASE, VAR, KAFKA_BOOTSTRAP, MONGO_URL, DEMO and STORE. Raises SiteError."""
        base = environ.get("PORT_BASE") or "8600"
        if not base.isdecimal() or not 1024 <= int(base) <= 65535 - max(PORTS.values()):
            raise SiteError(f"PORT_BASE={base} is not a port number from 1024 to {65535 - max(PORTS.values())}.")
        var = (ROOT / (environ.get("VAR") or "var")).resolve()
        kafka, mongo = environ.get("KAFKA_BOOTSTRAP") or None, environ.get("MONGO_URL") or None
        fast = environ.get("STORE") == "fast"
        return cls(int(base), var, kafka, mongo, demo=environ.get("DEMO") != "no", fast_store=fast)

    def port(self, name: str) -> int:
        """Number of a port of the table."""
        return self.port_base + PORTS[name]

    def address(self, name: str) -> str:
        """host:port of a server on this machine."""
        return f"127.0.0.1:{self.port(name)}"

    @property
    def kafka(self) -> str:
        """Where clients find Kafka."""
        return self.kafka_bootstrap or self.address("kafka")

    @property
    def mongo(self) -> str:
        """Where clients find the store."""
        return self.mongo_url or f"mongodb://{self.address('store')}/"

    @property
    def portal_url(self) -> str:
        """Where a browser on this machine finds the portal."""
        return f"http://127.0.0.1:{self.port('portal')}"

    @property
    def logs(self) -> Path:
        """One file a process."""
        return self.var / "log"
