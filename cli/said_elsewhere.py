"""What services and the reader of the command line say in English, so that it can be said again in Chinese.

A sentence that is not among them is quoted as it came.
"""

from cli.language import N_

CODES: tuple[str, ...] = (
    N_("{code} is no GS1 Digital Link, EPC URN, element string, GTIN or SSCC"),
    N_("the value {value} of AI ({ai}) {wrong}"),
    N_("ends in check digit {digit}, which should be {right}"),
    N_("is too short: {count} of {least} characters"),
    N_("has {count} characters instead of {span}"),
    N_("may contain only {words}"),
    N_("digits only"),
    N_("the 82 characters GS1 allows (no space, no Chinese)"),
    N_("({code}) is not a GS1 Application Identifier"),
    N_("AI ({code}) stands there twice with different values"),
    N_("AI ({code}) stands there twice"),
    N_("AI ({code}) has no value"),
    N_("an element string reads like {example}"),
    N_("the element string has no primary key such as (01) or (00)"),
    N_("a Digital Link begins with a primary key such as (01) or (00)"),
    N_("a Digital Link is https://, a domain name, and a path with a GS1 key"),
    N_("the path has no GS1 key such as {example}; it ends in /, after which a value is missing"),
    N_("the path has no GS1 key such as {example} that leads to its end; a / inside a value is written %2F"),
    N_("the path has no GS1 key such as {example}; if this is a compressed link, it is not read here"),
    N_("the path has no GS1 key such as {example}"),
    N_("an empty serial is no serial: leave it out"),
)
SERVICES: tuple[str, ...] = (
    *CODES,
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
    N_("the token is no JSON Web Token"),
    N_("the token is not valid: {why}"),
    N_("the token must name a party (sub) and its roles"),
    N_("code: {said}"),
)
USAGE: tuple[str, ...] = (
    N_("missing argument '{name}'"),
    N_("missing option '{name}'"),
    N_("no such option: {name}"),
    N_("no such command '{name}'"),
    N_("got unexpected extra argument(s) ({name})"),
    N_("option '{name}' requires an argument"),
)
SYSTEM: tuple[str, ...] = (
    N_("no such file or directory"),
    N_("permission denied"),
    N_("is a directory"),
)
LOG: tuple[str, ...] = (
    N_("no broker answers at {address}"),
    N_("the topic {topic} is missing; `suyuan topics` creates it"),
    N_("the topic {topic} does not exist; `suyuan topics` creates it"),
    N_("{topic} has {there} partitions and must have {wanted}"),
    N_("{topic} has {there} copies; the settings promise {wanted}"),
    N_("the settings promise {wanted} copies of each record; the cluster has {there} broker(s)"),
    N_("nothing came from {partitions} for {seconds} s"),
)
AUDIT: tuple[str, ...] = (
    N_("missing"),
    N_("{place}: {count} record(s) are not written yet"),
    N_("{place}: the log ends at {end}, but {count} records were written from it"),
    N_("{place}: the log up to {end} is not what was written from it"),
    N_("set aside for a bug of ours: {why}"),
    N_("neither stored nor set aside: {why}"),
    N_("event {id} is not stored as it was recorded"),
)
PAYMENTS: tuple[str, ...] = (
    N_("{value} should be a plain decimal number such as {example}"),
    N_("{yuan} yuan are no payment; take a wrong payment back instead"),
    N_("{yuan} yuan are finer than a fen; write two places at most"),
    N_("{yuan} yuan are more than one payment can be (at most {most}); is it in yuan?"),
    N_("{deducted} yuan of deductions are more than the {yuan} yuan of the payment"),
    N_("say what the deduction is for"),
    N_("say how many yuan were paid, such as 2480.50"),
    N_("say which lots or deliveries this {kind} is for"),
    N_("{value} is not a kind of payment; there are {words}"),
    N_("{value} is not a way of paying; there are {words}"),
    N_("{value} should be a day such as 2026-09-20"),
    N_("give the day, such as 2026-09-20"),
    N_("{day} has not come yet; give the day it was paid"),
    N_("{payer} gave {reporter} no mandate to report for it; the payer should be {reporter}"),
    N_("{payee} is not registered; a grower is enrolled by the county before being paid"),
    N_("{payee} is registered under the credit code of {payer}: that pays itself; name the grower"),
    N_("none of your roles ({roles}) may record {what}"),
    N_("the same lot or delivery is named twice; name it once"),
    N_("payer and payee are one; name the grower who was paid"),
)
LABEL_KEYS: tuple[str, ...] = (
    N_("there is no Ed25519 key in it"),
    N_("this is not JSON"),
    N_('a JWK set has a list of "keys"'),
    N_("the key {name} has no 32 bytes of base64url in its x"),
    N_("the key {name} is not base64"),
    N_("the key {name} is not of Ed25519: it needs a type of 01 or 04 and 32 bytes"),
    N_("the key {name} does not check: its id should be {right}, not {given}"),
    N_("the key name {name} is empty or has a blank or a plus in it"),
)
NOTES: tuple[str, ...] = (
    N_("there is no key in it"),
    N_("there is no key of the log {name}"),
    N_("the key {name} is not base64"),
    N_("the key {name} is not of Ed25519: it needs a type of 01 or 04 and 32 bytes"),
    N_("the key {name} does not check: its id should be {right}, not {given}"),
    N_("the key name {name} is empty or has a blank or a plus in it"),
    N_("the key {name} is a log's, not a witness's"),
    N_("the note is not signed by any key that is known here ({names})"),
    N_("the signature of {name} does not belong to this text"),
    N_("the checkpoint is of the log {found}, not of {wanted}"),
    N_("entry {index} of the log of {size} is not this one"),
    N_("the witness {name} has not signed this checkpoint"),
    N_("a promise has no checkpoint that a witness could have seen: ask for the proof"),
    N_("a note is a text, an empty line, and lines with signatures, each ended by a newline"),
    N_("a private key is written {form}, with a type of 01 or 04 and 32 bytes"),
    N_("the private key {name} is not base64"),
    N_("the private key {name} does not check"),
)
EVIDENCE: tuple[str, ...] = (
    N_("a proof begins with the line {proof}, and a promise with {promise}"),
    N_("the proof does not say of which record it is: {why}"),
)
HEADS: tuple[str, ...] = (
    N_("the log shrank: {heads}"),
    N_("the log has two heads of one size: {heads}"),
    N_("the log was rewritten: {heads}"),
    N_("seen {size} entries with root {root}, shown {now} with root {other}"),
    N_("tile {tile} has {found} bytes, not {wanted}"),
)
