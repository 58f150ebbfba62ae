import CUV
import TestSupport
import Testing

@testable import UV

@Suite("Requests for files") struct FileRequestTests {
  private typealias Answer = (result: Int, error: UVError?)

  /// Asks for the status of `path`; the answer comes in a later round.
  private func ask(_ path: String, on loop: EventLoop, _ completion: @escaping (Answer) -> Void) {
    unsafe FileRequest.start(on: loop, call: "uv_fs_stat") { loop, request, done in
      unsafe uv_fs_stat(loop, request, path, done)
    } completion: { request, error in
      completion((unsafe uv_fs_get_result(request), error))
    }
  }

  @Test("a call is answered once, in a later round") func success() throws {
    try withLoop { loop in
      var answers: [Answer] = []
      ask("/", on: loop) { answers.append($0) }
      #expect(answers.isEmpty)
      loop.run()
      loop.run()
      #expect(answers.count == 1)
      #expect(answers.first?.result == 0)
      #expect(answers.first?.error == nil)
    }
  }

  @Test("a call that failed is answered with its name") func failure() throws {
    try withLoop { loop in
      var answers: [Answer] = []
      ask("/none\u{1}", on: loop) { answers.append($0) }
      loop.run()
      #expect(answers.count == 1)
      #expect(answers.first?.error == UVError(code: UV_ENOENT.rawValue, call: "uv_fs_stat"))
    }
  }

  @Test("a call under way holds its loop and its completion, an answered one neither")
  func lifetime() throws {
    weak var remains: EventLoop?
    weak var held: Notes?
    do {
      let loop = try EventLoop()
      remains = loop
      let notes = Notes()
      held = notes
      ask("/", on: loop) { _ in notes.add("answered") }
    }
    #expect(held != nil)
    remains?.run()
    #expect(held == nil)
    #expect(remains == nil)
  }

  @Test("a call that libuv refuses is a programmer's error") func refused() async {
    await #expect(processExitsWith: .failure) {
      let loop = try EventLoop()
      unsafe FileRequest.start(on: loop, call: "none") { _, _, _ in
        UV_EINVAL.rawValue
      } completion: { _, _ in
      }
    }
  }
}
