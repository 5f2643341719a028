"""Ways to make a label of one's own out of true ones: each takes a true link and gives one that must not pass.

Two links that differ only in what a messenger puts behind them are one label, so no way does just that.
"""

from __future__ import annotations

import string
from collections.abc import Callable, Iterator
from dataclasses import replace
from random import Random
from urllib.parse import quote

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from epcis.identifiers import Gtin
from provenance.base64url import decoded, encoded
from provenance.label_link import ALPHABET, ROLL_LENGTH, LabelLink, SigningKey, serial

URL, ISSUER = "https://suyuan.example", "suyuan"
KEY, STRANGER = (SigningKey(Ed25519PrivateKey.from_private_bytes(bytes([n]) * 32)) for n in (7, 8))
GTIN = "09520001000010"

_CHARACTERS = string.printable + "０Ａ／？＝é\u200b\u202e\ufeff\x7f\x00"
_ORDER = 2**252 + 27742317777372353535851937790883648493  # of the group of Ed25519 (RFC 8032, 5.1)
_LOW_ORDER_POINTS = (bytes(32), b"\1" + bytes(31), b"\xec" + b"\xff" * 30 + b"\x7f")

Way = Callable[[Random, LabelLink, str], str]


def link_of(label: LabelLink, key: SigningKey = KEY, url: str = URL, issuer: str = ISSUER) -> str:
    return key.link(label, public_url=url, issuer=issuer)


def _place(random: Random, link: str) -> int:
    return random.randrange(len(link))


def _changed(random: Random, label: LabelLink, link: str) -> str:
    at = _place(random, link)
    return link[:at] + random.choice(_CHARACTERS) + link[at + 1 :]


def _inserted(random: Random, label: LabelLink, link: str) -> str:
    at = _place(random, link)
    return link[:at] + random.choice(_CHARACTERS.replace("\n", "")) + link[at:]


def _dropped(random: Random, label: LabelLink, link: str) -> str:
    at = _place(random, link)
    return link[:at] + link[at + 1 :]


def _swapped(random: Random, label: LabelLink, link: str) -> str:
    one, other = sorted(random.sample(range(len(link)), 2))
    return link[:one] + link[other] + link[one + 1 : other] + link[one] + link[other + 1 :]


def _cut_off(random: Random, label: LabelLink, link: str) -> str:
    return link[: _place(random, link)]


def _cut_out(random: Random, label: LabelLink, link: str) -> str:
    start, end = sorted(random.sample(range(len(link)), 2))
    return link[:start] + link[end:]


def _other_case(random: Random, label: LabelLink, link: str) -> str:
    return random.choice((link.upper(), link.lower(), link.swapcase(), link.title()))


def _spelt_in_per_cent(random: Random, label: LabelLink, link: str) -> str:
    at = _place(random, link)
    return f"{link[:at]}%{ord(link[at]):02{random.choice('xX')}}{link[at + 1 :]}"


def _several_at_once(random: Random, label: LabelLink, link: str) -> str:
    for way in random.choices((_changed, _inserted, _dropped, _swapped), k=random.randint(2, 6)):
        link = way(random, label, link)
    return link


def _led_elsewhere(random: Random, label: LabelLink, link: str) -> str:
    elsewhere = (
        "https://suyuan.example.evil.example", "https://evil.example", "http://suyuan.example", "//suyuan.example",
        "https://evil.example/suyuan.example", "https://suyuan.example@evil.example", "https://suyuan.example:444",
        "https://suyuan.example/./", "https://suyuan.example//", "https://suyuan.example/id", "https://suyuan.example/\\",
        "https://evil.example/?u=https://suyuan.example", "https://ｓuyuan.example", "https://suyuan.example.", "",
    )  # fmt: skip
    return link.replace(URL, random.choice(elsewhere), 1)


def _signed_by_a_stranger(random: Random, label: LabelLink, link: str) -> str:
    return link_of(label, STRANGER)


def _signed_by_a_stranger_in_our_name(random: Random, label: LabelLink, link: str) -> str:
    other = replace(label, serial=_any_serial(random))
    raw = decoded(link_of(other, STRANGER).partition("sig=")[2]) or b""
    return _with_signature(link_of(other), KEY.key_id + raw[4:])


def _signed_for_somebody_else(random: Random, label: LabelLink, link: str) -> str:
    return link_of(label, issuer=random.choice(("", "suyuan2", "suyuan\0", "evil.example", "SUYUAN")))


def _signature_of_another_label(random: Random, label: LabelLink, link: str) -> str:
    return _with_signature(link, _signature(link_of(replace(label, serial=_any_serial(random)))))


def _another_label_under_the_signature(random: Random, label: LabelLink, link: str) -> str:
    others = (
        replace(label, serial=_any_serial(random)),
        replace(label, lot=label.lot + random.choice(ALPHABET), roll=""),
        replace(label, lot=label.serial, serial=label.lot or label.roll, roll=""),
        replace(label, gtin=_any_gtin(random)),
        LabelLink(label.gtin, "" if label.lot else label.roll, label.serial, "" if label.roll else label.lot),
    )
    return _with_signature(link_of(random.choice(others)), _signature(link))


