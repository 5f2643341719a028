"""What would go wrong is said in one sentence before anything is started."""

import shutil
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from deploy.local.ports import free_port
from deploy.local.preflight import problems
from deploy.local.processes import Process
from deploy.local.site import Site, SiteError

PORTAL = Process("portal", "services.portal", ("portal",))


class Usage(NamedTuple):
    total: int
    used: int
    free: int


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(free_port(), tmp_path / "var", None, None)


@pytest.fixture
def another_program(site: Site) -> Iterator[None]:
    with socket.create_server(("127.0.0.1", site.port("portal"))):
        yield


def test_a_clear_machine_has_no_problems(site: Site) -> None:
    assert problems(site, [PORTAL], ()) == []


@pytest.mark.usefixtures("another_program")
def test_a_port_in_use_is_named_with_the_variable_that_moves_it(site: Site) -> None:
    [sentence] = problems(site, [PORTAL], ())
    assert f"Port {site.port_base} (portal) is in use" in sentence
    assert "PORT_BASE=" in sentence


@pytest.mark.usefixtures("another_program")
def test_a_port_held_by_our_own_running_process_is_no_problem(site: Site) -> None:
    assert problems(site, [PORTAL], {"portal"}) == []


def test_a_full_disk_is_named_with_the_variable_that_moves_the_data(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda path: Usage(10**10, 10**10 - 10**6, 10**6))
    [sentence] = problems(site, [PORTAL], ())
    assert "1 MB free" in sentence
    assert "VAR=" in sentence


def test_engines_of_the_user_that_do_not_answer_are_named(tmp_path: Path) -> None:
    nowhere = f"127.0.0.1:{free_port()}"
    site = Site(free_port(), tmp_path, nowhere, f"mongodb://user:word@{nowhere}/?replicaSet=rs")
    kafka, mongo = problems(site, [], ())
    assert kafka.startswith(f"Nothing answers at KAFKA_BOOTSTRAP={nowhere} ")
    assert mongo.startswith(f"Nothing answers at MONGO_URL on {nowhere};")


def test_a_store_that_is_no_url_is_said_to_be_none(tmp_path: Path) -> None:
    [sentence] = problems(Site(free_port(), tmp_path, None, "db-1:27017"), [], ())
    assert sentence == "MONGO_URL=db-1:27017 does not begin with mongodb:// or mongodb+srv://."


@pytest.mark.parametrize("var", ["a/folder/that is/new", "一个/文件夹"])
def test_a_folder_that_is_not_there_yet_is_no_problem(tmp_path: Path, var: str) -> None:
    assert problems(Site(free_port(), tmp_path / var, None, None), [PORTAL], ()) == []


def test_a_folder_that_cannot_be_written_to_is_named(tmp_path: Path) -> None:
    (file := tmp_path / "a file").touch()
    [sentence] = problems(Site(free_port(), file / "var", None, None), [PORTAL], ())
    assert sentence.startswith(f"Nothing can be written to {file};")


@pytest.mark.parametrize("base", ["abc", "80", "65530", "-1"])
def test_a_port_base_that_cannot_be_is_refused(base: str) -> None:
    with pytest.raises(SiteError, match=f"PORT_BASE={base} is not"):
        Site.read({"PORT_BASE": base})
