"""The transparency log as people and programs see it: promises, proofs, tiles, keys."""
