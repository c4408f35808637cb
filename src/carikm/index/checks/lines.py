"""What was learned of lines, against the keys of all articles' lines, from which it is learned anew."""

from array import array
from collections import defaultdict
from typing import NamedTuple

from carikm.corpus.recurring import Margin, Margins, learn, learnable, line_keys, unpack_margins
from carikm.index.checks import sums, tables
from carikm.index.checks.findings import Findings
from carikm.index.checks.known import Known
from carikm.index.format import name_in
from carikm.index.groups import Group, group_of
from carikm.index.learning import Boilerplate, Recurrence
from carikm.index.progress import Progress
from carikm.index.reader import IndexReader

_NO_MARGIN = Margin(0, 0, 0)


class _LearnedRow(NamedTuple):
    """A row of the table of learned lines."""

    id: int
    outlet: str | None
    folder: str | None
    key: int
    at_head: int
    line: str
    articles: int
    example: int


def check_lines(index: IndexReader, known: Known, findings: Findings, progress: Progress) -> None:
    """Check the keys of lines against the articles of each, and what was learned; group by group."""
    progress.stage("Lines", int(known.live.sum()))
    of_lines, groups = _read_keys(index, known, findings)
    _check_articles_of_keys(index, known, of_lines, findings)
    with findings.about("lines"):
        _check_learned(index, known, groups, findings, progress)


def _read_keys(index: IndexReader, known: Known, findings: Findings) -> "tuple[array[int], dict[Group, array[int]]]":
    """Sum up for each article the lines that can be learned; give the articles of each group that count."""
    of_lines = array("Q", bytes(8 * known.slots))
    groups: defaultdict[Group, array[int]] = defaultdict(lambda: array("I"))
    with findings.about("lines"):
        rows = tables.count(index, "lines")
        if rows != int(known.live.sum()):
            findings.damage("lines", f"{rows} articles have keys of lines, of {int(known.live.sum())}")
    for article in tables.articles(index):
        with findings.about("lines"):
            if not known.is_live(article.id):
                continue
            for key in learnable(index.keys_of(article.id)):
                of_lines[article.id] = sums.added(of_lines[article.id], sums.element(sums.LINE, key))
            if known.is_counted(article.id):
                groups[group_of(article.outlet, article.path)].append(article.id)
    return of_lines, groups


def _check_articles_of_keys(index: IndexReader, known: Known, of_lines: "array[int]", findings: Findings) -> None:
    of_keys = array("Q", bytes(8 * known.slots))
    with findings.about("lines"):
        for key, article in tables.keyed(index, "line_articles", "key, article", "ii", 2):
            if known.is_live(article):
                of_keys[article] = sums.added(of_keys[article], sums.element(sums.LINE, key))
            else:
                findings.damage("lines", f"a line is of article {article}, which is not there")
    for article, (found, expected) in enumerate(zip(of_keys, of_lines, strict=True)):
        if found != expected:
            findings.damage("lines", f"article {article} is found by other lines than it has")


def _check_learned(
    index: IndexReader, known: Known, groups: dict[Group, "array[int]"], findings: Findings, progress: Progress
) -> None:
    """Learn anew, and compare."""
    stored = {
        Group(outlet, folder): (articles, margins)
        for _, outlet, folder, articles, margins in tables.numbered(
            index, "learning", f"rowid, outlet, {name_in('folder')}, articles, margins", "iTNit"
        )
    }
    rows: defaultdict[Group, list[_LearnedRow]] = defaultdict(list)
    columns = f"id, outlet, {name_in('folder')}, key, at_head, line, articles, example"
    before: _LearnedRow | None = None
    for values in tables.numbered(index, "learned", columns, "iTNiitii"):
        row = _LearnedRow(*values)
        rows[Group(row.outlet, row.folder)].append(row)
        if row.id != (before.id + 1 if before else 0) or (before and row.articles > before.articles):
            findings.damage("lines", f"the learned line {row.line!r} is not where it belongs")
        before = row
    for group in sorted({*stored.keys(), *rows.keys()} - groups.keys(), key=str):
        findings.damage("lines", f"something was learned of {_name(group)}, of which there is no article")
    ranks = known.arrays["article_order"]
    for group, articles in groups.items():
        keys = {article: index.keys_of(article) for article in sorted(articles, key=ranks.__getitem__)}
        margins = learn(list(keys.values()))
        number, packed = stored.get(group, (0, ""))
        if number != len(articles):
            findings.damage("lines", f"{_name(group)} has {len(articles)} articles, and {number} were counted")
        if not _agree(unpack_margins(packed), margins):
            findings.damage("lines", f"what recurs in {_name(group)} is not what was learned of it")
        boilerplate = Boilerplate({group: margins.learned})
        for article, own in keys.items():
            boilerplate.note(article, group, own)
        _compare(group, rows[group], boilerplate.recurrences(), known, findings)
        progress.advance(len(articles))


def _agree(stored: Margins, found: Margins) -> bool:
    """Tell whether stored grounds are those that are found; beside how many lines a key stands may be known roughly."""
    if (stored.learned, dict(stored.counts)) != (found.learned, dict(found.counts)):
        return False
    if len(stored.rounds) != len(found.rounds):
        return False
    for (known, margins), (learned, exact) in zip(stored.rounds, found.rounds, strict=True):
        if known != learned:
            return False
        for key in {*margins, *exact}:
            rough, margin = margins.get(key, _NO_MARGIN), exact.get(key, _NO_MARGIN)
            if rough.articles != margin.articles or not rough.least <= margin.least <= margin.most <= rough.most:
                return False
    return True


def _compare(group: Group, rows: list[_LearnedRow], found: list[Recurrence], known: Known, findings: Findings) -> None:
    stored = {(row.key, row.at_head, row.articles, row.example) for row in rows}
    exact = {(line.key, int(line.at_head), line.articles, line.example) for line in found}
    if stored != exact or len(rows) != len(exact):
        findings.damage("lines", f"the learned lines of {_name(group)} are not those that recur in it")
    never = known.corrections.not_boilerplate
    for row in rows:
        if line_keys([row.line], never=never)[:1] != array("q", [row.key]):
            findings.damage("lines", f"the learned line {row.line!r} is not the one that was learned")


def _name(group: Group) -> str:
    return f"the outlet {group.outlet!r}" if group.folder is None else f"the folder {group.folder!r}"
