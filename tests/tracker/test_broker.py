"""The broker: messages survive, go to one worker whole, and a dead one costs seconds."""

import json
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest
from kombu import Connection, Exchange, Queue
from kombu.exceptions import OperationalError
from kombu.transport import TRANSPORT_ALIASES

from tracker import celery_app
from tracker.broker import broker_answers, folders
from tracker.celery_config import SERVER_OPTIONS

QUEUE = Queue("wakes", Exchange("wakes"), routing_key="wakes")
# What a page may lose to a broker that does not answer.
BEARABLE_SECONDS = 8


@pytest.fixture(params=["files", "redis"])
def connection(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Connection]:
    """A connection to an empty queue of either broker."""
    if request.param == "redis":
        made = Connection(
            request.getfixturevalue("redis_url"),
            transport_options={
                "global_keyprefix": f"{tmp_path.name}-{time.time_ns()}-",
            },
        )
    else:
        made = Connection("files://localhost", transport_options=folders(tmp_path / "broker"))
    with made:
        QUEUE(made.default_channel).declare()
        yield made
        QUEUE(made.default_channel).delete()


def simple(connection: Connection) -> Any:
    """Return the queue with `get` and `put`."""
    return cast("Any", connection).SimpleQueue(QUEUE)


def test_the_embedded_broker_is_the_default() -> None:
    assert "files" in TRANSPORT_ALIASES
    assert celery_app.conf.broker_url == "files://localhost"
    assert broker_answers()


def test_messages_arrive_once_and_in_order(connection: Connection) -> None:
    producer = connection.Producer()
    for number in range(20):
        producer.publish({"number": number}, exchange=QUEUE.exchange, routing_key="wakes")
    with simple(connection) as queue:
        got = []
        for _turn in range(20):
            message = queue.get(timeout=5)
            got.append(message.payload["number"])
            message.ack()
        with pytest.raises(queue.Empty):
            queue.get(block=False)
    assert got == list(range(20))


def test_a_message_in_hand_returns_when_its_worker_goes(connection: Connection) -> None:
    connection.Producer().publish({"n": 1}, exchange=QUEUE.exchange, routing_key="wakes")
    with connection.clone() as first:
        simple(first).get(timeout=5)  # taken, not acknowledged
    with simple(connection) as queue:
        message = queue.get(timeout=5)
        message.ack()
    assert message.payload == {"n": 1}


def test_workers_racing_for_files_get_each_message_once_and_whole(tmp_path: Path) -> None:
    options = folders(tmp_path)
    with Connection("files://localhost", transport_options=options) as connection:
        QUEUE(connection.default_channel).declare()
        producer = connection.Producer()
        for number in range(200):
            body = {"number": number, "text": "四清单" * 500}
            producer.publish(body, exchange=QUEUE.exchange, routing_key="wakes")
    got: list[int] = []

    def work() -> None:
        with Connection("files://localhost", transport_options=options) as mine:
            channel: Any = mine.channel()
            while (message := channel.basic_get("wakes", no_ack=True)) is not None:
                got.append(json.loads(message.body)["number"])

    workers = [threading.Thread(target=work) for _number in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    assert sorted(got) == list(range(200))
    assert list(tmp_path.rglob("*.msg")) == []


@pytest.fixture
def silent_port() -> Iterator[int]:
    """A port that accepts connections and never says a word."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


@pytest.fixture(params=["silent", "closed"])
def dead(request: pytest.FixtureRequest, silent_port: int) -> Connection:
    """A Redis that is not there, or does not answer, with the options of the real one."""
    port = silent_port if request.param == "silent" else 1
    return Connection(
        f"redis://127.0.0.1:{port}/0", connect_timeout=2, transport_options=SERVER_OPTIONS
    )


def test_a_dead_broker_is_noticed_in_seconds(
    dead: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tracker.broker.current_app.connection_for_write", lambda **_options: dead)
    before = time.monotonic()
    assert not broker_answers()
    assert time.monotonic() - before < BEARABLE_SECONDS


def test_a_wake_through_a_dead_broker_fails_in_seconds(dead: Connection) -> None:
    before = time.monotonic()
    with pytest.raises(OperationalError):
        celery_app.send_task("tracker.jobs.record_heartbeat", connection=dead)
    assert time.monotonic() - before < BEARABLE_SECONDS
