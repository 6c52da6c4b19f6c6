"""Private network namespaces: whoever is killed leaves none for long."""

import subprocess
import sys

from installation.cli.site.cables import Cables, possible
from tests.parts import NAMESPACES, needs

pytestmark = needs(NAMESPACES, there=possible())
HOLD = (
    "from installation.cli.site.cables import Cables; c = Cables(['a']); print(c.inside('a', [])[3]); input()"
)


def listed() -> set[str]:
    done = subprocess.run(["ip", "netns", "list"], capture_output=True, text=True, check=True)
    return {line.split()[0] for line in done.stdout.splitlines()}


def test_namespaces_of_a_process_that_was_killed_go_with_the_next_start() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLD], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout is not None
        name = child.stdout.readline().strip()
        with Cables(["b"]) as others:
            mine = others.inside("b", [])[3]
            while_it_runs = listed()
        child.kill()
        child.wait()

    with Cables(["b"]):
        after = listed()

    assert {name, mine} <= while_it_runs
    assert name not in after
    assert mine not in listed()
