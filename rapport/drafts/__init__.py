"""Messages a person would send: every statement in them comes from the record."""
