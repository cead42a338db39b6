"""Who counts as one visitor: an IPv4 address, an IPv6 /64."""

import pytest
from django.test import RequestFactory

from vaxpass.desks._shared.politeness import visitor_of


def visitor(address: str) -> bytes:
    return visitor_of(RequestFactory().get("/", REMOTE_ADDR=address))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff:ffff:ffff:ffff"),
        ("2001:db8:1:2::1", "2001:DB8:0001:2:0:0:0:1"),
        ("fe80::1%eth0", "fe80::2%eth1"),
        ("192.0.2.1", "::ffff:192.0.2.1"),
    ],
)
def test_addresses_of_one_subscriber_count_together(one: str, other: str) -> None:
    assert visitor(one) == visitor(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:3::1"),
        ("192.0.2.1", "192.0.2.2"),
        ("::ffff:192.0.2.1", "::ffff:192.0.2.2"),
        ("unknown", ""),
    ],
)
def test_others_count_alone(one: str, other: str) -> None:
    assert visitor(one) != visitor(other)


def test_the_name_does_not_tell_the_address() -> None:
    assert b"192.0.2.1" not in visitor("192.0.2.1")
    assert len(visitor("192.0.2.1")) == 32
