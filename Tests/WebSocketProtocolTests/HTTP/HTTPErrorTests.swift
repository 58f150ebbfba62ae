import Testing
import WebSocketProtocol

@Suite("HTTP errors") struct HTTPErrorTests {
  @Test(
    "each error has the status that the RFCs ask for",
    arguments: [
      (.malformedRequestLine, 400), (.bareLineFeed, 400), (.lengthAndTransferEncoding, 400),
      (.bodyTooLarge(limit: 1), 413), (.targetTooLong(limit: 1), 414),
      (.headerTooLarge(limit: 1), 431),
      (.unknownTransferEncoding, 501), (.methodTooLong, 501), (.unsupportedVersion, 505),
    ] as [(HTTPError, Int)]
  )
  func status(error: HTTPError, code: Int) {
    #expect(error.status.code == code)
  }

  @Test("the response carries the sentence") func response() {
    let response = HTTPError.targetTooLong(limit: 8192).response
    #expect(response.status == .uriTooLong)
    #expect(
      String(decoding: response.body, as: UTF8.self)
        == "The request target is longer than 8192 bytes.\n"
    )
  }
}
