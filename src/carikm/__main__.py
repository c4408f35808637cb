"""The way in: `carikm`, and `python -m carikm`.

Whoever interrupts a command is shown no traceback, at whatever moment. The command line answers interrupts itself;
before it is there, when it is done, and where another interrupt meets the answer to the first, the process ends at
once. So nothing is imported before interrupts are taken over. And nothing that is imported is ever garbage, so looking
for it would only cost time, as would taking all apart at the end.
"""

# `signal` is this and enums around it: a millisecond or more, in which nobody would answer.
import _signal  # type: ignore[import-not-found]
import atexit
import gc
import os
import sys

TYPE_CHECKING = False  # as in `typing`, which takes milliseconds to import
if TYPE_CHECKING:
    from types import TracebackType

_INTERRUPTED = 130


def main() -> None:
    """Import the command line, and run it."""
    taken_over = _signal.getsignal(_signal.SIGINT) is _signal.default_int_handler
    if taken_over:
        _signal.signal(_signal.SIGINT, _end_at_once)
    sys.excepthook = _told
    sys.unraisablehook = _told_where_ignored
    gc.disable()
    if sys.getfilesystemencoding() != "utf-8":
        _begin_anew()

    from carikm.cli.main import main as run

    try:
        if taken_over:
            _signal.signal(_signal.SIGINT, _signal.default_int_handler)
        if _signal.getsignal(_signal.SIGTERM) == _signal.SIG_DFL:
            # Whoever ends us so wants us to clear away what is half done, as with an interrupt.
            _signal.signal(_signal.SIGTERM, _signal.default_int_handler)
        run()
    finally:
        # All has been said: there is nothing left to be broken off.
        for number in (_signal.SIGINT, _signal.SIGTERM):
            if _signal.getsignal(number) is _signal.default_int_handler:
                _signal.signal(number, _signal.SIG_DFL)
        left = sys.exc_info()[1]
        if isinstance(left, SystemExit) and isinstance(left.code, int) and _nothing_waits():
            os._exit(left.code)


def _nothing_waits() -> bool:
    """Tell whether the interpreter would only free at its end what the system frees anyway: 3 ms of a short search.

    Worker processes and whoever counts lines or time want to know of the end.
    """
    monitoring = getattr(sys, "monitoring", None)  # from Python 3.12 on, with six tools
    is_watched = sys.getprofile() or sys.gettrace() or (monitoring and any(map(monitoring.get_tool, range(6))))
    return atexit._ncallbacks() == 0 and not is_watched


def _begin_anew() -> None:
    """Start again as a Python that takes file names for UTF-8, as indexes do, and prints as this one would."""
    variables = dict(os.environ)
    if sys.stdout is not None:
        variables["PYTHONIOENCODING"] = sys.stdout.encoding
    os.execve(sys.executable, [sys.executable, "-X", "utf8", *sys.orig_argv[1:]], variables)  # noqa: S606


def _end_at_once(*_: object) -> None:
    os._exit(_INTERRUPTED)


def _told(kind: type[BaseException], error: BaseException, traceback: "TracebackType | None") -> None:
    """Tell of an exception that nobody has caught; of an interrupt the exit status tells."""
    if not issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, traceback)


def _told_where_ignored(found: "sys.UnraisableHookArgs") -> None:
    """Tell of an exception where nobody can catch it, as in finalizers; an interrupt ends the process there."""
    if issubclass(found.exc_type, KeyboardInterrupt):
        _end_at_once()
    sys.__unraisablehook__(found)


if __name__ == "__main__":
    main()
