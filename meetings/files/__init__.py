"""What leaves the portal: tables, calendars, the feed."""
