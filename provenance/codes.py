"""What the code in somebody's hand may mean: scanned, pasted, or typed on whatever keyboard they have.

Owns the reading, which is pure (docs/adr/0074). What a spelling cannot say by itself, the product of a lot number or
the box of a label's short code, is for those to look up who know it: `traceability` and `labels`.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from epcis import digital_link, element_string
from epcis.identifiers import Gtin, IdentifierError, Lgtin, canonical, problem
from provenance.label_link import NotALabel, read_short_code

_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\u00ad"))
_BLANKS = re.compile(r"[^\S\x1c-\x1f]+")  # the control characters are a scanner's, not a person's
_FNC1 = re.compile(r"␝|<GS>|\{GS\}")
_NOT_AN_ELEMENT_STRING = re.compile(r"\](?:C0|E[0-4]|I[01]|Q[0-2]|d[01])")
_SQUARE = re.compile(r"[\[【〔]([0-9]{2,4})[\]】〕]")
_SHORT_GTIN = re.compile(r"^\(01\)([0-9]{8}|[0-9]{12,13})(?![0-9])")
_CAPTION = re.compile(r"(?:批号|批次号?|lot(?:no\.?)?|l/n)[:.]", re.IGNORECASE)
_SCHEME = re.compile(r"(?:https?:|urn:epc:(?:id|idpat|class):[a-z]+:|urn:)", re.IGNORECASE)
_URI = re.compile(r"[a-z][a-z0-9+.-]*:\S+", re.IGNORECASE)
_ALONE = re.compile(r"\((?:10|21)\)(?=[^()]+$)")
_NUMBER = re.compile(r"[!\"%&'()*+,\-./0-9:;<=>?A-Z_a-z]{1,20}")
_PRODUCT = re.compile(r"https://id\.gs1\.org/01/[0-9]{14}")
_LOT = re.compile(r"https://id\.gs1\.org/01/[0-9]{14}/10/[^/]+")
_LOT_BEGINS = len("https://id.gs1.org/01/09520001000010/10/")
_MEANT_AS_GS1 = re.compile(
    r"[(^\]\x1d]|urn:epc:|[0-9]{13,14}$|[0-9]{18}$|https?://[^?]*/(?:00|01|253|255|40[12]|41[47]|80(?:03|04|06))/"
)


@dataclass(frozen=True, slots=True)
class Code:
    """A code as it was understood. `keys` are what it names by itself, the finest first, an item before its lot;
    `in_capitals` the same with the lot in capitals, to be asked for where nothing is known of these, empty where they
    are no others; `numbers` what may be looked up as a lot or serial number of whichever product; `label` the serial of
    a label's short code, `meant_as_label` whether it has the shape of one, right or not.

    `product` is the GTIN where it names a product and no lot of it. `problem` says in a sentence why a code that is
    meant as one of GS1's is none, empty where it is right or is not meant so.
    """

    text: str
    keys: tuple[str, ...] = ()
    in_capitals: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    product: str = ""
    label: str = ""
    meant_as_label: bool = False
    problem: str = ""


def visible(text: str) -> str:
    """Full-width to plain, invisible characters out."""
    return unicodedata.normalize("NFKC", text).translate(_INVISIBLE)


def as_written(text: str) -> str:
    """Words in their own punctuation, invisible characters out."""
    return text.translate(_INVISIBLE)


def tidy(text: str) -> str:
    """Full-width to plain; blanks, invisible characters and captions out; FNC1 as the control character it is.

    ``批号：Ｇ ０９１４`` is ``G0914``, ``【01】9520001000010`` is ``(01)09520001000010``.
    """
    plain = _BLANKS.sub("", visible(text))
    plain = _NOT_AN_ELEMENT_STRING.sub("", _FNC1.sub("\x1d", plain), count=1) if plain[:1] == "]" else plain
    plain = _CAPTION.sub("", plain, count=1) if _CAPTION.match(plain) else plain
    plain = _SQUARE.sub(r"(\1)", plain) if _SQUARE.match(plain) else plain
    plain = _ALONE.sub("", plain) if _ALONE.match(plain) else plain
    plain = _SHORT_GTIN.sub(lambda short: f"(01){short[1].zfill(14)}", plain)
    found = _SCHEME.match(plain)
    plain = found[0].lower() + plain[found.end() :] if found else plain
    return _FNC1.sub("\x1d", plain).rstrip("\x1d")


def read(text: str) -> Code:
    """Never fails: what says nothing has neither keys nor numbers."""
    typed = tidy(text)
    wrong = problem(typed)
    keys = _keys(text.strip(), typed) if wrong is None or _URI.fullmatch(typed) else ()
    label = _label(typed)
    numbers = _numbers(typed, label) if not keys or typed.isdigit() else ()
    return Code(
        text=typed,
        keys=keys,
        in_capitals=_lots_in_capitals(keys),
        numbers=numbers,
        product=keys[0] if keys and _PRODUCT.fullmatch(keys[0]) else "",
        label=label,
        meant_as_label=bool(label) or (not keys and _is_like_a_label(typed)),
        problem=_problem(typed, wrong, label),
    )


def _keys(given: str, typed: str) -> tuple[str, ...]:
    """A URI also as it was given, which may be anybody's; a code that names an item and its lot, the lot after it."""
    key, lot = canonical(typed), _lot(typed)
    as_given = (canonical(given),) if _URI.fullmatch(given) else ()
    return tuple(dict.fromkeys(found for found in (*as_given, key, lot) if found))


