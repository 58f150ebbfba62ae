import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Conversation, MOST_ENTRIES } from "../../static/chat/conversation.js";

const mine = (id, rest = {}) => ({ mine: true, id, at: 1, text: id, ...rest });
const theirs = (id, seq, rest = {}) => ({ mine: false, id, seq, at: seq, text: id, ...rest });
const ids = ({ entries }) => entries.map(({ id, notice }) => id ?? `(${notice})`).join(" ");
const states = ({ entries }) => entries.map(({ state }) => state || "-").join(" ");

describe("The order of a conversation", () => {
  test("is that of the log, whatever comes first", () => {
    const conversation = new Conversation("6001");
    for (const seq of [5, 2, 9, 7]) conversation.add(theirs(`m${seq}`, seq));
    assert.equal(ids(conversation), "m2 m5 m7 m9");
  });

  test("has what the server does not answer for yet at the end, in the order written", () => {
    const conversation = new Conversation("6001");
    const [a] = [conversation.add(mine("a")), conversation.add(mine("b"))];
    conversation.add(theirs("m1", 1));
    assert.equal(ids(conversation), "m1 a b");
    conversation.add(theirs("m3", 3));
    conversation.accepted(a, { seq: 2, at: 7, state: "sent" });
    assert.equal(ids(conversation), "m1 a m3 b");
    assert.equal(a.at, 7);
  });

  test("goes on after that of an older store", () => {
    const conversation = new Conversation("6001");
    conversation.add(theirs("old", 900));
    conversation.forgetLog();
    conversation.add(theirs("new", 1));
    assert.equal(ids(conversation), "old new");
    assert.equal(conversation.oldestSeq, 1);
    assert.deepEqual([conversation.hasLoaded, conversation.hasMore], [false, true]);
  });

  test("has a notice where it happened", () => {
    const conversation = new Conversation("6001");
    conversation.add(theirs("m5", 5));
    conversation.addNotice("left", "6001 left the chat", 9);
    conversation.add(theirs("m6", 6));
    conversation.add(theirs("m4", 4));
    assert.equal(ids(conversation), "m4 m5 (left) m6");
  });

  test("has one of several notices of a kind in a row", () => {
    const conversation = new Conversation("6001");
    for (const at of [1, 2, 3]) conversation.addNotice("left", `left at ${at}`, at);
    conversation.addNotice("gap", "gone", 4);
    assert.deepEqual(conversation.entries.map(({ text }) => text), ["left at 3", "gone"]);
  });
});

describe("A message", () => {
  test("is there once, from wherever it comes", () => {
    const conversation = new Conversation("6001");
    assert.ok(conversation.add(theirs("m1", 1)));
    assert.equal(conversation.add(theirs("m1", 4)), null); // again, under another number
    conversation.add(mine("m1")); // the same id, by the other person
    conversation.merge([theirs("m1", 1)], false);
    assert.equal(ids(conversation), "m1 m1");
  });

  test("that was sent by another device is known when its copy comes before the answer", () => {
    const conversation = new Conversation("6001");
    const entry = conversation.add(mine("a"));
    assert.equal(conversation.add(mine("a", { seq: 3, state: "sent" })), null);
    assert.deepEqual([entry.seq, entry.state], [3, "sent"]);
  });
});

describe("The ticks", () => {
  test("are cumulative, and never go back", () => {
    const conversation = new Conversation("6001");
    const entries = ["a", "b", "c"].map((id) => conversation.add(mine(id)));
    entries.forEach((entry, index) => conversation.accepted(entry, { seq: index + 1, at: 1, state: "sent" }));
    conversation.reached("b", "delivered");
    assert.equal(states(conversation), "delivered delivered sent");
    conversation.reached("a", "read");
    conversation.reached("b", "delivered");
    assert.equal(states(conversation), "read delivered sent");
  });

  test("leave out what is still on its way, and what was refused", () => {
    const conversation = new Conversation("6001");
    const [a, , c] = ["a", "b", "c"].map((id) => conversation.add(mine(id)));
    conversation.mark(a, "refused", "The mailbox is full.");
    conversation.accepted(c, { seq: 5, at: 1, state: "kept" });
    conversation.reached("c", "read");
    assert.deepEqual([a.state, a.why, c.state], ["refused", "The mailbox is full.", "read"]);
    assert.equal(conversation.mine("b").state, "waiting");
  });

  test("know that a message has arrived before the server says that it keeps it", () => {
    const conversation = new Conversation("6001");
    const entry = conversation.add(mine("a"));
    conversation.reached("a", "delivered");
    conversation.accepted(entry, { seq: 1, at: 1, state: "sent" });
    assert.equal(entry.state, "delivered");
    conversation.mark(entry, "refused", "The connection was lost.");
    assert.equal(entry.state, "delivered");
  });

  test("say that a message waits, even if the history was the first to know it", () => {
    const conversation = new Conversation("6001");
    const entry = conversation.add(mine("a"));
    conversation.merge([mine("a", { seq: 1, state: "sent" })], false);
    conversation.accepted(entry, { seq: 1, at: 1, state: "kept" });
    conversation.merge([mine("a", { seq: 1, state: "sent" })], false);
    assert.equal(entry.state, "kept");
  });

  test("say when it is not known what became of it", () => {
    const conversation = new Conversation("6001");
    for (const [id, state, seq] of [["a", "read", 1], ["b", "delivered", 2], ["c", "kept", 3]]) {
      conversation.add(mine(id, { state, seq }));
    }
    conversation.add(mine("d"));
    conversation.forgetLog();
    assert.equal(states(conversation), "read delivered unknown waiting");
  });
});

