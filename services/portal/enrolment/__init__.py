"""Master data: proposed, approved, read."""
