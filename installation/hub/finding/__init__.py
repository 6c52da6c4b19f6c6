"""Where the other hubs of the site listen, so that those that do not name each other meet all the same."""

from installation.hub.finding.addresses import Addresses, known_addresses

__all__ = ["Addresses", "known_addresses"]
