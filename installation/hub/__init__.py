"""The hub process: the one that talks to other hubs of the site over the network."""
