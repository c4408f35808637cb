"""How a hit's explanation is told: the parts of its score, term by term, as lines or as JSON."""

from typing import Any

from carikm.cli.safe import one_line
from carikm.cli.screen import Part as Styled
from carikm.search.explain import PHRASE, WORD, Explanation, Part, Term, TermShare


def explanation_lines(explanation: Explanation) -> list[list[Styled]]:
    """Give the lines that explain a score: each term's share, and below it where that comes from."""
    total = explanation.score
    lines = [[Styled(f"score {total:.3f}", "dim")]]
    for share in sorted(explanation.terms, key=lambda share: -share.score):
        lines.append(_share_line(share, total))
        lines += [[Styled(f"    {_part_text(part)}", "dim")] for part in share.parts]
    return lines


def _share_line(share: TermShare, total: float) -> list[Styled]:
    term = share.term
    name = f'"{term.text}"' if term.kind == PHRASE else term.text
    percent = share.score / total if total else 0.0
    return [
        Styled(f"  {share.score:.3f} {percent:4.0%}  "),
        Styled(one_line(name), "match"),
        Styled(f"  {one_line(_weight_text(term))}", "dim"),
    ]


def _weight_text(term: Term) -> str:
    """Say what a term weighs, and why."""
    if term.kind == PHRASE:
        return f"idf {term.idf:.3f} (its words together)"
    if term.kind != WORD:
        return f"instead of {term.instead_of} ({term.kind}): idf {term.idf:.3f} times {term.boost:.2g}"
    said = [f"stem {term.stem}: idf {term.idf:.3f}, df {term.frequency}"]
    if term.surface_frequency is not None:
        said.append(f"own form: idf {term.surface_idf:.3f}, df {term.surface_frequency}")
    if term.boost != 1:
        said.append(f"times {term.boost:g} for its capital")
    return "; ".join(said)


def _part_text(part: Part) -> str:
    own = f" + {part.surface_score:.3f} own form" if part.own else ""
    in_own_form = f", {part.own} in its own form" if part.own else ""
    weight = "" if part.weight == 1 else f" (times {part.weight:g})"
    return (
        f"{part.kind:7}{part.stem_score:7.3f}{own}: tf {part.occurrences}{in_own_form},"
        f" length norm {part.length_norm:.3f}{weight}"
    )


def explanation_document(explanation: Explanation) -> dict[str, Any]:
    """Make the `explanation` of a hit."""
    return {
        "score": explanation.score,
        "terms": [
            {
                "term": share.term.text,
                "stem": share.term.stem,
                "kind": share.term.kind,
                "instead_of": share.term.instead_of,
                "boost": share.term.boost,
                "idf": share.term.idf,
                "df": share.term.frequency,
                "surface_idf": share.term.surface_idf,
                "surface_df": share.term.surface_frequency,
                "score": share.score,
                "parts": [
                    {
                        "in": part.kind,
                        "weight": part.weight,
                        "tf": part.occurrences,
                        "surface_tf": part.own,
                        "length_norm": part.length_norm,
                        "stem_score": part.stem_score,
                        "surface_score": part.surface_score,
                    }
                    for part in share.parts
                ],
            }
            for share in explanation.terms
        ],
    }
