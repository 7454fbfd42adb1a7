"""Texts with entities: what a bot writes, read the way Telegram reads it."""
