import Foundation

/// The package's files, as they lie in its folder.
struct SourceTree {
  struct File {
    /// Below the package, such as `Sources/UV/Timer.swift`.
    let path: String
    let lines: [Substring]

    var name: String { String(path.split(separator: "/").last ?? "") }

    /// The second part of the path: a target.
    var target: String { String(path.split(separator: "/")[1]) }

    /// What is imported, without attributes and kinds.
    var imports: [String] {
      lines.compactMap { line in
        let words = line.split(separator: " ")
        guard let place = words.firstIndex(of: "import"), place <= 2,
          words[..<place].allSatisfy({ $0 == "public" || $0 == "internal" || $0.hasPrefix("@") })
        else { return nil }
        return words.last.map(String.init)
      }
    }
  }

  let root: String

  init() {
    // …/Tests/TidyTests/SourceTree.swift
    root =
      URL(fileURLWithPath: #filePath)
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path
  }

  /// All files below a folder whose names end in `.` and `ext`.
  func files(in folder: String, ext: String) throws -> [File] {
    try FileManager.default.subpathsOfDirectory(atPath: "\(root)/\(folder)")
      .filter { $0.hasSuffix(".\(ext)") && !$0.contains("__pycache__") }
      .sorted()
      .map { path in
        let text = try String(contentsOfFile: "\(root)/\(folder)/\(path)", encoding: .utf8)
        return File(
          path: "\(folder)/\(path)",
          lines: text.split(separator: "\n", omittingEmptySubsequences: false)
        )
      }
  }
}
