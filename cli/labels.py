"""`suyuan labels`: an order's labels as a file for a printer, and what is done with rolls (`cli.rolls`)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated
from urllib.parse import quote

import typer

from cli import endpoints
from cli.failures import Failure
from cli.language import N_, say
from cli.output import end_progress, print_progress
from cli.portal import Portal
from cli.rolls import bind, recall, return_labels, roll, rolls, void

labels = typer.Typer(no_args_is_help=True, help="Labels for boxes: rolls of them, and files for a printer.")

ENDS: Mapping[str, bytes] = {".pdf": b"\nEI Q", ".zpl": b"^FS^XZ", ".csv": b"\r\n"}
"""By the file's ending, the bytes that end a label in it: so they are counted as they come."""
_COUNT_HEADER = "Suyuan-Labels"


for command in (roll, rolls, bind, void, recall):
    labels.command()(command)
labels.command("return")(return_labels)


@labels.command("print")
def print_labels(
    request: Annotated[str, typer.Argument(metavar="REQUEST", help="The request id they were issued under.")],
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="Where they go: .pdf, .zpl or .csv.")],
    size: Annotated[str, typer.Option("--size", help="a4-21, a4-8, 60x40 or 100x70.")] = "",
    first: Annotated[int, typer.Option("--first", min=1, help="Number of the first: where a printer stopped.")] = 1,
    count: Annotated[int | None, typer.Option("--count", min=1, help="How many; all from the first on.")] = None,
    secrets: Annotated[
        bool, typer.Option("--secrets", help="With the secrets of scratch-off fields: keep the file as you keep money.")
    ] = False,
    portal: endpoints.Portal = None,
    token: endpoints.Token = None,
) -> None:
    """Write the labels of a request or a roll for a printer. The same request gives the same labels every time.

    \b
    Examples:
      suyuan labels print 7b0c1f2e-0000-4000-8000-000000000001 --out labels.pdf
      suyuan labels print 7b0c1f2e-0000-4000-8000-000000000001 --out rest.zpl --size 60x40 --first 4312
    """
    if out.suffix not in ENDS:
        raise Failure(say("{file}: its name ends with {endings}", file=out, endings=", ".join(ENDS)))
    asked = {"size": size, "first": first, "count": count, "secrets": "yes" if secrets else ""}
    path = f"/labels/orders/{quote(request, safe='')}{out.suffix}"
    given = {name: value for name, value in asked.items() if value}
    headers, coming = Portal.of(portal, token).stream(path, given, N_("nothing was printed"))
    wanted = int(headers.get(_COUNT_HEADER, 0))
    _write(out, _shown(coming, ENDS[out.suffix], wanted), private=secrets)
    print(say("{file}: labels {first} to {last}", file=out, first=first, last=first + wanted - 1))


def _write(out: Path, coming: Iterator[bytes], *, private: bool) -> None:
    """Beside it first, so that half a file never has the name; a private one is its owner's alone to read."""
    part = out.with_name(out.name + ".part")
    try:
        part.unlink(missing_ok=True)
        part.touch(0o600 if private else 0o666)
        with part.open("wb") as file:
            for piece in coming:
                file.write(piece)
        part.replace(out)
    except OSError as error:
        raise Failure(f"{out}: {error.strerror}") from error
    finally:
        part.unlink(missing_ok=True)


def _shown(coming: Iterator[bytes], end: bytes, wanted: int) -> Iterator[bytes]:
    """Says how many have come while they do."""
    come, before = 0, b""
    for piece in coming:
        come += (before + piece).count(end)
        # One byte short of an end: what is split between two pieces is counted once.
        before = piece[1 - len(end) :]
        print_progress(say("{come} of {wanted} labels", come=min(come, wanted), wanted=wanted))
        yield piece
    end_progress()
