"""The web panel and OSCQuery: a process of its own that mirrors the stage's tree."""
