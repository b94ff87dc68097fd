"""What happens: sources, scoring, detection, incidents, alerts."""
