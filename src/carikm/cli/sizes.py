"""Sizes in words a person reads."""

_STEP = 1000


def size(count: int) -> str:
    """Write a number of bytes in the decimal unit that suits it."""
    value = float(count)
    for unit in ("bytes", "kB", "MB", "GB"):
        if value < _STEP:
            return f"{value:.0f} {unit}" if unit == "bytes" else f"{value:.1f} {unit}"
        value /= _STEP
    return f"{value:.1f} TB"
