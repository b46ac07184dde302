"""The connections page: endpoints, their tests and prices, keys that never leave their file, the local model."""

from __future__ import annotations

import json
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.domain.calls import Stage
from core.domain.records import Connection
from core.errors import StudioError
from core.llm.local.models import known_models
from core.llm.local.status import InstallState, InstallStatus, install_lock, write_status
from tests.pages.conftest import ME, Studio
from tests.pages.endpoint import Server, running

KEY = "sk-proj-AbCdEfGhIjKlMnOpQrStUvWx-9f3Z"
HOSTILE = "<img src=x onerror=alert(1)> ![x](http://127.0.0.1:9/x.png) **b** :material/home: [a](javascript:x)"
CONNECTED, ADD, LOCAL, TEACHERS = "Connected", "Add an endpoint", "Local model", "Teachers of this project"


@pytest.fixture
def server() -> Iterator[Server]:
    """An endpoint that wants the key."""
    with running(Server(key=KEY)) as found:
        yield found


def opened(studio: Studio, tab: str = CONNECTED) -> AppTest:
    """The page at one of its tabs."""
    page = studio.page("connections")
    page.session_state["connections.tab"] = tab
    return page.run()


def shown(page: AppTest) -> str:
    """Everything that the page sends to the browser."""
    return " ".join(str(getattr(node, "proto", "")) for node in page._tree)


def words(page: AppTest) -> str:
    """Its paragraphs and captions."""
    return " ".join(element.value for element in [*page.markdown, *page.caption])


def fill(page: AppTest, **fields: str) -> AppTest:
    """Type into the form for a new endpoint and press its button."""
    for name, text in fields.items():
        widget = page.text_area if name == "models" else page.text_input
        widget(key=f"connections.new_{name}").set_value(text)
    return page.button(key="connections.new_add").click().run()


def endpoints(studio: Studio) -> list[Connection]:
    """All connections but the built-in teacher."""
    return [view.connection for view in studio.work.connections.all() if view.connection.kind != "builtin"]


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


def test_many_models_are_listed_and_every_one_can_be_priced(studio: Studio) -> None:
    names = [f"model-{number:04d}" for number in range(700)]
    with running(Server(models=names)) as server:
        made = studio.work.connections.add(ME, name="G", base_url=server.base_url)
        page = opened(studio)
        page.button(key=f"connections.test.{made.id}").click().run()
    assert not page.exception
    assert len(endpoints(studio)[0].models) == 500
    page.selectbox(key=f"connections.price_model.{made.id}").set_value("model-0450")
    page.text_input(key=f"connections.price_in.{made.id}").set_value("0.15")
    page.text_input(key=f"connections.price_out.{made.id}").set_value("$0.60")
    page.button(key=f"connections.price_save.{made.id}").click().run()
    assert not page.error
    price = studio.work.connections.price(made.id, "model-0450")
    assert price is not None
    assert (price.input, price.cached, price.output) == (150_000_000, 150_000_000, 600_000_000)


@pytest.mark.parametrize("typed", ["", "free", "-1", "NaN", "1e99", "20000"])
def test_a_price_that_is_none_is_refused(studio: Studio, typed: str) -> None:
    made = studio.work.connections.add(ME, name="G", base_url="http://127.0.0.1:9/v1", models=["m"])
    page = opened(studio)
    page.text_input(key=f"connections.price_in.{made.id}").set_value(typed)
    page.text_input(key=f"connections.price_out.{made.id}").set_value("1")
    page.button(key=f"connections.price_save.{made.id}").click().run()
    assert not page.exception
    assert "input price" in page.error[0].value
    assert studio.work.connections.price(made.id, "m") is None


def test_an_unusual_price_is_asked_back(studio: Studio) -> None:
    made = studio.work.connections.add(ME, name="G", base_url="http://127.0.0.1:9/v1", models=["m"])
    page = opened(studio)
    page.text_input(key=f"connections.price_in.{made.id}").set_value("10")
    page.text_input(key=f"connections.price_out.{made.id}").set_value("2")
    page.button(key=f"connections.price_save.{made.id}").click().run()
    assert "unusual" in page.error[0].value
    assert studio.work.connections.price(made.id, "m") is None
    page.checkbox(key=f"connections.price_sure.{made.id}").check()
    page.button(key=f"connections.price_save.{made.id}").click().run()
    assert studio.work.connections.price(made.id, "m") is not None
    assert "typed in by You" in str(page.dataframe[0].value)


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


