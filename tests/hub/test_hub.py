"""A class on a hub as the guide sets it up: its link, its inbox, servers that stop, and each other's work."""

import contextlib
import json
import os
import stat
import subprocess

import pytest
import requests
import websocket

from course.corpus.case import open_case
from course.lessons.exercises import load_exercises
from tests.hub.guide import ROOT
from tests.hub.hub import WAIT, copy_course, wait_for

pytestmark = pytest.mark.rare
LESSON, OTHER = "02_hear_who_speaks", "03_cut_the_claims"
ASKED = load_exercises(open_case(ROOT))
OPTIONS = {one.id: one.options or ASKED["voice_guess"].options for one in ASKED["voice_guess"].items}


ROWS = """
import json
print(json.dumps([
    [row.code, row.status, row.file.owner, row.answers["voice_guess"].value]
    for row in desk.reading.rows
]))
"""


def values(turn):
    """Answers to who gets to speak, others each time."""
    return {item: of[(turn + at) % len(of)] for at, (item, of) in enumerate(OPTIONS.items())}


def kept(person, lesson=LESSON, exercise="voice_guess"):
    """What a student's file holds."""
    return json.loads((person.home / "five" / "my_work" / lesson / f"{exercise}.json").read_bytes())["answer"]


def test_students_open_by_the_link_answer_and_hand_in_and_the_desk_collects(hub, ana, ben):
    for turn, student in enumerate((ana, ben)):
        lesson = student.open(student.follow(LESSON))
        lesson.run_all()
        lesson.answer("voice_guess", values(turn))
        code = f"KTR-472{turn}"
        told = lesson.press("hand_in", "hand_in", code=code, name="")
        assert told["text"].endswith("Your teacher has it.")
        found = lesson.ask("import course, json; print(json.dumps(course.__file__))")
        assert found.startswith(
            str(hub.python.parents[1])
        )  # installed by the guide, not pulled with the link
    handed = [*hub.inbox.iterdir()]
    assert {(path.owner(), path.group(), stat.S_IMODE(path.stat().st_mode)) for path in handed} == {
        (student.user, hub.group, 0o640) for student in (ana, ben)
    }

    teacher = hub.people["teacher"]
    copy_course(teacher.home / "news")
    subprocess.run(["chown", "--recursive", teacher.user, teacher.home / "news"], check=True)
    teacher.start()
    desk = teacher.open("news/notebooks/instructor/mark_hand_ins.ipynb")
    for cell in ("open-panel", "hand-ins-panel"):
        desk.cell(cell)
    fields = {one["name"]: one.get("value") for one in desk.controls["hand_ins"]["state"]["fields"]}
    assert fields["place"] == str(hub.inbox)
    desk.press("hand_ins", "read", file=None, sheet=None, place=fields["place"])
    rows = desk.ask(ROWS)
    assert {(code, status, owner) for code, status, owner, _ in rows} == {
        (f"KTR-472{turn}", "read", student.user) for turn, student in enumerate((ana, ben))
    }
    assert {code: value for code, _, _, value in rows} == {f"KTR-472{turn}": values(turn) for turn in (0, 1)}
    teacher.stop()


