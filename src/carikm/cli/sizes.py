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


def counted(number: int, thing: str) -> str:
    """Write a number of things, such as `2 chunks` or `3 lines of boilerplate`."""
    plural = thing.replace(" ", "s ", 1) if " of " in thing else f"{thing}s"
    return f"{number:,} {thing if number == 1 else plural}"
