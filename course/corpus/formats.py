"""What the files of a case look like: the schemas of course/formats/, and their errors as sentences.

Only `check`, and whoever reads untrusted JSON, compares a file with all of its schema. Who reads the readings
looks at their types alone, which is quick; what is wrong, `check` says.
"""

import json
import math
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from course.corpus.errors import CaseError

FOLDER = Path(__file__).parents[1] / "formats"
_SHARED = "common.schema.json"
_TOLD: dict[str, list[str]] = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
_OF_TYPE: Any = _TOLD.pop("of_type")
_TYPES: dict[str, Any] = {"string": str, "number": (int, float), "integer": int, "boolean": bool}
_TYPES |= {"array": list, "object": dict}
Step = str | int
Steps = tuple[Step, ...]


@cache
def schema(name: str) -> dict[str, Any]:
    """Return the schema of a format, such as "exercises", with the definitions that all share."""
    text = (FOLDER / f"{name}.schema.json").read_text("utf-8")
    found: dict[str, Any] = json.loads(text.replace(f"{_SHARED}#", "#"))
    shared = json.loads((FOLDER / _SHARED).read_text("utf-8"))["definitions"]
    return found | {"definitions": shared | found.get("definitions", {})}


def resolved(form: Mapping[str, Any], inner: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what a part of a schema says, where it is a reference to one of the schema's definitions."""
    while "$ref" in inner:
        rest = {key: value for key, value in inner.items() if key != "$ref"}
        inner = form["definitions"][inner["$ref"].rpartition("/")[2]] | rest
    return inner


def where_in(path: Path | str, about: Any, steps: Iterable[Step]) -> str:
    """Return in words where in a file something stands: an entry by its id, or by its number from 1."""
    told = str(path)
    for step in steps:
        about = at_step(about, step)
        told += f" {_name(about, step + 1)}" if isinstance(step, int) else f", {step}"
    return told


def _name(entry: Any, number: int) -> str:
    if isinstance(entry, dict) and "id" in entry:
        return repr(entry["id"])
    named = [at_step(entry, name) for name in ("exercise", "item", "group", "fact")]
    lists = [isinstance(one, list) and one and isinstance(one[0], str) for one in named]
    texts = [f"{one[0]}, …" if listed else one for one, listed in zip(named, lists, strict=True)]
    known = ", ".join(one for one in texts if isinstance(one, str))
    return f"{number} ({known})" if known else str(number)


def at_step(value: Any, step: Step) -> Any:
    """Return what stands in a table or a list at one step; None where nothing does."""
    try:
        return value[step]
    except (LookupError, TypeError):
        return None


def walk(
    form: Mapping[str, Any], value: Any, inner: Any = None, at: Steps = ()
) -> Iterator[tuple[Steps, Mapping[str, Any], Any]]:
    """Give a value and all that is in it: each with its steps, and with what the schema `form` says of it."""
    inner = resolved(form, form if inner is None else inner)
    yield at, inner, value
    if isinstance(value, list):
        for number, one in enumerate(value):
            yield from walk(form, one, inner.get("items", {}), (*at, number))
    elif isinstance(value, dict):
        for key, one in value.items():
            part = inner.get("properties", {}).get(key, inner.get("additionalProperties"))
            yield from walk(form, one, part if isinstance(part, dict) else {}, (*at, key))


def hold(name: str, path: Path, about: Mapping[str, Any]) -> None:
    """Raise CaseError where a file, or an entry of it, lacks what it needs or has a value of another type."""
    for at in misfits(name, about):
        raise unusable(where_in(path, about, at))


def misfits(name: str, about: Mapping[str, Any]) -> Iterator[Steps]:
    """Give what lacks what it needs, or has a value of another type: an entry, or () for the file."""
    for at, inner, value in walk(schema(name), about):
        named = inner.get("type", ())
        types = tuple(_TYPES[one] for one in ([named] if isinstance(named, str) else named))
        fits = bool in types if isinstance(value, bool) else isinstance(value, types)
        if (types and not fits) or (isinstance(value, dict) and set(inner.get("required", ())) - set(value)):
            yield at[:2]


def unusable(where: str) -> CaseError:
    """Return the error for what cannot be used and was not looked into."""
    return CaseError(f"{where} cannot be used: run `python3 -m course check`, which says what is wrong")


def problems(name: str, path: Path, about: Mapping[str, Any]) -> dict[Steps, list[CaseError]]:
    """Return what is wrong with a file, by entry: ("exercise", 2) is its third [[exercise]], () the rest."""
    form, said = schema(name), list(_wrong(name, about, every=True))
    found: dict[Steps, list[CaseError]] = {(): []}
    for key, inner in form["properties"].items():
        entries = about.get(key)
        if isinstance(entries, list) and resolved(form, inner.get("items", {})).get("type") == "object":
            ids = [at_step(entry, "id") for entry in entries]
            taken = [n for n, id in enumerate(ids) if id is not None and id in ids[:n]]
            said += [((key, n), " has an id that is taken: give it another") for n in taken]
            found |= {(key, n): [] for n, entry in enumerate(entries) if isinstance(entry, dict)}
    for at, told in said:
        found[at[:2] if at[:2] in found else ()].append(CaseError(f"{where_in(path, about, at)}{told}"))
    return {at: errors for at, errors in found.items() if errors}


def first_problem(name: str, value: Any) -> str:
    """Return what is wrong with JSON that comes from outside, as a clause; no text where it has the form."""
    return next((f"{where_in('', value, at)}{said}".lstrip(" ,") for at, said in _wrong(name, value)), "")


@cache
def _compiled(name: str, every: bool) -> Any:
    import fastjsonschema  # noqa: PLC0415 - lessons that read no hand-in do without it

    # What an error is about is written out into the code: not all definitions, if the rest is one of them.
    whole = {"whole": {key: value for key, value in schema(name).items() if key != "definitions"}}
    form = {"$ref": "#/definitions/whole", "definitions": schema(name)["definitions"] | whole}
    return fastjsonschema.compile(form, use_default=False, fast_fail=not every)


def _wrong(name: str, value: Any, every: bool = False) -> Iterator[tuple[Steps, str]]:
    """Give the first thing that is wrong with a value, or `every` one, once for each place."""
    told = {}
    if every:  # JSON that comes from outside is read without fractions
        numbers = (found for found in walk(schema(name), value) if isinstance(found[2], float))
        told = {at: f" is {one}: write a number" for at, _, one in numbers if not math.isfinite(one)}
    yield from told.items()
    try:
        _compiled(name, every)(value)
    except ValueError as wrong:  # as all errors of fastjsonschema are
        for error in getattr(wrong, "errors", [wrong]):
            at: Steps = ()
            found = value
            for part in error.path[1:]:
                at += (int(part) if isinstance(found, list) and part.isdecimal() else part,)
                found = at_step(found, at[-1])
            if at not in told:
                yield from ((at, said) for said in _said(error.rule, error.definition, error.value))
            told[at] = error.rule


def _said(rule: str, form: Mapping[str, Any], value: Any) -> Iterator[str]:
    """Give what breaks a rule of a schema, as the end of a sentence: what is wrong, and what to do."""
    if rule in ("required", "additionalProperties"):
        known = form.get("properties", {})
        for name in (one for one in form.get("required", ()) if one not in value):
            listed = known.get(name, {}).get("items", {}).get("type") == "object"
            way = f" has no [[{name}]]: write [[{name}]] above each entry"
            yield way if listed else f" needs {name}: add it"
        for name in sorted(set(value) - set(known)) if form.get("additionalProperties") is False else ():
            yield f" has an unknown key {name!r}: remove it or correct its spelling"
    elif rule == "dependencies":
        needs = {need for name, needs in form[rule].items() if name in value for need in needs}
        yield from (f" needs {name}: add it" for name in sorted(needs - set(value)))
    else:
        keys = form.get("propertyNames", {}).get("enum", ())
        any_text = rule == "pattern" and form["pattern"] == r"\S"
        what, remedy = _TOLD.get("type" if any_text else rule, _TOLD["type"])
        about = {
            **form,
            "value": "is no text" if value == "" else f"is {value!r:.80}",
            "of_type": _OF_TYPE.get(str(form.get("type")), "correct it"),
            "key": next((key for key in value if key not in keys), "") if isinstance(value, dict) else "",
            "keys": ", ".join(keys),
            "of_keys": f" of {', '.join(keys)}" if keys else "",
            "up": f"to {form['maximum']}" if "maximum" in form else "up",
            "choices": ", ".join(map(str, form.get("enum", ()))),
            "shape": str(form.get("pattern")).strip("^$"),
        }
        yield f" {what.format_map(about)}: {form.get('x-remedy') or remedy.format_map(about)}"
