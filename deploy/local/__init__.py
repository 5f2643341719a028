"""One machine: a real Kafka, a real MongoDB-protocol store, and services under supervisord; Python packages alone."""
