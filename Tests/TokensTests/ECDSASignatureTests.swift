import Testing

@testable import Tokens

@Suite("Signatures by ECDSA (RFC 7518 §3.4)") struct ECDSASignatureTests {
  @Test(
    "two numbers side by side become DER, each as short as it can be",
    arguments: [
      ([1, 2, 3, 4], [0x30, 8, 2, 2, 1, 2, 2, 2, 3, 4]),
      ([0, 1, 0, 0], [0x30, 6, 2, 1, 1, 2, 1, 0]),
      ([0x80, 0, 0, 0x80], [0x30, 9, 2, 3, 0, 0x80, 0, 2, 2, 0, 0x80]),
    ] as [([UInt8], [UInt8])]
  )
  func der(raw: [UInt8], der: [UInt8]) {
    #expect(ECDSASignature.der(raw) == der)
  }
}
