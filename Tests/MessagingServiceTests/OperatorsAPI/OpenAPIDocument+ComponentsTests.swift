import Foundation
import Messaging
import Testing

@testable import MessagingService

@Suite("What the description's paths share") struct OpenAPIDocumentComponentsTests {
  /// All values of `$ref`.
  private func references(in value: Any) -> [String] {
    if let list = value as? [Any] { return list.flatMap { references(in: $0) } }
    guard let object = value as? [String: Any] else { return [] }
    return object.flatMap { name, value in
      name == "$ref" ? [value as? String ?? ""] : references(in: value)
    }
  }

  @Test("each reference leads somewhere, and each component is used") func references() throws {
    let document = try OpenAPIDocumentTests.document()
    let used = Set(references(in: document))
    let components = try #require(document["components"] as? [String: [String: Any]])
    let defined = components.filter { $0.key != "securitySchemes" }.flatMap { kind, all in
      all.keys.map { "#/components/\(kind)/\($0)" }
    }
    #expect(used == Set(defined))
  }

  @Test("ids have the bounds of the protocol") func bounds() throws {
    let components = try OpenAPIDocumentTests.document()["components"] as? [String: [String: Any]]
    let schemas = try #require(components?["schemas"])
    let client = schemas["ClientID"] as? [String: Any]
    #expect(client?["maxLength"] as? Int == ClientID.maximumBytes)
    let message = schemas["MessageID"] as? [String: Any]
    #expect(message?["maxLength"] as? Int == Request.maximumIDBytes)
  }
}
