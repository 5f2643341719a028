"""The packing house's logger, which measures until today: what was packed there and stays is known to be cold."""

import time
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from deploy.demo.room_loggers import RoomLogger
from provenance.days import CHINA
from tests.running_product import RunningProduct
from tests.system.door import DEADLINE_S, finished

HALL = RoomLogger(
    party="https://id.gs1.org/417/9520001008030",
    roles=("packer",),
    device="https://id.gs1.org/8004/9520001HALLLOG1",
    site="https://id.gs1.org/414/9520001005022",
    since=datetime(2026, 9, 14, 7, 30, tzinfo=CHINA),  # between the hours at which the seasons have it measure
    every=timedelta(hours=6),
    around=Decimal("1.2"),
)


def kept_cold(product: RunningProduct, lot: str) -> None:
    """Waits until it can be read. Its file sent once more is harmless."""
    of = {"device": HALL.device, "site": HALL.site}
    text = HALL.file(datetime.now(UTC).astimezone(CHINA).date())
    with product.client("packer", party=HALL.party) as packer:
        sent = packer.post("/api/readings", params=of, content=text.encode(), headers={"Content-Type": "text/csv"})
        assert sent.status_code == 202, sent.text
        for job in sent.json()["captures"]:
            assert finished(packer, job)["success"]
        deadline = time.monotonic() + DEADLINE_S
        while (told := packer.get("/api/cold-chain", params={"code": lot}).json())["verdict"] != "kept":
            assert time.monotonic() < deadline, told
            time.sleep(0.2)
