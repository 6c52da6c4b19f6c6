"""The panel's copy of the stage's tree, limited in size: anyone who can send OSC can add addresses to it.

Addresses that cannot be requested over HTTP, are nested too deep or too long are left out, and so are those
beyond a maximum; every answer reports their number and the reasons.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from installation.ipc.telemetry import Node
from installation.values import Address

__all__ = ["DEEPEST", "LONGEST", "MOST_NODES", "Directory", "fault"]

LONGEST: Final = 256
"""Most characters of an address, as in an OSC packet."""
DEEPEST: Final = 16
"""Most names in an address."""
MOST_NODES: Final = 8192
"""Most parameters and signals together. A stage has at most 4,096 signals from OSC."""


def fault(address: Address) -> str:
    """Return why an address is left out of the tree, in a few words; empty if it is not."""
    if len(address) > LONGEST:
        return f"longer than {LONGEST} characters"
    if not address.startswith("/") or not address.isprintable():
        return "not an address"
    names = address[1:].split("/")
    if "" in names:
        return "a name in it is empty"
    if len(names) > DEEPEST:
        return f"more than {DEEPEST} names deep"
    return ""


@dataclass(slots=True)
class Directory:
    """Nodes by address, and the names in each container.

    Attributes:
        nodes: Parameters and signals, in the stage's order: parameters first.
        containers: Names below each address that has some.
        left_out: Number of addresses left out, by reason.
    """

    nodes: dict[Address, Node] = field(default_factory=dict)
    containers: dict[Address, dict[str, None]] = field(default_factory=lambda: {"/": {}})
    left_out: dict[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, nodes: Iterable[Node]) -> "Directory":
        """Build the directory of nodes, within the limits."""
        made = cls()
        for node in nodes:
            reason = fault(node.address)
            if not reason and len(made.nodes) >= MOST_NODES:
                reason = f"beyond the first {MOST_NODES}"
            if reason:
                made.left_out[reason] = made.left_out.get(reason, 0) + 1
            else:
                made._add(node)
        return made

    def _add(self, node: Node) -> None:
        self.nodes[node.address] = node
        parent = "/"
        for name in node.address[1:].split("/"):
            self.containers.setdefault(parent, {})[name] = None
            parent = parent.rstrip("/") + "/" + name
