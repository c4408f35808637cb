"""Terms and surface forms against each other, and against what postings hold of them."""

from array import array
from bisect import bisect_right

from carikm.analysis.stems import stop_words
from carikm.index.checks import sums, tables
from carikm.index.checks.findings import Findings
from carikm.index.checks.known import Known
from carikm.index.checks.postings import PostingsCheck, Words, read_blocks
from carikm.index.progress import Progress
from carikm.index.reader import IndexReader
from carikm.index.rows import SURFACE_COLUMNS, SURFACE_KINDS, TERM_COLUMNS, TERM_KINDS

_LARGEST_TERM = 1 << 31
_DECIDED = ("", "name", "user")


def check_words(index: IndexReader, known: Known, findings: Findings, progress: Progress) -> None:
    """Check terms and surface forms, and all postings; sum up what these hold of each article."""
    import numpy as np

    words = Words()
    with findings.about("words"):
        _read_terms(index, words, findings)
        _check_surfaces(index, words, findings)
    progress.stage("Postings", tables.count(index, "postings"))
    check = PostingsCheck(known, words, findings)
    with findings.about("postings"):
        for blocks in read_blocks(index, words, findings, progress):
            check.blocks(blocks)
    for place in np.flatnonzero(~check.has_block[: len(words.ids)]).tolist():
        findings.damage("postings", f"term {words.ids[place]} has none")
    _compare(index, words, check, findings)


def _read_terms(index: IndexReader, words: Words, findings: Findings) -> None:
    for id, stem, articles, chunks, forms in tables.numbered(index, "terms", TERM_COLUMNS, TERM_KINDS):
        names = forms.split("\n")
        if not 0 <= id < _LARGEST_TERM:
            findings.damage("words", f"the stem {stem!r} is numbered {id}")
        if not names[-1]:
            findings.damage("words", f"the stem {stem!r} has a last form that is empty")
        words.ids.append(id)
        words.articles.append(articles)
        words.chunks.append(chunks)
        words.hashes.extend(sums.of_text(name) if name else 0 for name in names)
        words.first_forms.append(len(words.hashes))
    words.form_articles = array("q", [-1]) * len(words.hashes)
    words.form_chunks = array("q", [-1]) * len(words.hashes)
    if index.fact("terms") != len(words.ids):
        findings.damage("facts", f"terms is {index.fact('terms')}, and there are {len(words.ids)}")


def _check_surfaces(index: IndexReader, words: Words, findings: Findings) -> None:
    """See that each surface form is where it says, in its term, and that all forms of terms are surface forms."""
    stop = stop_words()
    for row in tables.keyed(index, "surfaces", SURFACE_COLUMNS, SURFACE_KINDS, 1):
        surface, term, form, articles, chunks, is_stop, decided, capitalised, lower = row
        place = words.place(term)
        number = words.first_forms[place] + form
        if place < 0 or form < 0 or number >= words.first_forms[place + 1]:
            findings.damage("words", f"{surface!r} is form {form} of term {term}, which has none such")
            continue
        if words.hashes[number] != sums.of_text(surface):
            findings.damage("words", f"{surface!r} is form {form} of term {term}, which has another form there")
            continue
        words.form_articles[number], words.form_chunks[number] = articles, chunks
        if is_stop != (surface in stop):
            findings.damage("words", f"{surface!r} is said to be {'a' if is_stop else 'no'} stop word, and is not so")
        if decided not in _DECIDED:
            findings.damage("words", f"on the stem of {surface!r} decided {decided!r}, which nothing is")
        if not (capitalised >= 0 and lower >= 0):
            findings.damage("words", f"{surface!r} is written {capitalised} times with a capital, {lower} without")
    for number, (articles, surface_hash) in enumerate(zip(words.form_articles, words.hashes, strict=True)):
        if articles < 0 and surface_hash:
            place = bisect_right(words.first_forms, number) - 1
            form = number - words.first_forms[place]
            findings.damage("words", f"form {form} of term {words.ids[place]} is no surface form of its own")


def _compare(index: IndexReader, words: Words, check: PostingsCheck, findings: Findings) -> None:
    """Compare what terms and surface forms say of their frequencies with what postings hold."""
    import numpy as np

    stored_articles, stored_chunks = np.array(words.articles), np.array(words.chunks)
    differs = (stored_articles != check.term_articles) | (stored_chunks != check.term_chunks)
    for place in np.flatnonzero(differs).tolist():
        says = f"{stored_articles[place]} articles and {stored_chunks[place]} chunks"
        holds = f"{check.term_articles[place]} and {check.term_chunks[place]}"
        findings.damage("words", f"term {words.ids[place]} counts in {says}, and its postings have {holds}")
    form_articles, form_chunks = np.array(words.form_articles), np.array(words.form_chunks)
    is_form = form_articles >= 0
    differs = is_form & ((form_articles != check.form_articles) | (form_chunks != check.form_chunks))
    missing = is_form & ~check.has_entry
    for number in np.flatnonzero(differs | missing).tolist():
        place = int(np.searchsorted(check.first_forms, number, side="right")) - 1
        name = f"form {number - words.first_forms[place]} of term {words.ids[place]}"
        if missing[number]:
            findings.damage("words", f"{name} is in no posting")
            continue
        says = f"{form_articles[number]} articles and {form_chunks[number]} chunks"
        holds = f"{check.form_articles[number]} and {check.form_chunks[number]}"
        findings.damage("words", f"{name} counts in {says}, and its postings have {holds}")
