"""`python -m bench [--size small] [--only drain,capture]`: measures, prints tables, writes build/bench/small.json.

`python -m bench --season 1000000` measures one season of so many lots alone; stopped, it goes on when called again.
"""

from __future__ import annotations

import argparse
import logging
import signal
import sys

from bench import machine
from bench.run import MEASURES, own_engines, run, run_season, written
from bench.sizes import SIZES
from bench.stand import ROOT
from runtime import logs

FOLDER = ROOT / "build" / "bench"


def main() -> None:
    asked = _asked(sys.argv[1:])
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the engines end, too
    size, file = SIZES[asked.size], FOLDER / f"{asked.size}.json"
    before = machine.load()
    logs.configure("bench", level="ERROR")
    logging.getLogger("kafka").setLevel(logging.ERROR)  # a topic just made has no leader for a moment
    for title, facts in (("hardware", machine.hardware()), ("settings", machine.settings()), ("load", before)):
        print(f"{title}: " + "; ".join(f"{name} {fact}" for name, fact in facts.items()))
    print("starting the engines ...", file=sys.stderr, flush=True)
    if asked.season:
        file = FOLDER / f"season-{asked.season}.json"
        tables = run_season(FOLDER / f"season-{asked.season}", asked.season, asked.store)
    else:
        with own_engines(FOLDER) as (engines, kept):
            chosen = [one for one in engines if asked.store in (one.store_name.lower(), "all")]
            tables = run(chosen, kept, size, asked.only)
    written(file, tables, size=str(asked.season or asked.size), before=before)
    print(f"load afterwards: {machine.load()}\nwritten: {file}")


def _asked(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--size", choices=SIZES, default="small", help="how much is measured (small: about 5 minutes)")
    parser.add_argument("--store", choices=("all", "python", "rust"), default="all", help="which of the stores")
    parser.add_argument("--season", type=int, default=0, metavar="LOTS", help="a season of so many lots, alone")
    parser.add_argument("--only", type=_measures, default=list(MEASURES), help=f"some of {','.join(MEASURES)}")
    return parser.parse_args(arguments)


def _measures(text: str) -> list[str]:
    names = text.split(",")
    if unknown := set(names) - set(MEASURES):
        raise argparse.ArgumentTypeError(f"no such measure: {', '.join(sorted(unknown))}")
    return names


if __name__ == "__main__":
    main()
