"""The visitors' page: phones leave sentences and drawings, which staff approve for the wall."""
