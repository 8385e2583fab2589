import AsyncHTTPClient
import Foundation
import Server
import Storage
import TestSupport

/// A built server in a process of its own, on a free port, over a database in a scratch folder.
final class ServerProcess: Sendable {
    enum Program: String {
        case tiyin
        case shop = "SwiftShop"
    }

    static let paymeKey = "payme-key-of-the-tests:#&?"
    static let merchantKey = "merchant-key-of-the-tests"

    let child: ChildProcess
    let port: Int
    let folder: TemporaryFolder

    var url: String { "\(isTLS ? "https" : "http")://127.0.0.1:\(port)" }
    private let isTLS: Bool

    /// Starts it and waits until it listens.
    /// - Throws: ``NotStarted`` if it ends instead, or takes half a minute.
    init(_ program: Program, in folder: TemporaryFolder, _ environment: [String: String] = [:]) async throws {
        let settings = Self.environment(folder).merging(environment) { $1 }
        let arguments = program == .tiyin ? ["serve"] : []
        child = try ChildProcess(
            Executable.path(program.rawValue), arguments, environment: settings, folder: folder.path)
        self.folder = folder
        isTLS = settings["API_TLS_CERT_PATH"] != nil
        let bell = Task { [child] in
            try await Task.sleep(for: .seconds(30))
            child.signal(SIGKILL)
        }
        defer { bell.cancel() }
        guard let line = await child.line(where: { Self.port($0) != nil }), let port = Self.port(Substring(line)) else {
            throw NotStarted(errors: child.errors, exit: await child.exit())
        }
        self.port = port
    }

    struct NotStarted: Error {
        let errors: String
        let exit: ChildProcess.Exit
    }

    static func environment(_ folder: TemporaryFolder) -> [String: String] {
        [
            "API_PORT": "0", "DATABASE_URL": "sqlite:\(folder.file("server.db"))", "PAYME_KEY": paymeKey,
            "PAYME_MERCHANT_ID": "587f72c72cac0d162c722ae2", "MERCHANT_API_KEY": merchantKey,
            "SHOP_PARCELS": folder.file("parcels.txt"),
        ]
    }

    /// `listening on 8080`, or tiyin's own line, as text or as JSON.
    private static func port(_ line: Substring) -> Int? {
        if line.hasPrefix("listening on ") { return Int(line.dropFirst(13)) }
        for (sign, mark) in [(" serving", " port="), (#""message":"serving""#, #""port":""#)] {
            guard line.contains(sign), let start = line.range(of: mark) else { continue }
            return Int(line[start.upperBound...].prefix { $0.isNumber })
        }
        return nil
    }

    func payme(_ http: HTTPClient = .shared) -> PaymeClient {
        var client = PaymeClient(url: url + "/payments/payme/webhook", key: Self.paymeKey)
        client.http = http
        return client
    }

    func shop(_ http: HTTPClient = .shared) -> MerchantClient {
        var client = MerchantClient(url: url, key: Self.merchantKey)
        client.http = http
        return client
    }

    /// Tells it to stop and waits until it has.
    func stop() async -> ChildProcess.Exit {
        child.signal(SIGTERM)
        return await child.exit()
    }

    /// Looks into its database, beside it or after it.
    static func look<T: Sendable>(
        _ folder: TemporaryFolder, _ work: (Store) async throws -> T
    ) async throws -> T {
        let source = try SettingSource(environment: environment(folder), folder: folder.path)
        let store = try await DatabaseAccess.readOnly(ServerSettings(source), logger: .silent)
        do {
            let found = try await work(store)
            await store.engine.close()
            return found
        } catch {
            await store.engine.close()
            throw error
        }
    }
}
