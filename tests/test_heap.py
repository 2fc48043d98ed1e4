"""What the C library keeps of freed memory."""

import platform
import subprocess
import sys

import pytest

SCRIPT = """
import psutil
from keifu import heap

heap.begin()
for size in (10, 20, 30):
    b"x" * (size * 1_000_000)  # by such blocks glibc learns to keep them
blocks = [b"x" * 5_000_000 for _ in range(40)]
del blocks[:-1]
print(psutil.Process().memory_info().rss)
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="the limit is one of glibc")
def test_large_blocks_go_back_to_the_system_though_a_later_one_is_in_use():
    done = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path[:0] = {sys.path!r}\n{SCRIPT}"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert int(done.stdout) < 100_000_000
