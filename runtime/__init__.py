"""The process shell: configuration, logs, metrics, health, gRPC both ways, tokens, signals. Nothing of the domain."""
