"""Prints what warnings about scans find in simulated seasons.

    python -m simulator.scans_report --seeds 10 11 12 --with gift=0.3 consent=0 --threshold many_times=15

`--with` takes any field of `Habits` and `Phones`, `--threshold` any of `Thresholds`, `--clones` what is copied
(LABELSxCOPIES, with `@town` behind it where all copies are sold in one).
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterable
from dataclasses import fields, replace
from typing import Any, TypeVar

from provenance.scans.thresholds import DEFAULTS, Thresholds
from simulator.scans import CLONES, Copied, Habits, Season
from simulator.scans_measured import SOON, Found, measure
from simulator.scans_people import Phones

T = TypeVar("T", Habits, Phones, Thresholds)


def main() -> None:
    """Exit 2 with a sentence where a name or number is none."""
    parser = _parser()
    asked = parser.parse_args()
    try:
        _refuse_unknown(asked.changed, Habits, Phones)
        _refuse_unknown(asked.threshold, Thresholds)
        thresholds = _changed(DEFAULTS, asked.threshold)
    except ValueError as error:
        parser.error(str(error))
    habits, phones = _changed(Habits(), asked.changed), _changed(Phones(), asked.changed)
    seasons = [Season(seed, asked.honest, tuple(asked.clones), habits, phones) for seed in asked.seeds]
    every: dict[str, Found] = {}
    for season in seasons:
        for kind, found in measure(season.lives(), thresholds).items():
            every[kind] = every.get(kind, Found()) + found
            print(_line(f"seed {season.seed}", kind, found), flush=True)
    print(*(_line("all", kind, found) for kind, found in every.items()), sep="\n")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, nargs="+", default=[10, 11, 12])
    parser.add_argument("--honest", type=int, default=20_000)
    parser.add_argument("--clones", type=_copied, nargs="*", default=list(CLONES))
    parser.add_argument("--with", dest="changed", type=_setting, nargs="+", default=[])
    parser.add_argument("--threshold", type=_setting, nargs="+", default=[])
    return parser


def _refuse_unknown(settings: Iterable[tuple[str, float]], *kinds: type[Habits | Phones | Thresholds]) -> None:
    known = {field.name for kind in kinds for field in fields(kind)}
    if unknown := {name for name, _ in settings} - known:
        raise ValueError(f"there is no {', '.join(sorted(unknown))}, but {', '.join(sorted(known))}")


def _line(seed: str, kind: str, found: Found) -> str:
    by_code = ", ".join(f"{code} {count}" for code, count in found.by_code.most_common())
    if kind == "honest":
        return f"{seed}: honest: {found.warned} of {found.labels} labels warned ({found.share:.3%}): {by_code}"
    return (
        f"{seed}: {kind}: {found.warned} of {found.labels} labels warned within {SOON} scans ({found.share:.1%});"
        f" of {found.scanned_ten_times} with so many scans {found.share_of_ten:.1%}: {by_code}"
    )


def _copied(text: str) -> Copied:
    found = re.fullmatch(r"(\d+)x(\d+)(@town)?", text)
    if not found:
        raise argparse.ArgumentTypeError(f"{text}: what is copied is written 20x50 or 20x50@town")
    return Copied(labels=int(found[1]), copies=int(found[2]), one_town=bool(found[3]))


def _setting(text: str) -> tuple[str, float]:
    name, _, number = text.partition("=")
    return name, float(number)


def _changed(of: T, settings: Iterable[tuple[str, float]]) -> T:
    """With those settings that are fields of it, as the kind of number that it has there."""
    fitting: dict[str, Any] = {name: type(getattr(of, name))(to) for name, to in settings if hasattr(of, name)}
    return replace(of, **fitting)


if __name__ == "__main__":
    main()
