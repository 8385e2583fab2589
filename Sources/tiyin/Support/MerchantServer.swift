import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import Server
import Storage
import StrictJSON
import Synchronization

/// The server of this configuration, over its merchant API.
struct MerchantServer {
    let settings: ServerSettings
    /// One for each call of a command, the same when the command is tried again: what was carried out and not heard of
    /// is not carried out twice.
    let keys: RepeatKeys

    /// Idempotency keys in a row.
    final class RepeatKeys: Sendable {
        private let base: String
        private let number = Mutex(0)

        init(_ base: String) { self.base = base }

        func next() -> String {
            let count = number.withLock { number in
                number += 1
                return number
            }
            return "\(base)-\(count)"
        }
    }

    /// Whoever has the database, it is no server that we can talk to.
    struct NoAnswer: Error {
        let sentence: String
    }

    /// What it said.
    struct Answer {
        let status: UInt
        let body: JSONValue

        /// What the command line says of a refusal.
        var complaint: SettingsError {
            let field = body["field"]?.stringValue.map { "\($0): " } ?? ""
            return SettingsError("\(field)\(body["detail"]?.stringValue ?? "the server said \(status)")")
        }
    }

    /// Does the work in the database, or through the server that has it. Another tool lets go of the database in a
    /// moment; a server stays, and answers.
    static func orDatabase<T>(
        _ settings: ServerSettings, inDatabase: (Store) async throws -> T,
        overHTTP: (MerchantServer) async throws -> T
    ) async throws -> T {
        var attempt = 1
        let base = UUID().uuidString
        let end = ContinuousClock.now + .seconds(30)
        while true {
            do {
                let store = try await DatabaseAccess.writable(settings, logger: Logs.quiet)
                return try await closing(store, inDatabase)
            } catch  where DatabaseAccess.isInUse(error) {
                do {
                    return try await overHTTP(MerchantServer(settings: settings, keys: RepeatKeys(base)))
                } catch let silence as NoAnswer {
                    guard attempt < 50, ContinuousClock.now < end else { throw SettingsError(silence.sentence) }
                }
            }
            attempt += 1
            try await Task.sleep(for: .milliseconds(100))
        }
    }

    private static func closing<T>(_ store: Store, _ work: (Store) async throws -> T) async throws -> T {
        do {
            let result = try await work(store)
            await store.engine.close()
            return result
        } catch {
            await store.engine.close()
            throw error
        }
    }

    /// - Throws: ``NoAnswer`` if there is no server that lets us in.
    func call(_ method: HTTPMethod, _ path: String, _ body: JSONValue? = nil) async throws -> Answer {
        guard let key = settings.merchantKey else {
            throw NoAnswer(
                sentence: "a server has the database, and without MERCHANT_API_KEY its merchant API cannot be used")
        }
        let scheme = settings.tls == nil ? "http" : "https"
        let isEverywhere = settings.host == "0.0.0.0" || settings.host == "::"
        let host = isEverywhere ? "127.0.0.1" : settings.host.contains(":") ? "[\(settings.host)]" : settings.host
        var request = HTTPClientRequest(url: "\(scheme)://\(host):\(settings.port)\(path)")
        request.method = method
        request.headers.add(name: "authorization", value: "Bearer \(key)")
        if method == .POST { request.headers.add(name: "idempotency-key", value: keys.next()) }
        if let body {
            request.headers.add(name: "content-type", value: "application/json")
            request.body = .bytes(ByteBuffer(bytes: body.serialized()))
        }
        do {
            return try await send(request)
        } catch {
            throw NoAnswer(
                sentence: "the server at \(host):\(settings.port) has the database but does not answer: \(error)")
        }
    }

    private func send(_ request: HTTPClientRequest) async throws -> Answer {
        var configuration = HTTPClient.Configuration(tlsConfiguration: try settings.tls?.clientConfiguration())
        // On this machine a server is there or it is not.
        configuration.connectionPool.retryConnectionEstablishment = false
        return try await HTTPClient.withHTTPClient(configuration: configuration) {
            let response = try await $0.execute(request, timeout: .seconds(10))
            let body = try await response.body.collect(upTo: 1 << 20)
            return Answer(status: response.status.code, body: try JSONValue(parsing: Array(buffer: body)))
        }
    }
}
