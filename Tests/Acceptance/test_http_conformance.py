"""RFC 9112, clause by clause: where requests begin and end, and whatever two readers could understand in two ways.

Each case is a stretch of bytes and the statuses that must answer it: one too many or too few, and a request has been
smuggled. It is sent in one piece and byte by byte.
"""

from contextlib import suppress

import pytest

HOST = b"Host: sotto\r\n"
HELLO = b"GET /static/hello.txt HTTP/1.1\r\nHost: sotto\r\n\r\n"
LAST = b"GET /static/hello.txt HTTP/1.1\r\nHost: sotto\r\nConnection: close\r\n\r\n"
GET = b"GET /static/hello.txt HTTP/1.1\r\n" + HOST
POST = b"POST /static/hello.txt HTTP/1.1\r\n" + HOST
CHUNKED = POST + b"Transfer-Encoding: chunked\r\n\r\n"
TE, CL = b"Transfer-Encoding: chunked\r\n", b"Content-Length: 5\r\n"
NOTHING = b"0\r\n\r\n"  # an empty chunked body, and five bytes
UPGRADE = (
    b"GET /ws/alice HTTP/1.1\r\n"
    + HOST
    + b"Upgrade: websocket\r\nConnection: Upgrade\r\n"
    + b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
)


def line(target, method=b"GET", version=b"HTTP/1.1"):
    return method + b" " + target + b" " + version + b"\r\n" + HOST + b"\r\n"


def field(*lines):
    """A request with these lines of header behind Host."""
    return GET + b"".join(text + b"\r\n" for text in lines) + b"\r\n"


def sized(*lengths, body=b"hello"):
    return POST + b"".join(b"Content-Length:" + length + b"\r\n" for length in lengths) + b"\r\n" + body


def coded(*codings, body=NOTHING, version=b"HTTP/1.1"):
    fields = b"".join(b"Transfer-Encoding:" + coding + b"\r\n" for coding in codings)
    return POST.replace(b"HTTP/1.1", version) + fields + b"\r\n" + body


def hosted(*hosts, target=b"/static/hello.txt", version=b"HTTP/1.1"):
    fields = b"".join(b"Host:" + host + b"\r\n" for host in hosts)
    return b"GET " + target + b" " + version + b"\r\n" + fields + b"\r\n"


