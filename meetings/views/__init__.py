"""HTTP and nothing else, by the page it answers."""
