"""The flash law of the picture: the reference in numpy that the GPU pass has to equal."""
