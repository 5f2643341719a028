"""The domain, pure: what a set of events and the registry mean. No I/O, no clock, no randomness."""
