"""Units of measure: UN/ECE Recommendation 20 common codes that this system knows by name.

Owns the pattern every code has (EPCIS 2.0 schema, `uom`) and the codes of trade, agriculture and sensing. The full
recommendation has some two thousand; one that is not listed here is accepted with a warning, never refused.
"""

from __future__ import annotations

import re

UNIT_PATTERN = re.compile(r"[A-Z0-9]{2,3}")

_CODES = """
    KGM GRM MGM TNE DTN HGM LBR ONZ CWA CWI STN LTN MC A99 STI GRN APZ F13 CTM
    LTR MLT CLT DLT HLT MTQ DMQ CMQ MMQ GLL GLI PTI PTL QT QTL QTI ONZ OZA OZI FTQ INQ YDQ BUA BUI BLL
    MTR CMT MMT DMT KMT 4H C45 INH FOT YRD SMI NMI
    MTK CMK DMK MMK KMK HAR ARE ACR FTK INK YDK MIK
    C62 EA H87 PR DZN GRO SET NAR NMP BX CT CS PK PF BG SA PC TN BJ RO CR PX XBX XCT XPK XPX XBG XSA XCR
    SEC MIN HUR DAY WEE MON ANN C26 B98 QAN
    CEL FAH KEL A48
    P1 59 60 61 C35 NIL GM CO
    A93 GP 28 KMQ M1 GK GL MGM NA 40 41 H29 23 A39
    PAL KPA MPA HPA HBA BAR MBR A97 H75 ATM UA ATT PS HN F79 MMH
    LUX P25 CDL LUM A24 B60 D14 B61 E97
    MTS KMH HM KNT FS FR 2M C16 F53 M57 2X C96 M62
    MSK A76 A40 A73 E01 K40
    HTZ KHZ MHZ A86 RPM RPS
    AMP 4K B84 B22 VLT 2Z KVT B78 OHM B49 B75 KO WTT KWT MAW A90 DTN VA KVA JOU KJO 3B WHR KWH MWH GWH D32 A53
    SIE B53 D10 B99 H43 S F40 COU D12 FAR 4O 4T D33 WEB 81
    A91 C25 DD D61 D62 C81 RAD D27 B97 DMT
    MTQ MQH MQS L2 LTR 4X L41 L42 L60 L61 E32 A13 K81 2J 2K G26
    KGS E93 F31 H2 2M 4N TNE
    NEW B47 DAN B51 NU 4P C57 B92 P90
    BQL 2Q A18 A42 CUR MCU 2R GBQ D91 SAE D13 C28 C27 P54
    AD 2P 4L E34 B68 E35 A99 AH
    C34 B45 C36 C37 C38 CLF D43 B15 D74 C40 C18 C19 H68 10 2N DBM 2G
    E50 E51 D2 1I AJ AB ASM
    """
KNOWN_UNITS = frozenset(_CODES.split())


def is_unit(text: str) -> bool:
    """Whether the text has the form of a Recommendation 20 common code."""
    return UNIT_PATTERN.fullmatch(text) is not None
