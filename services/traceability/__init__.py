"""Everything derived from the log of events: the event store, histories both ways, claims.

Two roles, two processes: `project` carries the log into the store, `serve` answers from the store. All of it can be
thrown away and built again (`rebuild`).
"""
