"""The sign-in that the guide's values set, in the real package: through a made-up Moodle to a lesson."""

import json
import re
import socket
import subprocess
from pathlib import Path

import pytest

from tests.hub.guide import TEXT, VALUES
from tests.hub.hub import WAIT, environment, running_hub, wait_for
from tests.hub.test_hub import LESSON

pytestmark = pytest.mark.rare
LOAD = """
import json, sys
from traitlets.config import Config
from traitlets.utils.importstring import import_item
config = Config(json.load(sys.stdin))
kind = import_item(config.JupyterHub.authenticator_class)
one = kind(config=config)
given = [*config[kind.__name__].items(), *config.Authenticator.items()]
print(json.dumps({
    "unknown": [name for name, _ in given if name not in kind.class_trait_names(config=True)],
    "held": {name: [*value] if isinstance(value := getattr(one, name), set) else value for name, _ in given},
    "begin": one.login_url("/hub"), "back": one.callback_url("/hub"),
}))
"""


@pytest.fixture(scope="module")
def python(may_run):
    return environment()


def test_the_values_are_settings_of_the_real_package_and_the_guide_names_its_addresses(python):
    asked = json.dumps(VALUES["hub"]["config"])
    ran = subprocess.run([python, "-c", LOAD], input=asked, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    told = json.loads(ran.stdout)
    config = VALUES["hub"]["config"]
    assert told["unknown"] == []
    assert told["held"] == config["LTI13Authenticator"] | config["Authenticator"]
    assert re.findall(r"`https://HUB\.ADDRESS(/hub/lti13/\w+)`", TEXT) == [told["begin"], told["back"]]


def test_a_student_comes_from_moodle_to_the_lesson_and_the_hub_learns_no_name(python):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        place = f"127.0.0.1:{taken.getsockname()[1]}"
    text = json.dumps(VALUES["hub"]["config"]).replace("https://moodle.school.example", f"http://{place}")
    settings = json.loads(text)
    script = Path(__file__).with_name("made_up_moodle.py")
    with subprocess.Popen([python, script, place.split(":")[1]]) as moodle:
        try:
            wait_for(lambda: listens(place))
            with running_hub("ana", sign_in=settings) as hub:
                launch(hub.people["ana"], settings["LTI13Authenticator"])
        finally:
            moodle.kill()


def listens(place):
    try:
        host, port = place.split(":")
        socket.create_connection((host, int(port))).close()
    except OSError:
        return False
    return True


def launch(ana, settings):
    """Open a lesson as an activity of Moodle does."""
    hub, (client,) = ana.hub, settings["client_id"]
    begin, back = (
        where.replace("https://HUB.ADDRESS", hub.url)
        for where in re.findall(r"`(https://HUB\.ADDRESS/hub/lti13/\w+)`", TEXT)
    )
    asked = {"iss": settings["issuer"], "login_hint": ana.user, "target_link_uri": ana.link(LESSON)}
    for who, codes in (("somebody-else", (401,)), (client, (200,))):
        form = ana.browser.get(begin, params=asked | {"client_id": who}, timeout=WAIT).json()
        assert form["to"] == back
        page = ana.browser.post(back, data=form["fields"], timeout=WAIT)
        assert page.status_code in codes, page.text
    wait = ana.browser.get(ana.link(LESSON), timeout=WAIT)
    assert wait.ok
    ana.take_token()
    assert ana.ask("GET", "hub/api/user")["name"] == ana.user  # Moodle's number, in a class; never the e-mail
    ana.open(ana.follow(LESSON)).cell("voices-exercise")
