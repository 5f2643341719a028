"""Every process gets exactly the settings its service knows, and no two processes share a port."""

import importlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import is_dataclass, replace
from pathlib import Path

import pytest

from deploy.local.processes import Process, demo, engines, services
from deploy.local.site import PORTS, Site
from deploy.local.supervisor import configuration, socket_path
from runtime.config import read
from runtime.publishing_config import PublishingConfig

SITE = Site(8600, Path("/srv/suyuan/var"), None, None)
CLASSES = {
    "traceability-project": "ProjectConfig",
    "traceability-serve": "ServeConfig",
    "labels-scans": "ScansConfig",
    "log-feed": "FeedConfig",
    "log-sequence": "SequenceConfig",
    "log-serve": "ServeConfig",
}
"""Of processes that are roles of one package."""
PUBLISHING = frozenset({"registry", "harvest", "quality", "shipping"})


def config_class(process: Process) -> type:
    if process.name in PUBLISHING:
        return PublishingConfig
    package = process.module.rpartition(".")[0] if process.name in CLASSES else process.module
    module = importlib.import_module(f"{package}.config")
    own = [
        c for c in vars(module).values() if is_dataclass(c) and isinstance(c, type) and c.__module__ == module.__name__
    ]
    named = [c for c in own if c.__name__ == CLASSES.get(process.name, c.__name__)]
    return next(c for c in named if c.__name__.endswith("Config"))


@pytest.mark.parametrize("process", services(SITE), ids=lambda process: process.name)
def test_a_service_starts_with_the_settings_of_the_table(process: Process) -> None:
    settings = {**process.settings, **dict.fromkeys(process.secrets, "0" * 64)}
    read(config_class(process), settings)


def test_no_two_processes_share_a_port() -> None:
    ports = Counter(name for process in (*engines(SITE), *services(SITE)) for name in process.ports)
    assert [name for name, count in ports.items() if count > 1] == []
    assert len(set(PORTS.values())) == len(PORTS)


def test_a_kafka_and_a_store_of_the_user_are_used_and_none_is_started() -> None:
    theirs = Site(8600, Path("/srv/var"), "broker-1:9092", "mongodb://db-1/")
    assert engines(theirs) == ()
    given: Sequence[str] = [s["SUYUAN_KAFKA"] for p in services(theirs) if "SUYUAN_KAFKA" in (s := p.settings)]
    assert set(given) == {"broker-1:9092"}


def test_the_rooms_of_the_demo_go_on_being_measured_and_without_a_demo_nothing_is() -> None:
    (loggers,) = demo(SITE)
    assert "--measuring" in loggers.arguments and "demo-loggers" in configuration(SITE, (), (), demo(SITE))
    assert demo(replace(SITE, demo=False)) == ()


def test_two_copies_have_nothing_in_common() -> None:
    one, other = (configuration(Site(b, Path(f"/srv/{b}"), None, None), engines(SITE), ()) for b in (8600, 8700))
    assert "/srv/8600" in one
    assert "/srv/8600" not in other


def test_a_setting_with_quotes_and_per_cent_signs_reaches_the_process_as_it_is(tmp_path: Path) -> None:
    from supervisor.options import ServerOptions

    odd = 'mongodb://u:p%40"\\ss@h/?a=1,b=2;#c'
    file = tmp_path / "supervisord.conf"
    site = Site(8600, tmp_path, None, None)
    site.logs.mkdir()
    file.write_text(configuration(site, [], [Process("odd", "services.odd", (), {"SUYUAN_MONGO_URL": odd})]))
    options = ServerOptions()
    options.realize(["-c", str(file)], doc="")
    [group] = options.process_group_configs
    [program] = group.process_configs
    assert program.environment["SUYUAN_MONGO_URL"] == odd


def test_the_socket_of_a_deep_folder_lies_where_the_kernel_can_address_it() -> None:
    deep = Site(8600, Path("/" + "deep/" * 40), None, None)
    assert len(str(socket_path(deep))) < 108
