// swift-tools-version:6.2

import PackageDescription

let strict: [SwiftSetting] = [
  .strictMemorySafety(),
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableExperimentalFeature("Lifetimes"),
]

let package = Package(
  name: "sotto",
  products: [
    .library(name: "UV", targets: ["UV"]),
    .library(name: "WebSocketProtocol", targets: ["WebSocketProtocol"]),
    .library(name: "WebSocketServer", targets: ["WebSocketServer"]),
    .library(name: "WebSocketTLS", targets: ["WebSocketTLS"]),
    .executable(name: "sotto", targets: ["sotto"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
  ],
  targets: [
    .systemLibrary(name: "CUV", pkgConfig: "libuv", providers: [.apt(["libuv1-dev"])]),
    .target(name: "UV", dependencies: ["CUV"], swiftSettings: strict),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .target(name: "WebSocketProtocol", dependencies: ["CZlib"], swiftSettings: strict),
    .target(
      name: "WebSocketServer",
      dependencies: ["UV", "WebSocketProtocol", .product(name: "Logging", package: "swift-log")],
      swiftSettings: strict
    ),
    .target(
      name: "WebSocketTLS",
      dependencies: ["COpenSSL", "WebSocketProtocol", "WebSocketServer"],
      swiftSettings: strict
    ),
    .target(name: "Messaging", swiftSettings: strict),
    .systemLibrary(name: "COpenSSL", pkgConfig: "openssl", providers: [.apt(["libssl-dev"])]),
    .target(name: "Tokens", dependencies: ["COpenSSL"], swiftSettings: strict),
    .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
    .target(
      name: "MessagingService",
      dependencies: [
        "CSQLite", "Messaging", "Tokens", "UV", "WebSocketProtocol", "WebSocketServer",
        .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: strict
    ),
    .executableTarget(
      name: "sotto",
      dependencies: [
        "Messaging", "MessagingService", "Tokens", "UV", "WebSocketProtocol", "WebSocketServer",
        "WebSocketTLS",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: strict
    ),
    .executableTarget(
      name: "EchoServer",
      dependencies: ["UV", "WebSocketProtocol", "WebSocketServer"],
      swiftSettings: strict
    ),
    .executableTarget(
      name: "Bench",
      dependencies: [
        "UV", "WebSocketProtocol", "WebSocketServer", "WebSocketTLS",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: strict
    ),
    .target(
      name: "TestSupport",
      dependencies: ["UV", "WebSocketProtocol"],
      path: "Tests/TestSupport",
      swiftSettings: strict
    ),
    .testTarget(name: "UVTests", dependencies: ["UV", "TestSupport"], swiftSettings: strict),
    .testTarget(
      name: "WebSocketProtocolTests",
      dependencies: ["WebSocketProtocol", "TestSupport"],
      swiftSettings: strict
    ),
    .testTarget(
      name: "WebSocketServerTests",
      dependencies: ["WebSocketServer", "TestSupport"],
      swiftSettings: strict
    ),
    .testTarget(
      name: "WebSocketTLSTests",
      dependencies: [
        "COpenSSL", "TestSupport", "UV", "WebSocketProtocol", "WebSocketServer", "WebSocketTLS",
      ],
      swiftSettings: strict
    ),
    .testTarget(
      name: "TokensTests",
      dependencies: ["COpenSSL", "TestSupport", "Tokens"],
      swiftSettings: strict
    ),
    .target(
      name: "StoreContract",
      dependencies: ["Messaging"],
      path: "Tests/StoreContract",
      swiftSettings: strict
    ),
    .testTarget(
      name: "MessagingTests",
      dependencies: ["Messaging", "StoreContract"],
      swiftSettings: strict
    ),
    .testTarget(
      name: "MessagingServiceTests",
      dependencies: [
        "CSQLite", "Messaging", "MessagingService", "StoreContract", "TestSupport", "Tokens", "UV",
        "WebSocketProtocol", "WebSocketServer",
      ],
      swiftSettings: strict
    ),
    .testTarget(
      name: "SottoTests",
      dependencies: [
        "Messaging", "MessagingService", "sotto", "TestSupport", "Tokens", "UV",
        "WebSocketProtocol", "WebSocketServer",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: strict
    ),
    .testTarget(
      name: "BenchTests",
      dependencies: [
        "Bench", "TestSupport", "UV", "WebSocketProtocol", "WebSocketServer",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: strict
    ),
    .testTarget(
      name: "FuzzTests",
      dependencies: ["Messaging", "Tokens", "WebSocketProtocol"],
      exclude: ["Seeds"],
      swiftSettings: strict
    ),
    .testTarget(name: "TidyTests", swiftSettings: strict),
  ]
)
