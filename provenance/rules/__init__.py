"""The rules behind a label, each in a file of its own, and the claim they make together."""
