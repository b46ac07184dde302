"""The local model's server, for real: its lock, its answers, and that it never outlives its owner."""

from __future__ import annotations

import asyncio
import errno
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import openai
import pytest

from core.errors import SettingsError, TeacherRejectedError
from core.llm.local.supervisor import MAX_RESTARTS, LocalServer

pytestmark = pytest.mark.model

ROOT = Path(__file__).resolve().parents[2]
QUESTION: list[openai.types.chat.ChatCompletionUserMessageParam] = [
    {"role": "user", "content": "Name one school subject."}
]
SCHEMA = {
    "type": "object",
    "properties": {
        "level": {"type": "string", "enum": ["school", "college"]},
        "practical": {"type": "boolean"},
    },
    "required": ["level", "practical"],
    "additionalProperties": False,
}

OWNER = """
import sys, time
from pathlib import Path
from core.llm.local.supervisor import LocalServer
server = LocalServer(Path(sys.argv[1]), context=512, threads=1)
print(server.base_url, server.pid, flush=True)
time.sleep(120)
"""


def client_of(server: LocalServer, key: str = "") -> openai.OpenAI:
    return openai.OpenAI(base_url=server.base_url, api_key=key or server.api_key, max_retries=0, timeout=60)


def gone(pid: int) -> bool:
    """No such process, or only its entry waits to be read by init."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(") ")[2].startswith("Z")
    except OSError:
        return True


def wait_until_gone(pid: int, seconds: float = 15.0) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if gone(pid):
            return True
        time.sleep(0.05)
    return False


def closes(port: int, seconds: float = 10.0) -> bool:
    """The port is free soon; the threads of a killed process may end a moment after its first one."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == errno.ECONNREFUSED:
                return True
        time.sleep(0.05)
    return False


def port_of(base_url: str) -> int:
    return int(base_url.rpartition(":")[2].partition("/")[0])


def test_answers_and_counts_tokens(smollm2: LocalServer) -> None:
    with client_of(smollm2) as client:
        reply = client.chat.completions.create(
            model=smollm2.model_name, messages=QUESTION, max_tokens=24, temperature=0
        )
    assert reply.choices[0].message.content
    assert reply.model == "smollm2-135m"
    assert reply.usage is not None
    assert reply.usage.prompt_tokens > 0
    assert 0 < reply.usage.completion_tokens <= 24


def test_an_answer_cut_by_its_limit_says_so(smollm2: LocalServer) -> None:
    with client_of(smollm2) as client:
        reply = client.chat.completions.create(
            model=smollm2.model_name,
            messages=[{"role": "user", "content": "Write a long essay about rivers."}],
            max_tokens=3,
        )
    assert reply.choices[0].finish_reason == "length"


def test_a_schema_is_enforced_even_on_a_poor_model(smollm2: LocalServer) -> None:
    with client_of(smollm2) as client:
        reply = client.chat.completions.create(
            model=smollm2.model_name,
            messages=[{"role": "user", "content": "Describe algebra."}],
            max_tokens=64,
            response_format={
                "type": "json_schema",
                "json_schema": {"name": "course", "schema": SCHEMA, "strict": True},
            },
        )
    assert reply.choices[0].finish_reason == "stop"
    course = json.loads(reply.choices[0].message.content or "")
    assert set(course) == {"level", "practical"}
    assert course["level"] in {"school", "college"}
    assert isinstance(course["practical"], bool)


def test_a_wrong_key_is_turned_away(smollm2: LocalServer) -> None:
    with client_of(smollm2, "not-the-key") as client, pytest.raises(openai.AuthenticationError) as caught:
        client.chat.completions.create(model=smollm2.model_name, messages=QUESTION, max_tokens=4)
    assert caught.value.status_code == 401


def test_no_key_is_turned_away_and_the_health_check_needs_none(smollm2: LocalServer) -> None:
    root = smollm2.base_url.removesuffix("/v1")
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(f"{root}/v1/models", timeout=10)
    caught.value.close()
    assert caught.value.code == 401
    with urllib.request.urlopen(f"{root}/health", timeout=10) as answer:
        assert answer.status == 200


