"""The table of processes: what runs, on which ports, with exactly which settings.

The manifests in `deploy/compose` and `deploy/kubernetes` are held to this table by tests/deploy.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from deploy.local.site import Site

CARDS_KEY: Mapping[str, str] = {"SUYUAN_CARDS_KEY": "identity/cards.key"}
"""What the portal shows `identity` to make growers' cards: one file of both."""


@dataclass(frozen=True)
class Process:
    """One process; `ports` are names of the site's port table."""

    name: str
    module: str
    ports: tuple[str, ...]
    settings: Mapping[str, str] = field(default_factory=dict)
    arguments: tuple[str, ...] = ()
    secrets: Mapping[str, str] = field(default_factory=dict)  # setting → file below VAR, made with 32 random bytes

    @property
    def probe(self) -> str:
        """The port asked for /ready; of the engines, the port that must answer."""
        return self.ports[-1] if self.ports[-1].endswith("-http") else self.ports[0]


def engines(site: Site) -> tuple[Process, ...]:
    """The log and the store, unless the user has them."""
    kafka_ports = ("kafka", "kafka-controller")
    kafka_arguments = (str(site.var / "kafka"), *(str(site.port(name)) for name in kafka_ports))
    store_arguments = (str(site.var / "store"), str(site.port("store")), *(["fast"] if site.fast_store else []))
    wanted = []
    if site.kafka_bootstrap is None:
        wanted.append(Process("kafka", "deploy.local.kafka", kafka_ports, arguments=kafka_arguments))
    if site.mongo_url is None:
        wanted.append(Process("store", "deploy.local.store", ("store",), arguments=store_arguments))
    return tuple(wanted)


def services(site: Site) -> tuple[Process, ...]:
    """Every service of ours."""
    return (
        _identity(site),
        _capturing("registry", site),
        _capturing("harvest", site),
        _capturing("quality", site),
        _capturing("shipping", site),
        _projector(site),
        _history_server(site),
        _labels(site),
        _labels_scans(site),
        _labels_listings(site),
        _log_feed(site),
        _log_sequence(site),
        _log_serve(site),
        _portal(site),
    )


def demo(site: Site) -> tuple[Process, ...]:
    """What goes on in the demo once its season is played: the loggers of its rooms."""
    where = ("--portal", site.portal_url, "--identity", _issuer(site), "--var", str(site.var), "--measuring")
    return (Process("demo-loggers", "deploy.demo", (), arguments=where),) if site.demo else ()


def _state(site: Site, name: str) -> dict[str, str]:
    return {"SUYUAN_STATE_FOLDER": str(site.var / name)}


def _log(site: Site) -> dict[str, str]:
    return {"SUYUAN_KAFKA": site.kafka, "SUYUAN_TOPIC_PREFIX": "produce"}


def _keys(site: Site) -> dict[str, str]:
    return {"SUYUAN_JWKS_URL": f"http://{site.address('identity')}/.well-known/jwks.json"}


def _issuer(site: Site) -> str:
    return f"http://{site.address('identity')}"


def _tokens(site: Site) -> dict[str, str]:
    """The local issuer signs for nobody else, so its tokens name no audience."""
    return {"SUYUAN_TOKEN_ISSUER": _issuer(site)}


def _served(site: Site, name: str) -> dict[str, str]:
    return {"SUYUAN_GRPC_PORT": str(site.port(name)), "SUYUAN_HTTP_PORT": str(site.port(f"{name}-http"))}


def _database(site: Site, name: str = "suyuan") -> dict[str, str]:
    """Histories can be rebuilt and the label ledger cannot, so they are two databases."""
    return {"SUYUAN_MONGO_URL": site.mongo, "SUYUAN_DATABASE": name}


def _identity(site: Site) -> Process:
    settings = {"SUYUAN_HTTP_PORT": str(site.port("identity")), "SUYUAN_ISSUER": _issuer(site)}
    settings |= _state(site, "identity")
    return Process("identity", "services.identity", ("identity",), settings, secrets=CARDS_KEY)


def _capturing(name: str, site: Site) -> Process:
    settings = _served(site, name) | _log(site) | _keys(site) | _tokens(site) | _state(site, name)
    return Process(name, f"services.{name}", (name, f"{name}-http"), settings)


