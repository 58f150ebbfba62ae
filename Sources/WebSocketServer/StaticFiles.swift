public import UV
import WebSocketProtocol

/// A folder of files for `GET` and `HEAD`, read without holding up the loop.
///
/// Nothing outside the folder is reachable: names come as single path segments without `/` and `..`,
/// links are followed first and what they lead to must lie inside, and hidden files do not exist.
public final class StaticFiles {
  /// The answer to a request: a whole response, or a file and the head to go before it.
  enum Found {
    case response(HTTPResponse)
    case file(FilePart, HTTPResponse)
  }

  private let root: String
  private let files: FileSystem

  /// Serves `folder`.
  ///
  /// - Throws: `UVError` when it is not there, or may not be entered.
  public init(folder: String, on loop: EventLoop) throws(UVError) {
    files = FileSystem(on: loop)
    // With the point it must be a folder (ENOTDIR).
    root = try files.realPath(folder + "/.")
  }

  /// Finds the file that `names` lead to; an empty last name, or none, means `index.html`.
  func find(_ names: [String], for request: HTTPRequest, completion: @escaping (Found) -> Void) {
    var names = names
    if names.last?.isEmpty ?? true { names = names.dropLast() + ["index.html"] }
    guard !names.contains(where: { $0.isEmpty || $0.hasPrefix(".") }) else {
      return completion(.response(.nothingHere))
    }
    let path = ([root] + names).joined(separator: "/")
    files.realPath(path) { [self] result in
      guard case .success(let real) = result else {
        return completion(.response(Self.failure(result)))
      }
      let prefix = root == "/" ? "/" : root + "/"
      guard real.hasPrefix(prefix), !real.dropFirst(prefix.count - 1).contains("/.") else {
        return completion(.response(.nothingHere))
      }
      open(real, for: request, completion: completion)
    }
  }

  private func open(_ path: String, for request: HTTPRequest, completion: @escaping (Found) -> Void)
  {
    files.open(path) { result in
      guard case .success(let file) = result else {
        return completion(.response(Self.failure(result)))
      }
      file.status { result in
        guard case .success(let status) = result, status.isRegular else {
          return completion(.response(.nothingHere))
        }
        completion(Self.answer(request, file, status, path))
      }
    }
  }

  /// Judges conditions and ranges (RFC 9110 §13 and §14).
  private static func answer(
    _ request: HTTPRequest,
    _ file: File,
    _ status: FileStatus,
    _ path: String
  ) -> Found {
    let (seconds, nanoseconds) = status.modified
    let tag = EntityTag(
      [status.inode, UInt64(status.size), UInt64(seconds), UInt64(nanoseconds)]
        .map { String($0, radix: 36) }.joined(separator: "-")
    )
    var response = HTTPResponse(status: .ok)
    response.fields.append("ETag", tag.text)
    response.fields.append("Last-Modified", HTTPDate.format(secondsSince1970: seconds))
    // Caches must ask each time, so that a new version of a page is seen at once.
    response.fields.append("Cache-Control", "no-cache")
    switch ConditionalRequest(request, entityTag: tag, lastModified: seconds) {
    case .notModified:
      response.status = .notModified
      return .response(response)
    case .preconditionFailed:
      return .response(.text(.preconditionFailed, "The file is another by now."))
    case .proceed: break
    }
    response.fields.append("Content-Type", MediaType.ofFile(named: path))
    response.fields.append("Accept-Ranges", "bytes")
    let range = ByteRange(request, size: status.size, entityTag: tag, lastModified: seconds)
    if let contentRange = range.contentRange(size: status.size) {
      response.fields.append("Content-Range", contentRange)
    }
    switch range {
    case .whole:
      return .file(FilePart(file: file, offset: 0, count: status.size), response)
    case .part(let part):
      response.status = .partialContent
      let part = FilePart(file: file, offset: part.lowerBound, count: part.count)
      return .file(part, response)
    case .unsatisfiable:
      var refusal = HTTPResponse.text(.rangeNotSatisfiable, "The file is shorter than that.")
      refusal.fields.append("Content-Range", "bytes */\(status.size)")
      return .response(refusal)
    }
  }

  /// What is not there, or not for us, is 404; what failed for lack of means may be tried again.
  private static func failure<T>(_ result: Result<T, UVError>) -> HTTPResponse {
    guard case .failure(let error) = result, ["EMFILE", "ENFILE", "ENOMEM"].contains(error.name)
    else { return .nothingHere }
    return .text(.serviceUnavailable, "The server is out of file descriptors; try again later.")
  }
}

extension HTTPResponse {
  /// 404.
  static var nothingHere: HTTPResponse { .text(.notFound, "There is nothing at this address.") }
}
