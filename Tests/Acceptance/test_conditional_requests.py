"""HEAD, validators and ranges of static files (RFC 9110 §13 and §14)."""

import email.utils
import os
import re
import time

import pytest

ALPHABET = b"abcdefghijklmnopqrstuvwxyz"


@pytest.fixture
def letters(site):
    (site / "letters.txt").write_bytes(ALPHABET)
    return "/static/letters.txt"


def test_head_answers_the_headers_of_get_without_the_body(server, letters):
    connection = server.raw()
    got = connection.get(letters)
    connection.request(letters, method="HEAD")
    head = connection.read_response("HEAD")
    assert head.status == 200
    for name in ("content-type", "content-length", "etag", "last-modified"):
        assert head.headers[name] == got.headers[name]
    assert connection.get(letters).body == ALPHABET  # so no byte of a body came


# Validators


def test_the_last_modified_date_is_the_files(server, site, letters):
    os.utime(site / "letters.txt", (784111777, 784111777))
    assert server.get(letters).headers["last-modified"] == "Sun, 06 Nov 1994 08:49:37 GMT"


def test_the_etag_is_quoted_and_changes_with_the_file(server, site, letters):
    first = server.get(letters).headers["etag"]
    assert re.fullmatch(r'(W/)?"[^"]+"', first)
    assert server.get(letters).headers["etag"] == first
    os.utime(site / "letters.txt", (784111777, 784111777))
    second = server.get(letters).headers["etag"]
    (site / "letters.txt").write_bytes(ALPHABET + b"!")
    assert len({first, second, server.get(letters).headers["etag"]}) == 3


@pytest.mark.parametrize("given", ["{}", "W/{}", '"other", {}', '"a,b" , {}, "c"', "*"])
def test_if_none_match_with_the_etag_is_304(server, letters, given):
    connection = server.raw()
    etag = connection.get(letters).headers["etag"]
    response = connection.get(letters, [("If-None-Match", given.format(etag.removeprefix("W/")))])
    assert response.status == 304
    assert response.headers["etag"] == etag
    assert connection.get(letters).body == ALPHABET  # the connection goes on, no body came


def test_if_none_match_with_another_etag_is_200(server, letters):
    assert server.get(letters, [("If-None-Match", '"other", W/"another"')]).body == ALPHABET


def test_if_none_match_counts_before_if_modified_since(server, letters):
    date = server.get(letters).headers["last-modified"]
    assert server.get(letters, [("If-None-Match", '"other"'), ("If-Modified-Since", date)]).status == 200


@pytest.mark.parametrize(
    "date", ["Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"]
)
def test_if_modified_since_with_the_files_date_in_any_form_is_304(server, site, letters, date):
    # RFC 9110 §5.6.7: a recipient "MUST accept all three HTTP-date formats".
    os.utime(site / "letters.txt", (784111777, 784111777))
    assert server.get(letters, [("If-Modified-Since", date)]).status == 304


def test_if_modified_since_with_a_later_date_is_304_and_with_an_earlier_one_200(server, site, letters):
    hour_ago = int(time.time()) - 3600
    os.utime(site / "letters.txt", (hour_ago, hour_ago))
    later, earlier = (email.utils.formatdate(hour_ago + step, usegmt=True) for step in (1, -1))
    assert server.get(letters, [("If-Modified-Since", later)]).status == 304
    assert server.get(letters, [("If-Modified-Since", earlier)]).status == 200


@pytest.mark.parametrize("date", ["yesterday", "Sun, 31 Feb 1994 08:49:37 GMT", "", "9" * 100])
def test_an_if_modified_since_that_is_no_date_is_ignored(server, letters, date):
    assert server.get(letters, [("If-Modified-Since", date)]).status == 200


# Ranges


@pytest.mark.parametrize(
    "asked, expected, place",
    [
        ("bytes=0-0", b"a", "0-0"),
        ("bytes=0-4", b"abcde", "0-4"),
        ("bytes=5-", ALPHABET[5:], "5-25"),
        ("bytes=-3", b"xyz", "23-25"),
        ("bytes=-100", ALPHABET, "0-25"),
        ("bytes=20-99", ALPHABET[20:], "20-25"),
        ("bytes=25-25", b"z", "25-25"),
        ("bytes=0-", ALPHABET, "0-25"),
    ],
)
def test_a_range_is_206_with_just_those_bytes(server, letters, asked, expected, place):
    response = server.get(letters, [("Range", asked)])
    assert response.status == 206
    assert response.body == expected
    assert response.headers["content-range"] == f"bytes {place}/26"
    assert response.headers["content-length"] == str(len(expected))


@pytest.mark.parametrize("asked", ["bytes=26-", "bytes=26-30", "bytes=1000-2000", "bytes=-0"])
def test_a_range_beyond_the_file_is_416_with_its_size(server, letters, asked):
    connection = server.raw()
    response = connection.get(letters, [("Range", asked)])
    assert response.status == 416
    assert response.headers["content-range"] == "bytes */26"
    assert connection.get(letters).body == ALPHABET


@pytest.mark.parametrize(
    "asked", ["bytes=abc", "bytes=", "bytes=-", "bytes=5-2", "letters=0-1", "0-1", "bytes=1-2-3", "bytes=0x1-2"]
)
def test_a_range_that_is_none_is_ignored(server, letters, asked):
    response = server.get(letters, [("Range", asked)])
    assert (response.status, response.body) == (200, ALPHABET)


@pytest.mark.parametrize(
    "asked", ["bytes=0-18446744073709551616", "bytes=99999999999999999999999-", "bytes=-99999999999999999999999"]
)
def test_numbers_beyond_64_bits_in_a_range_end_nothing(server, letters, asked):
    assert server.get(letters, [("Range", asked)]).status in (200, 206, 416)
    assert server.get(letters).body == ALPHABET


def test_several_ranges_are_answered_whole_or_in_parts(server, letters):
    response = server.get(letters, [("Range", "bytes=0-1,4-5")])
    assert response.status in (200, 206)
    if response.status == 206:
        assert response.headers["content-type"].startswith("multipart/byteranges")
        assert b"ab" in response.body and b"ef" in response.body
    else:
        assert response.body == ALPHABET


def test_a_range_counts_only_while_if_range_holds(server, letters):
    etag = server.get(letters).headers["etag"]
    if not etag.startswith("W/"):
        assert server.get(letters, [("Range", "bytes=0-1"), ("If-Range", etag)]).status == 206
    response = server.get(letters, [("Range", "bytes=0-1"), ("If-Range", '"other"')])
    assert (response.status, response.body) == (200, ALPHABET)