def test_a_new_release_reaches_a_lesson_that_was_run_and_saved_and_the_work_stays(hub, ana):
    path = ana.follow(OTHER)
    lesson = ana.open(path)
    lesson.run_all()
    lesson.save()
    exercise = next(
        id for id, one in ASKED.items() if one.lesson == OTHER and one.kind == "sort" and not one.practice
    )
    given = {one.id: (one.options or ASKED[exercise].options)[0] for one in ASKED[exercise].items}
    lesson.answer(exercise, given)
    book = hub.copy / "notebooks" / f"{OTHER}.ipynb"
    new = json.loads(book.read_bytes())
    told = [at for at, cell in enumerate(new["cells"]) if cell["cell_type"] == "markdown"][1]
    new["cells"][told]["source"] = ["This was said better.\n"]
    added = {"cell_type": "markdown", "id": "added", "metadata": {}, "source": ["Look again at this."]}
    new["cells"].insert(-2, added)
    book.write_text(json.dumps(new, ensure_ascii=False, indent=1) + "\n", "utf-8")
    hub.publish("second")

    assert ana.follow(OTHER) == path
    found = ana.ask("GET", f"api/contents/{path}")["content"]["cells"]
    assert [cell["id"] for cell in found] == [cell["id"] for cell in new["cells"]]
    assert [cell["source"] for cell in found] == ["".join(cell["source"]) for cell in new["cells"]]
    assert sum(bool(cell.get("outputs")) for cell in found) > 5  # what it showed is there too
    assert kept(ana, OTHER, exercise) == given
    again = ana.open(path)
    again.run_all()
    assert again.controls[exercise]["state"]["value"] == given


def stop_server(hub, ana, lesson):
    ana.stop()


def cull(hub, ana, lesson):
    hub.cull(ana)


def kill_server_and_kernels(hub, ana, lesson):
    ana.kill()
    wait_for(lambda: not ana.server(), hub.said)


def kill_kernel(hub, ana, lesson):
    for one in ana.processes():
        if "ipykernel_launcher" in " ".join(one.cmdline()):
            one.kill()


def restart_kernel(hub, ana, lesson):
    ana.ask("POST", f"api/kernels/{lesson.kernel}/restart")


HAPPENS = (stop_server, cull, kill_server_and_kernels, kill_kernel, restart_kernel)


@pytest.mark.parametrize(("turn", "happens"), [*enumerate(HAPPENS)])
def test_no_answer_is_lost_when_in_mid_lesson(hub, ana, turn, happens):
    path = ana.follow(LESSON)
    lesson = ana.open(path)
    lesson.cell("voices-exercise")
    expected = values(turn + 2)
    lesson.answer("voice_guess", expected)
    happens(hub, ana, lesson)
    ana.start()
    again = ana.open(path)
    again.cell("voices-exercise")
    assert again.controls["voice_guess"]["state"]["value"] == expected == kept(ana)


def test_what_was_said_to_be_saved_is_there_when_the_server_is_killed_between_two_answers(hub, ana):
    path = ana.follow(LESSON)
    lesson = ana.open(path)
    lesson.cell("voices-exercise")
    sent = [(item, of[turn % len(of)]) for turn in range(60) for item, of in OPTIONS.items()]
    numbers = [lesson.tell("voice_guess", path=[item], value=option) for item, option in sent]
    heard = 0
    for number in numbers[: len(OPTIONS) * 3]:
        assert not lesson.reply(number)["problem"]
        heard += 1
    kill_server_and_kernels(hub, ana, lesson)
    with contextlib.suppress(websocket.WebSocketException, OSError):
        for number in numbers[heard:]:
            lesson.reply(number)
            heard += 1
    assert len(OPTIONS) * 3 <= heard < len(sent), "nothing was in the middle of anything"
    ana.start()
    again = ana.open(path)
    again.cell("voices-exercise")
    found = again.controls["voice_guess"]["state"]["value"]
    assert found == kept(ana)
    # Each item holds what Python last said was saved, or something that was sent after it.
    for item in OPTIONS:
        last = max(at for at in range(heard) if sent[at][0] == item)
        assert found[item] in {option for which, option in sent[last:] if which == item}


def test_a_lesson_goes_on_while_the_hub_is_killed_and_started_again(hub, ana):
    lesson = ana.open(ana.follow(LESSON))
    lesson.cell("voices-exercise")
    first, second = values(7), values(8)
    lesson.answer("voice_guess", first)
    hub.kill()
    lesson.answer("voice_guess", second)
    hub.start()
    assert ana.server()["ready"]
    assert lesson.ask("print(1)") == 1
    assert kept(ana) == second


