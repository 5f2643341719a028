"""What the wire takes; beside the codec, so that rules may ask without it."""

MAX_EVENT_BYTES = 512 * 1024
