import pytest

from config.env import (
    broker_address,
    database_address,
    environment_read,
)
from config.env_values import EnvironmentVariableError

REQUIRED = {"SECRET_KEY": "s" * 32, "SEAL_KEY": "k" * 32}


def test_a_missing_secret_is_refused_outside_debug_and_tests() -> None:
    with pytest.raises(EnvironmentVariableError, match="SECRET_KEY must be at least 32"):
        environment_read({})


def test_a_short_secret_is_refused_outside_debug_and_tests() -> None:
    with pytest.raises(EnvironmentVariableError, match="got 'short'"):
        environment_read({"SECRET_KEY": "short"})


def test_tests_may_go_without_a_secret() -> None:
    environment = environment_read({"COUNTERSIGN_TESTING": "1"})

    assert len(environment.secret_key) >= 32


def test_a_short_secret_is_kept_in_debug() -> None:
    environment = environment_read({"DEBUG": "1", "SECRET_KEY": "short"})

    assert environment.secret_key == "short"


def test_defaults_are_safe() -> None:
    environment = environment_read({**REQUIRED})

    assert not environment.debug
    assert not environment.behind_tls
    assert environment.allowed_hosts == ("localhost", "127.0.0.1", "[::1]")
    assert environment.database_pool_max == 0


def test_words_are_split_at_commas() -> None:
    environment = environment_read({**REQUIRED, "ALLOWED_HOSTS": "console.example, other.example,"})

    assert environment.allowed_hosts == ("console.example", "other.example")


def test_the_clock_can_be_moved_in_test_settings_only() -> None:
    variables = {**REQUIRED, "CLOCK_OFFSET_FILE": "offset"}

    assert environment_read(variables).clock_offset_file == ""
    assert environment_read(variables | {"COUNTERSIGN_TESTING": "1"}).clock_offset_file == "offset"


@pytest.mark.parametrize("value", ["yes", "true", "2", ""])
def test_a_flag_is_0_or_1(value: str) -> None:
    with pytest.raises(EnvironmentVariableError, match="DEBUG must be 0 or 1"):
        environment_read({**REQUIRED, "DEBUG": value})


@pytest.mark.parametrize("value", ["many", "-1", "201", "1.5"])
def test_the_pool_size_is_a_whole_number_in_range(value: str) -> None:
    with pytest.raises(EnvironmentVariableError, match="DATABASE_POOL_MAX must be a whole number"):
        environment_read({**REQUIRED, "DATABASE_POOL_MAX": value})


def test_a_database_url_names_host_port_and_quoted_password() -> None:
    address = database_address("postgresql://ann:p%40ss@db.example:5433/console")

    assert (address.host, address.port, address.name) == ("db.example", "5433", "console")
    assert (address.user, address.password) == ("ann", "p@ss")


def test_a_database_url_may_name_a_socket_directory() -> None:
    address = database_address("postgresql://ann:pw@/console?host=/run/pg")

    assert (address.host, address.port) == ("/run/pg", "")


@pytest.mark.parametrize("url", ["sqlite:///x.db", "mysql://a/b", "postgresql://host/", "x"])
def test_only_postgresql_is_a_database(url: str) -> None:
    with pytest.raises(EnvironmentVariableError, match="DATABASE_URL must be postgresql://"):
        database_address(url)


def test_a_unix_socket_is_spelt_for_each_client() -> None:
    address = broker_address("unix:///run/valkey.sock")

    assert address.celery_url == "redis+socket:///run/valkey.sock"
    assert address.redis_url == "unix:///run/valkey.sock"


def test_a_network_broker_is_spelt_alike_for_both_clients() -> None:
    address = broker_address("redis://broker:6379/1")

    assert address.celery_url == address.redis_url == "redis://broker:6379/1"


@pytest.mark.parametrize("url", ["amqp://x", "unix://", "redis://", ""])
def test_only_redis_speakers_are_brokers(url: str) -> None:
    with pytest.raises(EnvironmentVariableError, match="BROKER_URL must be redis://"):
        broker_address(url)


def test_whoever_watches_is_told_over_https() -> None:
    url = "https://watch.example/ping/secret"

    assert environment_read({**REQUIRED, "WATCH_URL": url}).watch_url == url
    assert environment_read({**REQUIRED}).watch_url == ""


@pytest.mark.parametrize(
    "url", ["http://watch.example/ping/secret", "watch.example", "https://me:secret@watch.example/"]
)
def test_an_address_that_is_not_plain_https_is_refused_and_not_quoted(url: str) -> None:
    with pytest.raises(EnvironmentVariableError, match="WATCH_URL must be https") as caught:
        environment_read({**REQUIRED, "WATCH_URL": url})

    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("variables", "url"),
    [
        ({}, "http://localhost:8000"),
        ({"TRUSTED_ORIGINS": "https://a.example,https://b.example"}, "https://a.example"),
        ({"TRUSTED_ORIGINS": "https://*.a.example,https://b.example"}, "https://b.example"),
        ({"TRUSTED_ORIGINS": "https://*.a.example"}, "http://localhost:8000"),
        ({"CONSOLE_URL": "https://c.example:8443/"}, "https://c.example:8443"),
    ],
)
def test_links_lead_to_one_host(variables: dict[str, str], url: str) -> None:
    environment = environment_read({**REQUIRED} | variables)

    assert environment.console_url == url


@pytest.mark.parametrize(
    "url",
    ["console.example", "ftp://c.example", "https://c.example/console", "https://c.example/?a=1",
     "https://ann@c.example", "https://[c.example", "https://c.example:0", "https://c.example:x"],
)  # fmt: skip
def test_a_console_that_is_no_origin_is_refused_by_its_name(url: str) -> None:
    with pytest.raises(EnvironmentVariableError, match="CONSOLE_URL must be https://host"):
        environment_read({**REQUIRED, "CONSOLE_URL": url})


@pytest.mark.parametrize(
    "sender",
    ["countersign", "a@b.example, c@d.example", "a@b.example\nBcc: c@d"],
)
def test_mail_is_from_one_address(sender: str) -> None:
    with pytest.raises(EnvironmentVariableError, match="EMAIL_FROM must be one address"):
        environment_read({**REQUIRED, "EMAIL_FROM": sender})


def test_mail_goes_out_encrypted_unless_it_is_said_otherwise() -> None:
    usual = environment_read({**REQUIRED, "CONSOLE_URL": "https://c.example"}).mail
    tls = environment_read({**REQUIRED, "EMAIL_USE_SSL": "1"}).mail

    assert (usual.port, usual.starttls, usual.tls) == (587, True, False)
    assert usual.sender == "Countersign <countersign@c.example>"
    assert (tls.port, tls.starttls, tls.tls) == (465, False, True)
