"""What is let loose on the portal: one module for each."""

from . import database_away, kills, mail_server, planners, redis_away  # noqa: F401 - they register themselves
