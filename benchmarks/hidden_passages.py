"""A test collection in which what answers a query is one paragraph of an article about something else.

    python benchmarks/hidden_passages.py COLLECTION HOSTS OUTPUT [--seed N] [--words N] [--articles N]

Takes each article of COLLECTION (see `collection.py`) that answers a query, makes one paragraph of it, and puts that
at random between the paragraphs of an article of the folder HOSTS drawn at random, each host for one passage. OUTPUT
is a collection with the hosts, as many more that hide nothing (`--articles` says how many in all), and the same
queries; a query is answered by the articles that hide its passages. Articles are named by number, so that a name tells
nothing. The same seed makes the same collection.
"""

import argparse
import random
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from collection import Collection

MIN_PARAGRAPHS = 3


def passages(collection: Collection) -> dict[str, str]:
    """Give each article that answers a query as one paragraph."""
    wanted = {name for judged in collection.relevance().values() for name, grade in judged.items() if grade > 0}
    return {name: " ".join(text.split()) for name, text in collection.articles() if name in wanted}


def hosts(folder: Path, min_words: int, chance: random.Random) -> Iterator[list[str]]:
    """Give articles of a folder, in random order, as lists of paragraphs: those of some length."""
    paths = sorted(path for path in folder.rglob("*.txt") if path.is_file())
    chance.shuffle(paths)
    for path in paths:
        paragraphs = [line.strip() for line in path.read_text(encoding="utf-8", errors="replace").splitlines()]
        paragraphs = [paragraph for paragraph in paragraphs if paragraph]
        if len(paragraphs) >= MIN_PARAGRAPHS and sum(len(line.split()) for line in paragraphs) >= min_words:
            yield paragraphs


def main() -> None:
    """Make the collection."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("collection", type=Path, metavar="COLLECTION")
    parser.add_argument("hosts", type=Path, metavar="HOSTS")
    parser.add_argument("output", type=Path, metavar="OUTPUT")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--words", type=int, default=200, help="how long a host is at least")
    parser.add_argument("--articles", type=int, default=5000, help="how many articles there are to be")
    options = parser.parse_args()
    chance = random.Random(options.seed)
    source, made = Collection(options.collection), Collection(options.output)
    made.corpus.mkdir(parents=True)
    hidden = list(passages(source).items())
    chance.shuffle(hidden)
    names: dict[str, str] = {}
    number = 0
    for number, paragraphs in enumerate(hosts(options.hosts, options.words, chance), start=1):
        if number > max(options.articles, len(hidden)):
            break
        name = f"h{number:06}"
        if number <= len(hidden):
            passage, text = hidden[number - 1]
            # Never first: what stands there is the headline.
            paragraphs.insert(chance.randint(1, len(paragraphs)), text)
            names[passage] = name
        (made.corpus / f"{name}.txt").write_text("\n\n".join(paragraphs) + "\n", encoding="utf-8")
    if len(names) < len(hidden):
        sys.exit(f"{options.hosts} has {number} articles that will do; {len(hidden)} are needed.")
    shutil.copy(source.queries_file, made.queries_file)
    with made.relevance_file.open("w", encoding="utf-8") as file:
        for query, judged in source.relevance().items():
            for passage, grade in judged.items():
                if passage in names:
                    file.write(f"{query}\t{names[passage]}\t{grade}\n")
    print(f"{len(names)} passages in {min(number, max(options.articles, len(hidden)))} articles")


if __name__ == "__main__":
    main()
