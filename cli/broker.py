"""The log's troubles as one line: no broker, a topic that is missing, a cluster weaker than promised."""

from collections.abc import Iterator
from contextlib import contextmanager

from cli.failures import NO, Failure


@contextmanager
def explained(bootstrap: str) -> Iterator[None]:
    """Raises Failure for what `stream` says went wrong."""
    from stream.admin import WeakCluster
    from stream.client import BrokerAway
    from wire.errors import Transient

    try:
        yield
    except BrokerAway as error:
        raise Failure(f"no Kafka broker answers at {bootstrap}: is it up? make status") from error
    except WeakCluster as error:
        raise Failure(str(error), NO) from error
    except Transient as error:
        raise Failure(str(error)) from error
