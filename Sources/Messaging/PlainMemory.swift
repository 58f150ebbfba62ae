/// A value in memory of its own, for classes that change parts of it for each message.
///
/// A property that a class changes in place costs a record of the access each time, some 70
/// instructions, so that two changes at once are found when the program runs. Here they are not found:
/// whoever uses it must not let a change of a part be interrupted by another of the same part. Safe for
/// memory as long as that holds, since the value is initialised from the first moment to the last.
@safe struct PlainMemory<Value: ~Copyable>: ~Copyable {
  private let pointer: UnsafeMutablePointer<Value>

  init(_ value: consuming Value) {
    unsafe pointer = .allocate(capacity: 1)
    unsafe pointer.initialize(to: value)
  }

  deinit {
    unsafe pointer.deinitialize(count: 1)
    unsafe pointer.deallocate()
  }

  /// The value.
  var value: Value {
    @inline(__always) unsafeAddress { unsafe UnsafePointer(pointer) }
    @inline(__always) nonmutating unsafeMutableAddress { unsafe pointer }
  }
}
