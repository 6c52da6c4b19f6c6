"""Whom a hub would meet at its neighbours' addresses: certificates, and the hubs that are heard there."""

import re
import subprocess
import time
from collections.abc import Iterator
from functools import partial
from typing import Final, Literal, TypeAlias

import msgspec

from installation.cli.site.start import hub_options
from installation.errors import PhotophoreError
from installation.hub.options import HubOptions
from installation.hub.settings import where, zenoh_settings
from installation.ipc.bus import SessionBus, Subscription, contained
from installation.ipc.ports import reaches
from installation.show.site import SiteSettings
from installation.show.venue_model import Venue
from installation.values import Seconds

__all__ = ["Result", "neighbour_checks", "parts"]

Result: TypeAlias = tuple[str, Literal["ok", "warn", "fail"], str, str]
"""Name, state, detail and fix."""

_PATIENCE: Final[Seconds] = 2.0
_HEARD: Final[Seconds] = 5.0
"""So long hubs at an address that answers may take to be heard."""
_OTHERS: Final[Seconds] = 1.0
"""So long this site's hubs may take where another site's are heard."""
_SITES: Final = "photophore/site/"
_NAME: Final = re.compile(r"^subject=.*?CN ?= ?([^,/\n]+)", re.MULTILINE)


def neighbour_checks(venue: Venue) -> Iterator[Result]:
    """Yield who answers at the addresses of other hubs and routers, and whether they are of this site."""
    site = venue.site
    answering = []
    for one in (*site.connect, *site.router):
        host, port = parts(one)
        trouble = reaches(host, port, _PATIENCE)
        fix = f"start that hub; let TCP port {port} through its firewall; check the cable" if trouble else ""
        yield "site neighbour", "warn" if trouble else "ok", f"{one} {trouble or 'answers'}", fix
        if not trouble:
            answering.append(one)
    found = [_speaks(site, one) for one in answering] if site.certificate else []
    wrong = [one for one in found if one is not None]
    if (answering or site.interface) and not wrong:
        heard = _heard(venue, hub_options(venue))
        if heard[1] == "fail" and not site.certificate:  # perhaps since they speak TLS
            wrong = [one for one in map(partial(_speaks, site), answering) if one is not None]
        wrong = wrong or [heard]
    yield from wrong


def parts(address: str) -> tuple[str, int]:
    """Return host and port of ``HOST:PORT``, an IPv6 address without its brackets."""
    host, _, port = address.rpartition(":")
    return host.strip("[]"), int(port)


def _speaks(site: SiteSettings, address: str) -> Result | None:
    """Return what is wrong with the certificate of a neighbour, or with its having one; None if nothing."""
    name = _certificate(site, address)
    if name is None:
        return None  # without openssl nobody knows
    if not site.certificate:
        if not name:
            return None
        fix = "give this hub certificates of the site's authority as well (docs/site.md)"
        return "site neighbour", "fail", f"{address} speaks TLS, this hub does not", fix
    if not name:
        fix = "give it certificates of the site's authority, or look what else listens there (docs/site.md)"
        return "site neighbour", "fail", f"{address} speaks no TLS, or not with this authority", fix
    if site.admit and name not in site.admit:
        fix = f"add {name!r} to `admit` of [site], on all hubs; it has {', '.join(site.admit)}"
        return "site neighbour", "fail", f"{address} is {name!r}, whom `admit` does not let speak", fix
    return None


def _certificate(site: SiteSettings, address: str) -> str | None:
    """Return the common name that a neighbour shows; empty if it speaks no TLS, None without openssl."""
    command = ["openssl", "s_client", "-connect", address]
    if site.certificate:
        command += ["-CAfile", site.authority, "-cert", site.certificate, "-key", site.private_key]
        command += ["-verify_return_error"]
    try:
        done = subprocess.run(
            command,
            input="",
            capture_output=True,
            text=True,
            errors="replace",
            timeout=_PATIENCE,
            check=False,
        )
    except FileNotFoundError:
        return None
    except subprocess.TimeoutExpired:
        return ""  # it accepts connections and does not shake hands
    found = _NAME.search(done.stdout)
    if site.certificate and "verify error" in done.stderr + done.stdout:
        return ""
    return found[1].strip() if found else ""


class _Listener(SessionBus):
    """A guest at a site's network: it hears which hubs are alive, and says nothing."""

    def __init__(self, options: HubOptions) -> None:
        options = msgspec.structs.replace(options, listen=(), admit=())
        super().__init__(zenoh_settings(options), f"{_SITES}{options.site}/", where(options))
        self._watch_life()
        with contained("the bus failed"):
            ring = self._zenoh.handlers.RingChannel(1024)
            life = self._session.liveliness()
            self._all = life.declare_subscriber(f"{_SITES}*/@life/**", ring, history=True)
        self.sites: set[str] = set()

    def put(self, key: str, payload: bytes, *, keep: bool = False) -> None:
        """A guest says nothing: raises PhotophoreError."""
        del payload, keep
        raise PhotophoreError(f"{key}: a guest of the site only listens")

    def get(self, pattern: str, timeout: Seconds = 1.0) -> dict[str, bytes]:
        """A guest hears nothing but who is alive: empty."""
        del pattern, timeout
        return {}

    def subscribe(self, pattern: str, *, capacity: int = 64, kept: bool = False) -> Subscription:
        """A guest hears nothing but who is alive: raises PhotophoreError."""
        del capacity, kept
        raise PhotophoreError(f"{pattern}: a guest of the site hears only who is alive")

    def hubs(self) -> set[str]:
        """Return the hubs of this site that are alive; fills ``sites`` with the names of all sites."""
        while (sample := self._all.try_recv()) is not None:
            self.sites.add(str(sample.key_expr).removeprefix(_SITES).partition("/")[0])
        return {name.partition("/")[0] for name in self.living()}


def _heard(venue: Venue, options: HubOptions) -> Result:
    """Listen at the neighbours for a while, and return which hubs are there."""
    site, hubs, sites = venue.site, set[str](), set[str]()
    try:
        listener = _Listener(options)
    except PhotophoreError as error:
        return "site hubs", "fail", f"the site's network cannot be opened: {error}", "see the lines above"
    try:
        began = time.monotonic()
        while not hubs and time.monotonic() - began < (_OTHERS if sites else _HEARD):
            hubs, sites = listener.hubs(), listener.sites - {site.name}
            time.sleep(0.05)
    except PhotophoreError as error:
        return "site hubs", "fail", str(error), "try again"
    finally:
        listener.close()
    if hubs:
        known = {one.name for one in venue.hubs}
        strangers = sorted(hubs - known)
        if strangers:
            fix = "the list of [[hub]] is the same in the venue files of all hubs"
            return "site hubs", "warn", f"{', '.join(strangers)} is here, and no [[hub]] of this venue", fix
        return "site hubs", "ok", f"{', '.join(sorted(hubs))} of {site.name!r} heard", ""
    if sites:
        other = ", ".join(repr(one) for one in sorted(sites))
        fix = "`name` of [site] is the same on all hubs"
        return "site hubs", "fail", f"the hubs there are of the site {other}, not {site.name!r}", fix
    if site.interface:
        fix = "start one; compare `name` of [site]; let UDP port 7446 through the firewalls"
        return (
            "site hubs",
            "warn",
            f"no hub of {site.name!r} is heard, also by multicast on {site.interface}",
            fix,
        )
    fix = "compare `name` of [site]" + (
        " and `admit`, which has to name this hub" if site.certificate else ""
    )
    return "site hubs", "fail", f"something answers there, and no hub of {site.name!r} is heard", fix