describe("What is unread", () => {
  test("is what came after the last that was read", () => {
    const conversation = new Conversation("6001");
    for (const seq of [1, 2, 3]) conversation.add(theirs(`m${seq}`, seq));
    conversation.add(mine("a", { seq: 4, state: "sent" }));
    assert.deepEqual([conversation.unread, conversation.firstUnread.id], [3, "m1"]);
    conversation.markReadTo("m2");
    assert.deepEqual([conversation.unread, conversation.firstUnread.id], [1, "m3"]);
    assert.equal(conversation.markRead(), "m3");
    assert.equal(conversation.markRead(), null);
    assert.equal(conversation.unread, 0);
  });

  test("is known from the history, too", () => {
    const conversation = new Conversation("6001");
    conversation.merge([theirs("m3", 3, { state: "accepted" }), theirs("m2", 2, { state: "read" }), theirs("m1", 1)], true);
    assert.equal(conversation.unread, 1);
    conversation.merge([theirs("m3", 3, { state: "read" })], true); // another device has read it meanwhile
    assert.equal(conversation.unread, 0);
  });

  test("counts what comes after a new store began", () => {
    const conversation = new Conversation("6001");
    conversation.add(theirs("m9", 9));
    conversation.markRead();
    conversation.forgetLog();
    conversation.add(theirs("m1", 1));
    assert.equal(conversation.unread, 1);
  });
});

describe("The extent", () => {
  test("is bounded: the oldest go, and can be loaded again", () => {
    const conversation = new Conversation("6001");
    conversation.merge([], false);
    for (let seq = 1; seq <= MOST_ENTRIES + 1; seq++) conversation.add(theirs(`m${seq}`, seq));
    assert.equal(conversation.entries.length, MOST_ENTRIES);
    assert.deepEqual([conversation.oldestSeq, conversation.hasMore, conversation.unread], [2, true, MOST_ENTRIES]);
  });

  test("is not taken from somebody who reads far up", () => {
    const conversation = new Conversation("6001");
    conversation.view = { followsEnd: false, inserted() {}, updated() {}, removed() {} };
    for (let seq = 1; seq <= MOST_ENTRIES + 1; seq++) conversation.add(theirs(`m${seq}`, seq));
    assert.equal(conversation.entries.length, MOST_ENTRIES + 1);
  });

  test("is not forgotten when the newest page is asked for once more", () => {
    const conversation = new Conversation("6001");
    conversation.merge([theirs("m9", 9), theirs("m8", 8)], true);
    conversation.merge([theirs("m2", 2), theirs("m1", 1)], false);
    assert.equal(conversation.hasMore, false);
    conversation.merge([theirs("m9", 9), theirs("m8", 8)], true);
    assert.equal(conversation.hasMore, false);
  });
});

test("A view is told of each change, at its place", () => {
  const told = [];
  const conversation = new Conversation("6001");
  conversation.view = {
    followsEnd: true,
    inserted: ({ id }) => told.push(`+${id}@${conversation.entries.findIndex((each) => each.id === id)}`),
    updated: ({ id, state }) => told.push(`${id}=${state}`),
    removed: ({ id }) => told.push(`-${id}`),
  };
  const a = conversation.add(mine("a"));
  conversation.add(theirs("m7", 7));
  conversation.accepted(a, { seq: 9, at: 1, state: "sent" });
  conversation.add(theirs("m3", 3));
  conversation.remove(a);
  assert.deepEqual(told, ["+a@0", "+m7@0", "a=sent", "+m3@0", "-a"]);
});
