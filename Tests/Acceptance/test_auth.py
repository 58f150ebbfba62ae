"""Who may connect: tokens of all algorithms, the ways to present one, and every way to be refused."""

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from websockets.exceptions import InvalidStatus

from daemon import Daemon, eventually, run_to_end
from raw_websocket import UPGRADE
from tokens import OTHER_SECRET, SECRET, KeyPair, base64url, bearer, by_hand, claims, ending_in, start_asking, token

V1 = ("Sec-WebSocket-Protocol", "sotto.v1")


@pytest.fixture(scope="module")
def pairs():
    return {algorithm: KeyPair(algorithm) for algorithm in ("RS256", "ES256", "EdDSA")}


@pytest.fixture
def asking(start):
    return start_asking(start)


def knock(daemon, client_id="1001", headers=(), query=""):
    return daemon.get(f"/ws/{client_id}{query}", [*UPGRADE, *headers])


def assert_refused(daemon, presented, client_id="1001"):
    """By HTTP in the plain protocol, and over the socket in sotto.v1."""
    headers = [] if presented is None else [bearer(presented)]
    answer = knock(daemon, client_id, headers)
    assert answer.status == 401, answer
    assert answer.headers["www-authenticate"] == "Bearer"
    if presented:
        assert presented not in answer.text()
    how = {} if presented is None else {"additional_headers": {"Authorization": f"Bearer {presented}"}}
    client = daemon.v1(client_id, refused=True, **how)
    assert "retry" not in client.expect_bye(4001)


# Tokens that are good


@pytest.mark.parametrize("algorithm", ["RS256", "ES256", "EdDSA"])
def test_a_token_by_a_key_pair_is_taken(start, tmp_path, pairs, algorithm):
    pair = pairs[algorithm]
    daemon = start("--auth", "jwt", "--jwt-public-key", pair.write(tmp_path / "key.pem"))
    alice = daemon.client("alice", additional_headers=[bearer(pair.token("alice"))])
    bob = daemon.v1("bob", additional_headers=[bearer(pair.token("bob"))])
    alice.send("bob:hello")
    bob.expect("message", text="hello")
    assert_refused(daemon, KeyPair(algorithm).token("1001"))
    assert_refused(daemon, token("1001"))


def test_a_token_by_a_secret_is_taken(start, tmp_path):
    (tmp_path / "secret").write_text(SECRET + "\n")
    daemon = start("--auth", "jwt", "--jwt-secret-file", str(tmp_path / "secret"))
    daemon.client("alice", additional_headers=[bearer(token("alice"))]).expect_nothing()
    assert_refused(daemon, token("1001", SECRET + "\n"))


def test_any_of_several_keys_may_have_signed(start, tmp_path, pairs):
    (tmp_path / "1").write_text(SECRET)
    (tmp_path / "2").write_text(OTHER_SECRET)
    both = (pairs["RS256"].pem + pairs["ES256"].pem).decode()
    (tmp_path / "keys.pem").write_text(both)
    flags = ["--jwt-secret-file", str(tmp_path / "1"), "--jwt-secret-file", str(tmp_path / "2")]
    flags += ["--jwt-public-key", str(tmp_path / "keys.pem")]
    flags += ["--jwt-public-key", pairs["EdDSA"].write(tmp_path / "key.pem")]
    daemon = start("--auth", "jwt", *flags)
    for each in [token("a"), token("a", OTHER_SECRET), *(pair.token("a") for pair in pairs.values())]:
        assert knock(daemon, "a", [bearer(each)]).status == 101
    assert knock(daemon, "a", [bearer(token("a", headers={"kid": "any"}))]).status == 101
    assert_refused(daemon, token("1001", OTHER_SECRET[::-1]))


@pytest.mark.parametrize("client_id", ["\u00e9", "e\u0301", "a\"b\\", "日本", "*"])
def test_an_id_of_any_letters_is_taken(asking, client_id):
    asking.client(client_id, additional_headers=[bearer(token(client_id))]).expect_nothing()


@pytest.mark.parametrize(("client_id", "other"), [("\u00e9", "e\u0301"), ("e\u0301", "\u00e9"), ("a", "A")])
def test_ids_that_look_alike_are_two_clients(asking, client_id, other):
    with pytest.raises(InvalidStatus, match="401"):
        asking.client(client_id, additional_headers=[bearer(token(other))])


def test_issuer_and_audience_are_checked_where_they_are_configured(start):
    daemon = start_asking(start, "--jwt-issuer", "https://login.example", "--jwt-audience", "chat")
    good = {"iss": "https://login.example", "aud": ["mail", "chat"]}
    assert knock(daemon, headers=[bearer(token("1001", **good))]).status == 101
    assert knock(daemon, headers=[bearer(token("1001", **good | {"aud": "chat"}))]).status == 101
    for wrong in ({"iss": None}, {"iss": "https://login.example/"}, {"aud": None}, {"aud": "mail"}, {"aud": []}):
        assert_refused(daemon, jwt.encode(claims("1001", **good | wrong), SECRET))