def _projector(site: Site) -> Process:
    settings = {
        "SUYUAN_HTTP_PORT": str(site.port("project-http")),
        "SUYUAN_CONSUMER_ID": "project-0",
    }
    settings |= _log(site) | _database(site) | _state(site, "traceability-project")
    return Process("traceability-project", "services.traceability.project", ("project-http",), settings)


def _history_server(site: Site) -> Process:
    settings = _served(site, "traceability") | _log(site) | _database(site) | _keys(site) | _tokens(site)
    settings |= _state(site, "traceability-serve")
    return Process("traceability-serve", "services.traceability.serve", ("traceability", "traceability-http"), settings)


def _labels(site: Site) -> Process:
    settings = _served(site, "labels") | _log(site) | _database(site, "suyuan_labels") | _keys(site) | _tokens(site)
    settings |= _state(site, "labels")
    settings |= {"SUYUAN_TRACEABILITY": site.address("traceability"), "SUYUAN_PUBLIC_URL": site.portal_url}
    return Process("labels", "services.labels", ("labels", "labels-http"), settings)


def _labels_scans(site: Site) -> Process:
    settings = {"SUYUAN_HTTP_PORT": str(site.port("scans-http")), "SUYUAN_CONSUMER_ID": "labels-scans-0"}
    settings |= _log(site) | _database(site, "suyuan_labels") | _state(site, "labels-scans")
    return Process("labels-scans", "services.labels.scans", ("scans-http",), settings)


def _labels_listings(site: Site) -> Process:
    settings = _served(site, "listings") | _log(site) | _database(site, "suyuan_labels") | _keys(site) | _tokens(site)
    settings |= _state(site, "labels-listings")
    settings |= {"SUYUAN_TRACEABILITY": site.address("traceability"), "SUYUAN_PUBLIC_URL": site.portal_url}
    # Whoever tries webhooks has the platform on this machine.
    settings |= {"SUYUAN_PRIVATE_TARGETS": "127.0.0.0/8"}
    return Process("labels-listings", "services.labels.listings", ("listings", "listings-http"), settings)


def _log_keys(site: Site) -> dict[str, str]:
    """The folder of the log's key and of its salts' key, which no other process is told."""
    return {"SUYUAN_KEY_FOLDER": str(site.var / "log-keys")}


def _log_name(site: Site) -> dict[str, str]:
    """A log is named by where it is read, without the scheme."""
    return {"SUYUAN_ORIGIN": site.portal_url.partition("://")[2] + "/log"}


def _log_feed(site: Site) -> Process:
    settings = {"SUYUAN_HTTP_PORT": str(site.port("log-feed-http")), "SUYUAN_CONSUMER_ID": "log-feed-0"}
    settings |= _log(site) | _database(site, "suyuan_log") | _state(site, "log-feed") | _log_keys(site)
    return Process("log-feed", "services.log.feed", ("log-feed-http",), settings)


def _log_sequence(site: Site) -> Process:
    settings = {"SUYUAN_HTTP_PORT": str(site.port("log-sequence-http"))}
    settings |= _log(site) | _database(site, "suyuan_log") | _log_keys(site) | _log_name(site)
    return Process("log-sequence", "services.log.sequence", ("log-sequence-http",), settings)


def _log_serve(site: Site) -> Process:
    settings = _served(site, "log") | _log(site) | _database(site, "suyuan_log") | _keys(site) | _tokens(site)
    settings |= _log_keys(site) | _log_name(site)
    return Process("log-serve", "services.log.serve", ("log", "log-http"), settings)


def _portal(site: Site) -> Process:
    called = ("registry", "harvest", "quality", "shipping", "traceability", "labels", "listings", "log")
    settings = {f"SUYUAN_{name.upper()}": site.address(name) for name in called}
    settings |= _log(site) | _keys(site) | _tokens(site) | _state(site, "portal")
    settings |= {
        "SUYUAN_HTTP_PORT": str(site.port("portal")),
        "SUYUAN_IDENTITY": f"http://{site.address('identity')}",
        "SUYUAN_PUBLIC_URL": site.portal_url,
        # A proxy in front of one machine stands on it; and who tries the product plays the phones of many there.
        "SUYUAN_TRUSTED_PROXIES": "127.0.0.1,::1",
    }
    secrets = {"SUYUAN_SESSION_KEY": "portal/session.key", **CARDS_KEY}
    return Process("portal", "services.portal", ("portal",), settings, secrets=secrets)
