import MessagingService
import TestSupport
import Testing
import WebSocketProtocol

@testable import sotto

@Suite("Secrets among the options") struct OptionsSecretsTests {
  private func request(_ token: String) throws -> HTTPRequest {
    HTTPRequest(
      method: "GET",
      target: try RequestTarget("/"),
      fields: ["Authorization": "Bearer \(token)"]
    )
  }

  /// A file with this text, which lives as long as the folder.
  private func options(_ folder: TemporaryFolder, _ text: String) throws -> Options {
    try SottoTests.options(["--admin-token-file", try folder.write(Array(text.utf8), to: "token")])
  }

  @Test("without a token there is no API") func none() throws {
    #expect(try SottoTests.options([]).adminSecret() == nil)
  }

  @Test("the token comes from a file, or from a flag") func token() throws {
    let folder = try TemporaryFolder()
    for options in [
      try options(folder, "s3cret\n"), try SottoTests.options(["--admin-token", "s3cret"]),
    ] {
      let token = try #require(try options.adminSecret())
      #expect(token.admits(try request("s3cret")))
      #expect(!token.admits(try request("s3cre")))
    }
  }

  @Test("one token has one place") func contradiction() throws {
    guard
      case .fail(let line) = invocation(
        ["--admin-token", "a"],
        ["SOTTO_ADMIN_TOKEN_FILE": "b"]
      )
    else {
      Issue.record("was accepted")
      return
    }
    #expect(line.contains("--admin-token") && line.contains("--admin-token-file"))
  }

  @Test(
    "a file that holds none is named, with the remedy",
    arguments: ["", "\n", "two words", "ü"]
  )
  func noToken(text: String) throws {
    let folder = try TemporaryFolder()
    let options = try options(folder, text)
    #expect { try options.adminSecret() } throws: {
      let line = ($0 as? StartError)?.line ?? ""
      return line.contains(options.adminTokenFile ?? "?") && line.contains("openssl rand")
    }
  }

  @Test("a file that cannot be read is named") func noFile() throws {
    let options = try SottoTests.options(["--admin-token-file", "/nowhere/token"])
    #expect { try options.adminSecret() } throws: {
      let line = ($0 as? StartError)?.line ?? ""
      return line.contains("/nowhere/token") && line.contains("ENOENT")
    }
  }
}
