"""What an index notes of the corpus's files and folders beside its articles: sizes, times, what was left out."""

from collections.abc import Iterable, Mapping, Sequence

from carikm.corpus.files import Skipped, SourceFile
from carikm.index.changes import Task, settles_by
from carikm.index.format import storable
from carikm.index.new_rows import folder_row, insertion, skipped_row
from carikm.index.reader import IndexReader
from carikm.index.rows import StoredArticle


def store_touched(
    index: IndexReader,
    touched: Iterable[tuple[StoredArticle, SourceFile]],
    moved: Mapping[int, int],
    built_ns: int | None,
) -> bool:
    """Note files that only look changed; tell whether that should be written even if nothing else is.

    Args:
        index: the index, open for writing.
        touched: articles as the index knows them, and their files.
        moved: the numbers of articles that have others now.
        built_ns: when the corpus was scanned, if it was.
    """
    is_changed = False
    for known, source in touched:
        differs = (known.size, known.mtime_ns) != (source.size, source.mtime_ns)
        # A file that has settled since need not be read a third time, once this is known to be later.
        is_changed |= differs or (built_ns is not None and settles_by(source, built_ns))
        if differs:
            values = [source.size, source.mtime_ns, moved.get(known.id, known.id)]
            index.connection.execute("UPDATE articles SET size = ?, mtime_ns = ? WHERE id = ?", values)
    return is_changed


def store_skipped(index: IndexReader, skipped: Sequence[Skipped]) -> bool:
    """Note which files were left out; tell whether they are others than before."""
    skipped = sorted(skipped, key=lambda file: storable(file.path))  # as the index has them
    if skipped == index.skipped_files():
        return False
    execute = index.connection.execute
    execute("DELETE FROM skipped")
    for file in skipped:
        execute(insertion("skipped"), skipped_row(file))
    return True


def store_folders(index: IndexReader, task: Task) -> bool:
    """Note when folders were changed, if that is known; tell whether any was since."""
    if task.folders is None or task.folders == index.folders():
        return False
    execute = index.connection.execute
    execute("DELETE FROM folders")
    for path, mtime_ns in task.folders.items():
        execute(insertion("folders"), folder_row(path, mtime_ns))
    return True
