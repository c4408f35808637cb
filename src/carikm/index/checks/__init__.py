"""Whether an index is what carikm would write of its archive.

`checkup` leads; the other modules each check a part of the index against what else tells of it. What follows from the
texts alone (entries, definitions, shingles, how words are written, stems, titles, origins) is checked for a sample of
articles, everything else for all. If all articles are drawn, any one number, text or blob that is altered in any row is
reported, but for these, which change nothing that a search shows:

- `built_ns`, when the index was built: it is shown by `carikm status`, and says how close to it a file may have changed
  unseen;
- `folders`, when each was last changed: it tells a search in a large archive when to look at all files, no more;
- in `postings`, a bound that is larger than it need be: a search skips less. Likewise `bounds_averages`, by which an
  update makes bounds, as long as the bounds there are hold for them;
- in `postings`, the forms beside the place of an article that has not the term, and forms that an article is said to
  have beside its own: a search skips less;
- of `postings`, `shingles`, `terms` and texts, how they are packed, where the same comes out;
- `dictionary`, as long as all texts can be read with it;
- what `chunk_articles`, `article_starts` and `boilerplate_starts` say of slots and chunks that no article has;
- how white space and capitals are written in a learned line;
- `skipped`: the reason of what could not be read at the time, and of folders and links.

A file's time of change in the index cannot be told from one that has changed since: it is reported as stale.
"""
