"""OpenGL basics: the context, programs, targets, and waiting for the driver."""
