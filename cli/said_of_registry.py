"""What the registry and the readers of its files say in English, so that it can be said again in Chinese."""

from cli.language import N_, again, headed
from cli.said_elsewhere import CODES
from epcis.problems import Problem

PLACES = (N_("record {number}"), N_("line {number}"), N_("county {code}"))
"""How a record is found in its file."""

_SAID: tuple[str, ...] = (
    N_("a {what} needs {field}"),
    N_("it is at version {last}, so the next is version {next}; this one says {number}: read it again"),
    N_("it is not registered yet, so the next is version {next}; this one says {number}: read it again"),
    N_("none of your roles ({roles}) may write this {kind} so; propose it, and another party approves it"),
    N_("none of your roles ({roles}) may write this {kind} so"),
    N_("none of your roles ({roles}) may propose this {kind}"),
    N_("none of your roles ({roles}) may approve or reject a {kind}"),
    N_("you proposed it"),
    N_("{key} is not registered"),
    N_("{id} is another proposal, by {party}: give this one an id of its own"),
    N_("there is no proposal {id}"),
    N_("say why it is rejected, so that it can be mended"),
    N_("{party} has {state} it on {day}; propose it anew to change that"),
    N_("nobody needs a mandate from itself"),
    N_("{value} should be one of {words}"),
    N_("{value} should be the six digits of a county in GB/T 2260, such as 141031"),
    N_("a boundary needs at least three different corners, in order"),
    N_("its sides cross: name the corners in order around the plot"),
    N_("{field} {day} should lie in {first} to {last}; what has no end has no valid_to"),
    N_("valid_to {last} should be after valid_from {first}"),
    N_("only a plot has {field}, and this is a {kind}"),
    N_("no {kind} {id} is registered or proposed"),
    N_("{kind} is no kind of record; there are {words}"),
    N_("a {what} is a set of named fields"),
    N_("{name} is no field of a {what}; its fields are {fields}"),
    N_("a record in here is named fields, `record` among them, which says what it is"),
    N_("{value} should be text; put it in quotes"),
    N_("{value} should be true or false"),
    N_("{value} should be a whole number"),
    N_("{value} should be a number"),
    N_("{value} should be a list"),
    N_("{value} should be a decimal number such as {example}"),
    N_("{value} should be a decimal number of at most {most} characters"),
    N_("{value} should be a day such as {example}"),
    N_("{id} should be a URI such as https://id.gs1.org/… or one of your own, without spaces"),
    N_("{id} should be a {names}, or a URI of your own"),
    N_("write {id} as {canonical}"),
    N_("{field} should name at least one"),
    N_("{id} is not registered; register it first"),
    N_("{value} should be more than {least} and at most {most}"),
    N_("{value} should be at least {least} and at most {most}"),
    N_("{upper} {high} should not be less than {lower} {low}"),
    N_("{code} is no unified social credit identifier: 18 characters, the last a check"),
    N_("{code} should be the nineteen digits of a contracted parcel, the first six its county's code"),
    N_("{latitude}, {longitude} is not in China: are latitude and longitude exchanged?"),
    N_("{latitude}, {longitude} should be degrees north (-90 to 90) and east (-180 to 180)"),
    N_("a boundary has at most {most} corners, and this one {count}"),
    N_("a plot is at most {degrees} degrees across: is latitude or longitude shifted?"),
    N_("{value} should be month and day, such as 09-10"),
    N_("the maximum {maximum} should not be less than the minimum {minimum}"),
    N_("the ages should rise, each named once"),
    N_("{value} should be milligrams a kilogram, at least 0"),
    N_("{days} should be whole days from 0 to {most}"),
    N_("{name} is a name of {other} already; a name is of one substance"),
    N_("{value} should be an address such as https://shop.example/pears, without a user in it"),
    N_("a live stream has its url and the day on which it is over, valid_to"),
    N_("there is no threshold {name}; there are {names}"),
    N_("{name} is from {least} to {most}, not {value}"),
    N_("{name} is named twice"),
    N_("it left in {exit}, before it was listed in {listed}"),
    N_("not written, because another record of the same call is wrong"),
    N_("{what} is listed by the brand {brand}, {ends}: a GTIN is of one brand at a time"),
    N_("growers, plots, mandates and beneficiaries are proposed; the registry's keepers put all else"),
    N_(
        "{field} of a plot counts from next season when it {how}: {standing} stands in this one, and "
        "{wanted} may begin on {first}: send valid_from {first}"
    ),
    N_("grows"),
    N_("is set earlier"),
    N_("changes"),
    N_("it is for the service centre of county {county} to decide"),
    N_("you proposed it: another party has to approve or reject it"),
    N_("it is about your own party: one that it does not concern has to approve it"),
    N_("only {party} withdraws what it proposed"),
    N_("{year} should be the year its trees bear first, {latest} at the latest"),
    N_("line 1 should name the columns {columns}; it lacks {missing}"),
    N_("line {number} has {cells} cells under {columns} headings; is a column shifted?"),
    N_("line {number}, column {column}: {said}; is a column shifted?"),
    N_("line {number}, column {column}: {said}"),
    N_("should hold {what} and holds {cell}, and {count} more lines are like it: is a column shifted?"),
    N_("should hold {what} and holds {cell}"),
    N_("a county code of six digits as in GB/T 2260, such as 141031"),
    N_("a county's name"),
    N_("a province's name"),
    N_("a year such as 2018"),
    N_("a year such as 2012, or nothing"),
    N_("the list's name, such as hunan-provincial"),
    N_("national or provincial"),
    N_("the document that says so"),
    N_("{code} is a code of {province} and stands beside {other}"),
    N_("{code} is {first} in line {line} and {here} here"),
    N_("{code} {name} stands in line {line} already"),
    N_("it is registered as {present} and the list says {listed}; is a column shifted?"),
    N_("this is no table: {why}"),
    *CODES,
)


def said_of_record(message: str) -> str:
    """One sentence of it in the language spoken."""
    return again(message, _SAID)


def said(problem: Problem, place: str = "") -> str:
    """With where it is, in a file or in a record, and the code that programs know it by."""
    at = " ".join(filter(None, (again(place, PLACES), problem.pointer.lstrip("/"))))
    told = said_of_record(problem.message)
    return f"{headed(at, told) if at else told} [{problem.code}]"
