"""Keeps master data: one writing process, versions that replace each other by name, answers as of any day."""
