import Foundation
import Messaging
import TestSupport
import Testing
import UV
import WebSocketServer

@testable import MessagingService

@Suite("The description of the API") struct OpenAPIDocumentTests {
  static func document() throws -> [String: Any] {
    let value = try JSONSerialization.jsonObject(with: Data(OpenAPIDocument.bytes))
    return try #require(value as? [String: Any])
  }

  @Test("it has just the paths and methods that the API has") func paths() throws {
    let paths = try #require(try Self.document()["paths"] as? [String: [String: Any]])
    try inOffice { office in
      let resources = office.api.resources
      #expect(
        Set(paths.keys) == Set(resources.map { "/api/v1/" + $0.path.joined(separator: "/") })
      )
      for resource in resources {
        let described = paths["/api/v1/" + resource.path.joined(separator: "/")] ?? [:]
        let methods = described.keys.filter { $0 != "parameters" }.map { $0.uppercased() }
        #expect(Set(methods) == Set(resource.actions.map(\.method)), "\(resource.path)")
        let get = described["get"] as? [String: Any]
        #expect((get?["security"] as? [Any] != nil) == resource.isPublic)
      }
    }
  }
}
