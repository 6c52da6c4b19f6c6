"""What ``[site]`` says."""

from dataclasses import dataclass, field
from typing import Annotated

from installation.show.schema import key
from installation.values import Places

__all__ = ["SiteSettings"]


@dataclass(frozen=True, slots=True)
class SiteSettings:
    """``[site]``: the site that this machine is one hub of."""

    name: Annotated[
        str, key("name of the site, the same on all its hubs", kind="name", default="required")
    ] = ""
    hub: Annotated[
        str, key("name of the `[[hub]]` that this machine is", kind="name", default="required")
    ] = ""
    listen: Annotated[
        tuple[str, ...],
        key(
            "addresses of this machine at which other hubs may connect, `IP:PORT`, or `IP` for port 7447; "
            "nothing else is open"
        ),
    ] = ()
    connect: Annotated[
        tuple[str, ...],
        key(
            "addresses of the other hubs, `HOST:PORT` or `HOST`; name all, since one of them has to be up to "
            "find the others"
        ),
    ] = ()
    router: Annotated[
        tuple[str, ...],
        key("addresses of routers (`zenohd`) of a large site, instead of `listen` and `connect`"),
    ] = ()
    interface: Annotated[
        str, key("network interface on which hubs also look for each other by multicast, e.g. `eth1`")
    ] = ""
    lead: Annotated[
        int,
        key(
            "how much this hub should lead: of those that are here the highest does; 0 never", low=0, high=100
        ),
    ] = 50
    go_delay: Annotated[
        float,
        key(
            "seconds that a GO waits while this hub leads others, so that it comes everywhere in one frame; "
            "0: at once, and the others a frame or two later",
            low=0.0,
            high=0.5,
        ),
    ] = 0.06
    certificate: Annotated[str, key("file with this hub's certificate (PEM): hubs then speak TLS only")] = ""
    private_key: Annotated[str, key("file with the private key of the certificate", name="key")] = ""
    authority: Annotated[str, key("file with the certificate of the site's own authority")] = ""
    admit: Annotated[
        tuple[str, ...],
        key("hubs that may speak, each by a certificate of its name; without it all of the authority"),
    ] = ()
    places: Places = field(default_factory=dict, compare=False)

    @property
    def there(self) -> bool:
        """Whether the venue is part of a site."""
        return bool(self.name)
