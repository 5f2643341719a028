"""The local token issuer: signed tokens for parties and their roles, and one-time cards for stations.

Any OpenID Connect issuer can stand in its place; services know it by its published keys alone.
"""
