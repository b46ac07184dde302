"""The connections page: endpoints, their tests and settings, keys that never leave their file."""

from __future__ import annotations

import stat
from collections.abc import Iterator

import pytest

from tests.pages.conftest import ME, Studio
from tests.pages.connection_screen import ADD, KEY, LOCAL, TEACHERS, endpoints, fill, opened, shown, words
from tests.pages.endpoint import Server, running

HOSTILE = "<img src=x onerror=alert(1)> ![x](http://127.0.0.1:9/x.png) **b** :material/home: [a](javascript:x)"


@pytest.fixture
def server() -> Iterator[Server]:
    """An endpoint that wants the key."""
    with running(Server(key=KEY)) as found:
        yield found


def test_the_built_in_teacher_is_there_before_anything_else(studio: Studio) -> None:
    page = opened(studio)
    assert not page.exception
    assert "Built\\-in teacher" in words(page)
    page.button(key="connections.test.builtin").click().run()
    assert not page.exception
    assert not page.error


def test_without_a_project_the_teachers_tab_leads_to_one(studio: Studio) -> None:
    page = opened(studio, TEACHERS)
    assert not page.exception
    assert "Create a project first" in page.info[0].value


def test_an_endpoint_is_added_and_tested_and_its_models_are_listed(studio: Studio, server: Server) -> None:
    page = fill(opened(studio, ADD), name="Team gateway", url=f"{server.base_url}/", key=f" {KEY} ")
    assert not page.exception
    (made,) = endpoints(studio)
    assert (made.name, made.base_url, made.key_source, made.models) == ("Team gateway", server.base_url, "file", ())
    assert "Not tested yet" in words(page)
    page.button(key=f"connections.test.{made.id}").click().run()
    assert not page.exception
    assert not page.error
    (tested,) = endpoints(studio)
    assert tested.models == ("large-2", "small-1")
    assert tested.probe["schema"] == "json_schema"
    assert server.keys_seen == {KEY}
    assert "follows a JSON schema, several answers in one call, reports usage" in words(page)
    assert "2 models, 2 without a known price" in shown(page)


def test_a_key_is_in_one_private_file_and_nowhere_else(studio: Studio, server: Server) -> None:
    project = studio.mine(starter=False)
    page = fill(opened(studio, ADD), name="Team gateway", url=server.base_url, key=KEY)
    (made,) = endpoints(studio)
    sent = [shown(page)]
    page.button(key=f"connections.test.{made.id}").click().run()
    page.button(key=f"connections.edit.{made.id}").click().run()
    sent.append(shown(page))
    assert not page.exception
    for secret in (KEY, KEY[:12], KEY[8:]):
        assert not any(secret in text for text in sent)
    assert "9f3Z" in sent[0]
    assert page.text_input(key=f"connections.key.{made.id}").value == ""
    assert page.query_params.keys() <= {"project"}
    assert KEY not in str([event.after for event in studio.work.projects.history("studio")])
    assert studio.work.projects.history(project.id)
    home = studio.work.settings.home
    holders = [path for path in home.rglob("*") if path.is_file() and KEY.encode() in path.read_bytes()]
    assert len(holders) == 1
    assert stat.S_IMODE(holders[0].stat().st_mode) == 0o600
    studio.work.connections.remove(ME, made.id)
    assert KEY.encode() not in holders[0].read_bytes()


def test_what_was_refused_stays_typed_and_is_not_kept(studio: Studio) -> None:
    page = fill(opened(studio, ADD), name="Mine", url="file:///etc/passwd", key=KEY)
    assert "not a base URL" in page.error[0].value
    assert page.text_input(key="connections.new_name").value == "Mine"
    assert endpoints(studio) == []


@pytest.mark.parametrize(
    "url",
    [
        "",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "http://user:secretpw@host/v1",
        "http://:secretpw@host/v1",
        "https://host/v1?api_key=secretpw",
        "https://host/v1#secretpw",
        "ftp://host/v1",
        "http://",
        "http://[::1",
        "http://host:99999/v1",
        "http://ho st/v1",
        "http://host/\nv1",
        "http://" + "a" * 600,
        "127.0.0.1:11434/v1",
    ],
)
def test_an_address_that_cannot_be_one_is_refused_with_a_sentence(studio: Studio, url: str) -> None:
    page = fill(opened(studio, ADD), name="Mine", url=url)
    assert not page.exception
    assert "base URL" in page.error[0].value
    assert "secretpw" not in page.error[0].value
    assert endpoints(studio) == []
    assert "secretpw" not in str(studio.work.projects.history("studio"))


@pytest.mark.parametrize("name", ["", "   ", "\u200b\u200b", "x" * 10_000])
def test_a_name_that_cannot_be_used_is_refused_with_a_sentence(studio: Studio, name: str) -> None:
    page = fill(opened(studio, ADD), name=name, url="http://127.0.0.1:9/v1")
    assert not page.exception
    assert "connection name" in page.error[0].value
    assert endpoints(studio) == []


@pytest.mark.parametrize("name", [HOSTILE, "\u202eevil\u202c שלום"])
def test_hostile_names_are_shown_as_words(studio: Studio, name: str) -> None:
    studio.mine(starter=False)
    page = fill(opened(studio, ADD), name=name, url="http://127.0.0.1:9/v1", models=f"{HOSTILE}\n\nplain\nplain")
    assert not page.exception
    (made,) = endpoints(studio)
    assert made.models == (HOSTILE, "plain")
    assert "<img" not in words(page).replace("\\<img", "")
    assert ":material/home" not in words(page)
    page.button(key=f"connections.remove.{made.id}").click().run()
    assert "<img" not in words(page).replace("\\<img", "")
    for tab in (ADD, LOCAL, TEACHERS):
        page.session_state["connections.tab"] = tab
        assert not page.run().exception


