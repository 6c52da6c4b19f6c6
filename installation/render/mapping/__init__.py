"""Projection mapping: the picture of one window bent, blended and masked, behind the flash guard."""
