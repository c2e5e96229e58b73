"""``driftql`` and ``python -m driftql``.

Signals are handled as soon as this module is imported. Before that, while Python itself starts, Ctrl-C is answered by
Python. What stands above the handlers is therefore little.
"""

from __future__ import annotations

import os
import signal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType

__all__ = ["main"]


def _leave(number: int, _: FrameType | None) -> None:
    os.write(2, b"\ninterrupted\n" if number == signal.SIGINT else b"\nterminated\n")
    os._exit(128 + number)


def main() -> None:
    """Run the command line; signals are handled from before its modules are imported."""
    import atexit
    import sys
    from contextlib import suppress

    from driftql.cli.interrupt import leave_stopped, run_stoppable

    def run() -> None:
        from driftql.cli.app import app

        app(prog_name="driftql")

    code: object = 0
    try:
        run_stoppable(run)
    except SystemExit as leaving:
        code = leaving.code
    except KeyboardInterrupt:
        leave_stopped()
    # The end of the interpreter takes a while, and is deaf to signals: what it is for is done here.
    atexit._run_exitfuncs()
    with suppress(OSError):
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(code if isinstance(code, int) else 0)


# Nothing is open until run_stoppable takes over.
for _number in (signal.SIGINT, signal.SIGTERM):
    if signal.getsignal(_number) is not signal.SIG_IGN:
        signal.signal(_number, _leave)

if __name__ == "__main__":
    main()