def test_a_token_of_the_subcommand_is_taken(asking, tmp_path):
    flags = ["token", "--id", "1001", "--expires", "1h", "--peers", "6001,team-*"]
    made = run_to_end(*flags, env={"SOTTO_JWT_SECRET": SECRET})
    assert (made.returncode, made.stderr) == (0, "")
    said = jwt.decode(made.stdout.strip(), SECRET, ["HS256"])
    assert (said["sub"], said["exp"] - said["iat"], said["peers"]) == ("1001", 3600, ["6001", "team-*"])
    assert knock(asking, headers=[bearer(made.stdout.strip())]).status == 101


# The ways to present one


def test_a_page_presents_its_token_as_a_subprotocol(asking):
    for client_id, known in (("a", "sotto.v1"), ("b", "sotto.plain")):
        for order in ([known, f"bearer.{token(client_id)}"], [f"bearer.{token(client_id)}", known]):
            answer = knock(asking, client_id, [("Sec-WebSocket-Protocol", ", ".join(order))])
            assert (answer.status, answer.headers["sec-websocket-protocol"]) == (101, known)
    alone = knock(asking, "a", [("Sec-WebSocket-Protocol", f"bearer.{token('a')}")])
    assert alone.status == 400


def test_a_token_in_the_query_is_taken(asking):
    assert knock(asking, query=f"?token={token('1001')}").status == 101
    assert knock(asking, query=f"?since=0&token={token('1001')}", headers=[V1]).status == 101
    assert knock(asking, query="?token=").status == 401


@pytest.mark.parametrize("scheme", ["bearer", "BEARER", "Bearer "])
def test_the_scheme_is_read_in_any_case(asking, scheme):
    assert knock(asking, headers=[("Authorization", f"{scheme} {token('1001')}")]).status == 101


def test_two_at_once_are_refused_even_if_both_are_good(asking):
    good = token("1001")
    ways = [
        ([bearer(good), bearer(good)], ""),
        ([bearer(good)], f"?token={good}"),
        ([bearer(good), ("Sec-WebSocket-Protocol", f"sotto.plain, bearer.{good}")], ""),
        ([("Sec-WebSocket-Protocol", f"sotto.plain, bearer.{good}")], f"?token={good}"),
        ([("Sec-WebSocket-Protocol", f"sotto.plain, bearer.{good}, bearer.x")], ""),
        ([], f"?token={good}&token={good}"),
    ]
    for headers, query in ways:
        answer = knock(asking, headers=headers, query=query)
        assert (answer.status, answer.headers["www-authenticate"]) == (401, "Bearer"), (headers, query)
        assert "more than one" in answer.text()


def test_credentials_of_another_kind_are_no_token(asking):
    basic = ("Authorization", "Basic YTpi")
    assert knock(asking, headers=[basic]).status == 401
    assert knock(asking, headers=[basic], query=f"?token={token('1001')}").status == 101


def test_only_the_endpoint_asks(asking):
    assert asking.get("/healthz").status == 200
    assert asking.get("/static/hello.txt").status == 200


def test_what_is_no_client_id_is_told_before_the_token_is_looked_at(asking):
    assert knock(asking, "a%20b").status == 400


# Tokens that are not


def none(payload):
    return base64url(b'{"alg":"none","typ":"JWT"}') + "." + base64url(payload.encode()) + "."


