"""Quality: what was measured, tested, held and applied, beside the standard of the day."""
