"""Whom to get back to today, and why."""
