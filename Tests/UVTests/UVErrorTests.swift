import Glibc
import Testing
import UV

@Suite("Errors of libuv") struct UVErrorTests {
  @Test(
    "an error says its name and the system's sentence",
    arguments: [
      (-EADDRINUSE, "EADDRINUSE", "address already in use"),
      (-ENOENT, "ENOENT", "no such file or directory"),
      (-ECONNRESET, "ECONNRESET", "connection reset by peer"), (-4095, "EOF", "end of file"),
    ] as [(Int32, String, String)]
  )
  func known(code: Int32, name: String, message: String) {
    let error = UVError(code: code, call: "uv_some_call")
    #expect(error.name == name)
    #expect(error.message == message)
    #expect(error.description == "uv_some_call: \(message) (\(name))")
  }

  @Test("an unknown number is named by itself") func unknown() {
    let error = UVError(code: -99_999, call: "uv_some_call")
    #expect(error.name.contains("-99999"))
    #expect(error.message.contains("-99999"))
  }

  @Test("two errors are equal when number and call are") func equality() {
    let error = UVError(code: -EPIPE, call: "uv_write")
    #expect(error == UVError(code: -EPIPE, call: "uv_write"))
    #expect(error != UVError(code: -EPIPE, call: "uv_try_write"))
    #expect(error != UVError(code: -ECONNRESET, call: "uv_write"))
  }
}
