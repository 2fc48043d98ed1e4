"""The memory of a process, as its C library deals it out."""

import ctypes
from contextlib import suppress

LARGE = 1_000_000
"""Bytes from which on a block goes back to the system as soon as it is free."""

M_MMAP_THRESHOLD = -3
"""What malloc.h calls this limit."""


def begin() -> None:
    """Have this process, and those forked from it, give large blocks back.

    With glibc the limit else grows with what is freed, to 32 MB, and each thread keeps what it once needed. Other C
    libraries do not know it. The environment can name it too, but is only read by programs that start, not by forks.
    """
    with suppress(AttributeError, TypeError):
        ctypes.CDLL(None).mallopt(M_MMAP_THRESHOLD, LARGE)
