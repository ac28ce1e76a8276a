"""Pages that join rooms, and the shell around every page."""
