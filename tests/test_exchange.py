"""Requests as they come over the wire: what HTTP asks of a server before anybody reads what they are about."""

import http.client
import socket
from contextlib import ExitStack
from urllib.parse import urlsplit

import psutil
import pytest
from conftest import serving

POST = b"POST /sparql HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/sparql-query\r\n"
CHUNKED = POST + b"Transfer-Encoding: chunked\r\n\r\n"
FIRST = b"13\r\nASK { ?s a ?first }\r\n"
GET = b"GET /sparql?query=ASK%7B%7D HTTP/1."
END = b"Connection: close\r\n\r\n"
NOT_WHOLE = b"The body of the request broke off"
ONE_HOST = b"The request names no host, or several"


@pytest.fixture(scope="module")
def address(mini, tmp_path_factory):
    """The address of a service over the tiny dataset."""
    with serving(mini, tmp_path_factory.mktemp("exchange") / "log", lang="en") as address:
        yield address


def send(address: str, message: bytes, over: bool = False) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body of what comes back; `over` says that nothing more is sent."""
    host = urlsplit(address)
    with socket.create_connection((host.hostname, host.port), timeout=20) as connection:
        connection.sendall(message)
        if over:
            connection.shutdown(socket.SHUT_WR)
        answer = http.client.HTTPResponse(connection, method=message.split(b" ")[0].decode())
        answer.begin()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()


@pytest.mark.parametrize(
    ("message", "over", "status", "said"),
    [
        (POST + b"Content-Length: 6\r\n\r\nASK {}", False, 200, b"true"),
        (POST + b"Content-Length: 9\r\n\r\nASK {}", True, 400, NOT_WHOLE + b" after 6 of 9 bytes"),
        (CHUNKED + FIRST + b"2\r\n #\r\n0\r\n\r\n", False, 200, b"true"),
        (CHUNKED + FIRST + b"ZZ\r\n", False, 400, NOT_WHOLE),
        (CHUNKED + FIRST, True, 400, NOT_WHOLE),
        (CHUNKED + FIRST[:-5], True, 400, NOT_WHOLE),
        (CHUNKED + FIRST + b"0\r\nChecksum: 1\r\n\r\n", False, 400, NOT_WHOLE),
    ],
    ids=["whole", "short", "chunks", "a bad chunk", "no last chunk", "half a chunk", "trailers"],
)
def test_a_body_that_breaks_off_is_no_query(address, message, over, status, said):
    found, _, body = send(address, message, over)
    assert (found, said in body) == (status, True), body


@pytest.mark.parametrize("path", [b"/sparql?query=ASK%7B%7D", b"/healthz", b"/static/keifu.css"])
@pytest.mark.parametrize(
    ("version", "hosts", "status"),
    [
        (b"1.1", b"Host: x\r\n", 200),
        (b"1.1", b"", 400),
        (b"1.1", b"Host: x\r\nHost: y\r\n", 400),
        (b"1.1", b"Host: x\r\nHost: x\r\n", 400),
        (b"1.1", b"Host: \xe9\r\n", 400),
        (b"1.0", b"Host: x\r\n", 200),
        (b"1.0", b"", 200),
        (b"1.0", b"Host: x\r\nHost: y\r\n", 400),
    ],
)
def test_a_request_names_one_host(address, path, version, hosts, status):
    found, _, body = send(address, b"GET " + path + b" HTTP/" + version + b"\r\n" + hosts + END)
    assert (found, ONE_HOST in body) == (status, status == 400)


@pytest.mark.parametrize(
    "path", ["/sparql?query=ASK%7B%7D", "/en/", "/healthz", "/static/keifu.css", "/dumps/SHA256SUMS"]
)
@pytest.mark.parametrize("method", ["get", "Head", "post", "options", "FLY"])
def test_methods_are_told_apart_by_their_capitals(address, path, method):
    status, headers, body = send(address, f"{method} {path} HTTP/1.1\r\nHost: x\r\n".encode() + END)
    assert (status, f"does not take {method}." in body.decode()) == (405, True)
    assert "GET" in headers["allow"].split(", ")


WHOLE = slice(None)


@pytest.mark.parametrize("path", ["/dumps/SHA256SUMS", "/dumps/keifu.nq", "/static/keifu.css"])
@pytest.mark.parametrize(
    ("wanted", "part"),
    [
        ("bytes=0-9", slice(0, 10)),
        ("bytes=5-", slice(5, None)),
        ("bytes=-5", slice(-5, None)),
        ("bytes=7-99999999", slice(7, None)),
        ("bytes=0-0", slice(0, 1)),
        # A server may ignore what it does not do, and has to ignore what it does not know (RFC 9110, 14.2).
        ("bytes=0-9,20-29", WHOLE),
        ("bytes=9-3", WHOLE),
        ("bytes=a", WHOLE),
        ("bytes=" + "9" * 5000 + "-", WHOLE),
        ("lines=1-3", WHOLE),
        ("", WHOLE),
    ],
    ids=lambda value: str(value)[:15],
)
def test_a_part_of_a_file(address, path, wanted, part):
    whole = send(address, f"GET {path} HTTP/1.1\r\nHost: x\r\n".encode() + END)[2]
    status, headers, body = send(address, f"GET {path} HTTP/1.1\r\nHost: x\r\nRange: {wanted}\r\n".encode() + END)
    assert (status, body) == (200 if part is WHOLE else 206, whole[part])
    first, after, _ = part.indices(len(whole))
    assert headers.get("content-range") == (None if part is WHOLE else f"bytes {first}-{after - 1}/{len(whole)}")
    assert headers["content-length"] == str(len(body))


@pytest.mark.parametrize("path", ["/dumps/SHA256SUMS", "/static/keifu.css"])
def test_a_part_behind_the_end(address, path):
    length = len(send(address, f"GET {path} HTTP/1.1\r\nHost: x\r\n".encode() + END)[2])
    message = f"GET {path} HTTP/1.1\r\nHost: x\r\nRange: bytes={length}-\r\n".encode() + END
    status, headers, body = send(address, message)
    assert (status, headers["content-range"]) == (416, f"bytes */{length}")
    assert b"ends before the part" in body


def test_only_get_has_parts(address):
    status, headers, _ = send(address, b"HEAD /static/keifu.css HTTP/1.1\r\nHost: x\r\nRange: bytes=0-9\r\n" + END)
    assert (status, "content-range" in headers) == (200, False)


def test_parts_of_files_pass_the_memory_by(dataset, tmp_path):
    """Clients that do not read hold no more of a dump than what is on its way."""
    with serving(dataset, tmp_path / "log") as address, ExitStack() as stack:
        size = len(send(address, b"GET /dumps/keifu.nq HTTP/1.1\r\nHost: x\r\n" + END)[2])
        assert size > 5_000_000
        host = urlsplit(address)
        service = next(
            each for each in psutil.Process().children() if each.environ().get("KEIFU_PORT") == str(host.port)
        )
        (web,) = service.children()
        before = web.memory_info().rss
        for _ in range(20):
            connection = stack.enter_context(socket.create_connection((host.hostname, host.port), timeout=20))
            connection.sendall(b"GET /dumps/keifu.nq HTTP/1.1\r\nHost: x\r\nRange: bytes=1-\r\n" + END)
            assert connection.recv(20).startswith(b"HTTP/1.1 206 ")
        assert web.memory_info().rss - before < 5 * size
