"""Announces the panel on the local network, so that OSCQuery clients find it: DNS-SD over multicast DNS.

Service types: ``_oscjson._tcp`` (https://github.com/Vidvox/OSCQueryProposal, "Core Functionality") for the
panel's port, ``_osc._udp`` for OSC in, where that is open to the network too. Only a panel that listens
beyond this machine is announced, and only with the package ``zeroconf`` (the extra ``discovery``).
"""

import asyncio
import contextlib
import logging
import socket
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from installation.errors import to_install
from installation.ipc.telemetry import Description
from installation.values import Seconds
from installation.web.hosts import EVERYWHERE, is_loopback

if TYPE_CHECKING:
    from zeroconf import ServiceInfo

__all__ = ["Announcer"]

_OSCQUERY: Final = "_oscjson._tcp.local."
_OSC: Final = "_osc._udp.local."
_LONGEST: Final = 63
"""Bytes of an instance name: RFC 6763, section 4.1.1."""
_LOOK: Final[Seconds] = 0.5
_RETRY: Final[Seconds] = 30.0
_FAREWELL: Final[Seconds] = 2.0

log = logging.getLogger(__name__)


class Announcer:
    """Keeps the announcement in step with the show: its name, and where OSC is heard.

    Args:
        host: Address that the panel listens on.
        port: Its port.
        description: Returns the newest description of the tree.
    """

    def __init__(self, host: str, port: int, description: Callable[[], Description]) -> None:
        self._host = host
        self._port = port
        self._description = description

    async def run(self) -> None:
        """Announce until cancelled, and say goodbye then. Without a network it is tried again later."""
        if is_loopback(self._host):
            return
        try:
            from zeroconf import Error
        except ImportError:
            log.info("OSCQuery is not announced on the network: %s", to_install("photophore[discovery]"))
            return
        complained = ""
        while True:
            try:
                await self._announce()
            except (OSError, Error) as error:
                reason = _reason(error)
                if reason != complained:
                    complained = reason
                    log.warning("OSCQuery cannot be announced on the network: %s", reason)
            await asyncio.sleep(_RETRY)

    async def _announce(self) -> None:
        from zeroconf import Error, InterfaceChoice
        from zeroconf.asyncio import AsyncZeroconf

        everywhere = self._host in EVERYWHERE
        async with contextlib.AsyncExitStack() as stack:
            network = AsyncZeroconf(interfaces=InterfaceChoice.All if everywhere else [self._host])
            stack.push_async_callback(_close, network)
            told: tuple[str, str, int] | None = None
            services: list[ServiceInfo] = []
            while True:
                about = self._description()
                now = about.name, about.osc_ip, about.osc_port
                if about.version and now != told:
                    for one in services:
                        try:
                            await network.async_unregister_service(one)
                        except Error as error:
                            log.warning("%s cannot be taken back: %s", one.name, _reason(error))
                    services, told = self._services(about), now
                    for one in services:
                        try:
                            await (await network.async_register_service(one, allow_name_change=True))
                        except Error as error:
                            log.warning("%s cannot be announced: %s", one.name, _reason(error))
                        else:
                            log.info("%s is announced on the network", one.name)
                await asyncio.sleep(_LOOK)

    def _services(self, about: Description) -> "list[ServiceInfo]":
        """Return what is to be announced of a show."""
        ports = [(_OSCQUERY, self._port)]
        if about.osc_port and not is_loopback(about.osc_ip):
            ports.append((_OSC, about.osc_port))
        return [self._service(about, kind, port) for kind, port in ports]

    def _service(self, about: Description, kind: str, port: int) -> "ServiceInfo":
        from zeroconf import ServiceInfo

        name = f"Photophore {about.name}".strip().encode()[:_LONGEST].decode(errors="ignore")
        machine = socket.gethostname().partition(".")[0] or "photophore"
        return ServiceInfo(
            kind,
            f"{name.replace('.', ' ')}.{kind}",
            port=port,
            parsed_addresses=_addresses(self._host),
            server=f"{machine}.local.",
        )


def _reason(error: Exception) -> str:
    """Return why, of errors that often have no words."""
    return str(error) or type(error).__name__


async def _close(network: "object") -> None:
    """Say goodbye to the network, within a bound."""
    from zeroconf import Error
    from zeroconf.asyncio import AsyncZeroconf

    if isinstance(network, AsyncZeroconf):
        with contextlib.suppress(TimeoutError, OSError, Error):
            async with asyncio.timeout(_FAREWELL):
                await network.async_unregister_all_services()
                await network.async_close()


def _addresses(host: str) -> list[str]:
    """Return the addresses at which others reach a server on ``host``."""
    if host not in EVERYWHERE:
        return [host]
    import ifaddr

    found = [
        str(one.ip) for adapter in ifaddr.get_adapters() for one in adapter.ips if isinstance(one.ip, str)
    ]
    return [one for one in found if not is_loopback(one)]
