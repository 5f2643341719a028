"""The lot graph: what was inside what, which run made what, and how much of it is where."""
