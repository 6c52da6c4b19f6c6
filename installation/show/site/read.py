"""Reads and checks ``[site]``."""

import ipaddress
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from installation import paths
from installation.errors import nearest
from installation.show.fields import Fields
from installation.show.schema import read
from installation.show.site.model import SiteSettings
from installation.values import SITE_PORT, Finding, Where

if TYPE_CHECKING:
    from installation.show.venue_model import Venue

__all__ = ["host_and_port", "read_site", "site_findings"]

_FILES: Final = {"certificate": "certificate", "key": "private_key", "authority": "authority"}
"""Fields, by key."""
_NO_HOST: Final = re.compile(r"^$|[/:#?; ]|^[0-9.]+$")
"""Neither a name nor an address; numbers alone are an address that lacks or exceeds something."""
_NOWHERE: Final = Where("")


def read_site(outer: Fields) -> SiteSettings:
    """Read the table, if there is one: addresses with their ports, files with their whole paths."""
    table = outer.table_of("site")
    if table is None:
        return SiteSettings()
    fields = outer.inner(table, "[site]")
    given = {name: _texts(fields, name) for name in ("listen", "connect", "router", "admit")}
    site = read(SiteSettings, fields, **given)
    for name in ("name", "hub"):
        if not getattr(site, name):
            fields.report(fields.places.get(name, fields.where), f"{name}: [site] needs it", _EXAMPLE[name])
    site = replace(
        site,
        listen=tuple(_address(one, fields, "listen") for one in site.listen),
        connect=tuple(_address(one, fields, "connect") for one in site.connect),
        router=tuple(_address(one, fields, "router") for one in site.router),
    )
    return _with_files(site, fields)


_EXAMPLE: Final = {"name": 'e.g. name = "garden"', "hub": "the name of one [[hub]] of this file"}


def _texts(fields: Fields, name: str) -> tuple[str, ...]:
    found = fields.member(name, None)
    return () if found is None or found.node.value == () else fields.texts(name)


def _address(text: str, fields: Fields, name: str) -> str:
    """Return ``HOST:PORT``; the port may be missing, a host to connect to may be a name."""
    host, port = host_and_port(text)
    hint = f'e.g. "192.0.2.10:{SITE_PORT}"'
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        if name == "listen":
            message = f"listen: {text[:60]!r} is not an IP address of this machine with a port"
            fields.report(fields.places[name], message, hint)
        elif _NO_HOST.search(host) or len(host) > 253:
            fields.report(fields.places[name], f"{name}: {text[:60]!r} is no host with a port", hint)
    if not (port.isdigit() and 0 < int(port) < 65536):
        fields.report(fields.places[name], f"{name}: {text[:60]!r} has no port 1..65535", hint)
    return f"{host}:{port}"


def host_and_port(text: str) -> tuple[str, str]:
    """Return host and port of an address of a hub, as text; the usual port where it has none.

    An IPv6 address stands in brackets if it has a port, and always in what is returned. Nothing is checked.
    """
    if text.startswith("["):
        host, _, port = text.partition("]")
        return f"{host}]", port.removeprefix(":") or str(SITE_PORT)
    if text.count(":") > 1:
        return f"[{text}]", str(SITE_PORT)
    host, _, port = text.partition(":")
    return host, port or str(SITE_PORT)


def _with_files(site: SiteSettings, fields: Fields) -> SiteSettings:
    given = [name for name, field in _FILES.items() if getattr(site, field)]
    if given and len(given) < len(_FILES):
        missing = ", ".join(f"`{name}`" for name in _FILES if name not in given)
        message = f"{given[0]}: TLS also needs {missing}"
        fields.report(fields.places[given[0]], message, "docs/site.md says how to make them")
    if site.admit and not given:
        message = "admit: without certificates nobody knows who speaks"
        fields.report(fields.places["admit"], message, "add certificate, key and authority")
    found: dict[str, Any] = {}
    for name in given:
        path = Path(getattr(site, _FILES[name])).expanduser()
        path = path if path.is_absolute() else Path(fields.where.file).parent / path
        if not paths.is_file(path):
            message = f"{name}: there is no file {path}"
            fields.report(fields.places[name], message, "docs/site.md says how to make it")
        found[_FILES[name]] = str(paths.real(path))
    return replace(site, **found)


def site_findings(venue: "Venue") -> Iterator[Finding]:
    """Yield what does not fit the rest of the venue, and what leaves the site open to strangers."""
    site = venue.site
    if not site.there:
        return
    places = site.places
    hubs = [hub.name for hub in venue.hubs]
    where = places.get("hub", places.get("name", _NOWHERE))
    if site.hub and site.hub not in hubs:
        hint = nearest(site.hub, hubs) if hubs else f'add [[hub]] with name = "{site.hub}"'
        yield Finding(where, f'hub: there is no hub "{site.hub}"', hint)
    if site.router and (site.listen or site.connect or site.interface):
        message = "router: a hub that speaks through a router neither listens nor connects to others"
        yield Finding(places["router"], message, "keep either `router`, or `listen` and `connect`")
    if site.connect and not site.listen:
        message = "connect: a hub that does not listen is only seen by those that it connects to"
        yield Finding(places["connect"], message, "add `listen`; or a `router` (docs/site.md)", "warning")
    if not (site.listen or site.connect or site.interface or site.router):
        hint = f'e.g. listen = ["192.0.2.10:{SITE_PORT}"], and connect with the address of another hub'
        yield Finding(
            places.get("name", _NOWHERE), "[site] can neither be reached nor reach another hub", hint
        )
    open_to_all = [one for one in site.listen if ipaddress_of(one).is_unspecified]
    if open_to_all and not site.certificate:
        message = f"listen: {open_to_all[0]} is every network of this machine, and anybody there may speak"
        hint = "state the address of one network, or use certificates (docs/site.md)"
        yield Finding(places.get("listen", _NOWHERE), message, hint, "warning")


def ipaddress_of(address: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    """Return the address in ``IP:PORT``; this machine's own if it is none."""
    host = address.rpartition(":")[0].strip("[]")
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return ipaddress.IPv6Address(1)