def _signature_with_a_bit_turned(random: Random, label: LabelLink, link: str) -> str:
    raw = bytearray(_signature(link))
    raw[random.randrange(len(raw))] ^= 1 << random.randrange(8)
    return _with_signature(link, bytes(raw))


def _signature_for_another_roll(random: Random, label: LabelLink, link: str) -> str:
    roll = "".join(random.choices(ALPHABET, k=ROLL_LENGTH)).encode()
    return _with_signature(link, _signature(link)[:68] + roll)


def _signature_of_equal_meaning(random: Random, label: LabelLink, link: str) -> str:
    """S + L verifies where S is not checked to be below the order (RFC 8032, 5.1.7)."""
    raw = _signature(link)
    more = int.from_bytes(raw[36:68], "little") + _ORDER
    return _with_signature(link, raw[:36] + more.to_bytes(32, "little") + raw[68:])


def _signature_of_nothing(random: Random, label: LabelLink, link: str) -> str:
    point = random.choice(_LOW_ORDER_POINTS)
    return _with_signature(link, KEY.key_id + point + random.choice((bytes(32), random.randbytes(32))))


def _signature_of_another_length(random: Random, label: LabelLink, link: str) -> str:
    raw = _signature(link)
    return _with_signature(link, random.choice((raw[:-1], raw + b"\0", raw[:4], raw[4:], raw + raw, b"")))


def _two_signatures(random: Random, label: LabelLink, link: str) -> str:
    path, _, signature = link.partition("?")
    wrong = "sig=" + encoded(random.randbytes(68))
    return path + "?" + "&".join(random.choice(((wrong, signature), (signature, wrong), (signature, signature))))


def _signature_in_another_place(random: Random, label: LabelLink, link: str) -> str:
    path, _, signature = link.partition("?")
    return path + random.choice(("#", "?x=1#", "/?", "?8030=", "?SIG", ";", "?&", "?sig[]=")) + signature


def _spelt_otherwise(random: Random, label: LabelLink, link: str) -> str:
    gtin, lot, number = label.gtin, quote(label.lot, safe=""), quote(label.serial, safe="")
    path = random.choice((
        f"/01/{gtin[1:]}/10/{lot}/21/{number}", f"/gtin/{gtin}/lot/{lot}/ser/{number}",
        f"/01/{gtin}/21/{number}/10/{lot}", f"/01/{gtin}/10/{lot}/21/{number}/", f"/01/{gtin}/21/{number}",
        f"/01/{gtin}/22/A/10/{lot}/21/{number}", f"/01/{gtin}/10/{lot}%00/21/{number}",
        f"/01/{gtin}/10/x/../{lot}/21/{number}", f"/01/{gtin}/10/{lot}//21/{number}",
    ))  # fmt: skip
    return f"{URL}{path}?{link.partition('?')[2]}"


def _made_up(random: Random, label: LabelLink, link: str) -> str:
    made = LabelLink(_any_gtin(random), "".join(random.choices(ALPHABET, k=8)), _any_serial(random))
    return _with_signature(link_of(made), random.choice((KEY.key_id, random.randbytes(4))) + random.randbytes(64))


WAYS: tuple[Way, ...] = (
    _changed, _inserted, _dropped, _swapped, _cut_off, _cut_out, _other_case, _spelt_in_per_cent, _several_at_once,
    _led_elsewhere, _signed_by_a_stranger, _signed_by_a_stranger_in_our_name, _signed_for_somebody_else,
    _signature_of_another_label, _another_label_under_the_signature, _signature_with_a_bit_turned,
    _signature_for_another_roll, _signature_of_equal_meaning, _signature_of_nothing, _signature_of_another_length,
    _two_signatures,
    _signature_in_another_place, _spelt_otherwise, _made_up,
)  # fmt: skip


def cheats(random: Random, label: LabelLink, each: int) -> Iterator[tuple[str, str]]:
    """(which way, the link it made), so many of each way; none is the true link."""
    link = link_of(label)
    for way in WAYS:
        made = (way(random, label, link) for _ in range(each))
        yield from ((way.__name__, one) for one in made if one.strip() != link)


def _signature(link: str) -> bytes:
    return decoded(link.partition("sig=")[2]) or b""


def _with_signature(link: str, raw: bytes) -> str:
    return f"{link.partition('?')[0]}?sig={encoded(raw)}"


def _any_serial(random: Random) -> str:
    return serial(random.randbytes(32), 0)


def _any_gtin(random: Random) -> str:
    body = "0952000" + "".join(random.choices(string.digits, k=6))
    return next(f"{body}{digit}" for digit in string.digits if _is_gtin(f"{body}{digit}"))


def _is_gtin(text: str) -> bool:
    try:
        return Gtin(text).value == text
    except ValueError:
        return False
