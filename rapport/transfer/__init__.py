"""Everything an owner keeps, given back: as one document, as sheets, and taken in again."""
