import TestSupport
import Testing
import UV
import WebSocketProtocol

@testable import WebSocketServer

@Suite("Static files") struct StaticFilesTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try folder.write(Array("index".utf8), to: "index.html")
    try folder.write(Array("0123456789".utf8), to: "digits.txt")
    try folder.write(Array("hidden".utf8), to: ".hidden")
  }

  /// Finds what `names` lead to, and gives the response and what it would send.
  private func find(
    _ names: [String],
    fields: HTTPFields = [:],
    method: String = "GET"
  ) throws -> (response: HTTPResponse, part: Range<Int>?) {
    let request = HTTPRequest(method: method, target: try RequestTarget("/"), fields: fields)
    var result: (HTTPResponse, Range<Int>?)?
    try withLoop { loop in
      let files = try StaticFiles(folder: folder.path, on: loop)
      files.find(names, for: request) { found in
        switch found {
        case .response(let response): result = (response, nil)
        case .file(let part, let response):
          result = (response, part.offset..<part.offset + part.count)
        }
      }
      try loop.run { result != nil }
    }
    return try #require(result)
  }

  @Test("a file is found with its type, size, tag and date") func file() throws {
    let (response, part) = try find(["digits.txt"])
    #expect(response.status == .ok)
    #expect(part == 0..<10)
    #expect(response.fields.first("Content-Type") == "text/plain; charset=utf-8")
    #expect(response.fields.first("ETag")?.hasPrefix("\"") ?? false)
    #expect(response.fields.first("Last-Modified")?.hasSuffix(" GMT") ?? false)
    #expect(response.fields.first("Accept-Ranges") == "bytes")
    #expect(response.fields.first("Cache-Control") == "no-cache")
  }

  @Test("a folder is its index", arguments: [[], [""]]) func index(names: [String]) throws {
    let (response, part) = try find(names)
    #expect(part == 0..<5)
    #expect(response.fields.first("Content-Type") == "text/html; charset=utf-8")
  }

  @Test(
    "what is not there, or not for others, is 404",
    arguments: [
      ["nothing"], ["digits.txt", "x"], [".hidden"], [".."], [".", "digits.txt"],
      ["", "digits.txt"],
      ["nothing", ""],
    ]
  )
  func notFound(names: [String]) throws {
    let (response, part) = try find(names)
    #expect(response.status == .notFound)
    #expect(part == nil)
  }

  @Test("a link is followed within the folder, and not out of it") func links() throws {
    let outside = try TemporaryFolder()
    try outside.write(Array("secret".utf8), to: "secret")
    _ = try folder.link("inside", to: "digits.txt")
    _ = try folder.link("outside", to: outside.path + "/secret")
    _ = try folder.link("folder", to: outside.path)
    _ = try folder.link("to-hidden", to: ".hidden")
    _ = try folder.link("loop", to: "loop")
    #expect(try find(["inside"]).part == 0..<10)
    for names in [["outside"], ["folder", "secret"], ["to-hidden"], ["loop"]] {
      #expect(try find(names).response.status == .notFound, "\(names)")
    }
  }

  @Test("a folder whose name begins like ours is another") func sibling() throws {
    let name = try #require(folder.path.split(separator: "/").last)
    _ = try folder.link("sibling", to: "../\(name)x")
    #expect(try find(["sibling"]).response.status == .notFound)
  }

  @Test("a copy that is fresh is not sent again") func notModified() throws {
    let fields = try find(["digits.txt"]).response.fields
    let tag = try #require(fields.first("ETag"))
    let date = try #require(fields.first("Last-Modified"))
    for condition in [["If-None-Match": tag], ["If-Modified-Since": date]] as [HTTPFields] {
      let (response, part) = try find(["digits.txt"], fields: condition)
      #expect(response.status == .notModified)
      #expect(part == nil)
      #expect(response.fields.first("ETag") == tag)
    }
    #expect(try find(["digits.txt"], fields: ["If-None-Match": "\"x\""]).response.status == .ok)
  }

  @Test("a file that has changed has another tag") func changed() throws {
    let tag = try find(["digits.txt"]).response.fields.first("ETag")
    try folder.write(Array("more digits".utf8), to: "digits.txt")
    #expect(try find(["digits.txt"]).response.fields.first("ETag") != tag)
  }

  @Test(
    "a range is a part of the file",
    arguments: [("0-0", 0..<1), ("2-4", 2..<5), ("5-", 5..<10), ("-3", 7..<10), ("8-99", 8..<10)]
  )
  func range(range: String, part: Range<Int>) throws {
    let (response, found) = try find(["digits.txt"], fields: ["Range": "bytes=\(range)"])
    #expect(response.status == .partialContent)
    #expect(found == part)
    #expect(
      response.fields.first("Content-Range") == "bytes \(part.lowerBound)-\(part.upperBound - 1)/10"
    )
  }

  @Test("a range beyond the end is refused with the size") func unsatisfiable() throws {
    let (response, part) = try find(["digits.txt"], fields: ["Range": "bytes=10-"])
    #expect(response.status == .rangeNotSatisfiable)
    #expect(response.fields.first("Content-Range") == "bytes */10")
    #expect(part == nil)
  }

  @Test("what is no folder cannot be served") func noFolder() throws {
    try withLoop { loop in
      for name in ["nothing", "digits.txt"] {
        #expect(throws: UVError.self) {
          try StaticFiles(folder: folder.path + "/" + name, on: loop)
        }
      }
    }
  }
}
