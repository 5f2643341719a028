"""Link types of the GS1 Web Vocabulary, and how a request names one (GS1-Conformant Resolver 1.2, 2.14)."""

from __future__ import annotations

VOCABULARY = "https://gs1.org/voc/"
NAMESPACES = (VOCABULARY, "https://ref.gs1.org/voc/", "https://www.gs1.org/voc/")
"""All three are in use for one vocabulary; links are written with the first."""

PREFIX = "gs1:"
WHOLE = "linkset"
_ALL = "all"
"""What `linkset` was called before 1.0.0."""

TITLES = {
    "defaultLink": "溯源 · Where this comes from",
    "pip": "溯源 · Where this comes from",
    "traceability": "溯源 · Where this comes from",
    "verificationService": "查验标签 · Check the label",
    "epcis": "EPCIS 2.0",
    "masterData": "主数据 · Master data",
    "locationInfo": "主数据 · Master data",
    "hasRetailers": "哪里买 · Where to buy",
}
"""By name, every type of link that is ever offered here, and what a person reads."""


def asked(link_type: str) -> str:
    """The name behind `gs1:pip`, its URI in any of the namespaces, or `pip`; `linkset` for all of them; "" for none."""
    for start in (*NAMESPACES, PREFIX):
        link_type = link_type.removeprefix(start)
    return WHOLE if link_type == _ALL else link_type
