"""Histories: from a thing back to the harvests and forward to the holders, in steps a reader follows."""
