import Glibc

/// Where libFuzzer comes in; the target's name is in the environment (see `scripts/fuzz`).
///
/// Safe because the bytes are copied before the call ends, and `data` holds `count` of them.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let input = unsafe Array(UnsafeBufferPointer(start: data, count: count))
  do throws(Finding) {
    try chosenTarget.check(input)
  } catch {
    fatalError("\(error)")
  }
  return 0
}

private let chosenTarget: FuzzTarget = {
  let name = unsafe getenv("SOTTO_FUZZ_TARGET").map { unsafe String(cString: $0) }
  guard let target = FuzzTarget.all.first(where: { $0.name == name }) else {
    fatalError("SOTTO_FUZZ_TARGET is none of \(FuzzTarget.all.map(\.name))")
  }
  return target
}()
