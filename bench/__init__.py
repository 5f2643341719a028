"""How fast it is, and beside what: `python -m bench` measures on real processes and says so (docs/performance.md)."""
