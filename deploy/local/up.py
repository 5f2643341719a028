"""`make up`: check, start the engines, start the services, wait until all are ready, play the demo season, say where.

Whatever fails, one sentence is printed and what this run started is stopped again.
"""

import json
import os
import shlex
import subprocess
import sys
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from deploy.local import processes, warm_start
from deploy.local.jars import EngineError
from deploy.local.preflight import problems
from deploy.local.processes import Process
from deploy.local.readiness import NotReadyError, wait_ready
from deploy.local.site import ROOT, Site, SiteError
from deploy.local.supervisor import Supervisor, configuration

OPEN = """
Suyuan runs. Open in a browser:

  the page of one box    {box}
  of Qidong's daylily    {daylily}
  forms for people       {portal}/work
  portal                 {portal}/
  API, with its OpenAPI  {portal}/docs
  metrics                http://127.0.0.1:{metrics}/metrics  (each service has its own: make status)

  logs                   {logs}   (make logs)
  stop                   make down{variables}
"""

CAUGHT = """
Frauds that are caught: the labels asked for were not given, and the page of each lot says why. So does
suyuan trace LOT --claims, with who can mend it.

{frauds}
"""

_USUAL = {"PORT_BASE": "8600", "VAR": "var"}

SIGN_IN = """
Sign in to the forms as somebody of the demo: open a link and press the button. Each is good once, the grower's
until make up is run again, which prints new ones.

{cards}
"""


def main() -> None:
    """Exit 0 when everything runs, else 1 with one sentence."""
    try:
        site = Site.read(os.environ)
        _up(site, processes.engines(site), processes.services(site))
    except (SiteError, EngineError, NotReadyError, TimeoutError, OSError, subprocess.CalledProcessError) as problem:
        sys.exit(f"suyuan: {problem}")
    except KeyboardInterrupt:
        sys.exit("suyuan: interrupted; what was started is stopped")


def _up(site: Site, engines: Sequence[Process], services: Sequence[Process]) -> None:
    supervisor = Supervisor(site)
    states = supervisor.states()
    running = {name for name, state in states.items() if state["statename"] == "RUNNING"}
    if found := problems(site, (*engines, *services), running):
        raise SiteError("\n        ".join(found))
    if site.kafka_bootstrap is None:
        warm_start.train()
    site.logs.mkdir(parents=True, exist_ok=True)
    try:
        supervisor.launch(configuration(site, engines, services, processes.demo(site)))
        _start(site, supervisor, "engines", engines)
        _make_topics(site)
        _start(site, supervisor, "services", services)
    except BaseException:
        if not states:
            supervisor.stop()
        raise
    played = not site.demo or _play_demo(site)
    supervisor.start("demo", processes.demo(site))
    shown = _shown(site)
    print(_what_to_open(site, shown) + _caught(shown) + (_cards(site) if played else ""))
    if not played:
        sys.exit("suyuan: everything runs, but not the whole season was played; make up goes on with it.")


def _start(site: Site, supervisor: Supervisor, group: str, members: Sequence[Process]) -> None:
    supervisor.start(group, members)
    wait_ready(site, members, states=supervisor.states, tell=partial(print, flush=True))


def _make_topics(site: Site) -> None:
    """As `suyuan topics` does, with as many copies as brokers are named, at most three; it says what is wrong."""
    copies = min(3, site.kafka.count(",") + 1)
    durability = ("--replication", str(copies), "--min-in-sync", str(max(1, copies - 1)))
    command = (sys.executable, "-m", "cli", "topics", "--kafka", site.kafka, *durability)
    outcome = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    if outcome.returncode:
        raise EngineError((outcome.stderr or outcome.stdout).strip().removeprefix("suyuan: "))


def _play_demo(site: Site) -> bool:
    """One season, through the public APIs; the player says what stopped it, and sees to it that nothing is doubled."""
    options = ("--portal", site.portal_url, "--identity", f"http://{site.address('identity')}", "--var", str(site.var))
    return subprocess.run([sys.executable, "-m", "deploy.demo", *options], cwd=ROOT).returncode == 0


def _shown(site: Site) -> Mapping[str, Any]:
    """What the demo has to show, by name; nothing where it was not played."""
    file = site.var / "demo" / "story.json"
    shown: Mapping[str, Any] = json.loads(file.read_text()) if file.exists() else {}
    return shown


def _what_to_open(site: Site, shown: Mapping[str, Any]) -> str:
    home = f"{site.portal_url}/"
    return OPEN.format(
        portal=site.portal_url,
        box=shown.get("box", home),
        daylily=shown.get("daylily", home),
        logs=site.logs,
        metrics=site.port("harvest-http"),
        variables=_variables(os.environ),
    )


def _caught(shown: Mapping[str, Any]) -> str:
    frauds: Mapping[str, str] = shown.get("fraud", {})
    lines = "\n".join(f"  {title}\n      {link}" for title, link in frauds.items())
    return CAUGHT.format(frauds=lines) if frauds else ""


def _variables(environ: Mapping[str, str]) -> str:
    """What tells this copy from another, to be given to every make and suyuan command."""
    given = ((name, environ.get(name) or usual, usual) for name, usual in _USUAL.items())
    set_here = (f" {name}={shlex.quote(value)}" for name, value, usual in given if value != usual)
    return "".join(set_here)


def _cards(site: Site) -> str:
    """One line a card of the demo; nothing where it was not played."""
    file = site.var / "demo" / "cards.json"
    cards = json.loads(file.read_text()) if site.demo and file.exists() else []
    lines = "\n".join(f"  {card['who']:<21}  {card['link']}" for card in cards)
    return SIGN_IN.format(cards=lines) if cards else ""


if __name__ == "__main__":
    main()
