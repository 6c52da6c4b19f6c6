"""TCP ports and addresses of this machine and others, looked at before a process uses them."""

import socket

from installation.errors import PhotophoreError
from installation.values import HOST

__all__ = ["check_host", "free_port", "own_address", "reaches"]

_EVERY = {"0.0.0.0": ("192.0.2.1", socket.AF_INET), "::": ("2001:db8::1", socket.AF_INET6)}  # noqa: S104
"""Wildcard addresses, each with a remote one of the same family (RFC 5737, 3849)."""


def free_port(host: str, wanted: int) -> int:
    """Return the wanted TCP port, or the next free one; 0 takes any.

    Raises:
        PhotophoreError: A hundred consecutive ports are in use.
    """
    for port in range(wanted, wanted + 100):
        with socket.socket(_family(host)) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    message = f"ports {wanted} to {wanted + 99} of {host} are all in use"
    raise PhotophoreError(message)


def check_host(host: str) -> None:
    """Raise OSError unless this address can be listened on."""
    with socket.socket(_family(host)) as probe:
        probe.bind((host, 0))


def reaches(host: str, port: int, patience: float) -> str:
    """Connect to a TCP port and hang up; return why that fails in this time, empty if it works."""
    try:
        socket.create_connection((host, port), patience).close()
    except OSError as error:
        return f"does not answer: {error.strerror or error}"
    return ""


def own_address(host: str) -> str:
    """Return an address at which others can reach a server on ``host``; nothing is sent to find it."""
    if host not in _EVERY:
        return host
    far, family = _EVERY[host]
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.connect((far, 9))
            return str(probe.getsockname()[0])
    except OSError:  # no network at present
        return HOST if family is socket.AF_INET else "::1"


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET
