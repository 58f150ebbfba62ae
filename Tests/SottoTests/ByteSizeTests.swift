import Testing

@testable import sotto

@Suite("Byte size") struct ByteSizeTests {
  let syntax = ArgumentSyntax<Int>.bytes(upTo: 1 << 30)

  @Test(
    "a size is bytes, or has a binary unit in any case",
    arguments: [
      ("1", 1), ("65536", 65536), ("1B", 1), ("7b", 7), ("64KiB", 65536), ("64kib", 65536),
      ("1MiB", 1 << 20), ("1mIB", 1 << 20), ("1GiB", 1 << 30), ("1073741824", 1 << 30),
    ]
  )
  func allowed(text: String, bytes: Int) {
    #expect(syntax.parse(text) == bytes)
  }

  @Test(
    "what is too large, too small or not clear is refused",
    arguments: [
      "", "0", "0GiB", "1073741825", "1048577KiB", "2GiB", "64k", "64K", "64KB", "64kb", "64M",
      "1TiB",
      "-1", "+1", "1.5MiB", "64 KiB", " 64KiB", "KiB", "KiB64", "٣", "1e6", "9223372036854775807",
      "9223372036854775807GiB", "99999999999999999999",
    ]
  )
  func refused(text: String) {
    #expect(syntax.parse(text) == nil)
  }

  @Test(
    "a default is written with the largest unit that fits",
    arguments: [(1 << 30, "1GiB"), (16 << 20, "16MiB"), (1536 << 10, "1536KiB"), (1000, "1000B")]
  )
  func describes(bytes: Int, text: String) {
    #expect(syntax.describe(bytes) == text)
  }

  @Test("the limit and the units are said to be allowed") func sentence() {
    #expect(syntax.allowed == "1 to 1GiB, as bytes or with KiB, MiB or GiB (64KiB)")
  }
}
