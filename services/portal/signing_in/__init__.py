"""Who is calling, signing in, and pages for whoever is signed in."""
