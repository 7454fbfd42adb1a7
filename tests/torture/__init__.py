"""What Rapport promises, put to the test on the real process: `python -m tests.torture`."""
