import Testing

@testable import WebSocketServer

@Suite("Media type") struct MediaTypeTests {
  @Test(
    "the ending says the type, in any case",
    arguments: [
      ("/a/index.html", "text/html; charset=utf-8"), ("x.CSS", "text/css; charset=utf-8"),
      ("chat.js", "text/javascript; charset=utf-8"), ("m.mjs", "text/javascript; charset=utf-8"),
      ("a.tar.JSON", "application/json"), ("icon.svg", "image/svg+xml"), ("p.png", "image/png"),
      ("f.woff2", "font/woff2"), ("a.webm", "video/webm"), (".html", "text/html; charset=utf-8"),
    ]
  )
  func known(name: String, type: String) {
    #expect(MediaType.ofFile(named: name) == type)
  }

  @Test(
    "what is not known is bytes",
    arguments: ["", "Makefile", "a.", "a.exe", "html", "a.html~"]
  )
  func unknown(name: String) {
    #expect(MediaType.ofFile(named: name) == "application/octet-stream")
  }

  @Test("all text is UTF-8", arguments: ["html", "htm", "css", "js", "mjs", "txt", "md", "csv"])
  func text(ending: String) {
    let type = MediaType.ofFile(named: "a." + ending)
    #expect(type.hasPrefix("text/") && type.hasSuffix("; charset=utf-8"))
  }
}
