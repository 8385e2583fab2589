// swift-tools-version:6.2

import PackageDescription

let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
]
// An async function runs where its caller runs: a call costs no change of executor. For the targets that a request
// goes through.
let onCaller: [SwiftSetting] = strict + [.enableUpcomingFeature("NonisolatedNonsendingByDefault")]

let package = Package(
    name: "tiyin",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "tiyin", targets: ["tiyin"]),
        .library(name: "Payments", targets: ["Payments"]),
        .library(name: "StrictJSON", targets: ["StrictJSON"]),
        .library(name: "JSONRPC", targets: ["JSONRPC"]),
        .library(name: "Specification", targets: ["Specification"]),
        .library(name: "Storage", targets: ["Storage"]),
        .library(name: "SQLiteEngine", targets: ["SQLiteEngine"]),
        .library(name: "Payme", targets: ["Payme"]),
        .library(name: "Click", targets: ["Click"]),
        .library(name: "YooKassa", targets: ["YooKassa"]),
        .library(name: "Pix", targets: ["Pix"]),
        .library(name: "Pledg", targets: ["Pledg"]),
        .library(name: "QRImages", targets: ["QRImages"]),
        .library(name: "Delivery", targets: ["Delivery"]),
        .library(name: "Mailer", targets: ["Mailer"]),
        .library(name: "TiyinServer", targets: ["Server"]),
        .library(name: "Conformance", targets: ["Conformance"]),
        .library(name: "Sandbox", targets: ["Sandbox"]),
    ],
    dependencies: [
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-configuration", from: "1.4.0", traits: []),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        // Types that Hummingbird and swift-configuration show in their own interfaces.
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-crypto", "3.12.3"..<"5.0.0"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
        .package(url: "https://github.com/swiftlang/swift-docc-plugin", from: "1.5.0"),
    ],
    targets: [
        .target(
            name: "Specification",
            dependencies: [.product(name: "Yams", package: "Yams")],
            path: "spec",
            resources: [
                .embedInCode("transaction.yaml"),
                .embedInCode("payme.openrpc.yaml"),
                .embedInCode("click.openapi.yaml"),
                .embedInCode("yookassa.openapi.yaml"),
                .embedInCode("merchant.openapi.yaml"),
                .embedInCode("pix.openapi.yaml"),
                .embedInCode("pledg.openapi.yaml"),
                .embedInCode("payme.scenarios.yaml"),
                .embedInCode("click.scenarios.yaml"),
                .embedInCode("yookassa.scenarios.yaml"),
                .embedInCode("pix.scenarios.yaml"),
            ],
            swiftSettings: strict
        ),
        .target(name: "StrictJSON", swiftSettings: strict),
        .target(name: "Payments", swiftSettings: onCaller),
        .target(name: "JSONRPC", dependencies: ["StrictJSON", "Specification"], swiftSettings: strict),
        .target(name: "Storage", dependencies: ["Payments"], swiftSettings: onCaller),
        // The one setting of SQLite that Swift cannot make.
        .target(name: "CSQLiteSetup", linkerSettings: [.linkedLibrary("sqlite3")]),
        .target(
            name: "SQLiteEngine",
            dependencies: [
                "Payments", "Storage", "CSQLiteSetup", .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "GRDBSQLite", package: "GRDB.swift"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: onCaller
        ),
        .target(
            name: "Payme",
            dependencies: [
                "Payments", "Specification", "StrictJSON", "JSONRPC", "Storage",
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: onCaller
        ),
        // The calls of gateways that ask a payment system, and what is known of one without an answer.
        .target(
            name: "ProviderHTTP",
            dependencies: [
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ],
            swiftSettings: onCaller
        ),
        .target(
            name: "Click",
            dependencies: [
                "Payments", "Specification", "StrictJSON", "Storage", "ProviderHTTP",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ],
            swiftSettings: onCaller
        ),
        .target(
            name: "YooKassa",
            dependencies: [
                "Payments", "Specification", "StrictJSON", "Storage", "ProviderHTTP",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ],
            swiftSettings: onCaller
        ),
        .target(
            name: "Pix",
            dependencies: [
                "Payments", "Specification", "StrictJSON", "Storage", "ProviderHTTP",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ],
            swiftSettings: onCaller
        ),
        .target(
            name: "Pledg",
            dependencies: [
                "Payments", "Specification", "StrictJSON", "Storage",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: onCaller
        ),
        // The system's QR encoder and PNG writer. Of their own, so that Pix alone links neither.
        .systemLibrary(
            name: "CQREncode", pkgConfig: "libqrencode", providers: [.apt(["libqrencode-dev"]), .brew(["qrencode"])]),
        .systemLibrary(
            name: "CPNG", pkgConfig: "libpng", providers: [.apt(["libpng-dev"]), .brew(["libpng"])]),
        .target(name: "QRImages", dependencies: ["CQREncode", "CPNG"], swiftSettings: strict),
        // E-mail, by the system's libcurl. Of its own, so that Delivery alone does not link it.
        .systemLibrary(
            name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"]), .brew(["curl"])]),
        .target(
            name: "Mailer", dependencies: ["CCurl", .product(name: "NIOPosix", package: "swift-nio")],
            swiftSettings: strict),
        .target(
            name: "Delivery",
            dependencies: [
                "Payments", "Storage", "StrictJSON",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ],
            resources: [.embedInCode("Telegram/telegramtexts.json")],
            swiftSettings: strict
        ),
        .target(
            name: "Server",
            dependencies: [
                "Payments", "Specification", "StrictJSON", "JSONRPC", "Storage", "SQLiteEngine", "Payme", "Click",
                "Pix", "QRImages", "YooKassa", "Pledg", "Mailer", "Delivery",
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdTLS", package: "hummingbird"),
                .product(name: "Mustache", package: "swift-mustache"),
                .product(name: "Configuration", package: "swift-configuration"),
                .product(name: "Yams", package: "Yams"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Metrics", package: "swift-metrics"),
                .product(name: "CoreMetrics", package: "swift-metrics"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            resources: [
                .embedInCode("Pix/Page/pixtexts.json"), .embedInCode("Pix/Page/pixpage.mustache"),
                .embedInCode("Pix/Page/pixcharge.mustache"), .embedInCode("Pix/Page/pixlost.mustache"),
                .embedInCode("YooKassa/Page/yooreturn.mustache"), .embedInCode("YooKassa/Page/yootexts.json"),
                .embedInCode("YooKassa/Page/yooreturn.css"),
                .embedInCode("Pledg/Pages/pledgtexts.json"), .embedInCode("Pledg/Pages/pledgpage.css"),
                .embedInCode("Pledg/Pages/pledgtop.mustache"), .embedInCode("Pledg/Pages/pledgend.mustache"),
                .embedInCode("Pledg/Pages/pledgleader.mustache"), .embedInCode("Pledg/Pages/pledgshare.mustache"),
                .embedInCode("Pledg/Pages/pledgnote.mustache"), .embedInCode("Pledg/Pages/pledgchoices.mustache"),
                .embedInCode("Pledg/Mail/pledgmailtexts.json"), .embedInCode("Pledg/Mail/pledgmail.mustache"),
                .embedInCode("Pix/Page/pixpage.css"), .embedInCode("Pix/Page/pixpage.js"),
            ],
            swiftSettings: strict
        ),
        .target(
            name: "Conformance",
            dependencies: [
                "Specification", "StrictJSON", .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ],
            swiftSettings: strict
        ),
        // The other side, simulated, and the page that shows it. It knows the server by HTTP alone.
        .target(
            name: "Sandbox",
            dependencies: [
                "Specification", "StrictJSON", "Conformance",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdTLS", package: "hummingbird"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Mustache", package: "swift-mustache"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            resources: [
                .embedInCode("Texts/texts.json"),
                .embedInCode("YooKassa/Page/yoopagetexts.json"), .embedInCode("YooKassa/Page/yoolayout.mustache"),
                .embedInCode("YooKassa/Page/yoopay.mustache"), .embedInCode("YooKassa/Page/yoocode.mustache"),
                .embedInCode("YooKassa/Page/yooend.mustache"), .embedInCode("YooKassa/Page/yoopage.css"),
                .embedInCode("Pages/page.mustache"), .embedInCode("Pages/layout.mustache"),
                .embedInCode("Pages/orders.mustache"), .embedInCode("Pages/receipts.mustache"),
                .embedInCode("Pages/entry.mustache"), .embedInCode("Pages/suite.mustache"),
                .embedInCode("Pages/checkout.mustache"), .embedInCode("Pages/outcome.mustache"),
                .embedInCode("Pages/pix.mustache"),
                .embedInCode("Pages/yookassa.mustache"), .embedInCode("Pages/telegram.mustache"),
                .embedInCode("Pages/groups.mustache"), .embedInCode("Pages/mailbox.mustache"),
                .embedInCode("Pages/click.mustache"), .embedInCode("Pages/clickpay.mustache"),
                .embedInCode("Pages/clickoutcome.mustache"),
                .embedInCode("Pages/sandbox.css"), .embedInCode("Pages/sandbox.js"),
            ],
            swiftSettings: strict
        ),
        .executableTarget(
            name: "tiyin",
            dependencies: [
                "Payments", "Storage", "Payme", "Specification", "StrictJSON", "Server", "Conformance", "Sandbox",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Metrics", package: "swift-metrics"),
            ],
            swiftSettings: strict
        ),
        // A shop in Swift: what a subclass of PaymentHooks looks like. The crash tests kill it.
        .executableTarget(
            name: "SwiftShop",
            dependencies: [
                "Payments", "Storage", "Server", .product(name: "Logging", package: "swift-log"),
            ],
            path: "Examples/SwiftShop",
            swiftSettings: strict
        ),
        // `make bench`
        .executableTarget(
            name: "tiyin-bench",
            dependencies: [
                "Payments", "Storage", "SQLiteEngine", "StrictJSON", "Server",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "Logging", package: "swift-log"),
            ],
            path: "Benchmarks",
            swiftSettings: strict
        ),
        .target(
            name: "TestSupport",
            dependencies: [
                "Payments", "Storage", "Delivery", "SQLiteEngine", "Payme", "Specification", "StrictJSON", "Server",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            path: "Tests/TestSupport",
            swiftSettings: strict
        ),
        // A headless Chromium for tests, over WebDriver; accessibility rules.
        .target(
            name: "BrowserSupport",
            dependencies: [
                "StrictJSON", "TestSupport",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            path: "Tests/BrowserSupport",
            swiftSettings: strict
        ),
        .testTarget(
            name: "BrowserSupportTests",
            dependencies: [
                "BrowserSupport", "StrictJSON", "TestSupport",
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            swiftSettings: strict),
        .testTarget(name: "StrictJSONTests", dependencies: ["StrictJSON"], swiftSettings: strict),
        .testTarget(name: "SpecificationTests", dependencies: ["Specification"], swiftSettings: strict),
        .testTarget(
            name: "JSONRPCTests", dependencies: ["JSONRPC", "Specification", "StrictJSON"], swiftSettings: strict),
        .testTarget(name: "PaymentsTests", dependencies: ["Payments", "TestSupport"], swiftSettings: strict),
        .testTarget(
            name: "StorageTests", dependencies: ["Payments", "Storage", "SQLiteEngine", "Payme", "TestSupport"],
            swiftSettings: strict),
        // A SQLite VFS in C whose every write and sync can be made to fail.
        .target(name: "FaultyDisk", dependencies: [], path: "Tests/FaultyDisk"),
        .testTarget(
            name: "SQLiteEngineTests",
            dependencies: [
                "Payments", "Storage", "SQLiteEngine", "FaultyDisk", "TestSupport",
                .product(name: "GRDBSQLite", package: "GRDB.swift"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: strict),
        .testTarget(
            name: "DeliveryTests",
            dependencies: [
                "Payments", "Storage", "StrictJSON", "Specification", "Delivery", "TestSupport",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            swiftSettings: strict),
        // A mail server for tests, not written here.
        .target(
            name: "MailSupport", dependencies: ["StrictJSON", "TestSupport"], path: "Tests/MailSupport",
            exclude: ["smtpd.py"], swiftSettings: strict),
        .testTarget(
            name: "MailerTests", dependencies: ["Mailer", "MailSupport", "StrictJSON", "TestSupport"],
            swiftSettings: strict),
        .testTarget(
            name: "PaymeTests",
            dependencies: ["Payments", "Payme", "Specification", "StrictJSON", "JSONRPC", "Storage", "TestSupport"],
            swiftSettings: strict),
        .testTarget(
            name: "ProviderHTTPTests",
            dependencies: [
                "ProviderHTTP", "TestSupport", .product(name: "AsyncHTTPClient", package: "async-http-client"),
            ],
            swiftSettings: strict),
        .testTarget(
            name: "ClickTests",
            dependencies: [
                "Payments", "Click", "Specification", "StrictJSON", "Storage", "TestSupport",
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: strict),
        .testTarget(
            name: "YooKassaTests",
            dependencies: [
                "Payments", "YooKassa", "Specification", "StrictJSON", "Storage", "TestSupport",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ],
            swiftSettings: strict),
        .testTarget(
            name: "PixTests",
            dependencies: [
                "Payments", "Pix", "Sandbox", "Specification", "StrictJSON", "Storage", "TestSupport",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ],
            swiftSettings: strict),
        // The simulated YooKassa and Telegram by themselves: no server of ours is behind them.
        .testTarget(
            name: "YooKassaSandboxTests",
            dependencies: [
                "Sandbox", "StrictJSON",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ],
            exclude: ["Python"],
            swiftSettings: strict),
        .testTarget(
            name: "PledgTests",
            dependencies: [
                "Payments", "Pledg", "Specification", "Storage", "TestSupport",
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: strict),
        // A group's pages with simulated gateways behind them.
        .target(
            name: "PledgSupport",
            dependencies: [
                "Payments", "Pledg", "Server", "Specification", "Storage", "TestSupport",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            path: "Tests/PledgSupport",
            swiftSettings: strict),
        .testTarget(
            name: "QRImagesTests", dependencies: ["BrowserSupport", "Payments", "Pix", "QRImages", "TestSupport"],
            swiftSettings: strict),
        .testTarget(
            name: "ServerTests",
            dependencies: [
                "Payments", "Storage", "Delivery", "Payme", "Pix", "YooKassa", "Sandbox", "Specification", "StrictJSON",
                "Pledg", "Mailer", "Server", "TestSupport",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "CoreMetrics", package: "swift-metrics"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOEmbedded", package: "swift-nio"),
                "Click", "MailSupport", "PledgSupport",
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdTesting", package: "hummingbird"),
            ],
            swiftSettings: strict),
        .testTarget(
            name: "ConformanceTests",
            dependencies: [
                "Conformance", "Specification", "StrictJSON",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            swiftSettings: strict),
        .testTarget(
            name: "SandboxTests",
            dependencies: [
                "Sandbox", "tiyin", "Server", "Storage", "Specification", "StrictJSON", "TestSupport", "Click", "Pix",
                "YooKassa", "Payments",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            swiftSettings: strict),
        // The page of `tiyin sandbox` in a headless Chromium.
        .testTarget(
            name: "SandboxBrowserTests",
            dependencies: [
                "BrowserSupport", "TestSupport", "StrictJSON", "tiyin",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ],
            swiftSettings: strict),
        // The page of a payer by Pix in a headless Chromium.
        .testTarget(
            name: "PixBrowserTests",
            dependencies: [
                "BrowserSupport", "TestSupport", "StrictJSON", "Server", "Pix", "Sandbox",
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ],
            swiftSettings: strict),
        // The pages of a group in a headless Chromium.
        .testTarget(
            name: "PledgBrowserTests",
            dependencies: [
                "BrowserSupport", "Payments", "Pledg", "PledgSupport", "StrictJSON", "TestSupport",
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ],
            swiftSettings: strict),
        .testTarget(
            name: "EndToEndTests",
            dependencies: [
                "Payments", "Storage", "Delivery", "Payme", "Specification", "StrictJSON", "JSONRPC", "Server",
                "Conformance", "Sandbox",
                "TestSupport", "tiyin", "SwiftShop",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            swiftSettings: strict),
    ],
    swiftLanguageModes: [.v6]
)

// `TIYIN_TESTS=PixTests,ServerTests swift build --build-tests` builds these suites and what they need, which is faster.
if let wanted = Context.environment["TIYIN_TESTS"] {
    let suites = Set(wanted.split(separator: ",").map(String.init))
    let withExamples = suites.contains("EndToEndTests")
    package.targets.removeAll { target in
        switch target.type {
        case .test: !suites.contains(target.name)
        case .executable: target.name != "tiyin" && !withExamples
        default: false
        }
    }
}
