"""Check digits and check characters of GS1 keys (GS1 General Specifications 7.9).

Digits come from python-stdnum; the character pair of a GMN, which it does not know, is computed here.
"""

from stdnum import ean

_CSET82 = "!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"
_CSET32 = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_ZERO = ord("0")
_PRIMES = (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83)


def check_digit(digits: str) -> str:
    """The digit that follows `digits` (weights 3, 1, 3, 1 … from the right)."""
    return str(ean.calc_check_digit(digits))


def has_check_digit(digits: str) -> bool:
    """Whether the last of `digits`, all of them 0 to 9, is the check digit of those before it.

    Hot, so without a library: the bytes of the digits are summed, each of them 48 more than its digit.
    """
    tripled, single = digits.encode()[-2::-2], digits.encode()[::-2]
    return (3 * (sum(tripled) - _ZERO * len(tripled)) + sum(single) - _ZERO * len(single)) % 10 == 0


def check_pair(text: str) -> str:
    """The two characters that follow `text` in a Global Model Number (General Specifications 7.9.5)."""
    weighted = zip(reversed(text), _PRIMES, strict=False)
    total = sum(_CSET82.index(character) * prime for character, prime in weighted) % 1021
    return _CSET32[total >> 5] + _CSET32[total & 31]


def has_check_pair(text: str) -> bool:
    """Whether the last two characters of `text` are the check pair of those before them."""
    return len(text) > 2 and set(text) <= set(_CSET82) and check_pair(text[:-2]) == text[-2:]