def twisted():
    """Names and tokens for 1001 that must all be refused by a server with SECRET."""
    good = token("1001")
    header, payload, signature = good.split(".")
    head, exp = {"alg": "HS256"}, claims("x")["exp"]
    last = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    yield "none", none(f'{{"sub":"1001","exp":{exp}}}')
    yield "none in capitals", by_hand({"alg": "NONE"}, claims("1001"))
    yield "empty signature", f"{header}.{payload}."
    yield "no signature", f"{header}.{payload}"
    yield "four parts", good + ".x"
    yield "no token", "x"
    yield "empty", ""
    yield "padded", good + "="
    yield "other spelling of the signature", good[:-1] + last[last.index(good[-1]) + 1]
    yield "other letters", good.replace("-", "+").replace("_", "/") + "+"
    yield "white space", good[:20] + " " + good[20:]
    yield "other secret", token("1001", OTHER_SECRET)
    yield "short signature", good[:-4]
    yield "payload of another", f"{header}.{token('6001').split('.')[1]}.{signature}"
    yield "HS384", token("1001", algorithm="HS384")
    yield "HS512", token("1001", algorithm="HS512")
    yield "alg in small letters", by_hand({"alg": "hs256"}, claims("1001"))
    yield "no alg", by_hand({}, claims("1001"))
    yield "alg no string", by_hand({"alg": ["HS256"]}, claims("1001"))
    yield "alg twice", by_hand('{"alg":"none","alg":"HS256"}', claims("1001"))
    yield "crit", by_hand(head | {"crit": ["exp"]}, claims("1001"))
    yield "b64", by_hand(head | {"crit": ["b64"], "b64": False}, claims("1001"))
    yield "header no object", by_hand('"HS256"', claims("1001"))
    yield "payload no object", by_hand(head, "[]")
    yield "payload no JSON", by_hand(head, '{"sub":"1001",')
    yield "payload with a byte order mark", by_hand(head, "\ufeff{}")
    yield "deep payload", by_hand(head, '{"sub":"1001","exp":%d,"x":%s}' % (exp, "[" * 1000 + "]" * 1000))
    yield "sub twice", by_hand(head, f'{{"sub":"6001","sub":"1001","exp":{exp}}}')
    yield "sub twice, one escaped", by_hand(head, f'{{"sub":"1001","\\u0073ub":"1001","exp":{exp}}}')
    yield "no sub", by_hand(head, {"exp": exp})
    yield "sub a number", by_hand(head, {"sub": 1001, "exp": exp})
    yield "sub of another", token("6001")
    yield "sub with NUL", token("1001\0")
    yield "no exp", by_hand(head, {"sub": "1001"})
    yield "exp a string", by_hand(head, {"sub": "1001", "exp": str(exp)})
    yield "exp null", by_hand(head, {"sub": "1001", "exp": None})
    yield "exp NaN", by_hand(head, '{"sub":"1001","exp":NaN}')
    yield "expired", token("1001", exp=ending_in(-1))
    yield "long expired", by_hand(head, '{"sub":"1001","exp":-1e999}')
    yield "not yet", by_hand(head, claims("1001", nbf=exp))
    yield "nbf a string", by_hand(head, claims("1001") | {"nbf": "0"})
    yield "iat a string", by_hand(head, claims("1001") | {"iat": "0"})
    yield "iss a number", by_hand(head, claims("1001") | {"iss": 1})
    yield "aud an object", by_hand(head, claims("1001") | {"aud": {}})
    yield "peers a string", by_hand(head, claims("1001") | {"peers": "*"})
    yield "peers of numbers", by_hand(head, claims("1001") | {"peers": [6001]})
    yield "too long", token("1001", x="x" * 7000)


@pytest.fixture(scope="module")
def asking_process(tmp_path_factory):
    daemon = Daemon(
        ["--port", "0", "--static", str(tmp_path_factory.mktemp("asking"))],
        env={"SOTTO_AUTH": "jwt", "SOTTO_JWT_SECRET": SECRET},
    )
    try:
        daemon.wait_until_ready()
        yield daemon
        daemon.stop()
    finally:
        daemon.kill()


@pytest.fixture
def module_daemon(asking_process):
    yield asking_process
    asking_process.close_clients()


@pytest.mark.parametrize("name", [name for name, _ in twisted()])
def test_a_token_that_is_not_good_is_refused(module_daemon, name):
    presented = dict(twisted())[name]
    if presented.strip() == presented and presented.isascii():
        assert_refused(module_daemon, presented)
    assert knock(module_daemon, headers=[bearer(token("1001"))]).status == 101


def test_no_token_is_refused(module_daemon):
    assert_refused(module_daemon, None)


def test_a_public_key_is_no_secret(start, tmp_path, pairs):
    """The classic: the server's public key, which everybody has, as the secret of HS256."""
    daemon = start("--auth", "jwt", "--jwt-public-key", pairs["RS256"].write(tmp_path / "key.pem"))
    for secret in (pairs["RS256"].pem, pairs["RS256"].pem.strip()):
        for algorithm in ("HS256", "RS256"):
            assert_refused(daemon, by_hand({"alg": algorithm}, claims("1001"), secret))
    assert_refused(daemon, jwt.encode(claims("1001"), pairs["RS256"].private, "PS256"))
    assert_refused(daemon, jwt.encode(claims("1001"), pairs["RS256"].private, "RS512"))


