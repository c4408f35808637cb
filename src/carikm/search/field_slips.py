"""Words before a colon that are nearly a field: `sumbr:kompas`, or `site:kompas`, as other tools say it.

What stands so in running text is left in peace: `https://…`, `10:30`, a word with a capital, a colon with a blank
behind it, and any word that is not near the name of a field.
"""

import re
from collections.abc import Iterator

from carikm.search.signs import DATE, FIELDS, PATH, SOURCE, TITLE, Note

# What notmuch, recoll and search engines call them, or what a person may.
_OTHER_NAMES = {
    **dict.fromkeys(("headline", "subject", "intitle"), TITLE),
    **dict.fromkeys(("outlet", "media", "situs", "site"), SOURCE),
    **dict.fromkeys(("folder", "file", "filename", "dir"), PATH),
    **dict.fromkeys(("tgl", "tahun", "year", "since", "until", "after", "before"), DATE),
}
_LONGEST = max(map(len, (*FIELDS, *_OTHER_NAMES))) + 2
# In a name of so many letters two may be wrong, in a shorter one one.
_LONG = 7


def field_slips(text: str) -> Iterator[Note]:
    """Tell of the words of a query that were taken as text, though a field may be meant; each once."""
    told = set(FIELDS)
    # Compiled here: few queries have a colon. What stands in quotes is text.
    for match in re.finditer(rf'"[^"]*"|(?<![^\s(+-])(?P<name>[a-z]{{3,{_LONGEST}}}):(?=[^\s)/])', text):
        name = match["name"]
        if name and name not in told and (field := _meant(name)):
            told.add(name)
            yield Note(f"{name}: is no field, and was taken as a word; {field}: may be meant", match.start())


def _meant(name: str) -> str | None:
    """Give the field that a word is likely meant for: few know not how a word begins (see `carikm.search.spelling`)."""
    from rapidfuzz.distance import OSA

    if name in _OTHER_NAMES:
        return _OTHER_NAMES[name]
    near = [
        (edits, field)
        for field in FIELDS
        if field[0] == name[0] and (edits := OSA.distance(name, field)) <= (2 if len(field) >= _LONG else 1)
    ]
    return min(near)[1] if near else None
