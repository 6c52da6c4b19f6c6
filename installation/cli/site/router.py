"""``photophore site --router``: the file by which Zenoh's router carries a site."""

import ipaddress
import json
import sys

from installation.cli.site.start import hub_options
from installation.errors import PhotophoreError
from installation.hub.settings import ROUTER, router_settings
from installation.show import load_venue
from installation.show.site import host_and_port

__all__ = ["print_router"]


def print_router(address: str, venue: str | None) -> int:
    """Print the configuration of ``zenohd`` for a site.

    Args:
        address: Of the router's machine: ``IP:PORT``, or ``IP`` for the usual port.
        venue: Name or file of the venue of any hub of the site.

    Raises:
        PhotophoreError: The venue is missing or no part of a site, or the address is none.
        ShowError: The venue has errors.
    """
    if venue is None:
        message = "--router needs --venue FILE, that of any hub of the site"
        raise PhotophoreError(message)
    found, (host, port) = load_venue(venue), host_and_port(address)
    if not found.site.there:
        message = f"{found.files[0]} has no [site]; docs/site.md shows how it begins"
        raise PhotophoreError(message)
    try:
        ipaddress.ip_address(host.strip("[]"))
        good = port.isdecimal() and 0 < int(port) < 65536
    except ValueError:
        good = False
    if not good:
        message = f"{address[:60]!r} is not an IP address of the router's machine, e.g. 192.168.50.1:7447"
        raise PhotophoreError(message)
    options, listen = hub_options(found), f"{host}:{port}"
    print(json.dumps(router_settings(options, [listen]), indent=2))
    _tell(listen, certificate=bool(options.certificate), admit=bool(options.admit))
    return 0


def _tell(listen: str, *, certificate: bool, admit: bool) -> None:
    """Say what else the router and the hubs need, beside the file."""
    files = (
        f", where {ROUTER}.pem, {ROUTER}.key (a certificate for the name {ROUTER}) and the authority's are"
    )
    print(f"start it with: zenohd -c FILE{files if certificate else ''}", file=sys.stderr)
    hubs = f'each hub: router = ["{listen}"] in place of listen and connect'
    print(hubs + (", and no admit: the router admits" if admit else ""), file=sys.stderr)
    if not certificate:
        print("without certificates whoever reaches the router is heard", file=sys.stderr)
    elif not admit:
        print("without admit every hub of the authority may speak in every name", file=sys.stderr)
