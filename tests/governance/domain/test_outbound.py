"""Which URLs and addresses may be sent to."""

from __future__ import annotations

from ipaddress import ip_address, ip_network

import pytest

from governance.domain.outbound import (
    DestinationError,
    address_refusal,
    callback_host_of,
    destination_of,
    is_this_machine,
    network_of,
    network_warning,
)

REFUSED = [
    ("0.0.0.0", "unspecified"),  # noqa: S104
    ("127.0.0.1", "this machine"),
    ("127.255.255.254", "this machine"),
    ("10.0.0.1", "private"),
    ("172.16.0.1", "private"),
    ("172.31.255.255", "private"),
    ("192.168.1.1", "private"),
    ("169.254.169.254", "metadata"),
    ("169.254.170.2", "link-local"),
    ("100.64.0.1", "no address of the public internet"),
    ("100.100.100.200", "no address of the public internet"),
    ("168.63.129.16", "metadata"),
    ("192.0.0.192", "metadata"),
    ("192.0.2.1", "private"),
    ("198.18.0.1", "private"),
    ("224.0.0.1", "multicast"),
    ("240.0.0.1", "private"),
    ("255.255.255.255", "private"),
    ("::", "unspecified"),
    ("::1", "this machine"),
    ("fe80::1", "link-local"),
    ("fc00::1", "private"),
    ("fd00:ec2::254", "private"),
    ("ff02::1", "multicast"),
    ("2001:db8::1", "private"),
    ("::ffff:127.0.0.1", "this machine"),
    ("::ffff:10.0.0.1", "private"),
    ("::ffff:169.254.169.254", "metadata"),
    ("::127.0.0.1", "IPv4-compatible"),
    ("64:ff9b::7f00:1", "NAT64"),
    ("64:ff9b:1::a00:1", "NAT64"),
    ("2002:7f00:1::", "6to4"),
    ("192.88.99.1", "6to4"),
    ("fec0::1", "no address of the public internet"),
    ("3fff::1", "no address of the public internet"),
    ("2001:0:4136:e378:8000:63bf:3fff:fdd2", "Teredo"),
]


@pytest.mark.parametrize(("address", "why"), REFUSED)
def test_what_is_not_the_public_internet_is_refused(address: str, why: str) -> None:
    refusal = address_refusal(ip_address(address))

    assert refusal is not None
    assert why in refusal


@pytest.mark.parametrize(
    "address", ["1.1.1.1", "93.184.216.34", "172.32.0.1", "2606:4700::1111", "::ffff:1.1.1.1"]
)
def test_the_public_internet_is_not(address: str) -> None:
    assert address_refusal(ip_address(address)) is None


def test_a_network_that_an_admin_allows_is_reached_and_no_other() -> None:
    allowed = [ip_network("10.1.0.0/16"), ip_network("fd00:1::/32")]

    assert address_refusal(ip_address("10.1.2.3"), allowed) is None
    assert address_refusal(ip_address("::ffff:10.1.2.3"), allowed) is None
    assert address_refusal(ip_address("fd00:1::9"), allowed) is None
    assert address_refusal(ip_address("10.2.0.1"), allowed) is not None
    assert address_refusal(ip_address("fd00:2::9"), allowed) is not None


@pytest.mark.parametrize(
    ("url", "host", "port"),
    [
        ("https://Hooks.Example.org/a?b=c", "hooks.example.org", 443),
        ("https://hooks.example.org:8443/", "hooks.example.org", 8443),
        ("http://[::1]:8000/x", "::1", 8000),
        ("http://example.org", "example.org", 80),
    ],
)
def test_a_plain_url_has_one_reading(url: str, host: str, port: int) -> None:
    destination = destination_of(url)

    assert (destination.url, destination.host, destination.port) == (url, host, port)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "example.org",
        "ftp://example.org/",
        "file:///etc/passwd",
        "https:///nothing",
        "https://user@example.org/",
        "https://user:word@example.org/",
        "https://example.org/#top",
        "https://example.org:0/",
        "https://hooks..example.org/",
        "https://.example.org/",
        f"https://{'a' * 64}.example.org/",
        f"https://{'a.' * 130}example.org/",
        "https://example.org:99999/",
        "https://[::1",
        "https://example.org\\@evil.test/",
        "https://example.org /",
        "https://exämple.org/",
        "https://example.org/\r\nHost: evil.test",
        f"https://example.org/{'a' * 500}",
    ],
)
def test_a_url_of_two_readings_is_refused(url: str) -> None:
    with pytest.raises(DestinationError):
        destination_of(url)


@pytest.mark.parametrize(
    ("host", "is_here"),
    [
        ("localhost", True),
        ("127.0.0.1", True),
        ("127.9.9.9", True),
        ("::1", True),
        ("localhost.evil.test", False),
        ("10.0.0.1", False),
    ],
)
def test_this_machine_is_known_by_its_names(host: str, *, is_here: bool) -> None:
    assert is_this_machine(host) is is_here


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("our network", "no network in CIDR form"),
        ("10.0.0.1/8", "no network in CIDR form"),
        ("fd12:3456::1%eth0/128", "no network in CIDR form"),
        ("0.0.0.0/0", "this machine"),
        ("::/0", "this machine"),
        ("127.0.0.1/32", "this machine"),
        ("169.254.169.254/32", "metadata"),
        ("168.63.129.16/32", "metadata"),
        ("100.64.0.0/10", "metadata"),
        ("fd00:ec2::254/128", "metadata"),
        ("fd20:ce::/64", "metadata"),
        ("fd00:c1::a9fe:a9fe/128", "metadata"),
        ("fd00:42::/32", "metadata"),
        ("fe80::/64", "link-local"),
        ("224.0.0.0/24", "multicast"),
        ("64:ff9b::/96", "NAT64"),
        ("::ffff:10.0.0.0/104", "IPv4 addresses in another form"),
    ],
)
def test_a_network_that_is_never_opened_says_why(text: str, why: str) -> None:
    with pytest.raises(DestinationError, match=why):
        network_of(text)


@pytest.mark.parametrize("text", ["10.0.0.0/8", "192.168.7.0/24", "10.1.2.3/32", "fd12:3456::/48"])
def test_a_network_of_ones_own_can_be_opened(text: str) -> None:
    assert str(network_of(text)) == text


def test_a_warning_counts_what_a_network_opens() -> None:
    near, one = network_warning(ip_network("10.20.0.0/16")), network_warning(ip_network("10.1.2.3"))
    far = network_warning(ip_network("93.184.216.0/24"))

    assert near.startswith("10.20.0.0/16: 65,536 addresses of your own network.")
    assert one.startswith("10.1.2.3/32: 1 address of your own network.")
    assert (
        far == "93.184.216.0/24: 256 addresses of the public internet, which may be sent to anyway."
    )


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Hooks.Example.org", "hooks.example.org"),
        ("hooks.example.org:443", "hooks.example.org"),
        ("hooks.example.org:8443", "hooks.example.org:8443"),
        ("93.184.216.34", "93.184.216.34"),
    ],
)
def test_a_callback_host_is_kept_as_it_is_compared(text: str, kept: str) -> None:
    assert callback_host_of(text) == kept


@pytest.mark.parametrize(
    "text",
    ["", "https://hooks.example.org", "hooks.example.org/in", "*.example.org", "a b", "h:99999",
     "h..org", "h:0", "user@hooks.example.org", "h\u00f6oks.org"],
)  # fmt: skip
def test_what_is_no_host_is_refused(text: str) -> None:
    with pytest.raises(DestinationError):
        callback_host_of(text)
