import Testing
import WebSocketProtocol

@Suite("Opcodes (RFC 6455 §5.2)") struct OpcodeTests {
  @Test(
    "the numbers are those of the RFC",
    arguments: [
      (0x0, .continuation), (0x1, .text), (0x2, .binary), (0x8, .close), (0x9, .ping),
      (0xA, .pong),
    ] as [(UInt8, Opcode)]
  )
  func numbers(number: UInt8, opcode: Opcode) {
    #expect(Opcode(rawValue: number) == opcode)
    #expect(opcode.rawValue == number)
  }

  @Test(
    "the reserved numbers are none",
    arguments: [0x3, 0x4, 0x5, 0x6, 0x7, 0xB, 0xC, 0xD, 0xE, 0xF] as [UInt8]
  )
  func reserved(number: UInt8) {
    #expect(Opcode(rawValue: number) == nil)
  }

  @Test(
    "close, ping and pong are control frames (§5.5)",
    arguments: [
      (.continuation, false), (.text, false), (.binary, false), (.close, true), (.ping, true),
      (.pong, true),
    ] as [(Opcode, Bool)]
  )
  func control(opcode: Opcode, isControl: Bool) {
    #expect(opcode.isControl == isControl)
  }

  @Test("each kind of message has its opcode") func kinds() {
    #expect(MessageKind.text.opcode == .text)
    #expect(MessageKind.binary.opcode == .binary)
  }
}
