"""Payments on their way to the portal: looked at as a whole before anything goes out, and what became of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from cli.failures import NO, Failure
from cli.language import N_, again, headed, say
from cli.output import print_json
from cli.portal import Portal
from cli.said_elsewhere import PAYMENTS
from cli.web import bearer, refuse_problem, request
from provenance.payments.reading import InvalidPayment, said_of

MOST_AT_ONCE = 500
_STATUS: Mapping[str, str] = {
    "accepted": N_("recorded"),
    "rejected": N_("refused"),
    "retry": N_("not known whether it is recorded: send it again, that is harmless"),
}


def send(values: Sequence[Mapping[str, Any]], json: bool, portal: str, token: str) -> None:
    """Read as a whole before anything goes out. Raises Failure."""
    _check(values)
    if len(values) > 1:
        _check_payees(values, portal, token)
    results = [
        one for at in range(0, len(values), MOST_AT_ONCE) for one in _post(values[at:][:MOST_AT_ONCE], portal, token)
    ]
    if json:
        print_json({"results": results})
    else:
        _tell(results)
    refused = [(n, one) for n, one in enumerate(results, 1) if one["status"] != "accepted"]
    if refused:
        n, one = refused[0]
        said = "; ".join(headed(p["pointer"].lstrip("/"), again(p["message"], PAYMENTS)) for p in one["problems"])
        counts = {"count": len(refused), "all": len(results), "n": n, "why": said}
        raise Failure(say("{count} of {all} not recorded, the first is number {n}: {why}", **counts), NO)


def _tell(results: Sequence[Mapping[str, Any]]) -> None:
    for one in results:
        print(f"{one['id']} {say(_STATUS.get(one['status'], one['status']))}")
        for problem in one["problems"]:
            print(f"  {headed(problem['pointer'].lstrip('/'), again(problem['message'], PAYMENTS))}")
        for warning in one.get("warnings", ()):
            print(f"  ! {warning}")


def _check_payees(values: Sequence[Mapping[str, Any]], portal: str, token: str) -> None:
    """Of a table: one payment to a stranger keeps all of it back. Raises Failure."""
    lines = {one["payee"]: n for n, one in reversed(list(enumerate(values, 1))) if "payee" in one}
    for payee, n in lines.items():
        url, headers = f"{portal}/api/registry/party", bearer(token)
        answer = request("GET", url, what=N_("the portal"), headers=headers, params={"id": payee})
        if answer.status_code == 404:
            said = "nothing was sent: payment {n}: payee: {payee} is not registered"
            raise Failure(say(said, n=n, payee=payee), NO)
        refuse_problem(answer, N_("the registry"))


def _check(values: Sequence[Mapping[str, Any]]) -> None:
    for n, one in enumerate(values, 1):
        try:
            said_of(one)
        except InvalidPayment as error:
            where = say("payment {n}: ", n=n) if len(values) > 1 else ""
            said = "; ".join(headed(p.pointer.lstrip("/"), again(p.message, PAYMENTS)) for p in error.problems)
            raise Failure(headed(say("nothing was sent"), where + said), NO) from error


def _post(values: Sequence[Mapping[str, Any]], portal: str, token: str) -> list[Any]:
    return list(Portal(portal, token).post("/api/payments", list(values))["results"])
