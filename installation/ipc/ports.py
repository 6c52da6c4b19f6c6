"""Finds a TCP port for the panel before the panel's process exists."""

import socket

from installation.errors import PhotophoreError

__all__ = ["free_port"]


def free_port(host: str, wanted: int) -> int:
    """The wanted TCP port, or the next one that is free; 0 takes any.

    Raises:
        PhotophoreError: a hundred ports in a row are taken.
    """
    for port in range(wanted, wanted + 100):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    message = f"ports {wanted} to {wanted + 99} of {host} are all in use"
    raise PhotophoreError(message)
