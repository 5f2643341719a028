"""The GS1-Conformant Resolver (1.2): which links there are for a GS1 key, and which of them a request is sent to."""
