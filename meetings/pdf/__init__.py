"""What the PDFs of this room are made of: reports, and what became of what was agreed. No request."""