def test_a_name_is_given_once(studio: Studio) -> None:
    page = fill(opened(studio, ADD), name="Twice", url="http://127.0.0.1:9/v1")
    page.session_state["connections.tab"] = ADD
    page.run()
    assert page.text_input(key="connections.new_name").value == ""
    fill(page, name="Twice", url="http://127.0.0.1:10/v1")
    assert "already a connection" in page.error[0].value
    assert len(endpoints(studio)) == 1


def test_a_key_typed_into_the_field_of_the_variable_is_not_kept(studio: Studio) -> None:
    page = fill(opened(studio, ADD), name="Mine", url="http://127.0.0.1:9/v1", variable="gsk_AbCdEfGhIjKlMnOp")
    assert "no environment variable of that name" in page.error[0].value
    assert "gsk" not in page.error[0].value
    assert endpoints(studio) == []


@pytest.mark.parametrize("key", ["with space", "a\nb", "ключ", "k" * 1001])
def test_a_key_that_cannot_be_one_is_refused_and_nothing_is_added(studio: Studio, key: str) -> None:
    page = fill(opened(studio, ADD), name="Mine", url="http://127.0.0.1:9/v1", key=key)
    assert "key holds characters" in page.error[0].value
    assert endpoints(studio) == []


def test_a_wrong_key_is_told_with_the_next_step(studio: Studio, server: Server) -> None:
    made = studio.work.connections.add(ME, name="G", base_url=server.base_url, key="sk-wrong-000000000000")
    page = opened(studio)
    page.button(key=f"connections.test.{made.id}").click().run()
    assert not page.exception
    assert "key" in page.error[0].value.lower()
    assert "\n\n" in page.error[0].value
    assert "sk-wrong" not in shown(page)
    assert endpoints(studio)[0].probe == {}


def test_a_server_that_is_not_there_is_told_with_the_next_step(studio: Studio) -> None:
    made = studio.work.connections.add(ME, name="Gone", base_url="http://127.0.0.1:9/v1")
    page = opened(studio)
    page.button(key=f"connections.test.{made.id}").click().run()
    assert not page.exception
    assert "cannot be reached" in page.error[0].value
    assert "See whether the server is running" in page.error[0].value


def test_models_of_a_failed_test_are_kept_so_that_another_one_can_be_tried(studio: Studio) -> None:
    with running(Server(models=("small-1",))) as server:
        made = studio.work.connections.add(ME, name="G", base_url=server.base_url, models=["absent"])
        page = opened(studio)
        page.button(key=f"connections.test.{made.id}").click().run()
        assert not page.exception
        page.run()
        assert endpoints(studio)[0].models == ("small-1", "absent")
        page.selectbox(key=f"connections.test_model.{made.id}").set_value("absent")
        page.button(key=f"connections.test.{made.id}").click().run()
        assert page.error
        page.selectbox(key=f"connections.test_model.{made.id}").set_value("small-1")
        page.button(key=f"connections.test.{made.id}").click().run()
        assert not page.error


def test_an_endpoint_that_lists_no_models_is_tested_with_the_one_typed_in(studio: Studio) -> None:
    with running(Server(models=("small-1",), lists=False, usage=False)) as server:
        made = studio.work.connections.add(ME, name="G", base_url=server.base_url, models=["small-1"])
        page = opened(studio)
        page.button(key=f"connections.test.{made.id}").click().run()
        assert not page.error
        assert "reports no usage" in words(page)


def test_settings_are_changed_in_the_dialog_and_the_key_stays(studio: Studio, server: Server) -> None:
    made = studio.work.connections.add(ME, name="Old", base_url=server.base_url, key=KEY, models=["m"])
    page = opened(studio)
    page.button(key=f"connections.edit.{made.id}").click().run()
    page.text_input(key=f"connections.name.{made.id}").set_value("New")
    page.text_area(key=f"connections.list.{made.id}").set_value("small-1\nlarge-2")
    page.number_input(key=f"connections.concurrency.{made.id}").set_value(3)
    page.button(key=f"connections.save.{made.id}").click().run()
    assert not page.exception
    (saved,) = endpoints(studio)
    assert (saved.name, saved.models, saved.settings["concurrency"]) == ("New", ("small-1", "large-2"), 3)
    assert studio.work.connections.test(ME, made.id).problem == ""


def test_a_refused_change_is_told_and_changes_nothing(studio: Studio) -> None:
    studio.work.connections.add(ME, name="First", base_url="http://127.0.0.1:9/v1")
    made = studio.work.connections.add(ME, name="Second", base_url="http://127.0.0.1:9/v1")
    page = opened(studio)
    page.button(key=f"connections.edit.{made.id}").click().run()
    page.text_input(key=f"connections.name.{made.id}").set_value("First")
    page.button(key=f"connections.save.{made.id}").click().run()
    assert "already a connection" in page.error[0].value
    assert {connection.name for connection in endpoints(studio)} == {"First", "Second"}


def test_the_share_of_wrong_answers_is_a_setting_of_the_built_in_teacher(studio: Studio) -> None:
    page = opened(studio)
    page.button(key="connections.edit.builtin").click().run()
    page.slider(key="connections.wrong_share.builtin").set_value(0.3)
    page.button(key="connections.save.builtin").click().run()
    assert not page.exception
    assert studio.work.connections.all()[0].connection.settings["wrong_share"] == 0.3
