// swift-tools-version: 6.2
import PackageDescription

// The floors of the house: a target may import only targets that stand above it in this list.
// The compiler keeps it: target dependencies, internal imports, `package` access; nothing is a library product.
let swift: [SwiftSetting] = [
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("ExistentialAny"),
    .strictMemorySafety(),
]

// In debug builds too, as a whole, or generic code would stay generic: the tests process many pictures.
let optimised = SwiftSetting.unsafeFlags(
    ["-O", "-whole-module-optimization", "-num-threads", "2", "-disable-batch-mode"],
    .when(configuration: .debug)
)

let package = Package(
    name: "portraitd",
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser.git", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-crypto.git", from: "4.5.0"),
        .package(url: "https://github.com/apple/swift-http-types.git", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log.git", from: "1.16.0"),
        .package(url: "https://github.com/apple/swift-system.git", from: "1.8.0"),
        .package(url: "https://github.com/groue/GRDB.swift.git", from: "7.10.0"),
        .package(url: "https://github.com/vapor/jwt-kit.git", from: "5.7.0"),
    ],
    targets: [
        .systemLibrary(name: "CFastCGI"),
        .systemLibrary(name: "CCurl"),
        .systemLibrary(name: "CStorage"),
        .target(
            name: "CImaging",
            linkerSettings: ["avif", "heif", "jpeg", "lcms2", "png", "webp", "webpdemux"].map { .linkedLibrary($0) }
        ),
        .target(name: "Bytes", swiftSettings: swift + [optimised]),
        .target(name: "Threads", swiftSettings: swift),
        .target(name: "FastCGI", dependencies: ["Bytes", "CFastCGI", "Threads"], swiftSettings: swift),
        .target(
            name: "Curl",
            dependencies: ["Bytes", "CCurl", .product(name: "HTTPTypes", package: "swift-http-types")],
            swiftSettings: swift
        ),
        .systemLibrary(name: "CGD"),
        .target(name: "JPEGDecoder", dependencies: ["Bytes"], swiftSettings: swift + [optimised]),
        .target(
            name: "Imaging",
            dependencies: ["Bytes", "CGD", "CImaging", "JPEGDecoder"],
            swiftSettings: swift + [optimised]
        ),
        .target(name: "CBox"),
        .target(name: "Box", dependencies: ["CBox", "Imaging", "Threads"], swiftSettings: swift),
        .target(name: "CDecoder"),
        .executableTarget(
            name: "portraitd-decoder",
            dependencies: ["Box", "CDecoder", "Imaging"],
            swiftSettings: swift
        ),
        .systemLibrary(name: "CFonts", pkgConfig: "freetype2"),
        .target(
            name: "Avatars",
            dependencies: ["Bytes", "CFonts", "CGD", "Imaging"],
            swiftSettings: swift + [optimised]
        ),
        .target(name: "GraphQL", dependencies: ["Bytes"], swiftSettings: swift),
        .target(
            name: "ProfileImages",
            dependencies: [
                "Avatars", "Bytes", "Imaging", "Threads",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: swift
        ),
        .target(
            name: "Storage",
            dependencies: [
                "CStorage", "Imaging", "ProfileImages", "Threads",
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: swift
        ),
        .target(name: "Configuration", swiftSettings: swift),
        .target(
            name: "Server",
            dependencies: [
                "Avatars", "Bytes", "Configuration", "Curl", "FastCGI", "GraphQL", "Imaging", "ProfileImages",
                "Threads",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "JWTKit", package: "jwt-kit"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: swift
        ),
        .target(
            name: "Worker",
            dependencies: [
                "Bytes", "Curl", "ProfileImages", "Threads",
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: swift
        ),
        .target(
            name: "Bulk",
            dependencies: [
                "Bytes", "Imaging", "ProfileImages", "Storage", "Threads",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: swift
        ),
        .target(
            name: "Composition",
            dependencies: [
                "Box", "Configuration", "Curl", "Imaging", "ProfileImages", "Server", "Storage", "Threads", "Worker",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: swift
        ),
        .executableTarget(
            name: "portraitd",
            dependencies: [
                "Box", "Bulk", "Composition", "Configuration", "Curl", "FastCGI", "Imaging", "ProfileImages", "Storage",
                "Server", "Threads", "Worker",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: swift
        ),
        .executableTarget(
            name: "imaging-contender",
            dependencies: ["Imaging", .product(name: "SystemPackage", package: "swift-system")],
            path: "Benchmarks/contenders/imaging",
            swiftSettings: swift
        ),
        .testTarget(name: "AvatarsTests", dependencies: ["Avatars", "CGD", "Imaging"], swiftSettings: swift),
        .target(name: "TestSupport", path: "Tests/TestSupport", swiftSettings: swift),
        .target(name: "LocalHTTP", path: "Tests/LocalHTTP", swiftSettings: swift),
        .testTarget(
            name: "CurlTests",
            dependencies: [
                "Curl", "LocalHTTP", "TestSupport", .product(name: "HTTPTypes", package: "swift-http-types"),
            ],
            swiftSettings: swift
        ),
        .testTarget(name: "FastCGITests", dependencies: ["FastCGI", "TestSupport", "Threads"], swiftSettings: swift),
        .testTarget(
            name: "WorkerTests",
            dependencies: [
                "Composition", "Configuration", "Curl", "Imaging", "LocalHTTP", "ProfileImages",
                "Server", "Storage", "TestSupport", "Worker",
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: swift
        ),
        .testTarget(name: "ThreadsTests", dependencies: ["TestSupport", "Threads"], swiftSettings: swift),
        .executableTarget(
            name: "broken-decoder",
            dependencies: ["Box", "CDecoder", "Imaging"],
            path: "Tests/BrokenDecoder",
            swiftSettings: swift
        ),
        .testTarget(name: "BoxTests", dependencies: ["Box", "Imaging", "TestSupport"], swiftSettings: swift),
        .testTarget(name: "BytesTests", dependencies: ["Bytes"], swiftSettings: swift),
        .testTarget(name: "GraphQLTests", dependencies: ["GraphQL"], swiftSettings: swift),
        .testTarget(
            name: "ImagingTests",
            dependencies: ["Bytes", "CGD", "CImaging", "Imaging", "JPEGDecoder"],
            swiftSettings: swift
        ),
        .testTarget(name: "ProfileImagesTests", dependencies: ["Imaging", "ProfileImages"], swiftSettings: swift),
        .testTarget(
            name: "StorageTests",
            dependencies: [
                "Imaging", "ProfileImages", "Storage", "TestSupport",
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: swift
        ),
        .testTarget(
            name: "ServerTests",
            dependencies: [
                "Bytes", "Composition", "Configuration", "FastCGI", "Imaging", "ProfileImages", "Server",
                "Storage", "TestSupport", "Threads", "Worker",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "CryptoExtras", package: "swift-crypto"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: swift
        ),
        .testTarget(
            name: "BulkTests",
            dependencies: [
                "Bulk", "Composition", "Configuration", "Imaging", "ProfileImages", "Server", "Storage",
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: swift
        ),
        .testTarget(
            name: "EndToEndTests",
            dependencies: [
                "CGD", "LocalHTTP", "TestSupport", "portraitd", .product(name: "Crypto", package: "swift-crypto"),
            ],
            swiftSettings: swift
        ),
    ],
    swiftLanguageModes: [.v6]
)
