"""A report taken back or corrected: what it was, who called it wrong, which version counts."""
