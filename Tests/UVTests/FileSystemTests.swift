import Foundation
import TestSupport
import Testing
import UV

@Suite("Files") struct FileSystemTests {
  /// The answer of one asynchronous call, for which the loop runs.
  private func answer<T>(
    on loop: EventLoop,
    sourceLocation: SourceLocation = #_sourceLocation,
    _ call: (@escaping (Result<T, UVError>) -> Void) -> Void
  ) throws -> T {
    var answers: [Result<T, UVError>] = []
    call { answers.append($0) }
    #expect(answers.isEmpty, "an answer comes in a later round", sourceLocation: sourceLocation)
    try loop.run(sourceLocation: sourceLocation) { !answers.isEmpty }
    return try #require(answers.first, sourceLocation: sourceLocation).get()
  }

  private func open(_ path: String, on loop: EventLoop) throws -> File {
    try answer(on: loop) { FileSystem(on: loop).open(path, completion: $0) }
  }

  /// Whether this process has the file open.
  private func isOpen(_ path: String) -> Bool {
    let folder = "/proc/self/fd/"
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.contains { name in
      (try? FileManager.default.destinationOfSymbolicLink(atPath: folder + name)) == path
    }
  }

  private func expect(
    _ name: String,
    of call: String,
    sourceLocation: SourceLocation = #_sourceLocation,
    _ body: () throws -> Void
  ) {
    let error = #expect(throws: UVError.self, sourceLocation: sourceLocation, performing: body)
    #expect(error?.name == name, sourceLocation: sourceLocation)
    #expect(error?.call == call, sourceLocation: sourceLocation)
  }

  @Test("a missing file is ENOENT") func missing() throws {
    let folder = try TemporaryFolder()
    try withLoop { loop in
      expect("ENOENT", of: "uv_fs_open") { _ = try open(folder.path + "/none", on: loop) }
      expect("ENOTDIR", of: "uv_fs_open") {
        _ = try open(folder.write([], to: "file") + "/none", on: loop)
      }
    }
  }

