"""What joins the features: the digest, a draft from the record, and what sending it changes."""
