"""Every change of this room that touches two rows or has consequences, by what is changed."""
