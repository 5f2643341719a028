"""The table of commands. Those that need the network import what they need when they are run."""

from typing import Annotated

import typer

from cli.audit import audit, rebuild
from cli.balance import balance
from cli.capture import capture
from cli.certificate import certificate
from cli.certificate_paper import hegezheng
from cli.certificate_states import issue, reinstate, revoke, suspend
from cli.check import check
from cli.cold_chain import cold_chain
from cli.correct import correct
from cli.dlq import dlq
from cli.event_id import event_id
from cli.labels import labels
from cli.link import link
from cli.log import log
from cli.payment import payment
from cli.payment_reporting import confirm, dispute, report
from cli.payment_reporting import correct as correct_payment
from cli.readings import readings
from cli.registry import registry
from cli.registry_cards import card
from cli.registry_enrolment import approve, propose, reject, withdraw
from cli.registry_looking import history, pending, show
from cli.status import status
from cli.tokens import token
from cli.topics import topics
from cli.trace import trace
from cli.verify import verify
from cli.verify_proof import verify_proof
from cli.witness import witness

VERSION = "0.1.0"

app = typer.Typer(
    name="suyuan",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
    help="""Suyuan (溯源) follows produce from the orchard to the buyer.

    check, event-id, link, verify --keys and verify-proof work offline. The others speak to the services that `make up`
    starts on this machine, or to others: SUYUAN_PORTAL, SUYUAN_TOKEN, KAFKA_BOOTSTRAP, MONGO_URL and PORT_BASE say
    where, as do the options.
    """,
)


def _print_version(wanted: bool) -> None:
    if wanted:
        print(f"suyuan {VERSION}")
        raise typer.Exit


@app.callback()
def _suyuan(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and exit.")
    ] = False,
    lang: Annotated[
        str,
        typer.Option(
            "--lang",
            metavar="zh|en",
            envvar="SUYUAN_LANG",
            help="The language of sentences and tables, anywhere on the line; else LC_ALL or LANG says. "
            "说中文：--lang zh",
        ),
    ] = "",
) -> None:
    pass


app.command()(check)
app.command("event-id")(event_id)
app.add_typer(link, name="link")
app.add_typer(labels, name="labels")
app.command()(capture)
app.command()(readings)
app.command()(correct)
app.command()(trace)
app.command()(verify)
app.command("verify-proof")(verify_proof)
app.command()(witness)
app.add_typer(log, name="log")
app.command()(balance)
app.command("cold-chain")(cold_chain)
for changing in (issue, suspend, reinstate, revoke, hegezheng):
    certificate.command()(changing)
app.add_typer(certificate, name="certificate")
for command in (propose, pending, approve, reject, withdraw, show, history, card):
    registry.command()(command)
for saying in (report, correct_payment, confirm, dispute):
    payment.command()(saying)
app.add_typer(payment, name="payment")
app.add_typer(registry, name="registry")
app.command()(token)
app.command()(topics)
app.add_typer(dlq, name="dlq")
app.command()(audit)
app.command()(rebuild)
app.command()(status)
