"""An index brought up to date in place: `update` leads, the other modules each see to a part of the index."""
