"""The description of the portal's HTTP API, from the tables and dataclasses its answers are written from."""
