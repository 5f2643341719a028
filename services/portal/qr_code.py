"""A label's link as a QR code (ISO/IEC 18004): an SVG in millimetres for printing, a PNG for whoever needs pixels."""

from __future__ import annotations

from io import BytesIO

import segno

QUIET_MODULES = 4
LEAST_SYMBOL_MM = 24
LEAST_MODULE_MM = 0.5
PNG_PIXELS_A_MODULE = 8


def svg(link: str) -> str:
    """One <svg> element: the symbol at least 24 mm wide, its modules at least half a millimetre, and its quiet zone."""
    symbol = _symbol(link)
    modules = symbol.symbol_size(border=0)[0]
    module_mm = max(LEAST_MODULE_MM, LEAST_SYMBOL_MM / modules)
    drawn = BytesIO()
    symbol.save(
        drawn,
        kind="svg",
        scale=module_mm,
        unit="mm",
        border=QUIET_MODULES,
        light="#fff",
        xmldecl=False,
        svgclass=None,
        lineclass=None,
        nl=False,
    )
    return drawn.getvalue().decode()


def png(link: str) -> bytes:
    drawn = BytesIO()
    _symbol(link).save(drawn, kind="png", scale=PNG_PIXELS_A_MODULE, border=QUIET_MODULES)
    return drawn.getvalue()


def _symbol(link: str) -> segno.QRCode:
    # Level M survives a scratched carton; a higher one would make the modules finer than a cheap printer draws.
    return segno.make_qr(link, error="m", boost_error=False)
