"""Every change of this room that touches two rows or sends something."""
