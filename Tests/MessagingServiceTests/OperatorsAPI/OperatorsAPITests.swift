import Messaging
import Testing
import WebSocketProtocol

@testable import MessagingService

@Suite("The operators' API") struct OperatorsAPITests {
  @Test("nobody gets in without the token", arguments: [nil, "", "S3cret", "s3cret2"] as [String?])
  func unauthorized(token: String?) throws {
    try inOffice { office in
      for (method, path) in [("GET", "clients/1001"), ("POST", "messages"), ("GET", "nothing")] {
        let answer = try office.ask(method, path, token: token)
        #expect(answer.status == 401 && answer.code == "unauthorized")
        #expect(answer.head.contains("WWW-Authenticate: Bearer"))
      }
    }
  }

  @Test(
    "what is not there is 404",
    arguments: ["", "nothing", "clients", "clients/a/b", "messages/"]
  )
  func notFound(path: String) throws {
    try inOffice { office in
      let answer = try office.ask("GET", path)
      #expect(answer.status == 404 && answer.code == "not_found")
    }
  }

  @Test(
    "another method is 405, and Allow tells those that are possible",
    arguments: [
      ("GET", "messages", "POST"), ("POST", "clients/a", "GET, HEAD, DELETE"),
      ("TRACE", "clients/a/messages", "DELETE"), ("PUT", "openapi.json", "GET, HEAD"),
    ]
  )
  func methods(method: String, path: String, allowed: String) throws {
    try inOffice { office in
      let answer = try office.ask(method, path)
      #expect(answer.status == 405 && answer.code == "method_not_allowed")
      #expect(answer.head.contains("\r\nAllow: \(allowed)\r\n"))
    }
  }

  @Test("HEAD is answered like GET, without the body") func head() throws {
    try inOffice { office in
      let (head, get) = (try office.ask("HEAD", "clients/a"), try office.ask("GET", "clients/a"))
      #expect(head.status == 200 && head.body.isEmpty)
      #expect(head.head.contains("Content-Length: \(get.body.utf8.count)"))
    }
  }

  @Test(
    "a body must be JSON, and say so",
    arguments: [
      ("application/json", 200), ("Application/JSON", 200),
      ("application/json; charset=UTF-8", 200),
      ("application/json;charset=\"utf-8\"", 200), ("application/json; charset=latin1", 415),
      ("text/plain", 415), ("application/jsonx", 415), ("application/x-www-form-urlencoded", 415),
      ("", 415),
    ]
  )
  func mediaType(type: String, status: Int) throws {
    try inOffice { office in
      let body = #"{"from":"a","to":"b","text":""}"#
      let answer = try office.ask("POST", "messages", body, ["Content-Type: \(type)"])
      #expect(answer.status == status)
      #expect(status == 200 || answer.code == "unsupported_media_type")
    }
  }

  @Test("a body that is too large is 413, in JSON") func tooLarge() throws {
    try inOffice { office in
      func body(_ count: Int) -> String {
        let start = #"{"from":"a","to":"b","text":""#
        return start + String(repeating: "x", count: count - start.utf8.count - 2) + "\"}"
      }
      #expect(try office.ask("POST", "messages", body(1000)).status == 200)
      let answer = try office.ask("POST", "messages", body(1001))
      #expect(answer.status == 413 && answer.code == "too_large")
    }
  }

  @Test("others can add what they have") func seam() throws {
    try inOffice { office in
      office.api.add(
        APIResource("stats", [("GET", { request, _ in request.respond(["n": .number(1)]) })])
      )
      let answer = try office.ask("GET", "stats")
      #expect(answer.body == #"{"n":1}"#)
    }
  }
}
