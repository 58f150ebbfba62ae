@testable import Messaging

/// The frames of `sotto.v1`, as a client gets them.
enum V1 {
  static func welcome(_ client: String, pending: Int = 0) -> String {
    #"{"type":"welcome","client":"\#(client)","server":"sotto","log":"log","#
      + #""heartbeat":{"interval":0,"timeout":0},"leave_within":null,"#
      + #""limits":{"message":16777216,"rate":0,"dedup":604800000},"pending":\#(pending)}"#
  }

  static func message(
    _ from: String,
    _ id: String,
    _ seq: Int,
    _ text: String,
    again: Bool = false,
    at: UInt64
  ) -> String {
    #"{"type":"message","from":"\#(from)","id":"\#(id)","seq":\#(seq),"at":\#(at)"#
      + (again ? #","again":true"# : "") + #","text":"\#(text)"}"#
  }

  static func copy(_ to: String, _ id: String, _ seq: Int, _ text: String, at: UInt64) -> String {
    #"{"type":"copy","to":"\#(to)","id":"\#(id)","seq":\#(seq),"at":\#(at),"text":"\#(text)"}"#
  }

  static func accepted(_ id: String, _ seq: Int, _ state: String, at: UInt64) -> String {
    #"{"type":"accepted","id":"\#(id)","seq":\#(seq),"at":\#(at),"state":"\#(state)"}"#
  }

  static func send(_ to: String, _ id: String, _ text: String) -> String {
    #"{"type":"send","to":"\#(to)","id":"\#(id)","text":"\#(text)"}"#
  }

  static func received(_ seq: Int, log: String = "log") -> String {
    #"{"type":"received","log":"\#(log)","seq":\#(seq)}"#
  }

  static func delivered(_ to: String, _ id: String) -> String {
    #"{"type":"delivered","to":"\#(to)","id":"\#(id)"}"#
  }

  static func presence(_ peer: String, _ isOnline: Bool) -> String {
    #"{"type":"presence","peer":"\#(peer)","online":\#(isOnline)}"#
  }
}

extension Chat {
  /// Connects clients of `sotto.v1`, the first at connection 1 and so on, and drops their `welcome`.
  static func joined(
    _ names: ClientID...,
    limits: StoreLimits = .init(),
    _ change: (inout ConnectionManager.Settings) -> Void = { _ in }
  ) -> Chat {
    let chat = Chat(limits: limits, change)
    for (place, name) in names.enumerated() {
      chat.join(name, ConnectionID(rawValue: UInt64(place + 1)))
    }
    chat.settle()
    for place in names.indices { _ = chat.take(ConnectionID(rawValue: UInt64(place + 1))) }
    return chat
  }

  /// The codes of the errors that a connection has got.
  func errors(_ connection: ConnectionID) -> [String] {
    take(connection).map { line in
      let start = #"{"type":"error","code":""#
      guard line.hasPrefix(start) else { return line }
      let code = line.dropFirst(start.count).prefix { $0 != "\"" }
      let id =
        line.contains(#","id":""#) ? line.split(separator: "\"").last(where: { $0 != "}" }) : nil
      return id.map { "\(code) \($0)" } ?? String(code)
    }
  }
}
