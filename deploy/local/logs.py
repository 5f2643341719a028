"""`make logs`: the logs of every process, or of one, as they grow, a line of words for each line of JSON."""

import json
import os
import subprocess
import sys

from deploy.local.site import Site, SiteError

LAST_LINES = "20"
_HEAD = ("timestamp", "service", "level", "event", "logger", "exception")


def main() -> None:
    """`python -m deploy.local.logs [NAME]`; exit 1 where there is no such log."""
    try:
        site = Site.read(os.environ)
    except SiteError as problem:
        sys.exit(f"suyuan: {problem}")
    names = sorted(path.stem for path in site.logs.glob("*.log"))
    wanted = sys.argv[1:] or names
    if unknown := [name for name in wanted if name not in names]:
        sys.exit(f"suyuan: there is no log of {unknown[0]}; there are: {' '.join(names) or 'none, make up'}")
    if not names:
        sys.exit("suyuan: nothing has run here: make up")
    try:
        _follow([str(site.logs / f"{name}.log") for name in wanted])
    except KeyboardInterrupt:
        sys.exit(130)


def _follow(paths: list[str]) -> None:
    with subprocess.Popen(["tail", "-n", LAST_LINES, "-F", *paths], stdout=subprocess.PIPE, text=True) as tail:
        for line in tail.stdout or ():
            print(readable(line.rstrip("\n")), flush=True)


def readable(line: str) -> str:
    """Time, service, level, what happened and its fields; a line that is not ours as it is."""
    try:
        said = json.loads(line)
    except ValueError:
        return line
    if not isinstance(said, dict) or "event" not in said:
        return line
    fields = [f"{name}={value}" for name, value in said.items() if name not in _HEAD]
    head = [str(said.get("timestamp", ""))[11:23], *(str(said.get(name, "")) for name in _HEAD[1:4])]
    return "  ".join(filter(None, [*head, *fields, _cause(said.get("exception"))]))


def _cause(exception: object) -> str:
    """The last of the exceptions in one line; the file has all of it."""
    last = exception[-1] if isinstance(exception, list) and exception else {}
    return f"{last.get('exc_type')}: {last.get('exc_value')}" if isinstance(last, dict) and last else ""


if __name__ == "__main__":
    main()
