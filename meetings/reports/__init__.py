"""A report as a whole: what it says, when it may change, what differs between two versions."""
