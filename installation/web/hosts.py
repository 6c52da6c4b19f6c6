"""Names and addresses of a server and of its clients."""

import contextlib
import ipaddress
import socket
from collections.abc import Collection
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:  # the command line reads this too, and aiohttp takes long to import
    from aiohttp import web

__all__ = [
    "EVERYWHERE",
    "at_this_machine",
    "client_of",
    "host_name",
    "is_loopback",
    "knows",
    "machine_names",
    "same_origin",
]

EVERYWHERE: Final = frozenset({"0.0.0.0", "::", ""})  # noqa: S104 - compared, not bound
"""Addresses that stand for all of this machine."""
_FORWARDED: Final = ("Forwarded", "X-Forwarded-For", "X-Real-IP", "Via")
"""Headers of proxies: RFC 7239, RFC 9110 7.6.3, and two that are customary."""


def is_loopback(host: str) -> bool:
    """Return whether an address is a loopback address; of names only ``localhost`` is."""
    if host == "localhost":
        return True
    with contextlib.suppress(ValueError):
        address = ipaddress.ip_address(host)
        mapped = getattr(address, "ipv4_mapped", None)
        return bool((mapped or address).is_loopback)
    return False


def client_of(host: str) -> str:
    """Return the identity of a client: an IPv4 address, or the /64 prefix of an IPv6 address."""
    with contextlib.suppress(ValueError):
        address = ipaddress.ip_address(host.partition("%")[0])
        mapped = getattr(address, "ipv4_mapped", None)
        if mapped is not None:
            return str(mapped)
        if address.version == 6:
            return str(ipaddress.ip_network((address, 64), strict=False))
    return host


def at_this_machine(request: "web.Request") -> bool:
    """Return whether a request came over loopback, and not through a proxy for another client."""
    peer = request.transport.get_extra_info("peername") if request.transport is not None else None
    if not isinstance(peer, tuple) or not is_loopback(str(peer[0])):
        return False
    if any(name in request.headers for name in _FORWARDED):
        return False
    return is_loopback(host_name(request.headers.get("Host", "")))


def knows(request: "web.Request", names: Collection[str]) -> bool:
    """Return whether the Host is ours: loopback, the local address of the connection, or one of ``names``.

    A page of another site that has its own name resolve to our address (DNS rebinding) is told apart by it.
    """
    name = host_name(request.headers.get("Host", ""))
    if not name:
        return False
    return is_loopback(name) or name in names or name == _own_address(request)


def same_origin(request: "web.Request") -> bool:
    """Return whether one of our pages sent it: browsers send the page's origin with every write."""
    told = request.headers.getall("Origin", [])
    return told == [f"http://{request.headers.get('Host', '')}"]


def host_name(host: str) -> str:
    """Return the name in a ``Host`` header, without the port, in lower case."""
    name = host.rsplit(":", 1)[0] if not host.endswith("]") else host
    return name.strip("[]").lower()


def machine_names() -> frozenset[str]:
    """Return the names of this machine on a local network."""
    name = socket.gethostname().lower()
    return frozenset({name, f"{name.partition('.')[0]}.local"}) - {"", ".local"}


def _own_address(request: "web.Request") -> str:
    here = request.transport.get_extra_info("sockname") if request.transport is not None else None
    return str(here[0]).partition("%")[0].lower() if isinstance(here, tuple) else ""
