"""Understanding what the owner texts: from a message and its context to a reading."""
