"""A broker's first run, kept: its classes loaded and linked (JEP 483, 514), which cuts each later start to a third.

It costs about ten seconds once. Tests kill and restart brokers by the dozen, so it pays within one run of them.
"""

import subprocess
import sys
import tempfile
import time
from pathlib import Path

from deploy.local import kafka
from deploy.local.jars import alone, java
from deploy.local.ports import free_port

_ANSWER_S, _END_S = 60, 120


def train() -> None:
    """Make the archive where there is none. Without it everything works, only slower, so failing is not an error."""
    with alone("train.lock"):
        if kafka.trained_classes().exists():
            return
        print("preparing Apache Kafka for quick starts (once) ...", file=sys.stderr, flush=True)
        with tempfile.TemporaryDirectory(dir=kafka.trained_classes().parent) as folder:
            _run_once(Path(folder))


def _run_once(folder: Path) -> None:
    node = kafka.Node(1, folder, free_port(), free_port())
    kafka.prepare(node, (node,))
    archive = folder / "classes.aot"
    command = (java(), f"-XX:AOTCacheOutput={archive}", *kafka.broker_arguments(node, heap_mb=512))
    environment = kafka.java_environment()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment) as broker:
        deadline = time.monotonic() + _ANSWER_S
        while not kafka.answers(node.port) and broker.poll() is None and time.monotonic() < deadline:
            time.sleep(0.1)
        broker.terminate()
        try:
            broker.wait(_END_S)  # the archive is written while it ends
        except subprocess.TimeoutExpired:
            broker.kill()
    if archive.exists():
        archive.replace(kafka.trained_classes())
