import Foundation
import TestSupport
import Testing

@testable import MessagingService

@Suite("Folder of a store") struct StoreFolderTests {
  @Test("only one can have it, until it is let go") func lock() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/data"
    do {
      let first = try StoreFolder(path)
      #expect(throws: StoreOpenError.locked(path)) { _ = try StoreFolder(path) }
      #expect(first.file == path + "/sotto.db")
    }
    _ = try StoreFolder(path)
  }

  @Test("a file is told from another of the same name") func marks() throws {
    let folder = try TemporaryFolder()
    let place = try StoreFolder(folder.path + "/data")
    let mark = try #require(place.mark)
    #expect(place.mark == mark && place.logMark == nil)
    try FileManager.default.moveItem(atPath: place.file, toPath: place.file + ".old")
    #expect(place.mark == nil)
    try folder.write([1], to: "data/sotto.db")
    #expect(place.mark != nil && place.mark != mark)
  }

  @Test("a link is not followed: it may lead anywhere") func link() throws {
    let folder = try TemporaryFolder()
    let target = try folder.write([1, 2], to: "victim")
    try FileManager.default.createDirectory(
      atPath: folder.path + "/data",
      withIntermediateDirectories: false
    )
    _ = try folder.link("data/sotto.db", to: target)
    #expect(throws: StoreOpenError.self) { _ = try StoreFolder(folder.path + "/data") }
  }
}
