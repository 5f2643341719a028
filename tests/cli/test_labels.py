"""`suyuan labels print`: the whole file or none, and how many came."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.answering import Answering, served
from tests.cli.command import suyuan

ROLL = b"~DGR:SUYUAN.GRF,1,1,00\n" + b"^XA^FO1,1^FS^XZ\n" * 3


class Portal(Answering):
    """Streams three labels; breaks off in the order called `broken`, and has none that is called `none`.

    Says once that it is busy, to whoever asks for the order called `busy`.
    """

    busy = True

    def asked(self) -> None:
        if "/busy." in self.path and Portal.busy:
            Portal.busy = False
            self.answer({"detail": "3 files of labels are being written."}, 429)
            return
        if "/none." in self.path:
            self.answer({"detail": "No labels were issued for this request."}, 404)
            return
        self.send_response(200)
        self.send_header("Suyuan-Labels", "3")
        self.send_header("Content-Length", str(len(ROLL)))
        self.end_headers()
        self.wfile.write(ROLL[:30] if "/broken." in self.path else ROLL)


@pytest.fixture
def portal() -> Iterator[str]:
    with served(Portal) as url:
        yield url


def ordered(request: str, out: Path, portal: str, *more: str) -> tuple[int, str, str]:
    found = suyuan("labels", "print", request, "--out", out, *more, "--portal", portal, "--token", "t")
    return found.returncode, found.stdout, found.stderr


def test_labels_are_written_as_they_come_and_their_numbers_said(portal: str, tmp_path: Path) -> None:
    out = tmp_path / "labels.zpl"
    assert ordered("R1", out, portal, "--first", "5") == (0, f"{out}: labels 5 to 7\n", "")
    assert out.read_bytes() == ROLL


def test_a_file_that_broke_off_is_no_file(portal: str, tmp_path: Path) -> None:
    out = tmp_path / "labels.zpl"
    code, _, said = ordered("broken", out, portal)
    assert code == 2 and "the portal does not answer" in said
    assert list(tmp_path.iterdir()) == []


def test_a_portal_that_is_busy_is_asked_again(portal: str, tmp_path: Path) -> None:
    out = tmp_path / "labels.zpl"
    assert ordered("busy", out, portal) == (0, f"{out}: labels 1 to 3\n", "")
    assert not Portal.busy


def test_a_file_with_secrets_is_for_its_owner_alone(portal: str, tmp_path: Path) -> None:
    plain, secret = tmp_path / "plain.zpl", tmp_path / "secret.zpl"
    assert ordered("R1", plain, portal)[0] == ordered("R1", secret, portal, "--secrets")[0] == 0
    assert secret.stat().st_mode & 0o077 == 0 and plain.stat().st_mode & 0o600 == 0o600


def test_an_order_that_is_none_says_so(portal: str, tmp_path: Path) -> None:
    code, _, said = ordered("none", tmp_path / "labels.pdf", portal)
    assert code == 1 and "No labels were issued for this request" in said
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_no_printer_takes_is_refused_before_anybody_is_asked(tmp_path: Path) -> None:
    code, _, said = ordered("R1", tmp_path / "labels.docx", "http://127.0.0.1:9")
    assert code == 2 and ".pdf, .zpl, .csv" in said
