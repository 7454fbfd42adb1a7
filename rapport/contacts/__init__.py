"""The people: who is known by which name, finding them, their cards."""
