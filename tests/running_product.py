"""The whole product as `make up` starts it, once for all tests that go in by its public doors.

`TEST_PRODUCT=29000:/tmp/copy` names a copy that runs already (its PORT_BASE and VAR), which is then left running.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from deploy.local.ports import free_port, taken
from deploy.local.site import PORTS, ROOT, Site
from deploy.local.supervisor import Supervisor
from tests.cli.command import suyuan

OPERATOR = "https://suyuan.example/operator"
TIMEOUT_S = 60


@dataclass(frozen=True)
class RunningProduct:
    """Where it is, and how a person or a program comes in."""

    site: Site

    @property
    def environ(self) -> dict[str, str]:
        """What the `suyuan` command needs to find it, and nothing that points elsewhere."""
        here = {"PORT_BASE": str(self.site.port_base), "VAR": str(self.site.var), "DEMO": "no"}
        return {**here, "KAFKA_BOOTSTRAP": "", "MONGO_URL": "", "SUYUAN_PORTAL": ""}

    def suyuan(self, *arguments: str | Path, given: bytes = b"", **environ: str) -> subprocess.CompletedProcess[str]:
        return suyuan(*arguments, given=given, environ={**self.environ, **environ})

    def token(self, *roles: str, party: str = OPERATOR) -> str:
        """As the issuer gives it to whoever may read its secret."""
        secret = (self.site.var / "identity" / "admin.secret").read_text().strip()
        wish = {"admin": secret, "party": party, "roles": list(roles), "hours": 1}
        answer = httpx.post(f"http://{self.site.address('identity')}/token", json=wish, timeout=TIMEOUT_S)
        answer.raise_for_status()
        return str(answer.json()["token"])

    def client(self, *roles: str, party: str = OPERATOR) -> httpx.Client:
        """A program with a token of these roles; of the public, where there are none."""
        bearer = {"Authorization": f"Bearer {self.token(*roles, party=party)}"} if roles else {}
        return httpx.Client(base_url=self.site.portal_url, headers=bearer, timeout=TIMEOUT_S, trust_env=False)


@contextmanager
def running_product(folder: Path) -> Iterator[RunningProduct]:
    """Starts a copy of its own on free ports in this folder, and stops it; or finds the one that runs."""
    if given := os.environ.get("TEST_PRODUCT"):
        base, _, var = given.partition(":")
        yield RunningProduct(Site(int(base), Path(var), None, None))
        return
    product = RunningProduct(Site(free_base(), folder / "var", None, None))
    try:
        _up(product)
        yield product
    finally:
        Supervisor(product.site).stop()


def _up(product: RunningProduct) -> None:
    plain = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/")}
    words = (sys.executable, "-m", "deploy.local.up")
    started = subprocess.run(words, cwd=ROOT, env={**plain, **product.environ}, capture_output=True, text=True)
    assert started.returncode == 0, started.stderr


def free_base() -> int:
    """A base from which every port of the table is free."""
    while any(taken((base := free_port()) + distance) for distance in PORTS.values()):
        pass
    return base
