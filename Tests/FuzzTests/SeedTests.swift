import Foundation
import Testing

/// The properties of the fuzz targets, over the seeds and over what little changes make of them.
@Suite("Fuzz targets: the seeds") struct SeedTests {
  struct Seed: Sendable, CustomTestStringConvertible {
    let target: FuzzTarget
    let name: String
    let bytes: [UInt8]
    var testDescription: String { "\(target.name)/\(name)" }
  }

  static let seeds: [Seed] = FuzzTarget.all.flatMap { target in
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Seeds/\(target.name)")
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return names.sorted().compactMap { name in
      FileManager.default.contents(atPath: folder.appendingPathComponent(name).path)
        .map { Seed(target: target, name: name, bytes: Array($0)) }
    }
  }

  @Test("each target has seeds") func haveSeeds() {
    for target in FuzzTarget.all {
      #expect(Self.seeds.contains { $0.target.name == target.name }, "\(target.name)")
    }
  }

  @Test("hold as they are", arguments: seeds) func whole(seed: Seed) throws {
    try seed.target.check(seed.bytes)
  }

  @Test("hold cut short anywhere", arguments: seeds) func cut(seed: Seed) throws {
    let step = seed.bytes.count / 100 + 1
    for count in stride(from: 0, to: seed.bytes.count, by: step) {
      try seed.target.check(Array(seed.bytes.prefix(count)))
    }
  }

  @Test("hold with any few bytes changed", arguments: seeds) func changed(seed: Seed) throws {
    var random = SplitMix(state: UInt64(seed.bytes.count))
    for _ in 0..<60 {
      var bytes = seed.bytes
      for _ in 0..<Int.random(in: 1...4, using: &random) where !bytes.isEmpty {
        let place = Int.random(in: 0..<bytes.count, using: &random)
        switch Int.random(in: 0..<4, using: &random) {
        case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
        case 1: bytes[place] ^= 1 << UInt8.random(in: 0...7, using: &random)
        case 2: bytes.remove(at: place)
        default: bytes.insert(bytes[place], at: place)
        }
      }
      try seed.target.check(bytes)
    }
  }
}
