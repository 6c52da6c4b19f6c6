"""The process that owns the lamps: shared memory, wire loop, supervision of the stage, control socket.

Nothing is re-exported: the stage needs ``keeper.link`` alone, the command line ``keeper.control``, and
neither should load the other's imports.
"""
