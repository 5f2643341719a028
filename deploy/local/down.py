"""`make down`: stop services, engines and the supervisor of this copy. Data and logs stay."""

import os
import sys

from deploy.local.site import Site, SiteError
from deploy.local.supervisor import Supervisor


def main() -> None:
    """Exit 0 when nothing runs any more."""
    try:
        site = Site.read(os.environ)
        stopped = Supervisor(site).stop()
    except (SiteError, TimeoutError) as problem:
        sys.exit(f"suyuan: {problem}")
    print(f"stopped; data and logs are in {site.var}" if stopped else "nothing runs")


if __name__ == "__main__":
    main()
