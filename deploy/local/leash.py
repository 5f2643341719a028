"""`python leash.py PARENT COMMAND…` becomes COMMAND, and is killed by the kernel when its parent dies.

So a test run or a supervisor that is killed with -9 leaves nothing behind. PARENT is the process id of who starts it,
or `-`. Linux only; elsewhere it just becomes COMMAND.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1  # prctl(2); the setting survives execve


def main() -> None:
    """Never returns."""
    parent, command = sys.argv[1], sys.argv[2:]
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if parent != "-" and os.getppid() != int(parent):  # it died before the leash was on
        sys.exit(1)
    os.execv(command[0], command)


if __name__ == "__main__":
    main()
