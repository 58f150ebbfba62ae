import Testing

@testable import Messaging

@Suite("Labels of binary messages") struct MediaLabelTests {
  @Test(
    "a media type is two tokens and what follows them",
    arguments: [
      ("image/png", true), ("a/b", true), ("image/svg+xml", true),
      ("video/webm; codecs=\"vp8, opus\"", true),
      ("text/plain;charset=utf-8", true), ("application/vnd.oasis.opendocument.text", true),
      ("a/b ", true),
      ("audio/x-*~", true), ("", false), ("image", false), ("/", false), ("/png", false),
      ("image/", false),
      ("image//png", false), ("im age/png", false), ("image/p ng", true), ("image/png\n", false),
      ("image/png; a\t", false), ("image/pngé", false), ("image/png; é", false),
      ("image/<b>", false),
      ("a/b,c", false), ("image/png; a\u{7F}", false),
    ]
  )
  func mediaTypes(text: String, isValid: Bool) {
    #expect(MediaLabel.isMediaType(Array(text.utf8).span) == isValid)
  }

  @Test("a media type has at most 127 bytes", arguments: [(126, true), (127, true), (128, false)])
  func mediaTypeLength(count: Int, isValid: Bool) {
    let bytes = Array("a/".utf8) + Array(repeating: UInt8(ascii: "b"), count: count - 2)
    #expect(MediaLabel.isMediaType(bytes.span) == isValid)
  }

  @Test(
    "a file name names a file, in any folder",
    arguments: [
      ("a", true), ("photo.png", true), ("Bild é 日 😀.png", true), (".hidden", true), ("...", true),
      ("a..b", true), ("..a", true), (" ", true), ("~", true), ("À", true), ("", false),
      (".", false),
      ("..", false), ("a/b", false), ("/", false), ("a\\b", false), ("a\nb", false), ("a\0", false),
      ("\u{7F}", false), ("\u{80}", false), ("a\u{9F}b", false), ("\u{A0}", true), ("\u{C0}", true),
    ]
  )
  func fileNames(text: String, isValid: Bool) {
    #expect(MediaLabel.isFileName(Array(text.utf8).span) == isValid)
  }

  @Test("a file name has at most 255 bytes", arguments: [(254, true), (255, true), (256, false)])
  func fileNameLength(count: Int, isValid: Bool) {
    let bytes = Array(repeating: UInt8(ascii: "b"), count: count)
    #expect(MediaLabel.isFileName(bytes.span) == isValid)
  }
}
