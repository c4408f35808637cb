"""The way in: `carikm`, and `python -m carikm`.

It imports nothing heavy before it has taken over interrupts: whoever interrupts a start is not shown a
traceback of our imports. And nothing that is imported is ever garbage, so looking for it would only cost time.
"""

import gc
import os
import signal

_INTERRUPTED = 130


def main() -> None:
    """Import the command line, and run it."""
    taken_over = signal.getsignal(signal.SIGINT) is signal.default_int_handler
    if taken_over:
        signal.signal(signal.SIGINT, lambda *_: os._exit(_INTERRUPTED))
    gc.disable()

    from carikm.cli.main import main as run

    if taken_over:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if signal.getsignal(signal.SIGTERM) is signal.SIG_DFL:
        # Whoever ends us so wants us to clear away what is half done, as with an interrupt.
        signal.signal(signal.SIGTERM, signal.default_int_handler)
    run()


if __name__ == "__main__":
    main()
