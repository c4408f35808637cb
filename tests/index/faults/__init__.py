"""What `carikm index` leaves behind when it is killed, when its writes fail, when power fails, and whom it disturbs.

A sample runs by default. All operations with all faults, all moments and all processes, some minutes:

    python -m pytest -m slow tests/index/faults

`layer.c` stands between the program and the system and numbers what it does to its folder; it is compiled with `cc`
when the tests begin. Linux only, as it is preloaded and reads `/proc`; where either is missing, what needs the layer
is left out, and the head of the report says so.
"""
