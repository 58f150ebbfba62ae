import Glibc
import Testing

@testable import UV

@Suite("Completions carried through libuv") struct CompletionTests {
  /// What a closure is told that went through a request, and whether it was let go after that.
  private func answers(status: Int32, wanted: Bool) -> (told: [UVError?], isFreed: Bool) {
    var told: [UVError?] = []
    weak var remains: Completion?
    do {
      let completion = Completion { told.append($0) }
      remains = completion
      let data = unsafe Unmanaged.passRetained(completion).toOpaque()
      unsafe Completion.finish(data, status, call: "uv_shutdown", wanted: wanted)
    }
    return (told, remains == nil)
  }

  @Test("success is no error") func success() {
    let (told, isFreed) = answers(status: 0, wanted: true)
    #expect(told == [nil])
    #expect(isFreed)
  }

  @Test("failure is the call and its number") func failure() {
    let (told, isFreed) = answers(status: -EPIPE, wanted: true)
    #expect(told == [UVError(code: -EPIPE, call: "uv_shutdown")])
    #expect(isFreed)
  }

  @Test("what is not wanted any more is let go and not called", arguments: [0, -ECANCELED])
  func unwanted(status: Int32) {
    let (told, isFreed) = answers(status: status, wanted: false)
    #expect(told.isEmpty)
    #expect(isFreed)
  }

  @Test("a request without a closure tells nobody") func noClosure() {
    unsafe Completion.finish(nil, 0, call: "uv_shutdown", wanted: true)
  }
}