# Answered by these statuses; the connection stays open for the next request.
FOLLOWED = {
    # §2.2
    "2.2 one empty line first": (b"\r\n" + HELLO, [200]),
    "2.2 an empty line between requests": (HELLO + b"\r\n" + HELLO, [200, 200]),
    "2.2 four empty lines first": (b"\r\n" * 4 + HELLO, [200]),
    # §3
    "3.1 small letters are another method": (line(b"/static/hello.txt", b"get"), [405]),
    "3.1 a method that nobody knows": (line(b"/static/hello.txt", b"M-SEARCH"), [405]),
    "3.1 a method of odd characters": (line(b"/static/hello.txt", b"!#$%&'*+-.^_`|~9"), [405]),
    "3.2.1 a query of its own": (line(b"/static/hello.txt??a=b?&=/"), [200]),
    "3.2.2 absolute form": (line(b"http://sotto/static/hello.txt"), [200]),
    "3.2.2 absolute form, the scheme in capitals": (line(b"HTTP://sotto/static/hello.txt"), [200]),
    "3.2.2 absolute form with a port": (line(b"http://sotto:80/static/hello.txt"), [200]),
    "3.2.2 absolute form of another host": (line(b"http://elsewhere/static/hello.txt"), [200]),
    "3.2.2 absolute form without a path": (line(b"http://sotto"), [200]),
    "3.2.2 absolute form without a path, with a query": (line(b"http://sotto?x=/static"), [200]),
    "3.2.4 asterisk form": (line(b"*", b"OPTIONS"), [405]),
    "3.2 an empty Host": (hosted(b""), [200]),
    "3.2 a Host with a port": (hosted(b" sotto:8000"), [200]),
    "3.2 a Host with an empty port": (hosted(b" sotto:"), [200]),
    "3.2 an IPv4 Host": (hosted(b" 127.0.0.1:1"), [200]),
    "3.2 an IPv6 Host": (hosted(b" [::1]:8000"), [200]),
    "3.2 a Host with blanks around it": (hosted(b" \t sotto \t "), [200]),
    # §5
    "5 no space behind the colon": (field(b"X-A:b"), [200]),
    "5 blanks around a value": (field(b"X-A: \t b \t "), [200]),
    "5 an empty value": (field(b"X-A:", b"X-B: "), [200]),
    "5 a name of odd characters": (field(b"!#$%&'*+-.^_`|~9: b"), [200]),
    "5 obs-text in a value": (field(b"X-A: \x80\xff\xc3\xa9"), [200]),
    "5 colons in a value": (field(b"X-A: b: c:"), [200]),
    # §6.1, §6.3
    "6.3 a body of GET": (GET + CL + b"\r\nhello", [200]),
    "6.3 a body that looks like a request": (sized(b" %d" % len(HELLO), body=HELLO), [405]),
    "6.3 a body of 1 MiB": (sized(b" %d" % (1 << 20), body=bytes(1 << 20)), [405]),
    "6.3 a length of zero": (sized(b" 0", body=b""), [405]),
    "6.3 a length with zeros in front": (sized(b" 0005"), [405]),
    "6.3 a length twice, the same": (sized(b" 5", b" 5"), [405]),
    "6.3 a list of the same length": (sized(b" 5, 5 ,5"), [405]),
    "6.3 a length in an extra field is none": (field(b"X-Content-Length: 5", b"Content_Length: 5"), [200]),
    "6.1 chunked in capitals": (coded(b" CHUNKED"), [405]),
    "6.1 chunked with blanks around it": (coded(b"\t chunked \t"), [405]),
    "6.1 chunks of GET": (GET + TE + b"\r\n" + NOTHING, [200]),
    "6.1 TE is no encoding": (field(b"TE: trailers, chunked", b"Trailer: X-A"), [200]),
    # §7.1
    "7.1 a chunk that looks like a request": (CHUNKED + b"%x\r\n" % len(HELLO) + HELLO + b"\r\n" + NOTHING, [405]),
    "7.1 sizes in small and capital letters": (CHUNKED + b"a\r\n0123456789\r\nA\r\n0123456789\r\n" + NOTHING, [405]),
    "7.1 zeros in front of a size": (CHUNKED + b"0000000000000005\r\nhello\r\n" + NOTHING, [405]),
    "7.1 a last chunk of many zeros": (CHUNKED + b"0000\r\n\r\n", [405]),
    "7.1 chunks of one byte": (CHUNKED + b"1\r\nx\r\n" * 50 + NOTHING, [405]),
    "7.1.1 extensions": (CHUNKED + b'5;a;b=c;d="e;f"\r\nhello\r\n0;g\r\n\r\n', [405]),
    "7.1.1 blanks before an extension": (CHUNKED + b"5 ;a\r\nhello\r\n0\t;b\r\n\r\n", [405]),
    "7.1.2 trailers": (CHUNKED + b"5\r\nhello\r\n0\r\nX-A: b\r\nX-C: d\r\n\r\n", [405]),
    "7.1.2 a length in the trailers is none": (CHUNKED + b"0\r\nContent-Length: 50\r\n\r\n", [405]),
    "7.1.2 an encoding in the trailers is none": (CHUNKED + b"0\r\nTransfer-Encoding: chunked\r\n\r\n", [405]),
    "7.1.2 a Connection in the trailers is none": (CHUNKED + b"0\r\nConnection: close\r\n\r\n", [405]),
    # RFC 9110 §7.8: who does not know the other protocol stays with this one.
    "7.8 an upgrade to HTTP/2": (
        field(b"Connection: Upgrade, HTTP2-Settings", b"Upgrade: h2c", b"HTTP2-Settings: AAMAAABkAAQAAP__"),
        [200],
    ),
    "7.8 an upgrade of a file": (UPGRADE.replace(b"/ws/alice", b"/static/hello.txt") + b"\r\n", [200]),
    # §9
    "9.3 HTTP/1.0 that asks to stay": (field(b"Connection: keep-alive").replace(b"/1.1", b"/1.0"), [200]),
    "9.3 HTTP/1.0 that asks in capitals": (field(b"Connection: x, KEEP-ALIVE").replace(b"/1.1", b"/1.0"), [200]),
    "9.3.2 a hundred requests": (HELLO * 100, [200] * 100),
    "9.3.2 all sorts of requests": (
        HELLO + line(b"/nowhere") + line(b"/healthz") + sized(b" 5") + coded(b" chunked") + HELLO,
        [200, 404, 200, 405, 405, 200],
    ),
    # RFC 9110 §10.1.1: nothing is expected of a server before a body that is not there.
    "10.1.1 Expect of HTTP/1.0": (
        field(b"Expect: 100-continue", b"Connection: keep-alive").replace(b"/1.1", b"/1.0"),
        [200],
    ),
    "10.1.1 Expect without a body": (field(b"Expect: 100-continue"), [200]),
    "10.1.1 Expect with an empty body": (field(b"Expect: 100-continue", b"Content-Length: 0"), [200]),
}