def _lots_in_capitals(keys: tuple[str, ...]) -> tuple[str, ...]:
    """Lots are printed so, and phones write small letters; serials are as they are, another case is another item."""
    spelt = tuple(_in_capitals(key) if _LOT.fullmatch(key) else key for key in keys)
    return spelt if spelt != keys else ()


def _in_capitals(lot: str) -> str:
    product, number = lot[:_LOT_BEGINS], lot[_LOT_BEGINS:]
    return product + re.sub(r"%[0-9A-Fa-f]{2}|[a-z]+", lambda found: found[0].upper(), number)


def _lot(typed: str) -> str | None:
    pairs = _elements(typed)
    try:
        return str(Lgtin(Gtin(pairs["01"]), pairs["10"])) if {"01", "10"} <= pairs.keys() else None
    except IdentifierError:
        return None


def _elements(typed: str) -> dict[str, str]:
    """What the code says beside its key; empty for a spelling that carries one key only."""
    for read_pairs in (_of_link, element_string.parse, lambda text: element_string.parse(f"^{text}")):
        try:
            return dict(read_pairs(typed))
        except (digital_link.DigitalLinkError, element_string.ElementStringError):
            continue
    return {}


def _of_link(typed: str) -> tuple[tuple[str, str], ...]:
    return digital_link.parse(typed).keys


def _label(typed: str) -> str:
    """Digits alone are a GTIN of twelve before they are a short code."""
    try:
        return "" if typed.isdigit() else read_short_code(typed)
    except NotALabel:
        return ""


def _is_like_a_label(typed: str) -> bool:
    """Twelve letters and digits, as printed under the square: no GTIN, which is digits only."""
    plain = re.sub(r"[-–—_.]", "", typed)
    return bool(re.fullmatch(r"[0-9A-Za-z]{12}", plain)) and not plain.isdigit()


def _numbers(typed: str, label: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(found for found in (typed, label) if _NUMBER.fullmatch(found)))


def _problem(typed: str, wrong: str | None, label: str) -> str:
    if wrong is None or label:
        return ""
    if _MEANT_AS_GS1.match(typed):
        return wrong
    if re.fullmatch(r"[0-9A-Za-z]{4}([-–—_.])[0-9A-Za-z]{4}\1[0-9A-Za-z]{4}", typed):
        return _why_no_short_code(typed)
    return ""


def _why_no_short_code(typed: str) -> str:
    try:
        read_short_code(typed)
    except NotALabel as error:
        sentence = str(error).rstrip(".")
        return sentence[:1].lower() + sentence[1:]
    return ""