  @Test("the status of a file is its kind, size and age") func status() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write([1, 2, 3], to: "three")
    let modified = Date(timeIntervalSince1970: 1_000_000_000)
    try FileManager.default.setAttributes([.modificationDate: modified], ofItemAtPath: path)
    try withLoop { loop in
      let file = try open(path, on: loop)
      let status: FileStatus = try answer(on: loop) { file.status(completion: $0) }
      #expect(status.isRegular)
      #expect(!status.isFolder)
      #expect(status.size == 3)
      #expect(status.modified == (1_000_000_000, 0))
      let attributes = try FileManager.default.attributesOfItem(atPath: path)
      #expect(status.inode == (attributes[.systemFileNumber] as? NSNumber)?.uint64Value)

      let again: FileStatus = try answer(on: loop) { file.status(completion: $0) }
      #expect(again == status)
      let other = try open(folder.write([1, 2, 3], to: "other"), on: loop)
      #expect(try status != answer(on: loop) { other.status(completion: $0) })
    }
  }

  @Test("a folder is one, and cannot be read") func folder() throws {
    let folder = try TemporaryFolder()
    try withLoop { loop in
      let file = try open(folder.path, on: loop)
      let status: FileStatus = try answer(on: loop) { file.status(completion: $0) }
      #expect(status.isFolder)
      #expect(!status.isRegular)
      expect("EISDIR", of: "uv_fs_read") {
        let _: ByteBuffer = try answer(on: loop) { file.read(10, at: 0, completion: $0) }
      }
    }
  }

  @Test("a FIFO without a writer holds nobody up") func fifo() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/fifo"
    try #require(unsafe mkfifo(path, 0o600) == 0)
    try withLoop { loop in
      let file = try open(path, on: loop)
      let status: FileStatus = try answer(on: loop) { file.status(completion: $0) }
      #expect(!status.isRegular)
      #expect(!status.isFolder)
    }
  }

  @Test("a file is read in pieces, and beyond its end there is nothing") func read() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write((0..<10).map { UInt8($0) }, to: "ten")
    try withLoop { loop in
      let file = try open(path, on: loop)
      let expected: [(offset: Int, bytes: [UInt8])] = [
        (0, [0, 1, 2, 3]), (4, [4, 5, 6, 7]), (8, [8, 9]), (9, [9]), (10, []), (1_000, []),
        (6, [6, 7, 8, 9]), (7, [7, 8, 9]),
      ]
      for (offset, bytes) in expected {
        let buffer: ByteBuffer = try answer(on: loop) { file.read(4, at: offset, completion: $0) }
        #expect(buffer.withBytes { $0.copy } == bytes, "from \(offset)")
        #expect(buffer.capacity == 4)
      }
    }
  }

  @Test("several reads may be under way") func parallelReads() throws {
    let folder = try TemporaryFolder()
    let bytes = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 13) }
    let path = try folder.write(bytes, to: "large")
    try withLoop { loop in
      let file = try open(path, on: loop)
      var pieces: [Int: [UInt8]] = [:]
      for offset in stride(from: 0, to: 100_000, by: 10_000) {
        file.read(10_000, at: offset) { result in
          pieces[offset] = (try? result.get())?.withBytes { $0.copy }
        }
      }
      try loop.run { pieces.count == 10 }
      #expect(pieces.sorted { $0.key < $1.key }.flatMap(\.value) == bytes)
    }
  }

  @Test("a file is closed when its last reference goes") func closed() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write([1], to: "one")
    try withLoop { loop in
      var file: File? = try open(path, on: loop)
      #expect(isOpen(path))
      _ = file
      file = nil
      try loop.run { !isOpen(path) }
    }
  }

  @Test("a file whose last reference goes during a read is read first") func closedInRead() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write([1, 2], to: "two")
    try withLoop { loop in
      var file: File? = try open(path, on: loop)
      var bytes: [UInt8]?
      file?.read(2, at: 0) { result in bytes = (try? result.get())?.withBytes { $0.copy } }
      file = nil
      try loop.run { bytes != nil && !isOpen(path) }
      #expect(bytes == [1, 2])
    }
  }

  @Test("closing the loop waits for calls under way, and closes the file") func loopClosed() throws
  {
    let folder = try TemporaryFolder()
    let path = try folder.write([1, 2], to: "two")
    var answers = 0
    try withLoop { loop in
      let file = try open(path, on: loop)
      file.read(2, at: 0) { _ in answers += 1 }
      file.status { _ in answers += 1 }
      FileSystem(on: loop).open(path) { _ in answers += 1 }
      FileSystem(on: loop).realPath(path) { _ in answers += 1 }
      #expect(answers == 0)
    }
    #expect(answers == 4)
    #expect(!isOpen(path))
  }

  @Test("an opened file that nobody takes is closed") func unwanted() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write([1], to: "one")
    try withLoop { loop in
      var hasAnswered = false
      FileSystem(on: loop).open(path) { _ in hasAnswered = true }
      try loop.run { hasAnswered && !isOpen(path) }
    }
  }

  @Test("the real path has no links and no dots, waited for or not") func realPath() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write([], to: "file é.txt")
    let link = try folder.link("link", to: path)
    let outside = try folder.link("outside", to: "/")
    try withLoop { loop in
      let files = FileSystem(on: loop)
      let paths = [
        (path, path), (link, path), (folder.path + "/.//link", path),
        (folder.path + "/", folder.path), (outside, "/"), (outside + "/..", "/"),
      ]
      for (path, expected) in paths {
        #expect(try files.realPath(path) == expected)
        let found: String = try answer(on: loop) { files.realPath(path, completion: $0) }
        #expect(found == expected)
      }
    }
  }

  @Test("a path that leads nowhere has no real one") func noRealPath() throws {
    let folder = try TemporaryFolder()
    let dangling = try folder.link("dangling", to: folder.path + "/none")
    let circle = try folder.link("circle", to: folder.path + "/circle")
    try withLoop { loop in
      let files = FileSystem(on: loop)
      for (path, name) in [(dangling, "ENOENT"), (circle, "ELOOP"), ("", "ENOENT")] {
        expect(name, of: "uv_fs_realpath") { _ = try files.realPath(path) }
        expect(name, of: "uv_fs_realpath") {
          let _: String = try answer(on: loop) { files.realPath(path, completion: $0) }
        }
      }
    }
  }
}
