"""Histories back and forward: built of the store, kept while they are true, told to a reader."""
