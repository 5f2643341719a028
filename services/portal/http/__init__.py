"""What every address asks of a request and every answer carries: bounds, pace, media types, problems."""
