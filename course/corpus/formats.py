"""What the files of a case look like: the schemas of course/formats/, and their errors as sentences.

Only `check`, and whoever reads untrusted JSON, compares a file with its schema; other code takes it as it is.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from course.corpus.errors import CaseError

FOLDER = Path(__file__).parents[1] / "formats"
_SHARED = "common.schema.json"
_NAMED = ("exercise", "item", "group", "fact")  # what an entry without an id is known by
_KINDS = {
    "string": "write text in quotation marks",
    "number": "write a number",
    "integer": "write a whole number",
    "boolean": "write true or false",
    "array": "write a list in [ ], or [[ ]] above each entry",
    "object": "write a table, in { } or under [ ]",
}
Step = str | int


@cache
def schema(name: str) -> dict[str, Any]:
    """Return the schema of a format, such as "exercises", with the definitions that all share."""
    text = (FOLDER / f"{name}.schema.json").read_text("utf-8")
    found: dict[str, Any] = json.loads(text.replace(f"{_SHARED}#", "#"))
    shared = json.loads((FOLDER / _SHARED).read_text("utf-8"))["definitions"]
    return found | {"definitions": shared | found.get("definitions", {})}


def where_in(path: Path | str, about: Any, steps: Iterable[Step]) -> str:
    """Return in words where in a file something stands: an entry by its id, or by its number from 1."""
    told, value = str(path), about
    for step in steps:
        try:
            value = value[step]
        except (LookupError, TypeError):
            value = None
        told += f" {_name(value, step + 1)}" if isinstance(step, int) else f", {step}"
    return told


def _name(entry: Any, number: int) -> str:
    if isinstance(entry, dict) and "id" in entry:
        return repr(entry["id"])
    values = [entry.get(name) for name in _NAMED] if isinstance(entry, dict) else []
    values = [
        f"{one[0]}, …" if isinstance(one, list) and one and isinstance(one[0], str) else one for one in values
    ]
    known = [one for one in values if isinstance(one, str)]
    return f"{number} ({', '.join(known)})" if known else str(number)


def unusable(where: str) -> CaseError:
    """Return the error for what cannot be used and was not looked into."""
    return CaseError(f"{where} cannot be used: run `python3 -m course check`, which says what is wrong")


def problems(name: str, path: Path, about: Mapping[str, Any]) -> dict[tuple[Step, ...], list[CaseError]]:
    """Return what is wrong with a file, by entry: ("exercise", 2) is its third [[exercise]], () the rest.

    Of each entry the first problem is told, and all that it misses or that nobody reads.
    """
    form = schema(name)
    lists = {key: inner for key, inner in form["properties"].items() if _has_entries(form, inner)}
    found: dict[tuple[Step, ...], list[CaseError]] = {}
    found[()] = [CaseError(f"{where_in(path, about, at)}{said}") for at, said in _wrong(name, "", about)]
    for key in lists:
        entries = about[key] if isinstance(about.get(key), list) else []
        for number, entry in enumerate(entries):
            said = [((key, number, *at), told) for at, told in _wrong(name, key, entry)]
            found[key, number] = [CaseError(f"{where_in(path, about, at)}{told}") for at, told in said]
        ids = [entry.get("id") if isinstance(entry, dict) else None for entry in entries]
        for number, id in enumerate(ids):
            if id is not None and id in ids[:number]:
                where = where_in(path, about, (key, number))
                found[key, number].append(CaseError(f"{where} has an id that is taken: give it another"))
    return {at: errors for at, errors in found.items() if errors}


def first_problem(name: str, value: Any) -> str:
    """Return what is wrong with JSON that comes from outside, as a clause; no text where it has the form."""
    return next(
        (f"{where_in('', value, at)}{said}".lstrip(" ,") for at, said in _wrong(name, None, value)), ""
    )


def _has_entries(form: Mapping[str, Any], inner: Mapping[str, Any]) -> bool:
    return inner.get("type") == "array" and resolved(form, inner.get("items", {})).get("type") == "object"


def resolved(form: Mapping[str, Any], inner: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what a part of a schema says, where it is a reference to one of the schema's definitions."""
    while "$ref" in inner:
        inner = form["definitions"][inner["$ref"].rpartition("/")[2]] | {
            key: value for key, value in inner.items() if key != "$ref"
        }
    return inner


