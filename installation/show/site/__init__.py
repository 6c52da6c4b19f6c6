"""``[site]`` of a venue: the network of hubs that this machine is part of."""

from installation.show.site.model import SiteSettings
from installation.show.site.read import host_and_port, read_site, site_findings

__all__ = ["SiteSettings", "host_and_port", "read_site", "site_findings"]
