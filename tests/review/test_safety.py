"""Access control of the page, tested with raw requests."""

from __future__ import annotations

import socket
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.support.review import Review, serve_review

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "media-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)


def port_of(page: Review) -> int:
    port = urlsplit(page.address).port
    assert port is not None
    return port


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost", "[::1]"])
def test_the_names_of_this_machine_are_answered(page: Review, name: str) -> None:
    host = f"{name}:{port_of(page)}"
    assert page.get("archive", Host=host).status == 200


@pytest.mark.parametrize(
    "host",
    [
        "evil.com",
        "evil.com:{port}",
        "127.0.0.1",
        "127.0.0.1:{other}",
        "127.0.0.1.evil.com:{port}",
        "127.0.0.1:{port}.evil.com",
        "127.1:{port}",
        "0.0.0.0:{port}",
        "LOCALHOST.:{port}",
        "user@127.0.0.1:{port}",
        "",
    ],
)
def test_a_foreign_host_is_refused_even_with_the_cookie(page: Review, host: str) -> None:
    port = port_of(page)
    name = host.format(port=port, other=port - 1)
    answer = page.get("archive", Host=name)
    assert answer.status in (400, 421)
    assert b"<" not in answer.body


def test_two_hosts_or_none_are_refused(page: Review) -> None:
    for hosts in ("", f"Host: {page.host}\r\nHost: {page.host}\r\n"):
        words = f"GET {page.root}archive HTTP/1.1\r\n{hosts}Cookie: {page.cookie}\r\n\r\n"
        with socket.create_connection(("127.0.0.1", port_of(page))) as connection:
            connection.sendall(words.encode())
            assert connection.recv(100).startswith((b"HTTP/1.1 400", b"HTTP/1.1 421"))


def test_it_listens_on_no_other_address(page: Review) -> None:
    name = socket.gethostbyname(socket.gethostname())
    if name.startswith("127."):
        pytest.skip("this machine has no other address")
    with pytest.raises(OSError, match="refused"):
        socket.create_connection((name, port_of(page)), timeout=10)


def test_the_address_works_once_and_gives_a_cookie_for_its_folder(tmp_path: Path) -> None:
    with serve_review(tmp_path, tmp_path) as page:
        path = page.address.removeprefix(f"http://{page.host}")
        wrong = page.request("GET", path[:-1])
        assert (wrong.status, "set-cookie" in wrong.headers) == (403, False)
        first = page.request("GET", path)
        assert (first.status, first.headers["location"]) == (303, page.root)
        pair, *attributes = first.headers["set-cookie"].split("; ")
        assert set(attributes) == {"HttpOnly", "SameSite=strict", f"Path={page.root}"}
        again = page.request("GET", path)
        assert (again.status, "set-cookie" in again.headers) == (403, False)
        assert "works once" in again.text
        # The browser that has the cookie may follow the printed address again.
        assert page.request("GET", path, {"Cookie": pair}).status == 303
        assert page.request("POST", path).status == 403


def test_every_run_has_other_secrets(tmp_path: Path) -> None:
    with serve_review(tmp_path, tmp_path) as one, serve_review(tmp_path, tmp_path) as other:
        one.open()
        other.open()
        assert one.root != other.root
        assert one.cookie != other.cookie
        other.cookie = one.cookie
        assert other.get("archive").status == 403


@pytest.mark.parametrize("cookie", ["", "review=", "review=wrong", "other={secret}"])
def test_nothing_is_shown_without_the_cookie(page: Review, cookie: str) -> None:
    secret = page.cookie.partition("=")[2]
    for name in ("", "archive", "recording", "style.css", "review.js", "nothing"):
        headers = {"Cookie": cookie.format(secret=secret)}
        answer = page.request("GET", page.root + name, headers)
        assert answer.status == 403
        assert b"<" not in answer.body


def test_a_cookie_of_the_same_name_from_another_program_changes_nothing(page: Review) -> None:
    assert page.get("archive", Cookie=f"review=wrong; {page.cookie}; x").status == 200


def test_nothing_is_outside_of_the_folder(page: Review) -> None:
    for path in ("/", "/archive", "/favicon.ico", page.root.rstrip("/"), "/../etc/passwd"):
        assert page.request("GET", path, {"Cookie": page.cookie}).status == 404


@pytest.mark.parametrize("method", ["PUT", "DELETE", "OPTIONS", "TRACE", "PATCH"])
def test_other_methods_are_refused(page: Review, method: str) -> None:
    answer = page.request(method, page.root + "archive", {"Cookie": page.cookie})
    assert answer.status == 405


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": None}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://evil.com"}, 403),
        ({"Origin": "http://127.0.0.1"}, 403),
        ({"Origin": "https://{host}"}, 403),
        ({"Sec-Fetch-Site": None}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "none"}, 403),
        ({"Content-Type": None}, 415),
        ({"Content-Type": "text/plain"}, 415),
        ({"Content-Type": "application/x-www-form-urlencoded"}, 415),
        ({"Content-Type": "text/plain; application/json"}, 415),
        ({"Content-Length": "99999999"}, 413),
        ({"Cookie": None}, 403),
    ],
    ids=str,
)
def test_a_choice_comes_from_our_own_page_only(
    page: Review, headers: Mapping[str, str | None], status: int
) -> None:
    sent = {}
    for name, value in headers.items():
        sent[name] = value.format(host=page.host) if value is not None else None
    assert page.post("undo", sent).status == status


def test_every_answer_forbids_all_but_our_own(page: Review) -> None:
    missing = page.request("GET", "/elsewhere")
    refused = page.request("GET", page.root)
    for answer in (page.get("archive"), page.get("style.css"), page.get("none"), missing, refused):
        assert answer.headers["content-security-policy"] == POLICY
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["cross-origin-opener-policy"] == "same-origin"
        assert answer.headers["cross-origin-resource-policy"] == "same-origin"
        assert "server" not in answer.headers


def test_pages_have_no_script_and_no_style_of_their_own(page: Review) -> None:
    for name in ("archive", "recording"):
        html = page.get(name).text
        assert html.count("<script") == html.count('<script type="module" src="') == 1
        assert "<style" not in html
        assert " style=" not in html
        assert " onclick=" not in html


def test_what_is_forwarded_is_not_believed(page: Review) -> None:
    answer = page.get("archive", **{"X-Forwarded-Host": "evil.com", "X-Forwarded-For": "1.2.3.4"})
    assert answer.status == 200
    assert "evil.com" not in answer.text
