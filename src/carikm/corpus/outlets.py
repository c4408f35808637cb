"""News outlets by their names: what a domain, or another spelling of a name, stands for."""

import re
from functools import cache

from carikm.tables import table_rows

# A pattern for a domain that an outlet may have, in any case: Kompas.com, RADARSEMARANG.ID.
DOMAIN = r"[A-Za-z0-9][A-Za-z0-9-]*\.(?i:com|co\.id|co|id|net|org|tv|news|info)"

# detikNews, detikFinance: sections of one outlet.
_SECTION = re.compile(r"detik[A-Za-z]{2,12}", re.IGNORECASE)
_PRESS = re.compile(
    r"\b(?:news|times|post|press|today|daily|journal|magazine|world|wire|mail|science|guide|hub|tv|radio|media"
    r"|tribun\w*|radar|koran|harian|majalah|tabloid|portal|redaksi|newsroom|reuters|afp|antara|bbc|cnn|agency|the|\w+news)\b",
    re.IGNORECASE,
)


def outlet_name(written: str) -> str:
    """Give the usual name of an outlet; one that is not in the table keeps its spelling."""
    key = " ".join(written.casefold().split())
    return _table().get(key) or ("detikcom" if _SECTION.fullmatch(key) else written)


def is_outlet(written: str) -> bool:
    """Tell whether the table knows an outlet by this domain or name."""
    key = " ".join(written.casefold().split())
    return key in _table() or _SECTION.fullmatch(key) is not None


def sounds_like_press(written: str) -> bool:
    """Tell whether a name is an outlet's, or has a word in it that outlets use in theirs."""
    return is_outlet(written) or _PRESS.search(written) is not None or re.search(DOMAIN, written) is not None


@cache
def _table() -> dict[str, str]:
    """Read the table: domains, names and other spellings, in lower case, and the names they stand for."""
    table = {}
    for written, name in table_rows(__file__, "outlets.tsv"):
        table[name.casefold()] = table[written.casefold()] = name
    return table