def test_the_key_stands_in_no_place_that_others_can_read(smollm2: LocalServer) -> None:
    process = Path(f"/proc/{smollm2.pid}")
    assert smollm2.api_key.encode() not in (process / "cmdline").read_bytes()
    assert smollm2.api_key.encode() not in (process / "environ").read_bytes()


def test_it_listens_on_the_loopback_address_only(smollm2: LocalServer) -> None:
    port = f"{port_of(smollm2.base_url):04X}"
    rows = [line.split() for line in Path("/proc/net/tcp").read_text(encoding="ascii").splitlines()[1:]]
    listening = [row[1] for row in rows if row[3] == "0A" and row[1].endswith(f":{port}")]
    assert listening == [f"0100007F:{port}"]


def test_after_a_crash_it_comes_back_under_the_same_address_and_gives_up_in_the_end(smollm2_file: Path) -> None:
    with LocalServer(smollm2_file, context=512, threads=1) as server:
        address, key = server.base_url, server.api_key
        for _ in range(MAX_RESTARTS):
            crash(server)
            assert server.base_url == address
            assert server.api_key == key
        crash(server)
        for _ in range(2):
            with pytest.raises(TeacherRejectedError, match="crashed 4 times") as caught:
                server.ensure()
            assert caught.value.code == "local_model_crashed"
        server.stop()
        assert server.base_url.startswith("http://127.0.0.1:")


def crash(server: LocalServer) -> None:
    pid = server.pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    while server.running:
        time.sleep(0.02)


def test_it_finds_another_port_when_its_own_was_taken_meanwhile(smollm2_file: Path) -> None:
    with LocalServer(smollm2_file, context=512, threads=1) as server:
        address = server.base_url
        crash(server)
        with socket.socket() as other:
            other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            other.bind(("127.0.0.1", port_of(address)))
            other.listen()
            assert server.base_url != address


def test_stop_ends_the_child_and_leaves_nothing(smollm2_file: Path) -> None:
    server = LocalServer(smollm2_file, context=512, threads=1)
    address = asyncio.run(server.ensure_async())
    pid = server.pid
    assert pid is not None
    asyncio.run(server.stop_async())
    server.stop()
    assert not Path(f"/proc/{pid}").exists()
    assert not server.running
    assert closes(port_of(address))


def test_the_child_ends_when_its_owner_is_killed(smollm2_file: Path) -> None:
    command = [sys.executable, "-c", OWNER, str(smollm2_file)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as owner:
        assert owner.stdout is not None
        address, pid = owner.stdout.readline().split()
        assert not gone(int(pid))
        owner.kill()
        owner.wait()
        assert wait_until_gone(int(pid))
    assert closes(port_of(address))


@pytest.mark.parametrize("seconds", [0.3, 0.5, 0.7])
def test_a_child_that_is_still_loading_ends_too_when_its_owner_is_killed(smollm2_file: Path, seconds: float) -> None:
    command = [sys.executable, "-c", OWNER, str(smollm2_file)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL) as owner:
        time.sleep(seconds)
        threads = list(Path(f"/proc/{owner.pid}/task").iterdir())
        children = [pid for task in threads for pid in (task / "children").read_text("ascii").split()]
        owner.kill()
        owner.wait()
    assert all(wait_until_gone(int(pid)) for pid in children)


def test_a_broken_model_file_is_explained(smollm2_file: Path, tmp_path: Path) -> None:
    cut = tmp_path / "cut.gguf"
    with smollm2_file.open("rb") as whole:
        cut.write_bytes(whole.read(5_000_000))
    server = LocalServer(cut)
    with pytest.raises(TeacherRejectedError, match="corrupted or incomplete") as caught:
        server.ensure()
    assert caught.value.hint
    assert not server.running


def test_a_file_that_is_no_model_never_reaches_the_server(tmp_path: Path) -> None:
    text = tmp_path / "notes.gguf"
    text.write_text("only words" * 200_000, encoding="utf-8")
    with pytest.raises(SettingsError, match="not a GGUF model"):
        LocalServer(text).ensure()
    with pytest.raises(SettingsError, match="no model file"):
        LocalServer(tmp_path / "absent.gguf").ensure()
