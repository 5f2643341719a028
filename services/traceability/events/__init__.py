"""Events as they were reported: found by a query or by their ids, and what a reader sees of each."""
