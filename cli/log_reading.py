"""A whole log read over HTTP: every entry, every tile beside what its entries make, the root beside the signed one."""

from __future__ import annotations

from collections.abc import Iterator

from cli.failures import Failure, NoService
from cli.language import again, headed, say
from cli.log_book import LogBook
from cli.log_site import LogSite
from cli.output import end_progress, print_progress
from cli.said_elsewhere import HEADS
from provenance.log.checkpoints import Checkpoint
from provenance.log.tiles import WIDTH, Tile, TileError, tiles_of, unbundled
from provenance.merkle import hash_leaf, root_of

_BUNDLES_A_SAVE = 64


def read_whole(site: LogSite, book: LogBook, checkpoint: Checkpoint) -> bool:
    """On from where the book is; whether the root of what was read is the one that was signed. Raises Failure."""
    if book.frontier.size > checkpoint.size:
        raise Failure(
            say("the log shrank: {read} entries were read of it before", read=f"{book.frontier.size:,}"),
        )
    try:
        for bundles, bundle in enumerate(_bundles(book.frontier.size, checkpoint.size), 1):
            _read_bundle(site, book, bundle)
            if bundles % _BUNDLES_A_SAVE == 0:
                book.save()
                size = f"{checkpoint.size:,}"
                print_progress(say("{read} of {size} entries read", read=f"{book.frontier.size:,}", size=size))
        for tile, raw in _upper_tiles(book, checkpoint.size):
            if site.tile(tile) != raw:
                book.note_wrong(str(tile))
    except TileError as error:
        raise NoService(headed(site.url, again(str(error), HEADS))) from error
    finally:
        book.save()
        end_progress()
    return book.frontier.root == checkpoint.root


def _bundles(read: int, size: int) -> Iterator[Tile]:
    for place in range(read // WIDTH, -(-size // WIDTH)):
        yield Tile(None, place, min(WIDTH, size - place * WIDTH))


def _read_bundle(site: LogSite, book: LogBook, bundle: Tile) -> None:
    entries = unbundled(bundle, site.tile(bundle))
    hashes = [hash_leaf(entry) for entry in entries]
    tile = Tile(0, bundle.place, bundle.width)
    if site.tile(tile) != b"".join(hashes):
        book.note_wrong(str(tile))
    book.add(entries[book.frontier.size - bundle.first :])
    book.add_bundle(bundle.place, hashes)


def _upper_tiles(book: LogBook, size: int) -> Iterator[tuple[Tile, bytes]]:
    """Above the lowest level, with the bytes they must have; those that are whole, and the last of each level."""
    hashes = list(book.bundle_hashes())
    for last in tiles_of(size):
        if last.level:
            for place in range(last.place + 1):
                tile = last if place == last.place else Tile(last.level, place)
                yield tile, b"".join(hashes[tile.first : tile.first + tile.width])
            whole = len(hashes) // WIDTH
            hashes = [root_of(hashes[place * WIDTH : (place + 1) * WIDTH]) for place in range(whole)]
