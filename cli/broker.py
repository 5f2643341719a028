"""The log's troubles as one line: no broker, a topic that is missing, a cluster weaker than promised."""

from collections.abc import Iterator
from contextlib import contextmanager

from cli.failures import NO, Failure
from cli.language import again, say
from cli.said_elsewhere import LOG


@contextmanager
def explained(bootstrap: str) -> Iterator[None]:
    """Raises Failure for what `stream` says went wrong."""
    from stream.admin import WeakCluster
    from stream.client import BrokerAway
    from wire.errors import Transient

    try:
        yield
    except BrokerAway as error:
        raise Failure(say("no Kafka broker answers at {address}: is it up? make status", address=bootstrap)) from error
    except WeakCluster as error:
        raise Failure(again(str(error), LOG), NO) from error
    except Transient as error:
        raise Failure(again(str(error), LOG)) from error
