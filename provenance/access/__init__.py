"""Who may report what, in whose name, and who may read it."""
