"""A small case with an exercise of every kind, and its keys."""

import hashlib
from types import SimpleNamespace

from course.lessons.handin import pack

ARTICLES = {
    "A": "Rain fell on Tuesday, the mayor said. “We are ready,” she told reporters.\n\nThe dam held.\n",
    "B": "Rain will fall again. The dam, built in 1950, may not hold, an engineer warned.\n\n",
}
ARTICLES["A"] += "\nADVERTISEMENT\n"
ARTICLES["B"] += "The photo shows the old dam.\n"
EXERCISES = """
[[exercise]]
id = "noise"
kind = "mark"
title = "What is not the report?"
prompt = "Mark it."
points = 4
labels = ["advert", "credit"]
articles = ["A", "B"]

[[exercise]]
id = "cuts"
kind = "mark"
title = "Cut the claims"
prompt = "Mark each claim."
points = 2
labels = ["claim"]
articles = ["B"]
paragraphs = [1]

[[exercise]]
id = "voices"
kind = "sort"
title = "Who speaks?"
prompt = "Choose."
points = 4
options = ["own voice", "attributed", "quoted"]
[[exercise.item]]
id = "rain"
article = "A"
exact = "Rain fell on Tuesday, the mayor said."
[[exercise.item]]
id = "ready"
text = "We are ready"
[[exercise.item]]
id = "held"
text = "The dam held"
options = ["own voice", "quoted"]

[[exercise]]
id = "stances"
kind = "grid"
title = "Who says it?"
prompt = "Choose for each."
points = 4
options = ["present", "partial", "absent"]
articles = ["A", "B"]
[[exercise.item]]
id = "fell"
text = "Rain fell."
[[exercise.item]]
id = "year"
text = "The dam was built in 1950."

[[exercise]]
id = "ladder"
kind = "order"
title = "From hedged to flat"
prompt = "Put in order."
points = 3
[[exercise.item]]
id = "held_A"
group = "The dam"
article = "A"
exact = "The dam held."
[[exercise.item]]
id = "may_B"
group = "The dam"
article = "B"
exact = "may not hold"
[[exercise.item]]
id = "warned_B"
group = "The dam"
text = "an engineer warned"

[[exercise]]
id = "why"
kind = "write"
title = "Why?"
prompt = "Write."
points = 3
rubric = { Proficient = "with a reason", Emergent = "with a guess", Basic = "with neither" }
[[exercise.item]]
id = "text"
text = "Your reason"

[[exercise]]
id = "reflection"
kind = "write"
title = "One thought"
prompt = "Write."
points = 0
private = true
[[exercise.item]]
id = "thought"
text = "A thought"
"""
FACTS = """
[kinds]
"ad marker" = "advert"
"photo credit" = "credit"

[[noise]]
id = "N1"
article = "A"
exact = "ADVERTISEMENT"
type = { reader1 = "ad marker" }

[[noise]]
id = "N2"
article = "B"
exact = "The photo shows the old dam."
type = { reader1 = "photo credit" }
reason = "It speaks of the photo."

[[claim]]
id = "C1"
[claim.stance]
A = { reader1 = "present", reader2 = "present", reader3 = "present" }
B = { reader1 = "absent", reader2 = "absent", reader3 = "partial" }
[claim.reason]
reader1 = "A says so."
reader3 = "B says that it will."

[[ladder]]
id = "L1"
order = { reader2 = ["warned_B", "B", "A"], reader3 = ["B", "warned_B", "A"] }

[[cut]]
id = "X1"
by = "reader2"
words = [
  { article = "B", exact = "Rain will fall again." },
  { article = "B", exact = "The dam, built in 1950" },
]

[[cut]]
id = "X2"
by = "reader3"
words = [{ article = "B", exact = "Rain will fall again. The dam, built in 1950, may not hold" }]
"""
KEYS = """
[values]
noise = "kinds"

[[key]]
exercise = "noise"
fact = ["N1", "N2"]
field = "type"

[[key]]
exercise = "cuts"
fact = ["X1", "X2"]
value = "claim"

[[key]]
exercise = "voices"
by = "reader1"
item = "rain"
value = "attributed"
reason = "The mayor said it."
[[key]]
exercise = "voices"
by = "reader2"
item = "rain"
value = "attributed"
[[key]]
exercise = "voices"
by = "reader3"
item = "rain"
value = "own voice"
reason = "It opens the sentence."
[[key]]
exercise = "voices"
by = "reader1"
item = "ready"
value = "quoted"
reason = "It stands between quotation marks."
[[key]]
exercise = "voices"
by = "course"
item = "held"
value = "own voice"
reason = "Nobody is named."
[[key]]
exercise = "voices"
by = "course"
item = "held"
value = "quoted"
reason = "Perhaps she goes on."
credit = 0.25

[[key]]
exercise = "stances"
item = "fell"
fact = "C1"
field = "stance"
[[key]]
exercise = "stances"
by = "course"
item = "year"
article = "A"
value = "absent"
[[key]]
exercise = "stances"
by = "course"
item = "year"
article = "B"
value = "present"

[[key]]
exercise = "ladder"
group = "The dam"
fact = "L1"
field = "order"

[[key]]
exercise = "why"
by = "course"
level = "Proficient"
sample = "Because an engineer warned of it."
reason = "It names who."
"""


def write_case(root, exercises=EXERCISES, keys=KEYS, facts=FACTS):
    seeds = root / "seeds"
    (seeds / "articles").mkdir(parents=True, exist_ok=True)
    about = 'title = "The dam"\n'
    for id, text in ARTICLES.items():
        (seeds / "articles" / f"{id}.txt").write_bytes(text.encode())
        digest = hashlib.sha256(text.encode()).hexdigest()
        about += f'[[article]]\nid = "{id}"\nfile = "{id}.txt"\nsha256 = "{digest}"\n'
    for name, text in (
        ("case.toml", about),
        ("exercises/02_listen.toml", exercises),
        ("readings/facts.toml", facts),
        ("readings/keys/02_listen.toml", keys),
    ):
        (seeds / name).parent.mkdir(parents=True, exist_ok=True)
        (seeds / name).write_text(text, encoding="utf-8")
    return root


def packed(work, exercises, kind, share=()):
    """Return the name, the JSON and the page of a person's work as a file."""
    file, page = pack(work, exercises, kind, share)
    return SimpleNamespace(name=file["name"], json=file["text"], html=page["text"])
