"""What services and the reader of the command line say in English, so that it can be said again in Chinese.

A sentence that is not among them is quoted as it came.
"""

from cli.language import N_

SERVICES: tuple[str, ...] = (
    N_(
        "no lot or item with the number {number} is recorded; scan the label, or give the product number too: "
        "(01)09520001000010(10){number}"
    ),
    N_("nothing is recorded about {key}"),
    N_("code: {product} is a product; give the code of a lot or box of it: {example}"),
    N_("code: {product} is a product; say which lot of it, the newest first: {listed}"),
    N_("code: {number} is the number of {count} things; say which: {listed}"),
    N_("code: {code} is no code: give a lot, item or pallet as it is scanned, or the number under it"),
    N_("no brand lists this product"),
    N_("No report with this id is recorded."),
    N_("No certificate {number} is known."),
    N_("This was not recorded: {reason}"),
    N_("no {kind} {id} is registered on {day}"),
)
USAGE: tuple[str, ...] = (
    N_("missing argument '{name}'"),
    N_("missing option '{name}'"),
    N_("no such option: {name}"),
    N_("no such command '{name}'"),
    N_("got unexpected extra argument(s) ({name})"),
    N_("option '{name}' requires an argument"),
)
