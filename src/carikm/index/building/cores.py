"""How many processes may share work, as far as the machine says."""

import os


def usable_cores() -> int:
    """Tell how many cores this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # macOS, Windows
        return os.cpu_count() or 1
