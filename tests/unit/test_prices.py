"""Prices: found under a model id and a date, free only where that is said, never zero by default."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import pytest
from genai_prices import Usage, calc_price

from core.domain.money import NANO, NO_PRICE, Price, dollars
from core.domain.records import Connection
from core.llm import prices
from core.runs.pricing import price_of
from core.store import projects
from core.store.database import IntegrityError, Store, Tx

OPENAI = "https://api.openai.com/v1"


def connection(kind: str = "openai", base_url: str = OPENAI, **more: Any) -> Connection:
    row = {"id": "c1", "name": "C", "kind": kind, "base_url": base_url, "key_source": "", "settings": {}, "models": ()}
    return Connection.model_validate({**row, "probe": {}, "probed_at": None, "removed": False, "version": 1, **more})


def plant(tx: Tx, made: Connection) -> None:
    row = {"id": made.id, "name": made.name, "kind": made.kind, "base_url": made.base_url, "key_source": ""}
    projects.insert_connection(tx, {**row, "settings": {}, "models": [], "created_at": 1.0})


def test_a_known_model_has_its_listed_price_with_the_matched_id_and_the_date() -> None:
    price = prices.listed(connection(), "gpt-4o-mini")
    assert price is not None
    assert (price.input, price.output, price.cached) == (dollars("0.15"), dollars("0.60"), dollars("0.075"))
    assert price.matched == "gpt-4o-mini"
    assert re.fullmatch(r"genai-prices [\d.]+, looked up \d{4}-\d\d-\d\d", price.source)


def test_a_dated_model_name_is_kept_with_the_id_it_was_matched_to() -> None:
    price = prices.listed(connection(), "gpt-4o-mini-2024-07-18")
    assert price is not None
    assert price.matched == "gpt-4o-mini"


@pytest.mark.parametrize(
    ("base_url", "model"),
    [
        (OPENAI, "gpt-4o-mini"),
        (OPENAI, "gpt-5"),
        (OPENAI, "gpt-5.6"),
        ("https://api.anthropic.com/v1", "claude-sonnet-4-5"),
        ("https://generativelanguage.googleapis.com/v1beta/openai", "gemini-2.5-pro"),
    ],
)
def test_the_price_is_that_of_a_prompt_of_usual_length(base_url: str, model: str) -> None:
    """Some lists charge more beyond 200,000 tokens; our prompts are a few thousand."""
    price = prices.listed(connection(base_url=base_url), model)
    assert price is not None
    provider = prices._PROVIDER_HOSTS[base_url.split("/")[2]]
    real = calc_price(Usage(input_tokens=4000, output_tokens=500), model, provider_id=provider).total_price
    ours = Decimal(4000 * price.input + 500 * price.output) / 1_000_000 / NANO
    assert ours == real
    assert 0 < price.cached <= price.input <= price.output


def test_the_list_knows_the_price_of_a_batch_where_there_is_one() -> None:
    price = prices.listed(connection(), "gpt-5")
    assert price is not None
    assert (price.batch_input, price.batch_output) == (dollars("0.625"), dollars("5"))
    assert price.batch_cached == dollars("0.0625")
    groq = prices.listed(connection(base_url="https://api.groq.com/openai/v1"), "llama-3.3-70b-versatile")
    assert groq is not None
    assert (groq.batch_input, groq.batch_output, groq.batch_cached) == (None, None, None)


def test_reasoning_has_a_price_of_its_own_only_where_the_list_says_so() -> None:
    router = connection(base_url="https://openrouter.ai/api/v1")
    research = prices.listed(router, "perplexity/sonar-deep-research")
    assert research is not None
    assert (research.output, research.reasoning) == (dollars("8"), dollars("3"))
    usual = prices.listed(connection(), "gpt-5")
    assert usual is not None
    assert usual.reasoning is None


def test_a_gateway_has_no_listed_price_but_one_to_compare_with() -> None:
    gateway = connection(base_url="https://gateway.example/v1")
    assert prices.listed(gateway, "gpt-4o-mini") is None
    compared = prices.reference(gateway, "gpt-4o-mini")
    assert compared is not None
    assert compared.input == dollars("0.15")
    assert prices.reference(gateway, "my-own-model") is None


@pytest.mark.parametrize(
    ("base_url", "model"),
    [
        (OPENAI, "my-own-model"),
        (OPENAI, ""),
        (OPENAI, "tts-1-hd"),
        (OPENAI, "text-embedding-3-small"),
        ("https://openrouter.ai/api/v1", "openai/gpt-oss-20b:free"),
        ("http://127.0.0.1:11434/v1", "gpt-4o-mini"),
        ("https://gateway.example/v1", "gpt-4o-mini"),
        ("https://api.openai.com.evil.example/v1", "gpt-4o-mini"),
        ("", "gpt-4o-mini"),
        ("not a url", "gpt-4o-mini"),
    ],
)
def test_what_nobody_lists_is_unknown_and_not_free(base_url: str, model: str) -> None:
    assert prices.listed(connection(base_url=base_url), model) is None


@pytest.mark.parametrize("kind", ["builtin", "local", "scripted"])
def test_teachers_on_this_machine_are_free_and_say_why(kind: str, store: Store) -> None:
    with store.read() as tx:
        price = price_of(tx, connection(kind, ""), "any")
    assert price == Price(0, 0, 0, matched=kind, source="runs on this machine, no charge")


def test_an_endpoint_is_never_free_by_itself() -> None:
    assert not prices.is_free(connection(base_url="http://127.0.0.1:8000/v1"))
    assert NO_PRICE.source == "price unknown"


def test_a_price_typed_in_beats_the_list_and_the_newest_beats_older_ones(store: Store) -> None:
    made = connection()
    with store.write() as tx:
        plant(tx, made)
        listed = price_of(tx, made, "gpt-4o-mini")
        assert listed is not None
        assert listed.source.startswith("genai-prices")
        projects.insert_price(tx, "c1", "gpt-4o-mini", Price(5, 6, 7, source="contract"), at=10.0)
        projects.insert_price(tx, "c1", "gpt-4o-mini", Price(1, 2, 3, source="new contract"), at=20.0)
        assert price_of(tx, made, "gpt-4o-mini") == Price(1, 2, 3, matched="gpt-4o-mini", source="new contract")
        assert price_of(tx, made, "my-own-model") is None


FULL = Price(5, 6, 4, "m", "contract", reasoning=7, batch_input=3, batch_output=2, batch_cached=1)


def test_every_part_of_a_typed_price_is_kept(store: Store) -> None:
    with store.write() as tx:
        plant(tx, connection())
        projects.insert_price(tx, "c1", "m", FULL, at=10.0)
        projects.insert_price(tx, "c1", "n", Price(1, 2, 3, source="s"), at=10.0)
        assert projects.find_price(tx, "c1", "m") == FULL
        assert projects.typed_prices(tx, "c1") == {"m": FULL, "n": Price(1, 2, 3, "n", "s")}
        assert projects.typed_prices(tx, "c2") == {}


def test_a_price_taken_back_gives_way_to_the_list_until_another_is_typed(store: Store) -> None:
    made = connection()
    with store.write() as tx:
        plant(tx, made)
        listed = price_of(tx, made, "gpt-4o-mini")
        projects.insert_price(tx, "c1", "gpt-4o-mini", FULL, at=10.0)
        projects.insert_price(tx, "c1", "gpt-4o-mini", FULL, at=20.0, withdrawn=True)
        assert price_of(tx, made, "gpt-4o-mini") == listed
        assert projects.typed_prices(tx, "c1") == {}
        assert tx.value("SELECT count(*) FROM price") == 2
        projects.insert_price(tx, "c1", "gpt-4o-mini", Price(1, 2, 3, source="new"), at=30.0)
        assert price_of(tx, made, "gpt-4o-mini") == Price(1, 2, 3, "gpt-4o-mini", "new")


@pytest.mark.parametrize("sql", ["UPDATE price SET input=0", "DELETE FROM price"])
def test_the_file_itself_keeps_every_price_on_record(store: Store, sql: str) -> None:
    with store.write() as tx:
        plant(tx, connection())
        projects.insert_price(tx, "c1", "m", FULL, at=10.0)
    with pytest.raises(IntegrityError, match="on record"), store.write() as tx:
        tx.run(sql)
    with store.read() as tx:
        assert projects.find_price(tx, "c1", "m") == FULL
