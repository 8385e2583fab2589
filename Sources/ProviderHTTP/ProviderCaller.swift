public import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
public import NIOSSL

/// Calls payment systems that we ask, with limits on time and size, and says of a call without an answer whether the
/// payment system can have had it.
///
/// A redirect is no answer, and would carry keys and tokens elsewhere: it comes back as the status that it is.
public struct ProviderCaller: Sendable {
    private let http: HTTPClient
    private let answerBytesMaximum: Int

    /// How long a connection may take to come about.
    private static let connectSeconds: Int64 = 5

    /// - Parameters:
    ///   - answerBytesMaximum: a longer answer is none.
    ///   - tls: who is trusted, and what is shown of us; nil: as the system has it, and nothing.
    public init(answerBytesMaximum: Int, tls: TLSConfiguration? = nil) {
        self.answerBytesMaximum = answerBytesMaximum
        var configuration = HTTPClient.Configuration()
        configuration.redirectConfiguration = .disallow
        configuration.timeout = .init(connect: .seconds(Self.connectSeconds))
        // A connection that does not come about is told of, not tried for again behind our back.
        configuration.connectionPool.retryConnectionEstablishment = false
        if let tls { configuration.tlsConfiguration = tls }
        http = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    /// Ends its connections. Not for one that lives as long as the process.
    public func close() async { try? await http.shutdown() }

    /// One exchange.
    ///
    /// - Parameter seconds: how long it may take in all.
    /// - Throws: ``NoAnswer``.
    public func exchange(
        _ request: HTTPClientRequest, within seconds: Int64
    ) async throws(NoAnswer) -> (status: Int, body: [UInt8]) {
        do {
            return try await Self.limited(to: seconds) { [http, answerBytesMaximum] in
                let response = try await http.execute(request, timeout: .seconds(seconds))
                let body = try await response.body.collect(upTo: answerBytesMaximum)
                return (Int(response.status.code), Array(body.readableBytesView))
            }
        } catch let error as HTTPClientError where error == .connectTimeout {
            throw .notSent("time ran out")
        } catch is NIOConnectionError {
            throw .notSent("nobody answers there")
        } catch let error as IOError where error.errnoCode == ECONNREFUSED {
            // What an address refuses, where no name was looked up. It comes of no connection that has been made.
            throw .notSent("nobody answers there")
        } catch {
            // The type alone: what an error says may hold the address, with a card's token in it.
            throw .unknown("\(type(of: error))")
        }
    }

    /// The client's own limit ends with the answer's head: a body that stalls would be waited for for ever.
    private static func limited<T: Sendable>(
        to seconds: Int64, _ work: @escaping @Sendable () async throws -> T
    ) async throws -> T {
        try await withThrowingTaskGroup(of: T.self) { group in
            group.addTask { try await work() }
            group.addTask {
                try await Task.sleep(for: .seconds(seconds + 1))
                throw TooLate()
            }
            defer { group.cancelAll() }
            guard let first = try await group.next() else { throw TooLate() }
            return first
        }
    }

    private struct TooLate: Error {}
}

/// Why a call brought no answer; in words that may stand in a log.
public enum NoAnswer: Error, Sendable, Hashable {
    /// It was not sent: the payment system cannot have acted upon it.
    case notSent(String)
    /// It may have been: only the same call with the same key, or a question, can tell.
    case unknown(String)
}
