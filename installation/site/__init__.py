"""What hubs of a site agree on: members, leader, time, shares, fireflies and stories. Pure: no sockets.

Each module has the messages of its matter and the state machine that takes them; time is given. The hub
process (``installation.hub``) binds them to the network.
"""
