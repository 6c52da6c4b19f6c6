"""What ``photophore doctor --venue FILE`` checks of a site: addresses, certificates, clock."""

import ipaddress
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from installation.cli.site.neighbours import Result, neighbour_checks, parts
from installation.ipc.ports import check_host, free_port
from installation.show import load_venue
from installation.show.site import SiteSettings
from installation.show.venue_model import Venue

__all__ = ["site_checks"]

_MONTH: Final = 30 * 24 * 3600
_BUILT: Final = 1_767_225_600.0
"""Unix seconds of the first day of 2026: a clock before that was never set."""
_ADDRESS: Final = re.compile(r"[0-9.]+|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*")
"""An IP address, as against a name."""
_NAME: Final = re.compile(r"CN ?= ?([^,/\n]+)")


def site_checks(venue: str) -> Iterator[Result]:
    """Yield what is right and wrong with the site of a venue.

    Raises:
        ShowError: The venue has errors.
    """
    found = load_venue(venue)
    site = found.site
    if not site.there:
        yield "site", "ok", "this venue is no part of a site", ""
        return
    yield "site", "ok", f"{site.name}, this machine is {site.hub}", ""
    yield from _addresses(site)
    yield from _security(site)
    yield from _certificates(site)
    yield from _admission(found)
    yield from neighbour_checks(found)
    yield from _clock()


def _addresses(site: SiteSettings) -> Iterator[Result]:
    for one in site.listen:
        host, port = parts(one)
        try:
            check_host(host)
        except OSError as error:
            fix = "`ip address` lists this machine's; the hub tries again until the address is there"
            yield "site address", "fail", f"{one} cannot be listened on: {error.strerror or error}", fix
            continue
        if free_port(host, port) != port:
            fix = "the running hub, or another program: `ss -ltnp` shows which"
            yield "site address", "warn", f"{one} is in use", fix
        else:
            yield "site address", "ok", f"{one} is free to listen at", ""


def _security(site: SiteSettings) -> Iterator[Result]:
    """Say who can reach a hub that speaks without certificates: anybody in the network of its addresses."""
    if site.certificate:
        return
    hosts = [(one, parts(one)[0]) for one in (*site.listen, *site.connect, *site.router)]
    known = [(one, ipaddress.ip_address(host)) for one, host in hosts if _ADDRESS.fullmatch(host)]
    far = [one for one, host in hosts if not _ADDRESS.fullmatch(host) and host != "localhost"]
    far += [one for one, address in known if not address.is_loopback]
    public = [one for one, address in known if address.is_global]
    if public:
        fix = "make certificates (docs/site.md), or give the hubs addresses of a network of their own"
        words = f"no certificates, and {', '.join(public)} is a public address: anybody may speak as a hub"
        yield "site security", "fail", words, fix
    elif far or site.interface:
        fix = "fine in a network of your own; else make certificates (docs/site.md)"
        there = ", ".join(far) or site.interface
        words = f"no certificates: whoever reaches {there} may speak as a hub, and reads all stories"
        yield "site security", "warn", words, fix
    else:
        yield "site security", "ok", "no certificates, and nobody outside this machine is reached", ""


def _admission(venue: Venue) -> Iterator[Result]:
    """Compare ``admit`` with the name in this hub's own certificate and with the hubs of the venue."""
    site = venue.site
    if not site.admit or shutil.which("openssl") is None:
        return
    subject = _openssl("x509", "-in", site.certificate, "-noout", "-subject")[0]
    found = _NAME.search(subject)
    name = found[1].strip() if found else ""
    if name not in site.admit:
        fix = f"`admit` of all hubs has to name all of them; add {name!r}"
        words = f"{', '.join(site.admit)} may speak, and this hub's own certificate is of {name!r}"
        yield "site admission", "fail", words, fix
        return
    if name != site.hub:
        fix = (
            f"make a certificate with /CN={site.hub} (docs/site.md): with `admit` nothing else is heard of it"
        )
        words = f"this hub is {site.hub}, and its certificate is of {name!r}"
        yield "site admission", "fail", words, fix
        return
    strangers = [one for one in site.admit if one not in {hub.name for hub in venue.hubs}]
    if strangers:
        fix = "each hub speaks in the name of its certificate: correct `admit`, or the [[hub]]s"
        yield "site admission", "warn", f"{', '.join(strangers)} may speak, and is no [[hub]]", fix
    else:
        yield "site admission", "ok", f"{', '.join(site.admit)} may speak", ""


def _certificates(site: SiteSettings) -> Iterator[Result]:
    if not site.certificate:
        return
    key = Path(site.private_key)
    if key.stat().st_mode & 0o077:
        yield "site key", "warn", f"{key} can be read by others", f"chmod 600 {key}"
    if shutil.which("openssl") is None:
        yield "site certificate", "warn", "cannot be checked without openssl", "apt-get install openssl"
        return
    if (trouble := _openssl("verify", "-CAfile", site.authority, site.certificate)[1]) is not None:
        fix = "make it with the site's own authority (docs/site.md)"
        yield "site certificate", "fail", f"{site.certificate}: {trouble}", fix
        return
    ours = _openssl("x509", "-in", site.certificate, "-noout", "-pubkey")[0]
    if _openssl("pkey", "-in", site.private_key, "-pubout")[0] != ours:
        yield "site certificate", "fail", f"{key} is not the key of {site.certificate}", "take its own key"
        return
    ends = _openssl("x509", "-in", site.certificate, "-noout", "-enddate")[0].partition("=")[2].strip()
    if _openssl("x509", "-in", site.certificate, "-noout", "-checkend", str(_MONTH))[1] is not None:
        yield "site certificate", "warn", f"it ends on {ends}", "make a new one (docs/site.md)"
        return
    names = _openssl("x509", "-in", site.certificate, "-noout", "-ext", "subjectAltName")[0]
    for one in site.listen:
        host, _ = parts(one)
        if f"IP Address:{host}" not in names.replace("\n", ",").replace(" IP", "IP"):
            fix = f"make it with subjectAltName=IP:{host} (docs/site.md)"
            yield "site certificate", "fail", f"it is not for {host}, so nobody will connect", fix
            return
    yield "site certificate", "ok", f"of the site's authority, until {ends}", ""


def _openssl(*arguments: str) -> tuple[str, str | None]:
    """Return what openssl prints, and what is wrong or None."""
    done = subprocess.run(["openssl", *arguments], capture_output=True, text=True, check=False)
    if done.returncode == 0:
        return done.stdout, None
    said = (done.stderr or done.stdout).strip().splitlines()
    return done.stdout, next((line for line in said if "error" in line.lower()), said[-1] if said else "no")


def _clock() -> Iterator[Result]:
    """Hubs agree on a time of their own; the clock of the day dates stories, and certificates need it."""
    if time.time() < _BUILT:
        yield "clock", "fail", "it was never set: certificates do not hold yet", "set it: `date -s`, NTP"
        return
    if shutil.which("timedatectl") is None:
        yield "clock", "ok", "is set; whether it is kept right is unknown here", ""
        return
    command = ["timedatectl", "show", "--property=NTPSynchronized", "--value"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.stdout.strip() == "yes":
        yield "clock", "ok", "is kept right by NTP", ""
    else:
        fix = (
            "`timedatectl set-ntp true`, or an NTP server in the site's network; hubs need none to be in step"
        )
        yield "clock", "warn", "is not kept right by NTP; stories are dated by it", fix
