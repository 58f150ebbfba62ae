import Testing
import Tokens

@testable import sotto

@Suite("Options: keys of tokens") struct KeyOptionsTests {
  private let secret = "a secret of more than thirty-two bytes"

  private func problem(_ arguments: String...) -> String? {
    guard case .fail(let line) = invocation(arguments) else { return nil }
    return line
  }

  @Test("keys and --auth jwt belong together") func together() {
    #expect(problem("--auth", "jwt")?.contains("needs a key") ?? false)
    for flag in ["--jwt-secret-file", "--jwt-public-key", "--jwt-issuer", "--jwt-audience"] {
      #expect(problem(flag, "x")?.contains("without --auth jwt") ?? false)
      let isKey = flag == "--jwt-secret-file" || flag == "--jwt-public-key"
      #expect((problem("--auth", "jwt", flag, "x") == nil) == isKey)
    }
    #expect(problem("--jwt-secret", secret)?.contains("without --auth jwt") ?? false)
    #expect(problem("--auth", "jwt", "--jwt-secret", secret) == nil)
  }

  @Test("a secret that is too short is not quoted", arguments: ["", "hush"])
  func short(secret: String) {
    let line = problem("--auth", "jwt", "--jwt-secret", secret) ?? ""
    #expect(line.contains("at least 32 bytes") && !line.contains("hush"))
  }

  @Test("files may be several") func sources() throws {
    let flags = ["--jwt-secret-file", "a", "--jwt-secret-file", "b", "--jwt-public-key", "c"]
    let sources = try options(["--auth", "jwt"] + flags).keys.sources
    #expect(sources.secretFiles == ["a", "b"] && sources.publicKeyFiles == ["c"])
    #expect(sources.secret == nil)
  }
}
