/// What a ``MessageStore`` answers.
public enum StoreAnswer: Sendable {
  /// To `find`: what is known of the message, `nil` if there is none.
  case found(KnownMessage?)
  /// To `open`.
  case opened(ClientRecord)
  /// To `read` and `fetch`, and whether there are more behind these.
  case messages([StoredMessage], more: Bool)
  /// To `acknowledge`.
  case acknowledged(Acknowledgement)
  /// To `markRead`.
  case marked(Marked)
  /// To `history`: the messages, and whether there are earlier ones.
  case history([HistoryEntry], more: Bool)
  /// To `countWaiting`.
  case waiting(count: Int)
  /// To `erase`: how many messages have gone.
  case erased(count: Int)
}

/// What is left of a message when it comes again.
public struct KnownMessage: Equatable, Sendable {
  /// Its number.
  public let seq: UInt64
  /// When it was accepted, ms since 1970.
  public let at: UInt64
  /// See ``MessageDigest``.
  public let digest: UInt128
  /// Whether its recipient still has to acknowledge it.
  public let isWaiting: Bool

  /// Puts one together.
  public init(seq: UInt64, at: UInt64, digest: UInt128, isWaiting: Bool) {
    self.seq = seq
    self.at = at
    self.digest = digest
    self.isWaiting = isWaiting
  }
}

/// What is known of a client when it connects.
public struct ClientRecord: Equatable, Sendable {
  /// It has processed all messages to it up to this number.
  public var received: UInt64
  /// The highest number in its log; 0 if there is none.
  public var last: UInt64
  /// Messages to it up to this number may have been on their way to it before.
  public var offered: UInt64
  /// Messages to it that it has not acknowledged.
  public var waiting: Int
  /// Their bytes; see ``StoredMessage/storedBytes``.
  public var waitingBytes: Int
  /// Messages that follow: see `MessageStore.open`.
  public var following: Int
  /// What became of its own messages while it was away, cumulative for each recipient.
  public var receipts: [Receipt]
  /// What it has lost, by sender: messages that waited for longer than they are kept.
  ///
  /// Told once.
  public var gaps: [Gap]

  /// A client of which nothing is known, unless told otherwise.
  public init(
    received: UInt64 = 0,
    last: UInt64 = 0,
    offered: UInt64 = 0,
    waiting: Int = 0,
    waitingBytes: Int = 0,
    following: Int = 0,
    receipts: [Receipt] = [],
    gaps: [Gap] = []
  ) {
    self.received = received
    self.last = last
    self.offered = offered
    self.waiting = waiting
    self.waitingBytes = waitingBytes
    self.following = following
    self.receipts = receipts
    self.gaps = gaps
  }
}

/// Messages that outlived their time undelivered.
public struct Gap: Equatable, Sendable {
  /// Who had sent them.
  public let from: ClientID
  /// How many.
  public let count: Int

  /// Puts one together.
  public init(from: ClientID, count: Int) {
    self.from = from
    self.count = count
  }
}

/// What the sender of messages is told about them: this one and all before it to the same recipient.
public struct Receipt: Equatable, Sendable {
  /// How far the message has come.
  public enum Kind: UInt8, Sendable, CaseIterable {
    /// The recipient's application has processed it.
    case delivered = 1
    /// A person has read it.
    case read = 2
  }

  /// How far.
  public let kind: Kind
  /// Who sent it, and is told.
  public let sender: ClientID
  /// Who got it.
  public let recipient: ClientID
  /// Its id.
  public let id: [UInt8]

  /// Puts one together.
  public init(_ kind: Kind, sender: ClientID, recipient: ClientID, id: [UInt8]) {
    self.kind = kind
    self.sender = sender
    self.recipient = recipient
    self.id = id
  }
}

/// What an `acknowledge` has done.
public struct Acknowledgement: Equatable, Sendable {
  /// Messages that do not wait any more.
  public let count: Int
  /// Their bytes.
  public let bytes: Int
  /// One for each sender.
  public let receipts: [Receipt]

  /// Puts one together.
  public init(count: Int, bytes: Int, receipts: [Receipt]) {
    self.count = count
    self.bytes = bytes
    self.receipts = receipts
  }
}

/// What a `markRead` has done.
public enum Marked: Equatable, Sendable {
  /// The sender is to be told.
  case news(Receipt)
  /// It had been read before, or a later one.
  case known
  /// There is no such message to that reader.
  case unknown
}
