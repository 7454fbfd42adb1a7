"""The schema's history, one file a revision; shipped ones are never edited."""
