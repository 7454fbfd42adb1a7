"""What storage refuses, and what it could not do just now."""

from __future__ import annotations


class StorageError(Exception):
    """Storage could not do what was asked."""


class StorageUnavailable(StorageError):
    """The database cannot be reached or written just now; the same work may succeed later."""


class AlreadyDone(StorageError):
    """Somebody else has finished this work; nothing was changed."""


class NoSuchRecord(StorageError):
    """The owner has no such record; another owner's record answers the same."""


class CannotUndo(StorageError):
    """Later notes build on what was to be undone."""


class WrongOwner(StorageError):
    """A unit of work that acts for one owner was to act for another too."""
