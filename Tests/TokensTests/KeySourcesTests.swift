import TestSupport
import Testing

@testable import Tokens

@Suite("Where keys come from") struct KeySourcesTests {
  private let folder: TemporaryFolder
  private let text = "a secret of more than thirty-two bytes"

  init() throws { folder = try TemporaryFolder() }

  @Test("a secret file's last line break does not count", arguments: ["", "\n", "\r\n"])
  func lineBreak(end: String) throws {
    let path = try folder.write(Array((text + end).utf8), to: "secret")
    try expect(path, isSecret: text)
  }

  @Test("more line breaks do") func lineBreaks() throws {
    let path = try folder.write(Array((text + "\n\n").utf8), to: "secret")
    try expect(path, isSecret: text + "\n")
  }

  private func expect(_ path: String, isSecret text: String) throws {
    let keys = try KeySources(secretFiles: [path]).keys()
    let token = TokenSigner(secret: try Secret(Array(text.utf8)))
      .token(for: "a", at: 0, validFor: 1)
    #expect(throws: Never.self) {
      try TokenVerifier(keys: keys).claims(of: token, at: 0)
    }
  }

  @Test("secrets come before public keys, files before others") func all() throws {
    let secret = try folder.write(Array(text.utf8), to: "secret")
    let key = try folder.write(Array((Vectors.rsa + "\n" + Vectors.p256).utf8), to: "key")
    let sources = KeySources(secretFiles: [secret], publicKeyFiles: [key], secret: text)
    #expect(try sources.keys().map(\.algorithm) == [.hs256, .hs256, .rs256, .es256])
    #expect(try sources.secrets().count == 2)
  }

  @Test("what cannot be used is named, with its flag and the remedy") func refused() throws {
    let short = try folder.write(Array("short\n".utf8), to: "short")
    expect(
      KeySources(secretFiles: [short]),
      says: "The key file \(short) (--jwt-secret-file) cannot be used: a secret has at least 32 "
        + "bytes, and this one has 5; make one by openssl rand -base64 48."
    )
    expect(
      KeySources(secretFiles: ["/none"]),
      says: "The key file /none (--jwt-secret-file) cannot be used: it cannot be read: "
        + "No such file or directory."
    )
    expect(
      KeySources(publicKeyFiles: [folder.path]),
      says: "The key file \(folder.path) (--jwt-public-key) cannot be used: it cannot be read: "
        + "Is a directory."
    )
    expect(
      KeySources(secret: "short"),
      says: "The key of --jwt-secret cannot be used: a secret has at least 32 bytes, and this one "
        + "has 5; make one by openssl rand -base64 48."
    )
  }

  private func expect(_ sources: KeySources, says sentence: String) {
    do throws(KeySourceError) {
      _ = try sources.keys()
      Issue.record("was taken")
    } catch {
      #expect(error.sentence == sentence)
    }
  }

  @Test("a file has at most 64 KiB", arguments: [0, 1]) func size(beyond: Int) throws {
    let bytes = [UInt8](repeating: 0x61, count: 64 * 1024 + beyond)
    let sources = KeySources(secretFiles: [try folder.write(bytes, to: "large")])
    if beyond > 0 {
      #expect(throws: KeySourceError.self) { try sources.keys() }
    } else {
      #expect(throws: Never.self) { try sources.keys() }
    }
  }

  @Test("there are at most 16 keys", arguments: [16, 17]) func count(keys: Int) throws {
    let path = try folder.write(Array(text.utf8), to: "secret")
    let sources = KeySources(secretFiles: Array(repeating: path, count: keys))
    if keys > KeySources.maximumKeys {
      #expect(throws: KeySourceError(file: nil, flag: "--jwt-public-key", error: .tooMany)) {
        try sources.keys()
      }
    } else {
      #expect(try sources.keys().count == keys)
    }
  }
}
