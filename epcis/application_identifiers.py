"""The GS1 Application Identifiers: which exist, what their values look like, and where a Digital Link may carry them.

Formats are those of the GS1 General Specifications, section 3: ``N6`` six digits, ``X..20`` one to twenty of the 82
characters, ``[..]`` an optional last part, ``:name`` a check of `epcis.value_checks`. Which AIs belong together on one
label (a lot needs a GTIN) is not said here: EPCIS and Digital Link carry them alone.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from epcis.value_checks import CHARSETS, CHECKS


@dataclass(frozen=True, slots=True)
class Component:
    """One part of a value, such as the serial behind a GRAI."""

    charset: str
    shortest: int
    longest: int
    optional: bool
    checks: tuple[str, ...]

    def problem(self, text: str) -> str | None:
        pattern, words = CHARSETS[self.charset]
        if len(text) < self.shortest:
            return f"is too short: {len(text)} of {self.shortest} characters"
        if not pattern.fullmatch(text):
            return f"may contain only {words}"
        return next((wrong for name in self.checks if (wrong := CHECKS[name](text))), None)


@dataclass(frozen=True, slots=True)
class ApplicationIdentifier:
    """`predefined_length`: no FNC1 follows it. `attribute`: allowed in the query part of a Digital Link."""

    code: str
    components: tuple[Component, ...]
    predefined_length: bool
    attribute: bool

    @property
    def shortest(self) -> int:
        return sum(part.shortest for part in self.components if not part.optional)

    @property
    def longest(self) -> int:
        return sum(part.longest for part in self.components)

    def problem(self, value: str) -> str | None:
        """None for a right value, else one sentence."""
        wrong = self._length_problem(value) or self._content_problem(value)
        return f"the value {value!r} of AI ({self.code}) {wrong}" if wrong else None

    def _length_problem(self, value: str) -> str | None:
        if self.shortest <= len(value) <= self.longest:
            return None
        span = f"{self.longest}" if self.shortest == self.longest else f"{self.shortest} to {self.longest}"
        return f"has {len(value)} characters instead of {span}"

    def _content_problem(self, value: str) -> str | None:
        rest = value
        for part in self.components:
            text, rest = rest[: part.longest], rest[part.longest :]
            if (text or not part.optional) and (wrong := part.problem(text)):
                return wrong
        return None


# How an AI may be used: "." pre-defined length, "q" allowed in the query of a Digital Link.
_TABLE: tuple[tuple[str, str, str], ...] = (
    ("00", "N18:check-digit:prefix-second", ".q"),
    ("01 02", "N14:check-digit:prefix-second", ".q"),
    ("03", "N14:check-digit:prefix-second", "."),
    ("10", "X..20", "q"),
    ("11 12 13 15 16 17", "N6:date-or-month", ".q"),
    ("20", "N2", ".q"),
    ("21 22", "X..20", ""),
    ("235", "X..28", ""),
    ("240 241 250 251", "X..30", "q"),
    ("242", "N..6", "q"),
    ("243", "X..20", "q"),
    ("253", "N13:check-digit:prefix [X..17]", "q"),
    ("254", "X..20", ""),
    ("255", "N13:check-digit:prefix [N..12]", "q"),
    ("30 37", "N..8", "q"),
    # Measures: the last digit of the AI is the number of decimals.
    ("310_ 311_ 312_ 313_ 314_ 315_ 316_", "N6", ".q"),
    ("320_ 321_ 322_ 323_ 324_ 325_ 326_ 327_ 328_ 329_", "N6", ".q"),
    ("330_ 331_ 332_ 333_ 334_ 335_ 336_ 337_", "N6", ".q"),
    ("340_ 341_ 342_ 343_ 344_ 345_ 346_ 347_ 348_ 349_", "N6", ".q"),
    ("350_ 351_ 352_ 353_ 354_ 355_ 356_ 357_", "N6", ".q"),
    ("360_ 361_ 362_ 363_ 364_ 365_ 366_ 367_ 368_ 369_", "N6", ".q"),
    ("3900-3909 3920-3929", "N..15", "q"),
    ("3910-3919 3930-3939", "N3:currency N..15", "q"),
    ("3940-3943", "N4", "q"),
    ("3950-3955", "N6", "q"),
    ("400 403", "X..30", "q"),
    ("401", "X..30:prefix", "q"),
    ("402", "N17:check-digit:prefix", "q"),
    ("410-417", "N13:check-digit:prefix", ".q"),
    ("420", "X..20", "q"),
    ("421", "N3:country X..9", "q"),
    ("422 424 426", "N3:country", "q"),
    ("423 425", "N3:country [N3:country] [N3:country] [N3:country] [N3:country]", "q"),
    ("427", "X..3", "q"),
    ("4300 4301 4310 4311 4320", "X..35:escaped", "q"),
    ("4302-4306 4312-4316", "X..70:escaped", "q"),
    ("4307 4317", "X2:country-letters", "q"),
    ("4308 4319", "X..30", "q"),
    ("4309", "N10:latitude N10:longitude", "q"),
    ("4318", "X..20", "q"),
    ("4321-4323", "N1:yes-no", "q"),
    ("4324 4325", "N6:date-or-month N4:hour-minute", "q"),
    ("4326 7006", "N6:date", "q"),
    ("4330-4333", "N6 [X1:minus]", "q"),
    ("7001", "N13", "q"),
    ("7002", "X..30", "q"),
    ("7003", "N6:date N4:hour-minute", "q"),
    ("7004", "N..4", "q"),
    ("7005", "X..12", "q"),
    ("7007", "N6:date [N6:date]", "q"),
    ("7008", "X..3", "q"),
    ("7009", "X..10", "q"),
    ("7010", "X..2", "q"),
    ("7011", "N6:date [N4:hour-minute]", "q"),
    ("7020-7022", "X..20", "q"),
    ("7023", "X..30:prefix", "q"),
    ("7030-7039", "N3:country-or-999 X..27", "q"),
    ("7040", "N1 X1 X1 X1:importer", ""),
    ("7041", "X..4:package", ""),
    ("710-716", "X..20", "q"),
    ("7230-7239", "X2 X..28", "q"),
    ("7240", "X..20", "q"),
    ("7241", "N2:media", "q"),
    ("7242", "X..25", "q"),
    ("7250", "N8:date", "q"),
    ("7251", "N8:date N4:hour-minute", "q"),
    ("7252", "N1:sex", "q"),
    ("7253 7254 7259", "X..40:escaped", "q"),
    ("7255", "X..10", "q"),
    ("7256", "X..90:escaped", "q"),
    ("7257", "X..70:escaped", "q"),
    ("7258", "X3:place-in-sequence", "q"),
    ("8001", "N4:not-zero N5:not-zero N3:not-zero N1:winding N1", "q"),
    ("8002 8012", "X..20", "q"),
    ("8003", "N1:zero N13:check-digit:prefix [X..16]", "q"),
    ("8004", "X..30:prefix", "q"),
    ("8005", "N6", "q"),
    ("8006 8026", "N14:check-digit:prefix-second N4:piece-of-total", "q"),
    ("8007", "X..34:iban", "q"),
    ("8008", "N6:date N2:hour [N2:minute] [N2:second]", "q"),
    ("8009", "X..50", "q"),
    ("8010", "Y..30:prefix", "q"),
    ("8011", "N..12:no-leading-zero", ""),
    ("8013", "X..25:check-pair:prefix", "q"),
    ("8014", "X..25:check-pair:prefix:non-digit", ""),
    ("8017 8018", "N18:check-digit:prefix", "q"),
    ("8019", "N..10", ""),
    ("8020", "X..25", ""),
    ("8030", "Z..90", "q"),
    ("8110 8112", "X..70", "q"),
    ("8111", "N4", "q"),
    ("8200", "X..70", ""),
    ("90", "X..30", "q"),
    ("91-99", "X..90", "q"),
)

_COMPONENT = re.compile(r"(\[?)([NXYZ])(\.\.)?([0-9]+)((?::[a-z0-9-]+)*)\]?")


def _component(text: str) -> Component:
    found = _COMPONENT.fullmatch(text)
    if found is None:
        raise ValueError(f"the table of Application Identifiers has a bad format: {text}")
    optional, charset, variable, length, checks = found.groups()
    shortest = 1 if variable else int(length)
    return Component(charset, shortest, int(length), bool(optional), tuple(checks.split(":")[1:]))


def _codes(text: str) -> Iterator[str]:
    for word in text.split():
        first, _, last = word.partition("-")
        if word.endswith("_"):
            yield from (word[:-1] + decimals for decimals in "012345")
        else:
            yield from (f"{number:0{len(first)}}" for number in range(int(first), int(last or first) + 1))


def _build() -> dict[str, ApplicationIdentifier]:
    built = {}
    for codes, layout, use in _TABLE:
        components = tuple(_component(text) for text in layout.split())
        for code in _codes(codes):
            built[code] = ApplicationIdentifier(code, components, "." in use, "q" in use)
    return built


APPLICATION_IDENTIFIERS = _build()

CODE_LENGTH = {code[:2]: len(code) for code in APPLICATION_IDENTIFIERS}
"""AIs with the same first two digits are equally long."""


@lru_cache(maxsize=1 << 12)
def value_problem(code: str, value: str) -> str | None:
    """What is wrong with `value` as the value of AI `code`, as one sentence; None for nothing."""
    known = APPLICATION_IDENTIFIERS.get(code)
    return known.problem(value) if known else f"({code}) is not a GS1 Application Identifier"
