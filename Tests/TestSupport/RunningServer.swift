import Foundation
public import Logging
public import NIOHTTP1
public import Payments
public import Server
import ServiceLifecycle
public import Storage
public import StrictJSON

/// A whole server in this process, on a free port of 127.0.0.1, over a database of its own.
public final class RunningServer: Sendable {
    public let folder: TemporaryFolder
    public let clock: ManualClock
    public let server: TiyinServer
    public let port: Int
    public let paymeKey: String
    public let merchantKey: String
    private let task: Task<Void, any Error>
    private let group: ServiceGroup

    public var url: String { "http://127.0.0.1:\(port)" }

    /// - Parameters:
    ///   - environment: settings on top of the keys, a free port and a scratch database.
    ///   - clock: stands still unless moved; it begins at the real time.
    ///   - adjusting: what no setting says.
    public init(
        _ environment: [String: String] = [:], hooks: PaymentHooks = PaymentHooks(), clock: ManualClock? = nil,
        folder: TemporaryFolder = TemporaryFolder(), migrations: [Migration] = [], logger: Logger = .silent,
        adjusting: (inout ServerSettings) -> Void = { _ in }
    ) async throws {
        self.folder = folder
        let clock = clock ?? ManualClock(Int64(Date().timeIntervalSince1970 * 1_000))
        self.clock = clock
        paymeKey = "payme-key-of-the-tests:#&?"
        merchantKey = "merchant-key-of-the-tests"
        let base = [
            "API_PORT": "0", "DATABASE_URL": "sqlite:\(folder.file("server.db"))", "PAYME_KEY": paymeKey,
            "PAYME_MERCHANT_ID": "587f72c72cac0d162c722ae2", "MERCHANT_API_KEY": merchantKey,
        ]
        var settings = try ServerSettings(
            SettingSource(environment: base.merging(environment) { $1 }, folder: folder.path))
        adjusting(&settings)
        let server = try await TiyinServer(
            settings: settings, hooks: hooks, clock: clock.source, logger: logger, migrations: migrations)
        self.server = server
        let (ports, continuation) = AsyncStream.makeStream(of: Int.self)
        let application = try server.application { continuation.yield($0) }
        let group = ServiceGroup(configuration: ServiceGroupConfiguration(services: [application], logger: logger))
        self.group = group
        task = Task {
            defer { continuation.finish() }
            try await group.run()
        }
        var iterator = ports.makeAsyncIterator()
        guard let port = await iterator.next() else {
            _ = try await task.value
            throw CancellationError()
        }
        self.port = port
    }

    /// Stops it as SIGTERM would, and waits until the database is closed.
    ///
    /// A cancelled task would not do: a connection that is accepted just then trips a precondition of NIO.
    public func stop() async {
        await group.triggerGracefulShutdown()
        _ = try? await task.value
        await server.store.engine.close()
    }

    /// Starts a server, runs the closure, stops the server, whatever happened.
    public static func with<T>(
        _ environment: [String: String] = [:], hooks: PaymentHooks = PaymentHooks(),
        clock: ManualClock? = nil, migrations: [Migration] = [],
        _ body: (RunningServer) async throws -> T
    ) async throws -> T {
        let running = try await RunningServer(environment, hooks: hooks, clock: clock, migrations: migrations)
        do {
            let result = try await body(running)
            await running.stop()
            return result
        } catch {
            await running.stop()
            throw error
        }
    }

    public var client: PaymeClient { PaymeClient(url: url + "/payments/payme/webhook", key: paymeKey) }

    public var shop: MerchantClient { MerchantClient(url: url, key: merchantKey) }

    /// Registers an order through the merchant API.
    public func addOrder(_ id: String, _ amount: String = "5000.00") async throws {
        try await shop.addOrder(id, amount)
    }

    /// A call of the merchant API.
    public func merchant(
        _ method: HTTPMethod, _ path: String, _ body: JSONValue? = nil, headers: [(String, String)] = []
    ) async throws -> (status: Int, body: JSONValue, headers: HTTPHeaders) {
        let answer = try await shop.call(method, path, body, headers: headers)
        return (answer.status, answer.body, answer.headers)
    }
}

extension JSONLimits {
    /// For answers that a test reads back.
    public static let generous = JSONLimits(maximumDepth: 64, maximumBytes: 1 << 28, maximumMembers: 1 << 20)
}

/// The server said something that the test did not expect.
public struct UnexpectedAnswer: Error, CustomStringConvertible {
    public let status: Int
    public let body: String
    public var description: String { "status \(status): \(body)" }
}
