"""Where something was said or written, as far as the sentence tells: 'in a post on X', 'told reporters'."""

from __future__ import annotations

import re

from course.analysis.marks import Quoted

_CHANNEL = re.compile(
    r"\b(?:(?:in|on|at|via|during|through) (?:an?|the|his|her|their|its|court|open) ?(?:[\w’'-]+ ){0,3}?"
    r"(?:posts?|statement|tweet|letter|e-?mail|interview|speech|conference|briefing|call|blog|filing|documents"
    r"|memoir|book|report|video|message|release|communiqu[eé]|programme|website|platform|media|paper|podcast)\b"
    r"(?: (?:on|to|with) (?:the )?[A-Z][\w’'-]*(?: [A-Z][\w’'-]*){0,2})?"
    r"|on (?:social media|X|Twitter|Facebook|Instagram|Reddit|Telegram|YouTube|Truth Social|Fox News|CNN)\b"
    r"|to (?:the )?(?:media|reporters|journalists)\b"
    r"|(?<=told )(?:(?:the )?[A-Z][\w’'&-]*(?: [A-Z][\w’'&-]*){0,3}|reporters|journalists|local media))"
)


def channel_near(bare: str, low: int, high: int, quoted: Quoted) -> tuple[int, int] | None:
    """Return where between `low` and `high` the words stand that name a channel, nearest to a quotation."""
    places = [
        m.span()
        for m in _CHANNEL.finditer(bare, max(low, quoted.opens - 300), min(high, quoted.closes + 300))
    ]
    return min(places, key=lambda place: abs(place[0] - quoted.opens), default=None)
