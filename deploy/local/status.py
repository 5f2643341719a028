"""`make status`: what runs, since when, on which ports, and whether it is ready. Exit 1 when something is not."""

import os
import sys
from collections.abc import Mapping
from typing import Any

from deploy.local import processes
from deploy.local.processes import Process
from deploy.local.readiness import why_not_ready
from deploy.local.site import Site, SiteError
from deploy.local.supervisor import Supervisor


def main() -> None:
    """One line a process."""
    try:
        site = Site.read(os.environ)
    except SiteError as problem:
        sys.exit(f"suyuan: {problem}")
    states = Supervisor(site).states()
    table = (*processes.engines(site), *processes.services(site))
    rows = [_row(site, process, states.get(process.name)) for process in table]
    for name, ports, state, since in rows:
        print(f"{name:<22} {ports:<13} {state:<12} {since}")
    sys.exit(any(state != "ready" for _, _, state, _ in rows))


def _row(site: Site, process: Process, known: Mapping[str, Any] | None) -> tuple[str, str, str, str]:
    ports = " ".join(str(site.port(name)) for name in process.ports)
    if known is None or known["statename"] != "RUNNING":
        return process.name, ports, (known or {}).get("statename", "not started").lower(), ""
    reason = why_not_ready(site, process, known)
    return (
        process.name,
        ports,
        "not ready" if reason else "ready",
        reason or f"up {known['description'].partition('uptime ')[2]}",
    )


if __name__ == "__main__":
    main()
