"""Reminders: which step of which deadline goes to whom on which day, and what became of it."""
