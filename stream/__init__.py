"""The Kafka edge: producers, the guarded consumer, progress, dead letters, the registry view, admin, replay, audit.

faust is imported by `consumer` alone, kafka only inside this package.
"""
