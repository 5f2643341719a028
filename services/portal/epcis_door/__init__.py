"""The EPCIS 2.0 door: documents in, events out, queries, capture jobs."""
