"""What people type, by what it is about. All input passes through one of these."""
