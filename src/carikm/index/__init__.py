"""The index: postings and weights, its file on disk, its writer and its reader."""
