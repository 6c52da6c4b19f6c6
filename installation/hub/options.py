"""What the hub process is told by whoever starts it."""

import msgspec

__all__ = ["HubOptions"]


class HubOptions(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``[site]`` of the venue, with absolute paths.

    Attributes:
        site: Name of the site.
        hub: Name of this station.
        listen: Addresses of this machine that other hubs may connect to, ``HOST:PORT``.
        connect: Addresses of other hubs.
        router: Addresses of routers, instead of the other two.
        interface: Network interface on which hubs are looked for by multicast; empty for none.
        lead: How much this hub should lead; the highest leads, 0 never does.
        certificate, private_key, authority: Files in PEM; empty for none.
        admit: Hubs that may speak, each by a certificate of its name; empty for all of the authority.
        version: Of the program; hubs of another one are refused.
        hubs: Names of all stations that the venue knows.
        watts, lumens: Budgets of the site; 0 where nothing is limited.
        alone: Watts that this station takes if it has never agreed; negative for an equal part.
        privilege: Its weight where the budget goes by privilege.
        dims: Seconds after its last frame after which lamps without a stage show the safe look.
        dark: Whether its lamps are dark once the program is stopped.
    """

    site: str
    hub: str
    listen: tuple[str, ...] = ()
    connect: tuple[str, ...] = ()
    router: tuple[str, ...] = ()
    interface: str = ""
    lead: int = 0
    certificate: str = ""
    private_key: str = ""
    authority: str = ""
    admit: tuple[str, ...] = ()
    version: str = ""
    hubs: tuple[str, ...] = ()
    watts: float = 0.0
    lumens: float = 0.0
    alone: float = -1.0
    privilege: float = 1.0
    dims: float = 14.0
    dark: bool = True
