"""A case of three articles of two paragraphs, without exercises or with a handful: lessons have to fit it."""

import hashlib

TITLE = "A storm in Norwick"
ARTICLES = {
    "A": "A storm closed the harbour of Norwick on Monday, the mayor said. “We will open it again on "
    "Thursday, and not an hour before that,” Ms Lind told reporters.\n\nTwo ferries may stay away longer.\n",
    "B": "Norwick’s harbour is shut. Mayor Ana Lind wrote: “We will open it again on Thursday, "
    "and not a day before.”\n\nThe storm broke three masts, according to the harbour office.\n",
    "C": "No ferry sails from Norwick this week.\n\nThe harbour office counted three broken masts.\n",
}
EXERCISES = {
    "00_start_here": """
[[exercise]]
id = "leads"
kind = "sort"
title = "Which lead does what?"
prompt = "Read both."
options = ["B", "C"]
[[exercise.item]]
id = "who"
text = "It names somebody."
""",
    "02_hear_who_speaks": """
[[exercise]]
id = "quotes_a"
kind = "sort"
title = "Article A"
prompt = "Press ‘In the text’."
options = ["quotation", "paraphrase"]
[[exercise.item]]
id = "shut"
article = "A"
exact = "A storm closed the harbour of Norwick on Monday"

[[exercise]]
id = "versions_changed"
kind = "sort"
title = "What was done to the words?"
prompt = "Compare."
words = ["open it again on Thursday"]
options = ["nothing", "a cut"]
[[exercise.item]]
id = "hour"
article = "B"
exact = "not a day"
""",
    "03_cut_the_claims": """
[[exercise]]
id = "claim_cuts"
kind = "mark"
title = "Cut paragraph 2 of B"
prompt = "Mark each claim."
labels = ["claim"]
articles = ["B"]
paragraphs = [2]
""",
    "04_count_the_witnesses": """
[[exercise]]
id = "stances"
kind = "grid"
title = "Who says it?"
prompt = "Choose."
options = ["own voice", "attributed", "not there"]
articles = ["A", "B", "C"]
[[exercise.item]]
id = "masts"
text = "Three masts broke."

[[exercise]]
id = "origins"
kind = "sort"
title = "Where from?"
prompt = "Choose."
options = ["the mayor", "the harbour office"]
[[exercise.item]]
id = "masts_B"
article = "B"
exact = "The storm broke three masts"
""",
    "05_rank_the_certainty": """
[[exercise]]
id = "ladders"
kind = "order"
title = "From hedged to flat"
prompt = "Put in order."
[[exercise.item]]
id = "ferries_A"
group = "The ferries"
article = "A"
exact = "may stay away longer"
[[exercise.item]]
id = "ferries_C"
group = "The ferries"
article = "C"
exact = "No ferry sails"
""",
    "06_weigh_the_words": """
[[exercise]]
id = "count_first"
kind = "sort"
title = "Guess the count"
prompt = "Of ‘harbour’."
words = ["harbour"]
options = ["A", "B", "C"]
[[exercise.item]]
id = "most"
text = "Which has most?"
""",
    "07_find_what_is_missing": """
[[exercise]]
id = "coverage"
kind = "grid"
title = "Which article has which point?"
prompt = "Choose."
options = ["present", "absent"]
articles = ["A", "B", "C"]
[[exercise.item]]
id = "when"
text = "When the harbour opens again."
""",
}
KEYS = {
    "00_start_here": [("leads", 'item = "who"', '"B"')],
    "02_hear_who_speaks": [
        ("quotes_a", 'item = "shut"', '"paraphrase"'),
        ("versions_changed", 'item = "hour"', '"a cut"'),
    ],
    "03_cut_the_claims": [("claim_cuts", 'article = "B"\nexact = "three masts"', '"claim"')],
    "04_count_the_witnesses": [
        ("stances", 'item = "masts"\narticle = "A"', '"not there"'),
        ("stances", 'item = "masts"\narticle = "B"', '"attributed"'),
        ("stances", 'item = "masts"\narticle = "C"', '"attributed"'),
        ("origins", 'item = "masts_B"', '"the harbour office"'),
    ],
    "05_rank_the_certainty": [("ladders", 'group = "The ferries"', '["ferries_A", "ferries_C"]')],
    "06_weigh_the_words": [("count_first", 'item = "most"', '"A"')],
    "07_find_what_is_missing": [
        ("coverage", 'item = "when"\narticle = "A"', '"present"'),
        ("coverage", 'item = "when"\narticle = "B"', '"present"'),
        ("coverage", 'item = "when"\narticle = "C"', '"absent"'),
    ],
}


def three(exercises=True):
    """Return the seeds of the case by name below seeds/, as `course new` writes them."""
    entries = (
        f'[[article]]\nid = "{id}"\nfile = "{id}.txt"\n'
        f'sha256 = "{hashlib.sha256(text.encode()).hexdigest()}"\n'
        for id, text in ARTICLES.items()
    )
    seeds = {f"articles/{id}.txt": text for id, text in ARTICLES.items()}
    seeds["case.toml"] = f'title = "{TITLE}"\n' + "".join(entries)
    if exercises:
        seeds |= {f"exercises/{lesson}.toml": text for lesson, text in EXERCISES.items()}
        for lesson, keys in KEYS.items():
            seeds[f"readings/keys/{lesson}.toml"] = "".join(
                f'[[key]]\nexercise = "{id}"\nby = "reader1"\n{place}\nvalue = {value}\n'
                f'reason = "The harbour’s log says so, as of noon."\n'
                for id, place, value in keys
            )
    return {name: text.encode() for name, text in seeds.items()}