READ = """
import json, os, pathlib
def read(path):
    return pathlib.Path(path).read_bytes()
def outcome(do):
    try:
        return ["done", repr(do())[:200]]
    except OSError as error:
        return ["refused", error.strerror]
print(json.dumps({name: outcome(do) for name, do in {
    %s
}.items()}))
"""


def test_one_student_reaches_nothing_of_another_s(hub, ana, ben):
    path = ana.follow(LESSON)
    lesson = ana.open(path)
    lesson.run_all()
    lesson.answer("voice_guess", values(0))
    lesson.press("hand_in", "hand_in", code="KTR-4720", name="")
    (handed, *_) = (one for one in hub.inbox.iterdir() if one.owner() == ana.user)
    work = ana.home / "five" / "my_work" / LESSON / "voice_guess.json"
    assert work.is_file()
    server = min(ana.processes(), key=lambda one: one.create_time())

    # As a page in Ben's browser, signed in as Ben, and with Ben's token.
    place = f"{hub.url}/user/{ana.user}"
    asked = [
        f"{place}/api/contents/{path}",
        f"{place}/api/kernels",
        f"{place}/files/five/my_work/{LESSON}/{work.name}",
    ]
    for where in [*asked, f"{hub.url}/hub/api/users/{ana.user}"]:
        for ask in (requests.get, ben.api.get, ben.browser.get):
            answer = ask(where, timeout=WAIT)
            led_away = answer.url.startswith(f"{hub.url}/hub/login")
            assert led_away or answer.status_code in (401, 403, 404), (where, answer.url, answer.text)
            assert '"voice_guess"' not in answer.text
        assert where not in asked or ana.api.get(where, timeout=WAIT).ok  # it is there
    wire = f"{place.replace('http', 'ws', 1)}/api/kernels/{lesson.kernel}/channels"
    with pytest.raises(websocket.WebSocketBadStatusException):
        websocket.create_connection(
            wire, header={"Authorization": str(ben.api.headers["Authorization"])}, timeout=WAIT
        )

    # As a program of Ben's, in a kernel of Ben's.
    tries = {
        "read the work": f"read({str(work)!r})",
        "list the home": f"os.listdir({str(ana.home)!r})",
        "write into the home": f"open({str(ana.home / 'x')!r}, 'w')",
        "read a kernel's key": f"os.listdir({str(ana.home / '.local/share/jupyter/runtime')!r})",
        "read the server's token": f"read('/proc/{server.pid}/environ')",
        "read the memory": f"open('/proc/{server.pid}/mem', 'rb').read(1)",
        "signal the server": f"os.kill({server.pid}, 0)",  # 0 asks for the right alone: Ana's is to live on
        "list the inbox": f"os.listdir({str(hub.inbox)!r})",
        "read the hand-in": f"read({str(handed)!r})",
        "change the hand-in": f"open({str(handed)!r}, 'r+')",
        "move the hand-in": f"os.rename({str(handed)!r}, {str(handed.with_name('taken.json'))!r})",
        "delete the hand-in": f"os.remove({str(handed)!r})",
        "move the inbox": f"os.rename({str(hub.inbox)!r}, {str(hub.inbox) + '2'!r})",
        "read the hub's users": f"read({str(hub.state / 'hub.sqlite')!r})",
        "read the hub's key": f"read({str(hub.state / 'cookie_secret')!r})",
        "own work": "os.listdir('..')",
    }
    code = READ % ",\n    ".join(f"{name!r}: lambda: {do}" for name, do in tries.items())
    mine = ben.open(ben.follow(LESSON))
    found = mine.ask(code)
    assert {name for name, (what, _) in found.items() if what == "done"} == {"own work"}, found
    assert os.path.isfile(handed)
    theirs = lesson.ask(code)  # the same attempts are no nonsense: Ana may do what is hers
    may = {name for name, (what, _) in theirs.items() if what == "done"}
    assert {"read the work", "list the home", "read the server's token", "read the hand-in"} <= may
