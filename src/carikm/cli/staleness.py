"""What is said on standard error of an index that no longer is what the archive is."""

from carikm.api import Coverage
from carikm.cli.safe import one_line
from carikm.cli.screen import Part, Screen
from carikm.cli.sizes import counted
from carikm.index.corrections import CORRECTIONS_FILE, Unlike


def write_staleness(coverage: Coverage, messages: Screen) -> None:
    """Say on standard error what has changed since the index was built."""
    if coverage.corpus_out_of_reach:
        corpus = one_line(str(coverage.corpus))
        messages.line(Part(f"The corpus folder {corpus} is out of reach; this is what the index knew.", "warning"))
    if any(coverage.corrected):
        messages.line(
            Part(f"{_corrected(coverage.corrected)} Bring the index up to date: {_update(coverage)}", "warning")
        )
    if coverage.changed:
        at_least = "" if coverage.changed_is_complete else "at least "
        verb = "differs" if coverage.changed == 1 else "differ"
        stale = f"The index is stale: {at_least}{counted(coverage.changed, 'file')} {verb} from it."
        messages.line(Part(f"{stale} Bring it up to date: {_update(coverage)}", "warning"))


def _update(coverage: Coverage) -> str:
    from carikm.index.location import command_at

    return one_line(command_at(coverage.index_folder))


def _corrected(unlike: Unlike) -> str:
    parts = [(unlike.words, "stem"), (unlike.lines, "line of boilerplate"), (unlike.folders, "folder")]
    counts = [counted(len(found), thing) for found, thing in parts if found]
    told = " and ".join(filter(None, [", ".join(counts[:-1]), counts[-1]]))
    return f"{CORRECTIONS_FILE} has changed since the index was built: {told}."
