"""Reads codes as people type and scan them: products, lots, parties, places and certificates in any spelling, or the
short name of one. Nothing is guessed: a number that may mean several things is refused with these.
"""

from __future__ import annotations

import re
from base64 import b32encode
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from hashlib import sha256

from epcis.check_digits import check_digit, has_check_digit
from epcis.identifiers import Gtin, IdentifierError, Lgtin, canonical, parse
from provenance import codes
from provenance.days import CHINA
from provenance.label_link import ALPHABET
from provenance.named_codes import gdti, in_full
from services.portal.reporting.typed import FieldError, tidy
from services.portal.sentences import N_, Sentence, say

UNREADABLE = N_("{code} is not a code we can read. Scan the label, or type the number under it.")
NO_SUCH_NUMBER = N_("No lot or box with the number {code} is known. Scan the label, or type the product number too.")
LETTER_TOO_MANY_OR_FEW = N_(
    "No lot or box with the number {code} is known. The code of a box has 12 characters, and this one has {length}."
)
MOST_LOT = 20
"""Characters (GS1 General Specifications 3.4.1)."""
_NEARLY_A_LABEL = re.compile(f"[{ALPHABET}]{{10,11}}|[{ALPHABET}]{{13}}", re.IGNORECASE)
"""A letter too few or too many; ten are under the scratch-off field beside it."""
_LOT = re.compile(r"[!\"%&'()*+,\-./0-9:;<=>?A-Z_a-z]{1,20}")


def read_code(text: str, meanings: Mapping[str, tuple[str, ...]] | None = None) -> str:
    """Any identifier in any GS1 spelling, or a URI: its canonical key. A broken GS1 rule is an error.

    A lot number, a serial or a label's short code alone is what `meanings` says.
    """
    typed = codes.tidy(text)
    if meanings and meanings.get(typed):
        return _only(typed, meanings[typed])
    try:
        return parse(typed).digital_link()
    except IdentifierError as error:
        if codes.read(typed).problem or typed.isdigit():
            raise FieldError(_gs1_sentence(typed, error), halves=halves([typed])) from error
    if re.match(r"(https?|urn|tag|ni):", typed):
        return canonical(typed)
    if meanings is not None and typed in meanings:
        raise FieldError(_nobodys(typed))
    raise FieldError(say(UNREADABLE, code=typed), halves=halves([typed]))


def _nobodys(typed: str) -> Sentence:
    letters = re.sub(r"[-–—_.]", "", typed)
    if _NEARLY_A_LABEL.fullmatch(letters) and not letters.isdigit():
        return say(LETTER_TOO_MANY_OR_FEW, code=typed, length=len(letters))
    return say(NO_SUCH_NUMBER, code=typed)


def wrong_with(text: str) -> Sentence | None:
    """Why a code of which nothing is known says nothing; None where it is a right one."""
    try:
        read_code(text, dict.fromkeys(halves([text]), ()))
    except FieldError as error:
        return error.sentence
    return None


def halves(texts: Iterable[str]) -> tuple[str, ...]:
    """Those of the codes that name nothing by themselves, tidied, and may be looked up by their number."""
    read = [codes.read(text) for text in texts]
    return tuple(code.text for code in read if code.numbers and not code.keys)


def _only(typed: str, keys: Sequence[str]) -> str:
    if len(keys) > 1:
        raise FieldError(
            say(N_("{code} may be any of these; type the one you mean: {codes}"), code=typed, codes=" ".join(keys))
        )
    return keys[0]


def read_lot(text: str, gtin: str | None, meanings: Mapping[str, tuple[str, ...]] | None = None) -> str:
    """A lot or item code in full, or a lot number typed alone where the product is known: the canonical key.

    Lots are printed in capitals, and phones write small letters: what is known in capitals only is meant so.
    """
    code = codes.read(text)
    typed = code.numbers[0] if code.numbers else code.text
    if gtin is None or code.problem or (code.keys and not (typed.isdigit() and len(typed) <= MOST_LOT)):
        return read_code(text, meanings)
    if not _LOT.fullmatch(typed):
        raise FieldError(say(N_("A lot number has at most 20 letters, digits and signs such as - or /.")))
    lot, capitals = (Lgtin(_gtin(gtin), number).digital_link() for number in (typed, typed.upper()))
    if meanings is None and lot != capitals:
        raise FieldError(say(NO_SUCH_NUMBER, code=typed), halves=[typed])
    known = (meanings or {}).get(typed, ())
    return capitals if capitals in known and lot not in known else lot


def delivery_lot(product: str, at: datetime, event_id: str) -> str:
    """A lot number nobody had to think of: the day, and 60 bits of the event id's hash, the same when sent again."""
    drawn = b32encode(sha256(event_id.encode()).digest())[:12].decode()
    return f"{product}/10/{at.astimezone(CHINA):%y%m%d}-{drawn}"


def read_product(text: str) -> str:
    """A GTIN in any spelling; a product chosen from a list may carry its name behind the number."""
    typed = codes.tidy(tidy(text).split(" ", 1)[0])
    if typed.isascii() and typed.isdigit():
        return _gtin(typed).digital_link()
    key = read_code(typed)
    found = re.match(r"https://id\.gs1\.org/01/[0-9]{14}", key)
    if found is None:
        raise FieldError(say(N_("This is not a product number (GTIN). It has 8, 12, 13 or 14 digits.")))
    return found[0]


def read_party_or_place(text: str, kind: str, base: str) -> str:
    """A GLN, a URI, or a short code such as ``P-0417``, which is short for ``<base><kind>/P-0417``."""
    return read_code(in_full(text, kind, base))


def read_certificate(text: str, base: str) -> str:
    """A GDTI with or without its (253), a URI, or a number, which is short for ``<base>certificate/<number>``.

    Digits alone are a number: those of organic certificates are 17.
    """
    typed = codes.tidy(text)
    if typed.isascii() and typed.isdigit():
        return f"{base}certificate/{typed}"
    return gdti(typed) or read_party_or_place(typed, "certificate", base)


def _gtin(digits: str) -> Gtin:
    number = digits.rsplit("/", 1)[-1]
    try:
        return Gtin(number)
    except IdentifierError as error:
        raise FieldError(_gs1_sentence(number, error)) from error


DIGITS = N_(
    "{code} has {count} digits: a product number (GTIN) has 8, 12, 13 or 14, that of a pallet (SSCC) 18. Scan the"
    " label, or type what is printed."
)


def _gs1_sentence(typed: str, error: Exception) -> Sentence:
    """The sentence for a wrong check digit names the right one; others carry the rule as GS1 words it."""
    digits = max(re.findall(r"[0-9]+", typed), key=len, default="")
    if len(digits) in (8, 12, 13, 14, 18) and not has_check_digit(digits):
        right = check_digit(digits[:-1])
        return say(
            N_("{code}: the last digit does not fit the others (it would be {right}). Was a digit mistyped?"),
            code=digits,
            right=right,
        )
    if typed.isdigit():
        return say(DIGITS, code=typed, count=len(typed))
    if "is no GS1" in str(error):
        return say(UNREADABLE, code=typed)
    return say(N_("{code} breaks a GS1 rule: {rule}."), code=typed, rule=str(error).rstrip("."))
