// swift-tools-version: 6.2
import PackageDescription

// A package of its own, because libFuzzer brings the `main`, and of the same name, because the code under test has
// `package` access.
let swift: [SwiftSetting] = [
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("ExistentialAny"),
    .strictMemorySafety(),
]

let package = Package(
    name: "portraitd",
    dependencies: [.package(url: "https://github.com/apple/swift-http-types.git", from: "1.8.0")],
    targets: [
        .target(
            name: "CImaging",
            linkerSettings: ["avif", "heif", "jpeg", "lcms2", "png", "webp", "webpdemux"].map { .linkedLibrary($0) }
        ),
        .systemLibrary(name: "CGD"),
        .target(name: "Bytes", swiftSettings: swift),
        .target(name: "JPEGDecoder", dependencies: ["Bytes"], swiftSettings: swift),
        .target(name: "Imaging", dependencies: ["Bytes", "CGD", "CImaging", "JPEGDecoder"], swiftSettings: swift),
        .target(name: "GraphQL", dependencies: ["Bytes"], swiftSettings: swift),
        .systemLibrary(name: "CCurl"),
        .target(
            name: "Curl",
            dependencies: ["Bytes", "CCurl", .product(name: "HTTPTypes", package: "swift-http-types")],
            swiftSettings: swift
        ),
        .target(name: "LocalHTTP", swiftSettings: swift),
        .executableTarget(
            name: "FuzzCurl",
            dependencies: ["Curl", "LocalHTTP", .product(name: "HTTPTypes", package: "swift-http-types")],
            swiftSettings: swift + [.unsafeFlags(["-parse-as-library"])]
        ),
        .executableTarget(
            name: "FuzzImaging",
            dependencies: ["Imaging"],
            swiftSettings: swift + [.unsafeFlags(["-parse-as-library"])]
        ),
        .executableTarget(
            name: "FuzzGraphQL",
            dependencies: ["GraphQL"],
            swiftSettings: swift + [.unsafeFlags(["-parse-as-library"])]
        ),
    ],
    swiftLanguageModes: [.v6]
)