# Answered by these statuses, and then the connection ends: whatever follows is not looked at.
ENDED = {
    # §2.2
    "2.2 five empty lines first": (b"\r\n" * 5, [400]),
    "2.2 a bare LF first": (b"\n" + HELLO, [400]),
    "2.2 a bare CR first": (b"\r" + HELLO, [400]),
    "2.2 a blank first": (b" " + HELLO, [400]),
    "2.2 a tab first": (b"\t" + HELLO, [400]),
    "2.2 a zero byte first": (b"\0" + HELLO, [400]),
    "2.2 a byte order mark first": (b"\xef\xbb\xbf" + HELLO, [400]),
    "2.2 bare CRs only": (HELLO.replace(b"\r\n", b"\r"), [400]),
    "2.2 bare LFs only": (HELLO.replace(b"\r\n", b"\n"), [400]),
    "2.2 LF CR": (HELLO.replace(b"\r\n", b"\n\r"), [400]),
    "2.2 CR CR LF": (HELLO.replace(b"\r\n", b"\r\r\n"), [400]),
    "2.2 a blank line that is not empty": (GET + b" \r\n\r\n", [400]),
    # §2.3, §3
    "2.3 no version": (b"GET /static/hello.txt\r\n" + HOST + b"\r\n", [400]),
    "2.3 HTTP/0.9": (b"GET /static/hello.txt\r\n", [400]),
    **{
        f"2.3 version {version.decode()}": (line(b"/static/hello.txt", version=version), [status])
        for version, status in [
            (b"HTTP/1.2", 505),
            (b"HTTP/1.9", 505),
            (b"HTTP/0.9", 505),
            (b"HTTP/0.0", 505),
            (b"HTTP/2.0", 505),
            (b"HTTP/9.9", 505),
            (b"HTTP/1.10", 400),
            (b"HTTP/01.1", 400),
            (b"HTTP/1.", 400),
            (b"HTTP/.1", 400),
            (b"HTTP/1", 400),
            (b"HTTP/2", 400),
            (b"HTTP/1,1", 400),
            (b"HTTP/1.1.", 400),
            (b"HTTP/-1.1", 400),
            (b"HTTP/1.A", 400),
            (b"Http/1.1", 400),
            (b"HTTPS/1.1", 400),
            (b"XTTP/1.1", 400),
            (b"HTTP 1.1", 400),
            (b"HTTP/1.1 ", 400),
            (b"HTTP/1.1\t", 400),
            (b"HTTP/1.1\0", 400),
            (b"", 400),
        ]
    },
    "3.2.4 the preface of HTTP/2": (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0", [505]),
    "3 tabs instead of spaces": (GET.replace(b" ", b"\t") + b"\r\n", [400]),
    "3 a vertical tab instead of a space": (b"GET\x0b/static/hello.txt HTTP/1.1\r\n" + HOST + b"\r\n", [400]),
    "3 a second target": (b"GET /static/hello.txt /x HTTP/1.1\r\n" + HOST + b"\r\n", [400]),
    "3 no method": (b" /static/hello.txt HTTP/1.1\r\n" + HOST + b"\r\n", [400]),
    "3.1 a method that is no token": (line(b"/static/hello.txt", b"GE/T"), [400]),
    "3.1 a method in quotes": (line(b"/static/hello.txt", b'"GET"'), [400]),
    "3.1 a method with a zero byte": (line(b"/static/hello.txt", b"GET\0"), [400]),
    "3.1 a method that is not ASCII": (line(b"/static/hello.txt", b"G\xc3\x89T"), [400]),
    "3.1 a method of 33 bytes": (line(b"/static/hello.txt", b"M" * 33), [501]),
    **{
        f"3.2 target {target!r}": (line(target), [400])
        for target in [
            b"*",
            b"?x",
            b"x",
            b"./static/hello.txt",
            b"\\static",
            b"sotto:80",
            b"//static/hello.txt\x7f",
            b"/a\x00b",
            b"/a\x01b",
            b"/a\tb",
            b"/\xc3\xa9",
            b"/a#b",
            b"/%",
            b"/%4",
            b"/%zz",
            b"/?x=%",
            b"http:",
            b"http:/static/hello.txt",
            b"http:static",
            b"http://",
            b"http:///static/hello.txt",
            b"http://:80/static/hello.txt",
            b"http://user@sotto/static/hello.txt",
            b"http://sotto:port/static/hello.txt",
            b"http://so tto/static/hello.txt",
            b"http://[::1/static/hello.txt",
            b"http://sotto\\@elsewhere/",
            b"ftp://sotto/static/hello.txt",
            b"file:///etc/passwd",
            b"javascript:alert(1)",
        ]
    },
    "3.2.3 authority form": (line(b"sotto:80", b"CONNECT"), [400]),
    "3.2.4 asterisk form of POST": (line(b"*", b"POST"), [400]),
    "3.2.4 more than an asterisk": (line(b"*/", b"OPTIONS"), [400]),
    "3.2 no Host": (hosted(), [400]),
    "3.2 no Host beside an absolute target": (hosted(target=b"http://sotto/static/hello.txt"), [400]),
    "3.2 two Hosts": (hosted(b" sotto", b" sotto"), [400]),
    "3.2 two Hosts of which one is empty": (hosted(b" sotto", b""), [400]),
    "3.2 two Hosts in HTTP/1.0": (hosted(b" sotto", b" sotto", version=b"HTTP/1.0"), [400]),
    "3.2 a wrong Host beside an absolute target": (hosted(b" a b", target=b"http://sotto/static/hello.txt"), [400]),
    **{
        f"3.2 Host {host!r}": (hosted(b" " + host), [400])
        for host in [
            b"a b",
            b"a, b",
            b"a/b",
            b"a?b",
            b"a#b",
            b"a\\b",
            b"user@a",
            b"http://a",
            b"a:b",
            b"a:80:80",
            b"a:-1",
            b"a:80 ",
            b"[::1",
            b"::1",
            b"[::1]x",
            b"[]",
            b"[::1%eth0]",
            b"a%",
            b"a%zz",
            b'"a"',
            b"<a>",
            b"\xc3\xa9",
        ]
        if host != b"a:80 "  # the blank belongs to no value
    },
    # §5
    "5.1 a space before the colon": (field(b"X-A : b"), [400]),
    "5.1 a tab before the colon": (field(b"X-A\t: b"), [400]),
    "5.1 a space in a name": (field(b"X A: b"), [400]),
    "5.1 a space before the colon of a length": (POST + b"Content-Length : 5\r\n\r\nhello", [400]),
    "5.1 a space before the colon of an encoding": (POST + b"Transfer-Encoding : chunked\r\n\r\n" + NOTHING, [400]),
    "5.2 a folded value": (field(b"X-A: b", b" c"), [400]),
    "5.2 a value folded by a tab": (field(b"X-A: b", b"\tc"), [400]),
    "5.2 a folded encoding": (POST + b"Transfer-Encoding:\r\n chunked\r\n\r\n" + NOTHING, [400]),
    "5.2 a folded length": (POST + b"Content-Length:\r\n 5\r\n\r\nhello", [400]),
    "5.2 a first field that starts with a space": (b"GET / HTTP/1.1\r\n Host: sotto\r\n\r\n", [400]),
    "5 no colon": (field(b"X-A"), [400]),
    "5 no name": (field(b": b"), [400]),
    "5 only a colon": (field(b":"), [400]),
    **{
        f"5.1 {bytes([byte])!r} in a name": (field(b"X" + bytes([byte]) + b"A: b"), [400])
        for byte in b'\0\x01\x0b\x0c\x1f\x7f\x80\xff"(),/;<=>?@[\\]{}'
    },
    **{
        f"5.5 {bytes([byte])!r} in a value": (field(b"X-A: b" + bytes([byte]) + b"c"), [400])
        for byte in b"\0\x01\x08\n\x0b\x0c\r\x0e\x1b\x1f\x7f"
    },
    "5.5 a zero byte behind a length": (sized(b" 5\0"), [400]),
    "5.5 a vertical tab before an encoding": (coded(b" \x0bchunked"), [400]),
    # §6.1: what is wrong with the encoding, and a body that another reader could take for a request
    "6.1 CL.TE": (POST + CL + TE + b"\r\n" + NOTHING + HELLO, [400]),
    "6.1 TE.CL": (POST + TE + CL + b"\r\n" + NOTHING + HELLO, [400]),
    "6.1 CL.0 and TE": (POST + TE + b"Content-Length: 0\r\n\r\n" + NOTHING, [400]),
    "6.1 a wrong length and TE": (POST + TE + b"Content-Length: x\r\n\r\n" + NOTHING, [400]),
    "6.1 a length and an unknown encoding": (POST + CL + b"Transfer-Encoding: x\r\n\r\nhello", [400]),
    "6.1 a length and an empty encoding": (POST + CL + b"Transfer-Encoding:\r\n\r\nhello", [400]),
    "6.1 HTTP/1.0 with TE": (coded(b" chunked", version=b"HTTP/1.0"), [400]),
    "6.1 HTTP/1.0 with TE that asks to stay": (
        POST.replace(b"/1.1", b"/1.0") + TE + b"Connection: keep-alive\r\n\r\n" + NOTHING,
        [400],
    ),
    **{
        f"6.1 encoding {coding!r}": (coded(b" " + coding), [status])
        for coding, status in [
            (b"", 400),
            (b",", 400),
            (b"chunked, chunked", 400),
            (b"chunked, identity", 400),
            (b"chunked, gzip", 400),
            (b"chunked,", 400),
            (b",chunked", 400),
            (b"chunked,,", 400),
            (b"identity", 501),
            (b"identity, chunked", 501),
            (b"gzip, chunked", 501),
            (b"xchunked", 501),
            (b"chunkedx", 501),
            (b"x-chunked", 501),
            (b"chunked;q=1", 501),
            (b'"chunked"', 501),
            (b"'chunked'", 501),
            (b"chunked chunked", 501),
            (b"chunked\xff", 501),
            (b"\xa0chunked", 501),
            (b"chun\xe2\x84\xaaed", 501),  # the Kelvin sign, which is a k to those who fold it
        ]
    },
    "6.1 two encodings, both chunked": (coded(b" chunked", b" chunked"), [400]),
    "6.1 two encodings, the second empty": (coded(b" chunked", b""), [400]),
    "6.1 two encodings, the first empty": (coded(b"", b" chunked"), [400]),
    "6.1 two encodings, the second unknown": (coded(b" chunked", b" identity"), [400]),
    "6.1 two encodings, the first unknown": (coded(b" identity", b" chunked"), [501]),
    # §6.2, §6.3
    **{
        f"6.3 length {length!r}": (sized(b" " + length), [400])
        for length in [
            b"",
            b"x",
            b"-5",
            b"+5",
            b"5.",
            b"5.0",
            b"5e0",
            b"0x5",
            b"5h",
            b"5_0",
            b"5 5",
            b"5,",
            b",5",
            b"5,,5",
            b"5, 6",
            b"5;5",
            b'"5"',
            b"\xd9\xa5",
            b"\xef\xbc\x95",
        ]
    },
    "6.3 two lengths": (sized(b" 5", b" 6"), [400]),
    "6.3 two lengths, the second empty": (sized(b" 5", b""), [400]),
    "6.3 two lengths, the second no number": (sized(b" 5", b" x"), [400]),
    "6.3 a length of 64 bits": (sized(b" 18446744073709551616"), [413]),
    "6.3 a length of 64 bits and five": (sized(b" 18446744073709551621"), [413]),
    "6.3 a length of 63 bits": (sized(b" 9223372036854775807"), [413]),
    "6.3 a length of a hundred digits": (sized(b" " + b"9" * 100), [413]),
    "6.3 a length one over the limit": (sized(b" %d" % (1 << 20 | 1)), [413]),
    # §7.1
    **{
        f"7.1 chunk {chunk!r}": (CHUNKED + chunk, [400])
        for chunk in [
            b"\r\n",
            b"x\r\n",
            b"g\r\n",
            b"-1\r\n",
            b"+5\r\n",
            b" 5\r\nhello\r\n",
            b"5 \r\nhello\r\n",
            b"5\t\r\nhello\r\n",
            b"0x5\r\nhello\r\n",
            b"5h\r\nhello\r\n",
            b"5,5\r\nhello\r\n",
            b"5\nhello\n0\n\n",
            b"5\rhello\r0\r\r",
            b"5\r\r\nhello",
            b"5\r\nhello\n0\r\n\r\n",
            b"5\r\nhello\r0\r\n\r\n",
            b"5\r\nhello0\r\n\r\n",
            b"5\r\nhello!\r\n0\r\n\r\n",
            b"6\r\nhello\r\n0\r\n\r\n",
            b"5\0\r\nhello\r\n",
            b"00000000000000005\r\nhello\r\n",
            b"5;a\nhello\r\n",
            b"5;a\rhello\r\n",
            b"5;\0\r\nhello\r\n",
            b"5;a\x0b\r\nhello\r\n",
            b"5;" + b"x" * 1025,
            b"0\n\n",
            b"0\r\nX-A : b\r\n\r\n",
            b"0\r\n X-A: b\r\n\r\n",
            b"0\r\nX-A: b\r\n c\r\n\r\n",
            b"0\r\nX-A: b\n\r\n",
            b"0\r\nX-A: b\0\r\n\r\n",
            b"0\r\nno colon\r\n\r\n",
            b"0\r\n\n",
        ]
    },
    "7.1 a chunk of 64 bits": (CHUNKED + b"ffffffffffffffff\r\n", [413]),
    "7.1 a chunk of 64 bits and five": (CHUNKED + b"10000000000000005\r\n", [413]),
    "7.1 a chunk of 63 bits": (CHUNKED + b"7fffffffffffffff\r\n", [413]),
    "7.1 a chunk of 32 bits": (CHUNKED + b"ffffffff\r\n", [413]),
    "7.1 a chunk one over the limit": (CHUNKED + b"100001\r\n", [413]),
    "7.1.2 trailers over 16 KiB": (CHUNKED + b"0\r\nX-A: " + b"x" * 16380, [431]),
    "7.1.2 trailers a byte over 16 KiB": (CHUNKED + b"0\r\nX-A: " + b"x" * (16384 - 5 - 3) + b"\r\n\r\n", [431]),
    # §7.8 of RFC 9110: a refused upgrade leaves nothing behind that could be read as a request.
    "7.8 an upgrade with a body": (
        UPGRADE + CL.replace(b"5", b"%d" % len(HELLO)) + b"\r\n" + HELLO,
        [400],
    ),
    "7.8 an upgrade with chunks": (UPGRADE + TE + b"\r\n" + NOTHING + HELLO, [400]),
    "7.8 a WebSocket's address without an upgrade": (line(b"/ws/alice") + HELLO, [426]),
    "7.8 a POST to a WebSocket's address": (line(b"/ws/alice", b"POST") + HELLO, [405]),
    "7.8 an upgrade of HTTP/1.0": (UPGRADE.replace(b"/1.1", b"/1.0") + b"\r\n" + HELLO, [426]),
    # §9
    "9.3 close": (GET + b"Connection: close\r\n\r\n" + HELLO, [200]),
    "9.3 close in capitals": (GET + b"Connection: CLOSE\r\n\r\n" + HELLO, [200]),
    "9.3 close beside keep-alive": (GET + b"Connection: keep-alive, close\r\n\r\n" + HELLO, [200]),
    "9.3 close in a second field": (GET + b"Connection: keep-alive\r\nConnection: close\r\n\r\n" + HELLO, [200]),
    "9.3 HTTP/1.0": (b"GET /static/hello.txt HTTP/1.0\r\n\r\n" + HELLO, [200]),
    "9.3.2 requests, and then nonsense": (HELLO * 3 + b"nonsense\r\n" + HELLO, [200, 200, 200, 400]),
    "9.3.2 requests, and then a wrong body": (HELLO + CHUNKED + b"x" + HELLO, [200, 400]),
    # RFC 9110 §10.1.1: told before the body, which then need not come.
    "10.1.1 Expect": (POST + CL + b"Expect: 100-continue\r\n\r\n", [405]),
    "10.1.1 Expect before chunks": (POST + TE + b"Expect: 100-CONTINUE\r\n\r\n", [405]),
    "10.1.1 Expect before a body that is too large": (
        POST + b"Content-Length: 9999999\r\nExpect: 100-continue\r\n\r\n",
        [413],
    ),
}


def talk(server, sent, statuses, by_byte):
    """Sends the bytes, and reads as many answers as there should be."""
    connection = server.raw()
    with suppress(ConnectionError):  # refused before the end: the answer says why
        if by_byte:
            # Deep within a long element the bytes come in greater pieces.
            connection.send_byte_by_byte(sent[:500])
            for place in range(500, len(sent), 997):
                connection.send(sent[place : place + 997])
        else:
            connection.send(sent)
    for status in statuses:
        response = connection.read_response()
        assert response.status == status
        assert response.headers["x-content-type-options"] == "nosniff"
    return connection, response


@pytest.mark.parametrize("by_byte", [False, True], ids=["whole", "bytes"])
@pytest.mark.parametrize("sent, statuses", FOLLOWED.values(), ids=FOLLOWED.keys())
def test_the_next_request_is_found(lasting_server, sent, statuses, by_byte):
    connection, last = talk(lasting_server, sent + LAST, [*statuses, 200], by_byte)
    assert last.text() == "Hello, world"
    connection.expect_end()


@pytest.mark.parametrize("by_byte", [False, True], ids=["whole", "bytes"])
@pytest.mark.parametrize("sent, statuses", ENDED.values(), ids=ENDED.keys())
def test_nothing_more_is_taken_for_a_request(lasting_server, sent, statuses, by_byte):
    connection, last = talk(lasting_server, sent, statuses, by_byte)
    assert "close" in last.headers["connection"].split(", ")
    connection.expect_end()
