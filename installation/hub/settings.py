"""Zenoh's configuration for a hub: its addresses, who is let in, and nothing else that is open."""

from collections.abc import Iterable, Sequence
from pathlib import PurePath
from typing import Any, Final

from installation.hub.options import HubOptions

__all__ = ["ROUTER", "RUNTIME", "router_settings", "where", "zenoh_runtime", "zenoh_settings"]

RUNTIME: Final = "ZENOH_RUNTIME"
"""Environment variable by which Zenoh is told its threads; read once for each process."""
ROUTER: Final = "router"
"""Name in the certificates of a site's routers, and of their files."""
_LEAST_THREADS, _MOST_THREADS = 20, 100

_LEASE: Final = 2000
"""Milliseconds without a word after which a connection is given up."""
_BLOCKED: Final = 800_000
"""Microseconds that a full queue to one hub may hold up the others: less than their lease. Then that
connection is closed, and opened again when the hub answers."""
_SAID: Final = ("put", "liveliness_token", "reply")
"""What hubs say in their own name, in Zenoh's words."""
_ASKED: Final = ("declare_subscriber", "liveliness_query", "declare_liveliness_subscriber")
"""By what they ask for all that is said."""
_BATCHES: Final = 8
"""Of 64 KiB, in the queue to one hub."""


def where(options: HubOptions) -> str:
    """Return where a hub opens the network, for messages."""
    if options.router:
        return "to the router " + ", ".join(options.router)
    return "on " + ", ".join(options.listen) if options.listen else "to other hubs"


def zenoh_runtime(options: HubOptions) -> str:
    """Return threads enough for all hubs while the connections to all others are being closed.

    A thread that closes a connection whose cable is cut is held for ten seconds: Zenoh sets ``SO_LINGER`` to
    that, and it cannot be configured (``TCP_LINGER_TIMEOUT`` in zenoh-link-tcp 1.10). With Zenoh's own two
    threads for reading a cut hub could silence those that were still reached, with its one for writing a
    goodbye was lost. Two for each hub, because two hubs that look for each other often have two connections.
    """
    threads = min(max(2 * len(options.hubs) + 4, _LEAST_THREADS), _MOST_THREADS)
    return f"(rx: (worker_threads: {threads}), tx: (worker_threads: {threads}))"


def zenoh_settings(options: HubOptions) -> dict[str, Any]:
    """Return Zenoh's configuration for a hub: its addresses, who is let in, and nothing else."""
    scheme = "tls" if options.certificate else "tcp"
    made: dict[str, Any] = {
        "listen/endpoints": _endpoints(scheme, options.listen),
        "connect/endpoints": _endpoints(scheme, options.connect),
        "connect/timeout_ms": -1,
        "listen/timeout_ms": 0,
        "listen/exit_on_failure": True,
        "scouting/multicast/enabled": bool(options.interface),
        "scouting/gossip/enabled": True,  # hubs of a common neighbour find each other
        "transport/link/tx/lease": _LEASE,
        "transport/link/protocols": [scheme],
        "transport/link/tx/queue/congestion_control/block/wait_before_close": _BLOCKED,
        "transport/link/tx/queue/size/data": _BATCHES,
    }
    if options.router:
        made |= {
            "mode": "client",
            "connect/endpoints": _endpoints(scheme, options.router),
            "connect/timeout_ms": 0,
            "connect/exit_on_failure": True,  # or opening would wait for the router
        }
    if options.interface:
        made["scouting/multicast/interface"] = options.interface
    return made | _security(options)


def router_settings(options: HubOptions, listen: Sequence[str]) -> dict[str, Any]:
    """Return the configuration of ``zenohd`` for the site of a hub, as its file has it.

    With certificates it is heard by hubs of the site's authority only, and each in its own name only, as hubs
    without a router hear each other. It has a certificate of its own, with the name ``ROUTER``.

    Args:
        options: Of any hub of the site: names the site, its authority and who is admitted.
        listen: Addresses of the router's machine, ``HOST:PORT``.
    """
    scheme = "tls" if options.certificate else "tcp"
    made: dict[str, Any] = {
        "mode": "router",
        "listen": {"endpoints": _endpoints(scheme, listen)},
        "scouting": {"multicast": {"enabled": False}},
        "timestamping": {"enabled": True},
        "transport": {"link": {"protocols": [scheme], "tx": {"lease": _LEASE}}},
    }
    if options.certificate:
        files = f"{ROUTER}.pem", f"{ROUTER}.key", PurePath(options.authority).name
        made["transport"]["link"]["tls"] = _certificates(*files)
        if options.admit:
            made["access_control"] = _admission(options, ROUTER)
    return made


def _endpoints(scheme: str, addresses: Iterable[str]) -> list[str]:
    return [f"{scheme}/{one}" for one in addresses]


def _security(options: HubOptions) -> dict[str, Any]:
    """Return certificates for both directions, and who may speak by the names in theirs."""
    if not options.certificate:
        return {}
    made: dict[str, Any] = {
        "transport/link/tls": _certificates(options.certificate, options.private_key, options.authority)
    }
    if options.admit:
        made["access_control"] = _admission(options)
    return made


def _certificates(certificate: str, private_key: str, authority: str) -> dict[str, Any]:
    return {
        "root_ca_certificate": authority,
        "listen_certificate": certificate,
        "listen_private_key": private_key,
        "connect_certificate": certificate,
        "connect_private_key": private_key,
        "enable_mtls": True,
        "verify_name_on_connect": True,
        "close_link_on_expiration": True,
    }


def _admission(options: HubOptions, *relays: str) -> dict[str, Any]:
    """Return rules by which only certificates of these names are heard and told, and only of the site.

    What is heard from a certificate is of the hub of its name: the keys of ``SiteMesh`` say whose they are.
    ``relays`` are names of certificates that pass on what all say.
    """
    root, names = f"photophore/site/{options.site}", options.admit
    everything = [f"{root}/**", f"{root}/@life/**"]
    rules = [
        *([_rule("said", ["ingress"], _SAID, everything)] if relays else []),
        _rule("asked", ["ingress", "egress"], _ASKED, everything),
        _rule("told", ["egress"], _SAID, everything),
        *(
            _rule(f"said-{one}", ["ingress"], _SAID, [f"{root}/**/{one}", f"{root}/@life/{one}/*"])
            for one in names
        ),
    ]
    return {
        "enabled": True,
        "default_permission": "deny",
        "rules": rules,
        "subjects": [{"id": one, "cert_common_names": [one]} for one in (*names, *relays)],
        "policies": [
            *({"rules": ["asked", "told", f"said-{one}"], "subjects": [one]} for one in names),
            *({"rules": ["asked", "told", "said"], "subjects": [one]} for one in relays),
        ],
    }


def _rule(name: str, flows: list[str], messages: Sequence[str], keys: list[str]) -> dict[str, Any]:
    allowed = {"messages": list(messages), "key_exprs": keys}
    return {"id": name, "permission": "allow", "flows": flows, **allowed}