def test_a_removed_connection_is_gone_and_its_stages_fall_back(studio: Studio) -> None:
    project = studio.mine(starter=False)
    made = studio.work.connections.add(ME, name="G", base_url="http://127.0.0.1:9/v1", key=KEY, models=["m"])
    page = opened(studio, TEACHERS)
    page.selectbox(key="connections.for_all").set_value((made.id, "m"))
    page.button(key="connections.for_all_save").click().run()
    assert not page.exception
    assert {choice.model for choice in studio.work.projects.teachers(project.id).values()} == {"m"}
    page.session_state["connections.tab"] = CONNECTED
    page.run()
    page.button(key=f"connections.remove.{made.id}").click().run()
    page.button(key=f"connections.remove_sure.{made.id}").click().run()
    assert not page.exception
    assert endpoints(studio) == []
    assert {choice.connection for choice in studio.work.projects.teachers(project.id).values()} == {"builtin"}


def test_the_built_in_teacher_cannot_be_removed(studio: Studio) -> None:
    page = opened(studio)
    assert "connections.remove.builtin" not in [button.key for button in page.button]
    with pytest.raises(StudioError, match="cannot be removed"):
        studio.work.connections.remove(ME, "builtin")


def test_each_stage_has_its_own_teacher(studio: Studio) -> None:
    project, other = studio.mine("One", starter=False), studio.mine("Two", starter=False)
    made = studio.work.connections.add(ME, name="G", base_url="http://127.0.0.1:9/v1", models=["m"])
    page = studio.page("connections", project)
    page.session_state["connections.tab"] = TEACHERS
    page.run()
    row = f"connections.stage.{project.id}.answer"
    page.selectbox(key=row).set_value((made.id, "m"))
    page.number_input(key=f"{row}.temperature").set_value(0.2)
    page.button(key="connections.stages_save").click().run()
    assert not page.exception
    chosen = studio.work.projects.teachers(project.id)
    assert (chosen[Stage.ANSWER].model, chosen[Stage.ANSWER].temperature) == ("m", 0.2)
    assert chosen[Stage.QUESTION].connection == "builtin"
    assert studio.work.projects.teachers(other.id)[Stage.ANSWER].connection == "builtin"


# ---- the local model ----


def _file_of(studio: Studio) -> Path:
    folder = studio.work.settings.models
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def test_a_local_model_says_beforehand_what_it_takes_and_what_it_is_good_for(studio: Studio) -> None:
    page = opened(studio, LOCAL)
    assert not page.exception
    text = words(page)
    for model in known_models().values():
        assert f"connections.download.{model.id}" in [button.key for button in page.button]
    assert "Not good for" in text
    assert "of memory while it runs" in text
    assert "Licence" in text


def test_a_download_under_way_shows_its_progress_and_can_be_paused(studio: Studio) -> None:
    model = next(iter(known_models().values()))
    folder = _file_of(studio)
    with install_lock(model, folder):
        status = InstallStatus(InstallState.DOWNLOADING, model.download_bytes // 4, model.download_bytes)
        write_status(model, folder, status)
        page = opened(studio, LOCAL)
        assert not page.exception
        assert "Downloading" in shown(page)
        assert f"connections.pause.{model.id}" in [button.key for button in page.button]
    page = opened(studio, LOCAL)
    assert "Paused" in shown(page)
    assert page.button(key=f"connections.download.{model.id}").label == "Go on"


def test_a_failed_download_is_told_and_can_be_discarded(studio: Studio) -> None:
    model = next(iter(known_models().values()))
    folder = _file_of(studio)
    write_status(model, folder, InstallStatus(InstallState.FAILED, 0, 0, "The disk is full.", "Free some space."))
    page = opened(studio, LOCAL)
    assert "The disk is full\\. Free some space" in page.error[0].value
    page.button(key=f"connections.delete.{model.id}").click().run()
    assert not page.exception
    assert not page.error


@pytest.mark.parametrize("path", ["", "/nowhere/at/all.gguf", "/etc/passwd", "/tmp", "a\0b", "x" * 5000])
def test_a_file_that_is_no_model_is_refused(studio: Studio, path: str) -> None:
    page = opened(studio, LOCAL)
    page.text_input(key="connections.gguf_name").set_value("Mine")
    page.text_input(key="connections.gguf_path").set_value(path)
    page.button(key="connections.gguf_add").click().run()
    assert not page.exception
    assert page.error
    assert endpoints(studio) == []


def test_a_model_file_becomes_a_connection(studio: Studio, tmp_path: Path) -> None:
    file = tmp_path / "tiny.gguf"
    file.write_bytes(b"GGUF" + (3).to_bytes(4, "little") + bytes(1 << 20))
    page = opened(studio, LOCAL)
    page.text_input(key="connections.gguf_name").set_value("Tiny")
    page.text_input(key="connections.gguf_path").set_value(str(file))
    page.button(key="connections.gguf_add").click().run()
    assert not page.exception
    (made,) = endpoints(studio)
    assert (made.kind, made.models, made.settings["file"]) == ("local", ("tiny",), str(file))
    page.session_state["connections.tab"] = CONNECTED
    assert not page.run().exception
    assert json.dumps(str(file))[1:-1] in " ".join(text.value for text in page.text)