@cache
def _compiled(name: str, key: str | None) -> Callable[[Any], Any]:
    """Return the check of a whole file (None), of one entry under a key, or of all but the entries ("")."""
    import fastjsonschema  # noqa: PLC0415 - lessons that read no hand-in do without it

    form = schema(name)
    if key:
        form = form["properties"][key]["items"] | {"definitions": form["definitions"]}
    elif key == "":
        inner = {
            name: one | {"items": {"type": "object"}} if _has_entries(form, one) else one
            for name, one in form["properties"].items()
        }
        form = form | {"properties": inner}
    check: Callable[[Any], Any] = fastjsonschema.compile(form, use_default=False)
    return check


def _wrong(name: str, key: str | None, value: Any) -> Iterator[tuple[tuple[Step, ...], str]]:
    from fastjsonschema import JsonSchemaValueException  # noqa: PLC0415 - as above

    yield from _infinite(value)
    try:
        _compiled(name, key)(value)
    except JsonSchemaValueException as error:
        steps = _steps(error.path[1:], value)
        yield from ((steps, said) for said in _told(str(error.rule), error.definition, error.value))


def _steps(names: Sequence[str], value: Any) -> tuple[Step, ...]:
    steps: list[Step] = []
    for name in names:
        if isinstance(value, list):
            steps.append(int(name))
            value = value[int(name)]
        else:
            steps.append(name)
            value = value.get(name) if isinstance(value, dict) else None
    return tuple(steps)


def _infinite(value: Any, at: tuple[Step, ...] = ()) -> Iterator[tuple[tuple[Step, ...], str]]:
    if isinstance(value, float) and not math.isfinite(value):
        yield at, f" is {value}: write a number"
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, inner in pairs:
        yield from _infinite(inner, (*at, step))


def _told(rule: str, form: Mapping[str, Any], value: Any) -> Iterator[str]:
    """Give what breaks a rule of a schema, as the end of a sentence: what is wrong, and what to do."""
    if rule in ("required", "additionalProperties"):
        known = form.get("properties", {})
        for name in (one for one in form.get("required", ()) if one not in value):
            listed = known.get(name, {}).get("items", {}).get("type") == "object"
            yield (
                f" has no [[{name}]]: write [[{name}]] above each entry"
                if listed
                else f" needs {name}: add it"
            )
        if form.get("additionalProperties") is False:
            unknown = sorted(set(value) - set(known))
            yield from (
                f" has an unknown key {name!r}: remove it or correct its spelling" for name in unknown
            )
        return
    remedy = form.get("x-remedy")
    if rule == "propertyNames":
        names = form["propertyNames"].get("enum", ())
        wrong = [name for name in value if name not in names]
        remedy = remedy or f"choose from {', '.join(names)}"
        yield f" has the key {wrong[0]!r}: {remedy}"
    elif rule == "dependencies":
        needs = {need for name, needs in form["dependencies"].items() if name in value for need in needs}
        yield from (f" needs {name}: add it" for name in sorted(needs - set(value)))
    elif rule in ("minItems", "minProperties"):
        names = form.get("propertyNames", {}).get("enum", ())
        asked = f"write at least {form[rule]}" + (f" of {', '.join(names)}" if names else "")
        yield f" is too short: {remedy or asked}"
    elif rule == "uniqueItems":
        yield f" says the same twice: {remedy or 'write different texts'}"
    else:
        shown = "no text" if value == "" else f"{value!r:.80}"
        yield f" is {shown}: {remedy or _remedy(rule, form)}"


def _remedy(rule: str, form: Mapping[str, Any]) -> str:
    if rule in ("minimum", "maximum"):
        high = f" to {form['maximum']}" if "maximum" in form else " up"
        return f"write a number from {form.get('minimum', '')}{high}"
    if rule == "maxLength":
        return f"write at most {form['maxLength']} characters"
    if rule == "enum":
        return f"choose one of {', '.join(map(str, form['enum']))}"
    if rule == "pattern":
        pattern = form["pattern"].strip("^$")
        return _KINDS["string"] if pattern == r"\S" else f"write it in the form {pattern}"
    return _KINDS.get(str(form.get("type")), "correct it")
