"""Who may speak, and how fast: an allow-list and token buckets for datagrams."""

from collections.abc import Sequence
from ipaddress import IPv4Network, IPv6Network, ip_address
from typing import TypeAlias

from installation.contract import Seconds

__all__ = ["BURST", "SOURCES", "Gate", "Network"]

Network: TypeAlias = IPv4Network | IPv6Network

SOURCES = 16
"""Senders that are remembered; with one more, the quietest is forgotten."""

BURST: Seconds = 0.5
"""How long a sender may use up, at once, what its rate allows."""


class Gate:
    """Admits messages from allowed hosts, so many a second from each and twice as many from all together.

    Sender addresses of UDP can be forged, so a bucket for each sender alone would not bound the work.

    Args:
        allow: Networks that may speak.
        rate: Messages a second that each host may send.
    """

    def __init__(self, allow: Sequence[Network], rate: float) -> None:
        self._allow = tuple(allow)
        self._rate = rate
        self._full = rate * BURST
        self._tokens: dict[str, float] = {}
        self._all = 2 * self._full
        self._last: Seconds | None = None

    def refill(self, now: Seconds) -> None:
        """Give every bucket what the time since the last call has earned. Call it before each batch."""
        earned = 0.0 if self._last is None else max(0.0, now - self._last) * self._rate
        self._last = now
        self._all = min(2 * self._full, self._all + 2 * earned)
        for host, tokens in self._tokens.items():
            self._tokens[host] = min(self._full, tokens + earned)

    def admit(self, host: str) -> bool:
        """Whether one more datagram of ``host`` may pass; takes one token if so."""
        tokens = self._tokens.get(host)
        if tokens is None:
            if not self.allowed(host):
                return False
            tokens = self._full
        if tokens < 1.0 or self._all < 1.0:
            self._keep(host, tokens)
            return False
        self._keep(host, tokens - 1.0)
        self._all -= 1.0
        return True

    def reason(self, host: str) -> tuple[str, str]:
        """Why a datagram of ``host`` did not pass, and what to do about it."""
        if not self.allowed(host):
            return "this sender is not allowed", "add its network to `allow` of this adapter in the venue"
        return (
            f"more than {self._rate:g} messages a second",
            "send less often, or raise `rate` of this adapter in the venue",
        )

    def charge(self, host: str, tokens: float) -> None:
        """Take more tokens for a datagram that makes more work; the debt is paid before the next."""
        self._keep(host, self._tokens.get(host, self._full) - tokens)
        self._all -= tokens

    def _keep(self, host: str, tokens: float) -> None:
        """Set what a sender has left. With one more than ``SOURCES``, the fullest bucket is forgotten."""
        if host not in self._tokens and len(self._tokens) >= SOURCES:
            del self._tokens[max(self._tokens, key=self._tokens.__getitem__)]
        self._tokens[host] = tokens

    def allowed(self, host: str) -> bool:
        """Whether a host may speak at all."""
        address = ip_address(host.partition("%")[0])  # a link-local IPv6 sender carries its interface
        return any(address in network for network in self._allow)
