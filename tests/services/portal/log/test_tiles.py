"""The log over HTTP, as C2SP tlog-tiles says, to be read by anybody from anywhere and kept by whatever is between."""

import httpx
import pytest

from provenance.log.checkpoints import Checkpoint
from provenance.log.evidence import keys_of, read_keys
from provenance.log.notes import Note
from provenance.log.tiles import Tile, unbundled
from provenance.merkle import hash_leaf, root_of
from tests.services.portal.log.test_evidence import reported
from tests.services.portal.logged import KEY, ORIGIN
from tests.services.portal.upstream import Behind


@pytest.fixture
async def three(world: Behind, api: httpx.AsyncClient) -> None:
    for lot in ("L1", "L2", "L3"):
        await reported(api, lot=lot)
    await world.transparency.cover()


async def test_who_reads_all_of_it_finds_the_root_that_is_signed(three: None, public: httpx.AsyncClient) -> None:
    answer = await public.get("/log/checkpoint")
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.headers["cache-control"] == "no-cache"
    note = Note.read(answer.text)
    keys = read_keys((await public.get("/.well-known/signed-note-keys")).text)
    note.signed_by(keys_of(keys))
    bundle = (await public.get("/log/tile/entries/000.p/3")).content
    checkpoint = Checkpoint.read(note.text, origin=ORIGIN)
    leaves = list(map(hash_leaf, unbundled(Tile(None, 0, 3), bundle)))
    assert (checkpoint.size, checkpoint.root) == (3, root_of(leaves))
    assert (await public.get("/log/tile/0/000.p/3")).content == b"".join(leaves)


async def test_a_tile_never_changes_and_is_read_from_anywhere(three: None, public: httpx.AsyncClient) -> None:
    for path in ("0/000.p/3", "0/000.p/1", "entries/000.p/2"):
        tile = await public.get(f"/log/tile/{path}")
        assert tile.status_code == 200, path
        assert tile.headers["content-type"] == "application/octet-stream"
        assert tile.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert tile.headers["access-control-allow-origin"] == "*"
        assert (await public.head(f"/log/tile/{path}")).status_code == 200
    asked = await public.options("/log/tile/0/000.p/3")
    assert (asked.status_code, asked.headers["allow"]) == (204, "GET, HEAD, OPTIONS")


@pytest.mark.parametrize(
    "path", ["0/000", "0/000.p/4", "0/001.p/1", "1/000.p/1", "0/0", "00/000.p/3", "0/000.p/03", "0/000%2Ep/3", "x"]
)
async def test_beyond_the_head_there_is_nothing_and_a_tile_has_one_address(
    three: None, public: httpx.AsyncClient, path: str
) -> None:
    missing = await public.get(f"/log/tile/{path}")
    assert missing.status_code == 404
    assert missing.headers["access-control-allow-origin"] == "*"
    assert "immutable" not in missing.headers.get("cache-control", "")


async def test_the_logs_key_comes_first_and_those_of_labels_after_it(three: None, public: httpx.AsyncClient) -> None:
    answer = await public.get("/.well-known/signed-note-keys")
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    first, *others = read_keys(answer.text)
    assert str(first) == str(KEY.verifier)
    assert [key.name for key in others] == ["portal.test/labels"]


async def test_before_anything_was_signed_there_is_no_checkpoint(public: httpx.AsyncClient) -> None:
    assert (await public.get("/log/checkpoint")).status_code == 404
