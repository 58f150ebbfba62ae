/// The sending side of one client, and what is known of its messages at their receiver.
///
/// Plain memory, since it is looked up and changed for each message.
struct Sender: BitwiseCopyable {
  /// The client's id; in churn a place gets a new one each time.
  var id: UInt32 = 0
  /// The place of the client that it sends to.
  var target = 0
  /// Messages sent, which is also the next one's number.
  var sent: UInt32 = 0
  /// The number of the next message that should be delivered.
  var expected: UInt32 = 0
  /// Messages that it may send now.
  var credit: UInt32 = 0
  /// Whether it is in the list of those that have something to send.
  var isListed = false
  /// XORed with the letters of a number, gives the bytes on the wire.
  var numberMask: UInt64 = 0
  /// Where the number stands in its frames.
  var numberOffset = 0
  /// The same for the number in the id, which stands there if that is not 0.
  var idNumberOffset = 0
  var idNumberMask: UInt64 = 0
  /// The number of the next message that should be accepted.
  var accepted: UInt32 = 0
  /// Bytes of a frame before the filler, or of all if that is short.
  var frameBytes = 0
  /// Where in the mask's four bytes long filler begins.
  var fillerPhase = 0
  /// Bytes of a delivery before the number.
  var deliveredBytes = 0

  /// Messages that have been sent and not delivered, as far as the order was kept.
  var inFlight: UInt32 { sent &- expected }
}
