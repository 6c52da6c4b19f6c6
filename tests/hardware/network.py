"""A private network for real receivers: nothing leaves it, nothing outlives it, no port clashes.

A network namespace with a loopback and a pair of virtual Ethernet ends, 10.77.0.1 (``photo0``) and
10.77.0.2 (``photo1``), in a process namespace of its own: when the first process in it ends, the kernel ends
all others.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.parts import lacking, require

ROOT = Path(__file__).resolve().parents[2]

LINKS = """set -e
ip link set lo up
ip link add photo0 type veth peer name photo1
ip addr add 10.77.0.1/24 brd 10.77.0.255 dev photo0
ip addr add 10.77.0.2/24 dev photo1
ip link set photo1 up
ip link set photo0 up multicast on
ip route add 224.0.0.0/4 dev photo0
exec "$@"
"""


def in_private_network(job, *arguments, timeout=50):
    """Run ``python -m tests.hardware.receivers JOB`` there and return what it printed as JSON."""
    require("unshare", "ip")
    if os.geteuid() != 0:
        lacking("root (for a private network namespace)")
    space = ["unshare", "--net", "--mount", "--pid", "--fork", "--mount-proc", "--kill-child"]
    command = [
        *space,
        "bash",
        "-c",
        LINKS,
        "_",
        sys.executable,
        "-m",
        "tests.hardware.receivers",
        job,
        *arguments,
    ]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=timeout, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout)
