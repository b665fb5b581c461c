"""A process that ends with the one that started it, however that one ends.

`python -m abstractor.workflow.tied PARENT MODULE ...` runs a module as a program that is told to stop
(SIGTERM) when PARENT, which started it, is gone. Linux does that; elsewhere the program goes on by itself.
"""

import ctypes
import os
import runpy
import signal
import sys

__all__ = ["end_with"]

_PR_SET_PDEATHSIG = 1


def end_with(parent: int) -> None:
    """From now on, told to stop when the parent is gone, even if it was killed. The thread that started this
    process must last: its end counts as the end of the parent."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:
            raise SystemExit(0)


def _main() -> None:
    parent, module = sys.argv[1:3]
    end_with(int(parent))
    del sys.argv[:2]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    _main()
