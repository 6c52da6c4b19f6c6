"""Device adapters: discovery, settings, and supervision of inputs, outputs and control surfaces."""

from installation.devices.outgoing import MessageSupervisor, SurfaceSupervisor

__all__ = ["MessageSupervisor", "SurfaceSupervisor"]
