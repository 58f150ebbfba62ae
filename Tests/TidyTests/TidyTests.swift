import Testing

@Suite("The house rules") struct TidyTests {
  let tree = SourceTree()

  /// Each with its reason why it is safe, in the file itself.
  static let unsafeFiles: Set<String> = [
    "Sources/Messaging/ClientID+Identity.swift",
    "Sources/Messaging/ClientTable.swift", "Sources/Messaging/RecentRoute.swift",
    "Sources/Tokens/KeySources.swift", "Sources/Tokens/PublicKey.swift",
    "Sources/Tokens/Secret.swift",
    "Sources/WebSocketProtocol/Deflate/DeflateStream.swift",
    "Sources/WebSocketProtocol/WebSocket/Array+Span.swift",
    "Sources/Messaging/Store/Slab.swift", "Sources/Messaging/Store/PlaceTable.swift",
    "Sources/Messaging/Queue.swift", "Sources/Messaging/Array+Copy.swift",
    "Sources/Messaging/PlainMemory.swift",
    "Sources/Messaging/V1/ReplyBuffer.swift",
    "Sources/Messaging/V1/Span+Words.swift",
    "Sources/WebSocketProtocol/WebSocket/Masking.swift",
    "Sources/MessagingService/SQLite/Database.swift",
    "Sources/MessagingService/SQLite/Statement.swift",
    "Sources/MessagingService/SQLite/StoreFolder.swift",
    "Sources/WebSocketServer/BlockPool.swift", "Sources/WebSocketServer/ConnectionTable.swift",
    "Sources/WebSocketServer/DirtyList.swift", "Sources/WebSocketServer/OutboundBuffer.swift",
    "Sources/WebSocketServer/ReceivedMessage.swift",
    "Sources/WebSocketTLS/ApplicationProtocol.swift",
    "Sources/WebSocketTLS/CertificateFiles.swift",
    "Sources/WebSocketTLS/TLSConnection.swift", "Sources/WebSocketTLS/TLSContext.swift",
    "Sources/WebSocketTLS/TLSError.swift", "Sources/WebSocketTLS/UnverifiedTLSClient.swift",
    "Sources/WebSocketTLS/WireBuffer.swift",
    "Sources/sotto/SystemCalls.swift", "Sources/sotto/SecretFile.swift",
    "Sources/Bench/FixedArray.swift", "Sources/Bench/SystemCalls.swift",
  ]

  /// What each target may import beside itself.
  static let mayImport: [String: Set<String>] = [
    "UV": ["CUV", "Glibc", "Synchronization"],
    "WebSocketProtocol": ["CZlib"],
    "WebSocketServer": ["UV", "WebSocketProtocol", "Logging"],
    "WebSocketTLS": ["COpenSSL", "Glibc", "WebSocketProtocol", "WebSocketServer"],
    "Messaging": [],
    "Tokens": ["COpenSSL", "Glibc"],
    "MessagingService": [
      "CSQLite", "Messaging", "Tokens", "UV", "WebSocketProtocol", "WebSocketServer", "Logging",
      "Glibc",
    ],
    "EchoServer": ["UV", "WebSocketProtocol", "WebSocketServer"],
    "Bench": [
      "UV", "WebSocketProtocol", "WebSocketServer", "WebSocketTLS", "ArgumentParser", "Glibc",
    ],
    "sotto": [
      "Messaging", "MessagingService", "Tokens", "UV", "WebSocketProtocol", "WebSocketServer",
      "WebSocketTLS", "ArgumentParser", "Logging", "Glibc", "Synchronization",
    ],
  ]

  @Test("unsafe code stands only in the files that are listed for it") func unsafeCode() throws {
    for file in try tree.files(in: "Sources", ext: "swift") where file.target != "UV" {
      let lines = file.lines.filter { line in
        !line.drop(while: { $0 == " " }).hasPrefix("//")
          && line.split(whereSeparator: { !$0.isLetter }).contains { $0 == "unsafe" }
      }
      guard !Self.unsafeFiles.contains(file.path) else {
        #expect(!lines.isEmpty, "\(file.path) needs no place in the list any more")
        continue
      }
      #expect(lines.isEmpty, "\(file.path): \(lines)")
    }
  }

  @Test("each target imports only what stands below it") func imports() throws {
    for file in try tree.files(in: "Sources", ext: "swift") {
      let allowed = try #require(Self.mayImport[file.target], "\(file.target) is not listed")
      #expect(allowed.isSuperset(of: file.imports), "\(file.path) imports \(file.imports)")
    }
  }

  @Test("lines have at most 100 characters, but for tables and long sentences in comments")
  func lineLength() throws {
    for folder in ["Sources", "Tests"] {
      for file in try tree.files(in: folder, ext: "swift") {
        for (number, line) in file.lines.enumerated() where line.count > 100 {
          let isComment = line.drop { $0 == " " }.hasPrefix("//")
          #expect(isComment && line.count <= 130, "\(file.path):\(number + 1)")
        }
      }
    }
  }

  @Test("files have at most 300 lines", arguments: [("Sources", "swift"), ("static", "js")])
  func fileLength(folder: String, ext: String) throws {
    for file in try tree.files(in: folder, ext: ext) {
      #expect(file.lines.count <= 301, "\(file.path)")
    }
  }

  @Test("nothing is left undone") func nothingUndone() throws {
    // Put together, so that this file does not find itself.
    let marks = ["TO" + "DO", "FIX" + "ME"]
    for (folder, ext) in [("Sources", "swift"), ("Tests", "swift"), ("static", "js")] {
      for file in try tree.files(in: folder, ext: ext) {
        for mark in marks {
          #expect(!file.lines.contains { $0.contains(mark) }, "\(file.path): \(mark)")
        }
      }
    }
  }

  /// Declarations without behaviour, or tested as a whole by the acceptance tests.
  static let untested: Set<String> = [
    "Sotto", "StartError", "Daemon", "EchoServer", "LogFormat",
    "Bench", "MessageStore", "StoreAnswer", "StoredMessage", "MemoryStore+Records",
    // Each by the rules that hold for any store.
    "StoreBatch", "StoreStatements", "SQLiteStore+Calls", "StoreWorker+Keeping",
    "StoreWorker+Reading", "StoreWorker+Receipts", "StoreWorker+Forgetting",
  ]

  @Test("each source has its test") func pairs() throws {
    let tests = Set(try tree.files(in: "Tests", ext: "swift").map(\.name))
    for file in try tree.files(in: "Sources", ext: "swift") {
      let name = String(file.name.dropLast(6))
      guard !Self.untested.contains(name) else { continue }
      #expect(tests.contains("\(name)Tests.swift"), "\(file.path)")
    }
  }

  @Test("libraries do not print") func noPrint() throws {
    for file in try tree.files(in: "Sources", ext: "swift")
    where !["sotto", "EchoServer"].contains(file.target) {
      #expect(!file.lines.contains { $0.contains("print(") }, "\(file.path)")
    }
  }
}