@pytest.mark.parametrize("algorithm", ["ES256", "EdDSA"])
def test_a_signature_of_another_form_is_refused(start, tmp_path, pairs, algorithm):
    daemon = start("--auth", "jwt", "--jwt-public-key", pairs[algorithm].write(tmp_path / "key.pem"))
    message = pairs[algorithm].token("1001").rpartition(".")[0]
    signature = (
        pairs["ES256"].private.sign(message.encode(), ec.ECDSA(SHA256()))
        if algorithm == "ES256"
        else pairs["EdDSA"].private.sign(message.encode())[:63]
    )
    for wrong in (signature, b"", bytes(64), bytes(63), bytes(65), b"\xff" * 64):
        assert_refused(daemon, message + "." + base64url(wrong))


# Flags and files


def test_wrong_combinations_are_said_in_one_line():
    def line(*flags, env=None):
        result = run_to_end(*flags, env=env)
        assert result.returncode == 64 and result.stdout == ""
        (only,) = result.stderr.splitlines()
        return only

    assert "needs a key" in line("--auth", "jwt")
    assert "--auth jwt" in line("--jwt-secret-file", "x")
    assert "--auth jwt" in line("--jwt-issuer", "x")
    assert "allowed: none, jwt" in line("--auth", "basic")
    for said in (
        line("--auth", "jwt", "--jwt-secret", "tooshorttoquote"),
        line("--auth", "jwt", env={"SOTTO_JWT_SECRET": "tooshorttoquote"}),
        line("token", "--id", "1", env={"SOTTO_JWT_SECRET": "tooshorttoquote"}),
    ):
        assert "at least 32 bytes" in said and "tooshorttoquote" not in said
    assert "--id" in line("token")
    assert "--jwt-secret-file" in line("token", "--id", "1")
    assert "allowed" in line("token", "--id", "a b", env={"SOTTO_JWT_SECRET": SECRET})


def test_keys_that_cannot_be_used_are_named_with_the_remedy(tmp_path):
    def refused(flag, content, *words):
        path = tmp_path / "key"
        path.write_bytes(content)
        result = run_to_end("--auth", "jwt", "--port", "0", flag, str(path))
        assert result.returncode == 1, result
        (only,) = result.stderr.splitlines()
        for word in (str(path), flag, *words):
            assert word in only, only

    def pem(key):
        return key.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)

    pair = KeyPair("EdDSA")
    private = pair.private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    refused("--jwt-secret-file", b"short\n", "32 bytes", "openssl rand")
    refused("--jwt-secret-file", pair.pem, "--jwt-public-key")
    refused("--jwt-public-key", b"", "BEGIN PUBLIC KEY")
    refused("--jwt-public-key", b"a secret of more than thirty-two bytes", "BEGIN PUBLIC KEY")
    refused("--jwt-public-key", private, "private key", "pkey -pubout")
    refused("--jwt-public-key", b"-----BEGIN CERTIFICATE-----\n", "x509 -pubkey")
    refused("--jwt-public-key", pem(rsa.generate_private_key(65537, 1024).public_key()), "2048 bits")
    refused("--jwt-public-key", pem(ec.generate_private_key(ec.SECP384R1()).public_key()), "P-256")
    missing = run_to_end("--auth", "jwt", "--jwt-secret-file", str(tmp_path / "none"))
    assert missing.returncode == 1 and "No such file" in missing.stderr


def test_a_server_for_all_warns_unless_it_asks_for_tokens(start):
    open_to_all = start("--host", "0.0.0.0")
    eventually(lambda: "anybody" in open_to_all.stderr(), "a warning")
    for daemon in (start_asking(start, "--host", "0.0.0.0"), start()):
        daemon.end()
        assert "anybody" not in daemon.stderr()


def test_a_server_that_asks_for_none_ignores_tokens(server):
    assert knock(server, headers=[bearer("x"), bearer("y")], query="?token=z").status == 101
    alice = server.v1("alice", additional_headers=[bearer("x")])
    alice.do("auth", token="x")
    alice.do("ping", ref=1)
    alice.expect("pong", ref=1)


def test_no_token_is_in_the_log(start):
    daemon = start_asking(start, "--log-level", "trace")
    good, wrong = token("1001"), token("1001", OTHER_SECRET)
    for each in (good, wrong):
        knock(daemon, headers=[bearer(each)])
        knock(daemon, query=f"?token={each}")
        knock(daemon, headers=[("Sec-WebSocket-Protocol", f"sotto.plain, bearer.{each}")])
    daemon.get(f"/static/hello.txt?token={good}")
    alice = daemon.v1("1001", additional_headers=[bearer(good)])
    alice.do("auth", token=wrong)
    alice.expect_bye(4001)
    daemon.end()
    log = daemon.stderr()
    assert "token refused" in log and "is not that of a key" in log
    for each in (good, wrong):
        for part in each.split("."):
            # The header is the same for all tokens by this library.
            assert part == good.split(".")[0] or part not in log
    assert SECRET not in log and "Bearer" not in log and "eyJ" not in log
