"""Where somebody is signed in is told in words that they know."""

import pytest

from learn.web.account.devices import device_name

MOZILLA = "Mozilla/5.0"


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        (f"{MOZILLA} (Linux; Android 10; K) AppleWebKit/537.36 Chrome/156.0 Mobile Safari/537.36", "Chrome, Android"),
        (f"{MOZILLA} (Windows NT 10.0; Win64) AppleWebKit/537.36 Chrome/156.0 Safari/537.36 Edg/156.0", "Edge, Windows"),
        (f"{MOZILLA} (X11; Linux x86_64; rv:150.0) Gecko/20100101 Firefox/150.0", "Firefox, Linux"),
        (f"{MOZILLA} (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1", "Safari, iPhone"),
        ("curl/8", "curl/8"),
        ("", ""),
    ],
)  # fmt: skip
def test_a_device_is_named_by_browser_and_system(sent, shown):
    assert device_name(sent) == shown
