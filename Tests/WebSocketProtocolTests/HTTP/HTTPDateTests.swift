import Testing
import WebSocketProtocol

@Suite("HTTP date (RFC 9110 §5.6.7)") struct HTTPDateTests {
  @Test(
    "times are written as IMF-fixdate, and read again",
    arguments: [
      (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"),
      (0, "Thu, 01 Jan 1970 00:00:00 GMT"),
      (-1, "Wed, 31 Dec 1969 23:59:59 GMT"),
      (951_782_400, "Tue, 29 Feb 2000 00:00:00 GMT"),
      (1_709_251_199, "Thu, 29 Feb 2024 23:59:59 GMT"),
      (4_107_542_400, "Mon, 01 Mar 2100 00:00:00 GMT"),
      (-62_167_219_200, "Sat, 01 Jan 0000 00:00:00 GMT"),
      (253_402_300_799, "Fri, 31 Dec 9999 23:59:59 GMT"),
    ]
  )
  func fixdate(seconds: Int, text: String) {
    #expect(HTTPDate.format(secondsSince1970: seconds) == text)
    #expect(HTTPDate.parse(text) == seconds)
  }

  @Test("times that no year of four digits holds become the nearest") func clamped() {
    #expect(HTTPDate.format(secondsSince1970: .max) == "Fri, 31 Dec 9999 23:59:59 GMT")
    #expect(HTTPDate.format(secondsSince1970: .min) == "Sat, 01 Jan 0000 00:00:00 GMT")
  }

  @Test(
    "the two obsolete forms are read",
    arguments: [
      ("Sunday, 06-Nov-94 08:49:37 GMT", 784_111_777), ("Sun Nov  6 08:49:37 1994", 784_111_777),
      ("Wednesday, 16-Nov-94 08:49:37 GMT", 784_975_777), ("Wed Nov 16 08:49:37 1994", 784_975_777),
      ("Tuesday, 29-Feb-00 00:00:00 GMT", 951_782_400),
    ]
  )
  func obsolete(text: String, seconds: Int) {
    #expect(HTTPDate.parse(text) == seconds)
  }

  @Test("a leap second is read") func leapSecond() {
    #expect(HTTPDate.parse("Sat, 31 Dec 2016 23:59:60 GMT") == 1_483_228_800)
  }

  @Test(
    "anything else is no date",
    arguments: [
      "", "Sun", "0", "Sun, 6 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:37",
      "Sun, 06 Nov 1994 08:49:37 UTC", "Sun, 06 Nov 1994 08:49:37 GMT ",
      "sun, 06 Nov 1994 08:49:37 GMT",
      "Xyz, 06 Nov 1994 08:49:37 GMT", "Sun, 31 Nov 1994 08:49:37 GMT",
      "Sun, 29 Feb 1900 08:49:37 GMT",
      "Sun, 00 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 24:00:00 GMT",
      "Sun, 06 Nov 1994 08:60:37 GMT",
      "Sun, 06 Nov 1994 08:49:61 GMT", "Sun, 06 Nov 199é 08:49:37 GMT",
      "Sun, +6 Nov 1994 08:49:37 GMT",
      "Sunday, 06-Nov-1994 08:49:37 GMT", "Sun Nov 6 08:49:37 1994",
    ]
  )
  func malformed(text: String) {
    #expect(HTTPDate.parse(text) == nil)
  }
}
