"""The transparency log: what was recorded becomes leaves of a tree whose head is signed, and nobody takes it back."""
