"""The internal passes between a scene and the screen."""
