"""The guide to a class's hub: what it tells an administrator to type, the tools and the course take."""

import json
import re
import shlex
import stat
import subprocess
from pathlib import Path

import yaml
from repo2docker.__main__ import get_argparser
from repo2docker.buildpacks.conda import CondaBuildPack
from traitlets.config import Config

from course.commands.links import UNKNOWN
from course.lessons import cells
from tests.grading.test_shared_inbox import MODE

ROOT = Path(__file__).parents[1]
CELLS = json.loads((ROOT / "notebooks/instructor/set_up_a_hub.ipynb").read_bytes())["cells"]
TEXT = "\n".join("".join(cell["source"]) for cell in CELLS)


def blocks(language):
    return re.findall(rf"```{language}\n(.*?)```", TEXT, re.DOTALL)


COMMANDS = [shlex.split(line) for block in blocks("bash") for line in block.replace("\\\n", " ").splitlines()]


def commands(*names):
    """Return the commands that run one of these programs, without the `sudo` before them."""
    bare = [words[1:] if words[0] == "sudo" else words for words in COMMANDS]
    found = [words for words in bare if words[0] in names]
    assert found, names
    return found


def test_every_command_is_of_a_program_that_a_test_knows():
    known = {"python3", "/opt/tljh/user/bin/python", "git", "tljh-config", "groupadd", "usermod", "install"}
    assert {words[1] if words[0] == "sudo" else words[0] for words in COMMANDS} == known | {
        "jupyter-repo2docker"
    }


def test_the_hub_gets_the_packages_that_students_get_and_then_the_course():
    installs = [words[4:] for words in commands("/opt/tljh/user/bin/python") if "install" in words]
    (clone,) = commands("git")
    assert installs == [["-r", f"{clone[-1]}/course/requirements.txt"], ["--no-deps", clone[-1]]]
    assert clone[1:3] == ["clone", UNKNOWN]
    assert (ROOT / "course/requirements.txt").is_file()


def test_settings_of_the_littlest_hub_are_ones_that_it_has():
    # https://tljh.jupyter.org/en/latest/topic/tljh-config.html
    settings = {words[2]: words[3] for words in commands("tljh-config") if words[1] == "set"}
    assert settings == {"user_environment.default_app": "jupyterlab", "limits.memory": "1G"}


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
    (values,) = blocks("yaml")
    single = yaml.safe_load(values)["singleuser"]
    assert f"{single['image']['name']}:{single['image']['tag']}" == given.image_name
    assert single["defaultUrl"] == "/lab"
    # https://z2jh.jupyter.org/en/stable/resources/reference.html#singleuser
    assert single.keys() == {"image", "defaultUrl", "memory", "cpu", "storage"}
    assert "extraEnv" not in single  # a shared inbox would show everyone's work to everyone
