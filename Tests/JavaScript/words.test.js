import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { sentName, sentType, Attachment } from "../../static/chat/attachment.js";
import { idProblem } from "../../static/chat/ids.js";
import { sniff } from "../../static/chat/sniff.js";
import { day, gapNotice, inWords, leftNotice, preview } from "../../static/chat/words.js";

describe("An id", () => {
  for (const id of ["1", "1001", "a".repeat(64), "é".repeat(32), "#", "a.b", "100%", "?&="]) {
    test(`${JSON.stringify(id)} is accepted`, () => assert.equal(idProblem(id), null));
  }
  const bad = ["", "a".repeat(65), "é".repeat(33), "a b", "a:b", "a/b", "a\tb", "a\u00a0b", "a\u0085b", "\ud800", ".", ".."];
  for (const id of bad) test(`${JSON.stringify(id)} is refused with a sentence`, () => assert.match(idProblem(id), /\.$/));
});

describe("Words", () => {
  test("for sizes", () => {
    const sizes = [0, 1, 1023, 1024, 1536, 48 * 1024, 16 * 1024 * 1024, 3 * 1024 ** 3];
    const says = ["0 bytes", "1 byte", "1023 bytes", "1 KiB", "1.5 KiB", "48 KiB", "16 MiB", "3 GiB"];
    assert.deepEqual(sizes.map(inWords), says);
  });

  test("for days, by the calendar and not by hours", () => {
    const now = new Date(2026, 10, 23, 0, 30).getTime();
    const minutes = (count) => now - count * 60_000;
    assert.deepEqual([minutes(10), minutes(40), minutes(24 * 60 + 40)].map((at) => day(at, now)).slice(0, 2), ["Today", "Yesterday"]);
    assert.match(day(minutes(20 * 24 * 60), now), /2026/);
    assert.match(day(now + 25 * 3_600_000, now), /2026/); // a clock that is ahead
  });

  test("for what happened", () => {
    assert.equal(leftNotice("6001", "closed"), "6001 left the chat");
    assert.equal(leftNotice("6001", "lost"), "6001 left the chat: the connection was lost");
    assert.equal(leftNotice("6001", undefined), "6001 left the chat");
    assert.match(gapNotice(1), /^One message /);
    assert.match(gapNotice(7), /^7 messages /);
  });

  test("for a message in a list", () => {
    assert.equal(preview({ mine: true, text: "hello" }), "You: hello");
    assert.equal(preview({ mine: false, text: "" }), "(empty message)");
    assert.equal(preview({ mine: false, data: { a: 1 } }), '{"a":1}');
    assert.equal(preview({ mine: false, text: "x".repeat(1_000) }).length, 200);
    assert.equal(preview({ mine: false, file: { label: "Picture" } }), "Picture");
  });
});

describe("A file", () => {
  const PNG = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0);
  const SVG = new TextEncoder().encode("<svg><script>1</script></svg>");

  test("is what its bytes say, whatever it is called", () => {
    const picture = Attachment.received({ bytes: PNG, name: "x.exe", mime: "application/pdf" });
    assert.deepEqual([picture.label, picture.blob.type, picture.state], ["Picture", "image/png", "here"]);
    const script = Attachment.received({ bytes: SVG, name: "cat.png", mime: "image/png" });
    assert.deepEqual([script.label, script.blob.type], ["File", "application/octet-stream"]);
    assert.equal(sniff(SVG), null);
  });

  test("is named as a stranger has named it, without what makes a name look like another", () => {
    const { name } = Attachment.received({ bytes: SVG, name: "photo\u202egpj.exe" });
    assert.equal(name, "photogpj.exe");
    assert.equal(Attachment.received({ bytes: SVG, name: "\u202e" }).name, "file");
    assert.equal(Attachment.received({ bytes: SVG }).name, null);
  });

  test("lets its bytes go when there are too many, the oldest first, and can be loaded again", () => {
    const large = { length: 100 * 1024 * 1024 };
    const files = [0, 1, 2].map(() => {
      const attachment = new Attachment({ size: large.length });
      attachment.take(new Uint8Array(large.length));
      return attachment;
    });
    assert.deepEqual(files.map(({ state, blob }) => [state, blob !== null]), [["away", false], ["here", true], ["here", true]]);
    files.forEach((each) => each.release());
  });

  test("has a name that the server takes", () => {
    assert.equal(sentName("Bericht 7.pdf"), "Bericht 7.pdf");
    assert.equal(sentName("a/b\\c\u0000d\ud800.txt"), "a_b_c_d_.txt");
    assert.deepEqual([sentName(""), sentName("."), sentName("..")], [undefined, undefined, undefined]);
    const long = sentName(`${"ä".repeat(300)}.jpeg`);
    assert.ok(new TextEncoder().encode(long).length <= 255 && long.endsWith("ä.jpeg"), long);
  });

  test("has a type that the server takes, or none", () => {
    assert.deepEqual(["image/png", "", "a b", "x".repeat(128)].map(sentType), ["image/png", undefined, undefined, undefined]);
  });
});
