"""What one request may cost: hostile sentences and drawings, read by a process with little processor time."""

import subprocess
import sys

import pytest

_HOSTILE = {
    "marks of two classes": 'clean("a" + "\\u0300" * 21_000 + "\\u0316" * 22_000)',
    "a growing comb": "read_drawing(comb(lambda i, n: 500 * (i / n) ** 2))",
    "a shrinking comb": "read_drawing(comb(lambda i, n: 500 * (1 - i / n)))",
}
_PROGRAM = """
import json, resource, sys
from installation.guestbook import SentenceError, clean, read_drawing

def comb(tooth, n=4500):
    return json.dumps([[v for i in range(n) for v in (1000 * i // n, int(tooth(i, n)) if i % 2 else 0, i)]])

used = int(resource.getrusage(resource.RUSAGE_SELF).ru_utime)
resource.setrlimit(resource.RLIMIT_CPU, (used + 4, used + 4))
for _ in range(3):
    try:
        eval(sys.argv[1])
    except SentenceError:
        pass
"""


@pytest.mark.parametrize("hostile", _HOSTILE.values(), ids=_HOSTILE.keys())
def test_nothing_that_one_request_can_send_takes_seconds_of_the_processor(hostile: str) -> None:
    pytest.importorskip("resource")
    done = subprocess.run([sys.executable, "-c", _PROGRAM, hostile], check=False, capture_output=True)

    assert done.returncode == 0, done.stderr.decode()
