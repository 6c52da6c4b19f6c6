"""Art-Net 4 out: ArtDmx to nodes on the network."""

from hardware.artnet.adapter import ArtNetOutput, ArtNetSettings

__all__ = ["ArtNetOutput", "ArtNetSettings"]
