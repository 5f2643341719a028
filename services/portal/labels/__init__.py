"""Labels for the brand's office: asked for, printed, checked."""
