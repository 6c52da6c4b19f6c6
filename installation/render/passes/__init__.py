"""Our own passes between a scene and the screen."""
