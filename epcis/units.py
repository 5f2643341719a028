"""Units of measure: the UN/ECE Recommendation 20 common codes of trade, farming and sensing, by name.

Owns the pattern every code has (EPCIS 2.0 schema, `uom`) and the names. The full recommendation has some two thousand
codes; one that is not listed here is accepted with a warning, never refused. Conversion is `provenance`'s.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

_PATTERN = re.compile(r"[A-Z0-9]{2,3}")

_LISTED = """
    KGM kilogram, GRM gram, MGM milligram, MC microgram, TNE tonne, DTN decitonne, HGM hectogram, LBR pound, ONZ ounce
    LTR litre, MLT millilitre, CLT centilitre, DLT decilitre, HLT hectolitre, MTQ cubic metre, DMQ cubic decimetre
    CMQ cubic centimetre, MMQ cubic millimetre, GLL gallon (US), GLI gallon (UK), OZA fluid ounce (US)
    MTR metre, CMT centimetre, MMT millimetre, DMT decimetre, KMT kilometre, 4H micrometre, INH inch, FOT foot
    YRD yard, SMI mile, NMI nautical mile
    MTK square metre, CMK square centimetre, MMK square millimetre, KMK square kilometre, HAR hectare, ARE are, ACR acre
    C62 one, EA each, H87 piece, PR pair, DZN dozen, GRO gross, SET set, NAR number of articles
    BX box, CT carton, CS case, PK pack, BG bag, SA sack, PF pallet, BJ bucket, CR crate, TN tin
    SEC second, MIN minute, HUR hour, DAY day, WEE week, MON month, ANN year, C26 millisecond, B98 microsecond
    CEL degree Celsius, FAH degree Fahrenheit, KEL kelvin
    P1 percent, 59 part per million, 60 percent weight, 61 part per billion
    A93 gram per cubic metre, GP milligram per cubic metre, GQ microgram per cubic metre, M1 milligram per litre
    GL gram per litre, KMQ kilogram per cubic metre, C35 mole per cubic decimetre, C36 mole per cubic metre, C34 mole
    PAL pascal, HBA hectobar, A97 hectopascal, KPA kilopascal, MPA megapascal, BAR bar, MBR millibar, ATM atmosphere
    LUX lux, LUM lumen, CDL candela, A24 candela per square metre, D54 watt per square metre
    MTS metre per second, KMH kilometre per hour, HM mile per hour, KNT knot, MSK metre per second squared
    HTZ hertz, KHZ kilohertz, MHZ megahertz, RPM revolutions per minute
    AMP ampere, 4K milliampere, VLT volt, 2Z millivolt, KVT kilovolt, OHM ohm, FAR farad, 81 henry, COU coulomb
    WTT watt, KWT kilowatt, MAW megawatt, JOU joule, KJO kilojoule, WHR watt hour, KWH kilowatt hour, MWH megawatt hour
    SIE siemens, D10 siemens per metre, NEW newton, NU newton metre, WEB weber, D33 tesla
    BQL becquerel, CUR curie, A95 gray, D13 sievert, C28 millisievert, P71 millisievert per hour
    P72 microsievert per hour
    DD degree, C81 radian, D61 minute of angle, D62 second of angle, D27 steradian
    MQH cubic metre per hour, MQS cubic metre per second, L2 litre per minute, KGS kilogram per second
    AD byte, 2P kilobyte, 4L megabyte, E34 gigabyte, 2N decibel
    """
UNITS: Mapping[str, str] = {
    code: name for unit in re.split(r",|\n", _LISTED) if unit.strip() for code, name in [unit.strip().split(" ", 1)]
}


def is_unit(text: str) -> bool:
    """Whether the text has the form of a Recommendation 20 common code."""
    return _PATTERN.fullmatch(text) is not None
