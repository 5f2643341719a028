"""One JSON line an event, at the edges: a constant past-tense phrase and fields."""

from __future__ import annotations

import logging
import sys
from typing import Any

import orjson
import structlog

# Without local variables: they hold tokens and what people sent.
_TRACEBACKS = structlog.processors.ExceptionRenderer(structlog.tracebacks.ExceptionDictTransformer(show_locals=False))

_STAMPED = (
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    _TRACEBACKS,
)

_LEVELS = {
    "faust": logging.WARNING,
    "mode": logging.WARNING,
    "aiokafka": logging.WARNING,
    "httpx": logging.WARNING,
    "stream.consumer": logging.WARNING,  # mode tells under this name of every start of a part of Faust
    "asyncio": logging.WARNING,
    "kafka": logging.WARNING,
    "kafka.net": logging.CRITICAL,  # several lines a second while a broker is away, which our own line says once
}


def configure(service: str, *, level: str = "INFO", stream: Any = None) -> None:
    """Once a process, first thing. Libraries' own lines take the same form, from WARNING up."""
    named = (_named(service), *_STAMPED)
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, *named, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.ExtraAdder(), *named],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(serializer=_json),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name, least in _LEVELS.items():
        logging.getLogger(name).setLevel(least)


def get(name: str) -> structlog.stdlib.BoundLogger:
    return structlog.stdlib.get_logger(name)


def _named(service: str) -> structlog.typing.Processor:
    def add(_: Any, __: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
        event["service"] = service
        return event

    return add


def _json(event: Any, **_: Any) -> str:
    return orjson.dumps(event, default=str, option=orjson.OPT_NON_STR_KEYS).decode()
