"""The guide to a class's hub: what it tells an administrator to type, the tools and the course take."""

import stat
import subprocess
import tomllib
from pathlib import Path

from repo2docker.__main__ import get_argparser
from repo2docker.buildpacks.conda import CondaBuildPack
from traitlets.config import Config

from course.commands.environment import STUDENT, needed, pins
from course.commands.links import UNKNOWN
from course.lessons import cells
from tests.grading.test_shared_inbox import MODE
from tests.hub.guide import COMMANDS, PYTHON, ROOT, VALUES, VALUES_FILE, blocks, commands, tljh_settings

SCHEMA = tomllib.loads(Path(__file__).with_name("chart_schema.toml").read_text("utf-8"))


def test_every_command_is_of_a_program_that_a_test_knows():
    known = {"python3", PYTHON, "git", "tljh-config", "groupadd", "usermod", "install"}
    assert {words[1] if words[0] == "sudo" else words[0] for words in COMMANDS} == known | {
        "jupyter-repo2docker"
    }


def test_the_hub_gets_the_packages_that_students_get_and_then_the_course():
    installs = [words[4:] for words in commands(PYTHON) if "install" in words]
    (clone,) = commands("git")
    assert installs == [["-r", f"{clone[-1]}/course/requirements.txt"], ["--no-deps", clone[-1]]]
    assert clone[1:3] == ["clone", UNKNOWN]
    assert (ROOT / "course/requirements.txt").is_file()


def test_settings_of_the_littlest_hub_are_ones_that_it_has():
    # https://tljh.jupyter.org/en/latest/topic/tljh-config.html
    assert tljh_settings() == {"user_environment.default_app": "jupyterlab", "limits.memory": "1G"}


def test_the_inbox_is_made_as_the_tests_with_real_users_make_it(tmp_path):
    (words,) = commands("install")
    options = dict(word.removeprefix("--").split("=") for word in words[2:-1])
    assert options.keys() == {"owner", "group", "mode"}
    ((_, _, _, group, teacher),) = commands("usermod")
    assert commands("groupadd") == [["groupadd", group]]
    assert (options["owner"], options["group"]) == (teacher, group)
    made = tmp_path / "inbox"
    subprocess.run(["install", "--directory", f"--mode={options['mode']}", made], check=True)
    assert stat.S_IMODE(made.stat().st_mode) == MODE


def test_the_course_finds_the_inbox_by_the_setting(monkeypatch):
    (setting,) = blocks("python")
    config = Config()
    exec(setting, {"c": config})  # noqa: S102 - our own guide, as JupyterHub runs it
    (words,) = commands("install")
    assert config.Spawner.environment == {"COURSE_INBOX": words[-1]}
    assert 'os.environ.get("COURSE_INBOX")' in Path(cells.__file__).read_text("utf-8")


def test_the_image_keeps_the_course_where_the_students_disk_does_not_cover_it():
    (words,) = commands("jupyter-repo2docker")
    given = get_argparser().parse_args(words[1:])
    assert given.repo == UNKNOWN
    assert not given.run
    assert given.push
    assert (given.user_id, given.user_name) == (1000, "jovyan")
    assert not Path(given.target_repo_dir).is_relative_to("/home")
    pack = CondaBuildPack("")
    pack.platform = "linux/amd64"
    assert given.appendix.startswith("RUN ${NB_PYTHON_PREFIX}/bin/pip install ")
    assert "NB_PYTHON_PREFIX" in dict(pack.get_build_env())
    single = VALUES["singleuser"]
    assert f"{single['image']['name']}:{single['image']['tag']}" == given.image_name
    assert "extraEnv" not in single  # a shared inbox would show everyone's work to everyone


def leaves(values, above=""):
    """Yield each value with its keys; below a key that the schema leaves open there is nothing to look up."""
    for key, value in values.items():
        where = f"{above}{key}"
        if isinstance(value, dict) and where not in SCHEMA["open"]:
            yield from leaves(value, f"{where}.")
        elif where not in SCHEMA["open"]:
            yield where, value


def test_the_values_are_such_as_the_charts_schema_takes():
    types = {"boolean": bool, "null": type(None), "string": str, "array": list, "integer": int}
    found = dict(leaves(VALUES))
    assert found.keys() == SCHEMA["types"].keys() | SCHEMA["words"].keys()
    for where, value in found.items():
        if where in SCHEMA["words"]:
            assert value in SCHEMA["words"][where], where
        else:
            allowed = [types.get(name, (int, float)) for name in SCHEMA["types"][where]]
            assert any(isinstance(value, one) for one in allowed), where
            assert not isinstance(value, bool) or bool in allowed, where


def test_each_value_that_a_school_fills_in_is_named_with_one_sentence():
    lines = VALUES_FILE.read_text("utf-8").splitlines()
    told = [at for at, line in enumerate(lines) if line.strip().startswith("# FILL IN: ")]
    filled = "\n".join(lines[at + 1] + "\n" + lines[at + 2] for at in told)
    assert len(told) == 8
    for at in told:
        sentence = lines[at].split("FILL IN: ")[1]
        assert sentence.endswith(".")
        assert ". " not in sentence
    assert [line for line in lines if ".example" in line and line not in filled] == []


def test_a_server_is_stopped_only_after_a_pause_that_a_lesson_does_not_have():
    assert VALUES["cull"]["timeout"] >= 1800
    assert VALUES["cull"]["users"] is False  # nobody's files are taken away


def test_the_hubs_packages_are_pinned_beside_what_students_have_and_the_guide_names_the_same():
    extra = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"]
    added = pins(Path(__file__).with_name("requirements.txt").read_text("utf-8"))
    assert {f"{name}=={min(added[name])}" for name in needed("hub") if name in added} == set(extra["hub"])
    assert not added.keys() & pins((ROOT / STUDENT[0]).read_text("utf-8")).keys()
    (words,) = commands("jupyter-repo2docker")
    assert f"nbgitpuller=={min(added['nbgitpuller'])}" in words[words.index("--appendix") + 1]
