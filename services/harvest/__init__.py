"""Records picking and farm inputs. Keeps nothing: its topic is its memory."""
