"""Hypothesis strategies for GS1 identifiers of every kind."""

from hypothesis import strategies as st

from epcis.check_digits import check_digit
from epcis.identifiers import Gdti, Giai, Gln, Grai, Gtin, Identifier, Lgtin, Pgln, Sgtin, Sscc

CSET82 = "!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"


def _checked(length: int) -> st.SearchStrategy[str]:
    digits = st.text("0123456789", min_size=length - 1, max_size=length - 1)
    return digits.map(lambda text: text + check_digit(text))


def _text(longest: int) -> st.SearchStrategy[str]:
    return st.text(CSET82, min_size=1, max_size=longest)


gtins = _checked(14).map(Gtin)
_glns = _checked(13)

identifiers: st.SearchStrategy[Identifier] = st.one_of(
    gtins,
    st.builds(Lgtin, gtins, _text(20)),
    st.builds(Sgtin, gtins, _text(20)),
    _checked(18).map(Sscc),
    st.builds(Gln, _glns, st.none() | _text(20).filter(lambda text: text != "0")),
    _glns.map(Pgln),
    st.builds(Grai, _glns, st.none() | _text(16)),
    st.builds(Giai, st.builds(str.__add__, st.text("0123456789", min_size=12, max_size=12), _text(18))),
    st.builds(Gdti, _glns, st.none() | _text(17)),
)
