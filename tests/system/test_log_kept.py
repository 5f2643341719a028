"""The running product's log while its processes are killed and twins of them run by mistake: one log, with every
report, that a witness goes on signing and an audit finds whole."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote
from uuid import uuid4

import httpx
import orjson
import pytest

from deploy.local.ports import free_port
from deploy.local.processes import Process, services
from deploy.local.site import ROOT
from deploy.local.supervisor import Supervisor
from provenance.log.notes import SignerKey
from tests.running_product import RunningProduct
from tests.system.conftest import a_stranger
from tests.system.door import post
from tests.system.stranger import Stranger, document

pytestmark = pytest.mark.system

DEADLINE_S = 120
ROLES = ("log-feed", "log-sequence", "log-serve")


@pytest.fixture
def twins(product: RunningProduct) -> Iterator[list[subprocess.Popen[bytes]]]:
    """A second sequencer, and a second feed that calls itself what the first does: started by mistake."""
    wanted = [one for one in services(product.site) if one.name in ("log-feed", "log-sequence")]
    started = [_started(one) for one in wanted]
    yield started
    for one in started:
        one.kill()
        one.wait()


def _started(process: Process) -> subprocess.Popen[bytes]:
    paths = os.pathsep.join((str(ROOT), str(ROOT / "build" / "generated")))
    settings = {**process.settings, "SUYUAN_HTTP_PORT": str(free_port())}
    environ = {"PATH": os.environ["PATH"], "PYTHONPATH": paths} | settings
    return subprocess.Popen([sys.executable, "-m", process.module], cwd=ROOT, env=environ, stdout=subprocess.DEVNULL)


def test_twins_and_kills_leave_one_log_with_every_report(
    product: RunningProduct, partner: httpx.Client, twins: list[subprocess.Popen[bytes]], tmp_path: Path
) -> None:
    supervisor, reported = Supervisor(product.site), [_report(partner)]
    _proof(partner, reported[0])
    _witnessed(product, tmp_path, "--name", "witness.example/kept")
    for role in ROLES:
        os.kill(int(supervisor.states()[role]["pid"]), signal.SIGKILL)
        reported.append(_report(partner))
    # Of two feeds with one name the broker fences one, which ends; two sequencers go on beside each other.
    assert twins[-1].poll() is None, "the second sequencer ended by itself"
    for twin in twins:
        twin.kill()
        reported.append(_report(partner))
    for event_id in reported:
        (tmp_path / "proof.txt").write_text(_proof(partner, event_id))
    (tmp_path / "event.jsonld").write_bytes(partner.get(f"/epcis/events/{quote(event_id, safe='')}").content)
    seen = _witnessed(product, tmp_path)
    checked = _checked(product, tmp_path, "--event", str(tmp_path / "event.jsonld"))
    assert checked.returncode == 0 and "has this report" in checked.stdout, checked.stderr
    log = f"{product.site.portal_url}/log"
    made = product.suyuan("log", "prove", tmp_path / "proof.txt", "--under", tmp_path / "cosigned", "--url", log)
    (tmp_path / "proof.txt").write_text(made.stdout)
    checked = _checked(product, tmp_path, "--witness", seen)
    assert checked.returncode == 0 and "witness.example/kept saw this checkpoint" in checked.stdout, checked.stderr
    audited = product.suyuan("log", "audit", "--json", "--wait", str(DEADLINE_S))
    found = orjson.loads(audited.stdout or audited.stderr)
    assert (audited.returncode, found["complete"], found["missing"], found["unknown"]) == (0, True, [], []), found
    assert found["size"] >= len(reported)


def _report(partner: httpx.Client) -> str:
    """A grower's delivery at the EPCIS door; its event id."""
    stranger: Stranger = a_stranger()
    event = stranger.pick(stranger.lot("A"), 100, eventID=f"urn:uuid:{uuid4()}")
    job = post(partner, document([event]))
    assert job["success"], job
    return str(event["eventID"])


def _proof(partner: httpx.Client, event_id: str) -> str:
    def answered() -> str:
        answer = partner.get(f"/events/{quote(event_id, safe='')}/proof")
        return answer.text if answer.status_code == 200 else ""

    return _until(answered)


def _witnessed(product: RunningProduct, folder: Path, *more: str) -> str:
    """Looks once; the witness's key."""
    log = f"{product.site.portal_url}/log"
    files = ("--key", folder / "w.key", "--state", folder / "seen", "--out", folder / "cosigned")
    looked = product.suyuan("witness", log, *files, *more)
    assert looked.returncode == 0, looked.stderr
    return str(SignerKey.read((folder / "w.key").read_text()).verifier)


def _checked(product: RunningProduct, folder: Path, *more: str) -> subprocess.CompletedProcess[str]:
    keys = httpx.get(f"{product.site.portal_url}/.well-known/signed-note-keys", trust_env=False).raise_for_status().text
    (folder / "keys.txt").write_text(keys)
    return product.suyuan("verify-proof", folder / "proof.txt", "--keys", folder / "keys.txt", *more, SUYUAN_LANG="en")


def _until(answered: Callable[[], str]) -> str:
    ends = time.monotonic() + DEADLINE_S
    while not (said := answered()):
        assert time.monotonic() < ends, "it did not come true in time"
        time.sleep(0.2)
    return said
