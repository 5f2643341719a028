"""The store over the MongoDB protocol. motor and pymongo are known here alone."""
