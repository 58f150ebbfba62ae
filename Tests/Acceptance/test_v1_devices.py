"""sotto.v1: several devices of one person are kept in step."""

import pytest


@pytest.fixture
def phone(storing_server):
    return storing_server.v1("alice")


@pytest.fixture
def laptop(storing_server, phone):
    return storing_server.v1("alice")


@pytest.fixture
def bob(storing_server):
    return storing_server.v1("bob")


def test_every_device_gets_every_message_with_the_same_number(phone, laptop, bob):
    for n in range(10):
        bob.say("alice", f"m{n}", str(n))
    seen = [[device.expect("message", text=str(n))["seq"] for n in range(10)] for device in (phone, laptop)]
    assert seen[0] == seen[1]


def test_what_one_device_sends_comes_to_the_others_as_a_copy(phone, laptop, bob):
    phone.send('{"type":"send","to":"bob","id":"m1","data":{"a":1, "a":2}}')
    accepted = phone.expect("accepted", id="m1")
    laptop.expect("copy", to="bob", id="m1", seq=accepted["seq"], at=accepted["at"])
    assert '"data":{"a":1, "a":2}' in laptop.raw
    phone.send_bytes("bob", "m2", b"bytes", mime="a/b", name="n")
    phone.expect("accepted", id="m2")
    laptop.expect("copy", to="bob", id="m2", payload=b"bytes", mime="a/b", name="n")
    laptop.say("bob", "m3", "from the laptop")
    phone.expect("copy", id="m3", text="from the laptop")
    assert [bob.expect("message")["id"] for _ in range(3)] == ["m1", "m2", "m3"]
    for device in (phone, laptop, bob):
        device.expect_nothing()


def test_a_copy_comes_though_the_recipient_is_absent(phone, laptop):
    phone.say("nobody", "m", "x")
    laptop.expect("copy", to="nobody", id="m")


def test_the_same_id_again_makes_no_second_copy(phone, laptop, bob):
    for _ in range(3):
        phone.say("bob", "m", "x")
    laptop.expect("copy", id="m")
    laptop.expect_nothing()
    laptop.say("bob", "m", "x")  # the other device may send it again, too
    phone.expect_nothing()
    bob.expect("message")
    bob.expect_nothing()


def test_received_by_one_device_counts_for_all(storing_server, phone, laptop, bob):
    bob.say("alice", "m", "x")
    phone.received(phone.expect("message")["seq"])
    bob.expect("delivered", id="m")
    laptop.expect("message")
    phone.abort(), laptop.abort()
    bob.expect("left")
    assert storing_server.v1("alice").welcome["pending"] == 0


def test_received_by_two_devices_tells_the_sender_once(phone, laptop, bob):
    bob.say("alice", "m", "x")
    for device in (phone, laptop):
        device.received(device.expect("message")["seq"])
        device.expect_nothing()
    bob.expect("delivered", id="m")
    bob.expect_nothing()


def test_devices_may_stand_at_different_places(storing_server, phone, bob):
    numbers = []
    for n in range(20):
        bob.say("alice", f"m{n}", str(n))
        numbers.append(phone.expect("message")["seq"])
    phone.received(numbers[9])
    assert bob.expect("delivered", id="m9")
    tablet, desk = storing_server.v1("alice", since=numbers[4]), storing_server.v1("alice", since=numbers[14])
    usual = storing_server.v1("alice")
    assert tablet.texts(15) == [str(n) for n in range(5, 20)]
    assert desk.texts(5) == [str(n) for n in range(15, 20)]
    assert usual.texts(10) == [str(n) for n in range(10, 20)]
    bob.say("alice", "live", "live")
    for device in (phone, tablet, desk, usual):
        device.expect("message", text="live")
        device.expect_nothing()


def test_a_second_device_gets_what_the_first_has_not_acknowledged(storing_server, phone, bob):
    bob.say("alice", "m", "x")
    phone.expect("message", id="m")
    second = storing_server.v1("alice")
    assert second.welcome["pending"] == 1
    second.expect("message", id="m", again=True)
    second.expect_nothing()
    phone.expect_nothing()


def test_a_device_that_catches_up_loses_nothing_that_another_sends_meanwhile(storing_server, phone, bob):
    for n in range(500):
        bob.do("send", to="alice", id=f"m{n}", text="x" * 2000)
    for n in range(500):
        bob.expect("accepted")
    phone.texts(500)
    late = storing_server.v1("alice", since=0)
    for n in range(100):
        phone.do("send", to="bob", id=f"p{n}", text="x")
        bob.do("send", to="alice", id=f"b{n}", text="x")
    seen = [late.receive() for _ in range(700)]
    assert [m["id"] for m in seen[:500]] == [f"m{n}" for n in range(500)]
    assert [m["id"] for m in seen if m["type"] == "copy"] == [f"p{n}" for n in range(100)]
    assert [m["id"] for m in seen[500:] if m["type"] == "message"] == [f"b{n}" for n in range(100)]
    late.expect_nothing()


def test_receipts_of_a_person_with_many_devices(storing_server, phone, laptop, bob):
    devices = [phone, laptop, *(storing_server.v1("alice") for _ in range(8))]
    for n in range(50):
        devices[n % 10].do("send", to="bob", id=f"m{n}", text=str(n))
    for n, device in enumerate(devices):
        seen = [device.receive() for _ in range(50)]
        assert sum(m["type"] == "accepted" for m in seen) == 5
        assert sum(m["type"] == "copy" for m in seen) == 45
        assert {m["id"] for m in seen} == {f"m{n}" for n in range(50)}
    assert {bob.expect("message")["id"] for _ in range(50)} == {f"m{n}" for n in range(50)}
