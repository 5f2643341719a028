"""What keeps the store true: projectors of each generation, rebuilds, audits."""
