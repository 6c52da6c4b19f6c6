"""Devices of the stage beyond plain inputs: what goes out to surfaces, consoles and other programs."""

from installation.devices.outgoing import MessageSupervisor, SurfaceSupervisor

__all__ = ["MessageSupervisor", "SurfaceSupervisor"]
