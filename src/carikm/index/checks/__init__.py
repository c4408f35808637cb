"""Whether an index is what carikm would write of its archive."""
