"""What a page of ours may do in a browser: nothing beyond this site, and no scripts unless it says which."""

from __future__ import annotations

from collections.abc import Mapping

_CONTENT = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
STRICT: Mapping[str, str] = {
    "Content-Security-Policy": _CONTENT,
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
WITH_SCRIPTS: Mapping[str, str] = {
    "Content-Security-Policy": f"{_CONTENT}; script-src 'self'; connect-src 'self'; worker-src 'self'",
    "Permissions-Policy": "camera=(self), geolocation=(), microphone=()",
}
"""Of a page with scripts, which are files of ours: none stands in the page."""
ASKING_PLACE: Mapping[str, str] = {**WITH_SCRIPTS, "Permissions-Policy": "camera=(), geolocation=(self), microphone=()"}
"""Of a label's page alone, whose reader may tell roughly where it was looked up."""
