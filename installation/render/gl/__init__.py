"""OpenGL without ceremony: the context, programs, targets, and waiting for the driver."""
