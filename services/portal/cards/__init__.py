"""Cards of growers: made, printed, and what their link opens."""
