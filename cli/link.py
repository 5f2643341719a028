"""`suyuan link`: GS1 Digital Links, read and made. Works offline."""

import re
from typing import Annotated

import typer

from cli.failures import NO, Failure
from cli.language import again, say
from cli.output import print_json
from cli.said_elsewhere import CODES
from epcis import digital_link
from epcis.digital_link import CANONICAL_DOMAIN, KEY_QUALIFIERS, DigitalLinkError, Pair
from epcis.identifiers import IdentifierError
from epcis.identifiers import parse as parse_identifier
from provenance.codes import tidy

link = typer.Typer(no_args_is_help=True, help="Read and make GS1 Digital Links, offline.")

_ELEMENT = re.compile(r"([0-9]{2,4})=(.*)", re.DOTALL)


@link.command()
def parse(
    uri: Annotated[str, typer.Argument(metavar="CODE", help="The link as scanned, an EPC URN or an element string.")],
) -> None:
    """Read a Digital Link: its element string (^ is FNC1) and its keys in path order, as JSON.

    A code in another spelling is read as the link it makes. Exit code 1 and the reason where it is no right code.

    \b
    Examples:
      suyuan link parse https://id.gs1.org/01/09520001000010/10/XX20260912A
      suyuan link parse 'https://shop.example/01/09520001000010?17=261001'
      suyuan link parse '(01)09520001000010(10)XX20260912A'
    """
    try:
        code = tidy(uri)
        is_link = code.startswith(("http://", "https://"))
        found = digital_link.parse(code if is_link else parse_identifier(code).digital_link())
    except DigitalLinkError as error:
        raise Failure(again(error.problem, CODES), NO) from error
    except IdentifierError as error:
        raise Failure(again(str(error), CODES), NO) from error
    print_json({"elements": found.element_string, "keys": [list(pair) for pair in found.keys]})


@link.command()
def make(
    parts: Annotated[
        list[str], typer.Argument(metavar="CODE|AI=VALUE", help="One code in any spelling, or AIs with values.")
    ],
    domain: Annotated[str, typer.Option("--domain", help="Where the link leads.")] = CANONICAL_DOMAIN,
) -> None:
    """Make a Digital Link from AIs and values, or from a code in another spelling.

    Keys and qualifiers go into the path in their right order, other AIs into the query.

    \b
    Examples:
      suyuan link make 01=09520001000010 21=BX0001 10=XX20260912A 17=261001
      suyuan link make urn:epc:id:sscc:9520001.0000000001 --domain https://pears.example
      suyuan link make '(01)09520001000010(10)XX20260912A'
    """
    elements = [found for part in parts if (found := _ELEMENT.fullmatch(part))]
    try:
        if len(elements) == len(parts):
            print(_link_of([(found[1], found[2]) for found in elements], domain))
        elif len(parts) == 1:
            print(parse_identifier(tidy(parts[0])).digital_link(domain))
        else:
            raise Failure(say("give one code, or AIs with their values such as 01=09520001000010 10=LOT1"))
    except (DigitalLinkError, IdentifierError) as error:
        raise Failure(again(str(error), CODES), NO) from error


def _link_of(pairs: list[Pair], domain: str) -> str:
    primary = next((code for code, _ in pairs if code in KEY_QUALIFIERS), "")
    path = {primary, *(code for order in KEY_QUALIFIERS.get(primary, ()) for code in order)}
    keys = [pair for pair in pairs if pair[0] in path]
    return digital_link.build(keys, [pair for pair in pairs if pair[0] not in path], domain=domain)
