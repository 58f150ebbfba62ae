public import Messaging

/// A store that is tested, and what a test has to do to it from the outside.
public protocol StoreHarness: AnyObject {
  /// The store.
  var store: any MessageStore { get }
  /// Lets the store work until `isDone`.
  func run(until isDone: @escaping () -> Bool) throws
  /// Breaks what the store keeps messages in, or mends it.
  func setBroken(_ isBroken: Bool) throws
}

/// Makes an empty store with these limits.
public typealias StoreFactory = (StoreLimits) throws -> any StoreHarness
