"""How a guest book lies on disk: its file and tables, backups, and what happens to a damaged one."""
