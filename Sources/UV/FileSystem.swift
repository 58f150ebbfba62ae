import CUV

/// Asynchronous files: libuv's thread pool makes the blocking calls (libuv `uv_fs_*`).
public struct FileSystem {
  private let loop: EventLoop

  /// Files whose completions run on `loop`.
  public init(on loop: EventLoop) {
    self.loop = loop
  }

  /// Opens `path` for reading (`uv_fs_open`, with `O_NONBLOCK` so that a FIFO cannot hold a thread).
  public func open(_ path: String, completion: @escaping (Result<File, UVError>) -> Void) {
    let loop = self.loop
    unsafe FileRequest.start(on: loop, call: "uv_fs_open") { loop, request, done in
      unsafe uv_fs_open(loop, request, path, UV_FS_O_RDONLY | O_CLOEXEC | UV_FS_O_NONBLOCK, 0, done)
    } completion: { request, error in
      if let error { return completion(.failure(error)) }
      completion(.success(File(descriptor: unsafe uv_file(uv_fs_get_result(request)), on: loop)))
    }
  }

  /// The path with all links followed, waiting for it: for the start of a program only.
  ///
  /// - Throws: `UVError`, such as `ENOENT`.
  public func realPath(_ path: String) throws(UVError) -> String {
    var request = unsafe uv_fs_t()
    // Without a callback the call is synchronous, and `request` needs to live no longer than it.
    let result = unsafe uv_fs_realpath(loop.pointer, &request, path, nil)
    defer { unsafe uv_fs_req_cleanup(&request) }
    guard result == 0, let found = unsafe uv_fs_get_ptr(&request) else {
      throw UVError(code: result, call: "uv_fs_realpath")
    }
    return unsafe String(cString: found.assumingMemoryBound(to: CChar.self))
  }

  /// The path with all links followed (`uv_fs_realpath`).
  public func realPath(_ path: String, completion: @escaping (Result<String, UVError>) -> Void) {
    unsafe FileRequest.start(on: loop, call: "uv_fs_realpath") { loop, request, done in
      unsafe uv_fs_realpath(loop, request, path, done)
    } completion: { request, error in
      if let error { return completion(.failure(error)) }
      // On success `ptr` is a C string that lives until the request is cleaned up.
      let path = unsafe uv_fs_get_ptr(request).map {
        unsafe String(cString: $0.assumingMemoryBound(to: CChar.self))
      }
      completion(.success(path ?? ""))
    }
  }
}

/// What `fstat` says of a file.
public struct FileStatus: Sendable, Equatable {
  /// Whether it is a regular file.
  public let isRegular: Bool
  /// Whether it is a folder.
  public let isFolder: Bool
  /// Bytes.
  public let size: Int
  /// Last change of the content: seconds since 1970, and the nanoseconds beyond.
  public let modified: (seconds: Int, nanoseconds: Int)
  /// The number of the file on its device.
  public let inode: UInt64

  /// Two are equal when all the fields are.
  public static func == (a: Self, b: Self) -> Bool {
    a.isRegular == b.isRegular && a.isFolder == b.isFolder && a.size == b.size
      && a.modified == b.modified && a.inode == b.inode
  }
}

/// An open file; closed when its last reference goes.
public final class File {
  private let descriptor: uv_file
  private let loop: EventLoop

  init(descriptor: uv_file, on loop: EventLoop) {
    self.descriptor = descriptor
    self.loop = loop
  }

  deinit {
    // A request under way holds the file, so none is left. Nobody waits for the end of this one.
    unsafe FileRequest.start(on: loop, call: "uv_fs_close") { [descriptor] loop, request, done in
      unsafe uv_fs_close(loop, request, descriptor, done)
    } completion: { _, _ in
    }
  }

  /// Size, kind and age (`uv_fs_fstat`).
  public func status(completion: @escaping (Result<FileStatus, UVError>) -> Void) {
    unsafe FileRequest.start(on: loop, call: "uv_fs_fstat") { [descriptor] loop, request, done in
      unsafe uv_fs_fstat(loop, request, descriptor, done)
    } completion: { [self] request, error in
      withExtendedLifetime(self) {
        if let error { return completion(.failure(error)) }
        guard let stat = unsafe uv_fs_get_statbuf(request)?.pointee else { return }
        completion(
          .success(
            FileStatus(
              isRegular: stat.st_mode & UInt64(S_IFMT) == UInt64(S_IFREG),
              isFolder: stat.st_mode & UInt64(S_IFMT) == UInt64(S_IFDIR),
              size: Int(stat.st_size),
              modified: (Int(stat.st_mtim.tv_sec), Int(stat.st_mtim.tv_nsec)),
              inode: stat.st_ino
            )
          )
        )
      }
    }
  }

  /// Reads at most `count` bytes from `offset` into a new buffer (`uv_fs_read`).
  ///
  /// - Parameter completion: gets fewer bytes than asked for, or none, at the end of the file.
  public func read(
    _ count: Int,
    at offset: Int,
    completion: @escaping (Result<ByteBuffer, UVError>) -> Void
  ) {
    let buffer = ByteBuffer(capacity: count)
    unsafe FileRequest.start(on: loop, call: "uv_fs_read") { [descriptor] loop, request, done in
      // The completion below holds the buffer, so it outlives the request.
      var piece = unsafe uv_buf_t(
        base: buffer.start.assumingMemoryBound(to: CChar.self),
        len: count
      )
      return unsafe uv_fs_read(loop, request, descriptor, &piece, 1, Int64(offset), done)
    } completion: { [self] request, error in
      withExtendedLifetime(self) {
        if let error { return completion(.failure(error)) }
        buffer.advance(by: unsafe uv_fs_get_result(request))
        completion(.success(buffer))
      }
    }
  }
}
