import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1

/// Sends requests to one URL: no redirects, no retries, a limit on time and on size.
struct HTTPTransport: Sendable {
    /// More than any answer of the protocol, and little enough to keep.
    static let answerBytesMax = 4 << 20

    private let client: HTTPClient
    private let url: URL
    private let millisecondsMax: Int64

    /// Runs `body` with a client and shuts that down whatever happens.
    static func with<Value>(
        millisecondsMax: Int64, _ body: (HTTPClient) async throws -> Value
    ) async throws -> Value {
        var configuration = HTTPClient.Configuration()
        configuration.redirectConfiguration = .disallow
        configuration.httpVersion = .http1Only
        configuration.timeout.connect = .milliseconds(connectMilliseconds(millisecondsMax))
        // A connection that is refused is refused: trying for as long as a call may take would only hide it.
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 16
        // Shorter than servers keep idle connections, so that none is used in the moment of its end.
        configuration.connectionPool.idleTimeout = .seconds(2)
        let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        do {
            let value = try await body(client)
            try await client.shutdown()
            return value
        } catch {
            try? await client.shutdown()
            throw error
        }
    }

    /// How long a connection may take, of the time that a call may take.
    static func connectMilliseconds(_ millisecondsMax: Int64) -> Int64 { min(5000, millisecondsMax) }

    init(client: HTTPClient, url: URL, millisecondsMax: Int64) {
        self.client = client
        self.url = url
        self.millisecondsMax = millisecondsMax
    }

    /// Sends a request and reads the whole answer.
    func send(_ request: WireRequest) async -> WireOutcome {
        let url = request.url ?? url
        var outgoing = HTTPClientRequest(url: url.absoluteString)
        outgoing.method = HTTPMethod(rawValue: request.method)
        for header in request.headers { outgoing.headers.add(name: header.name, value: header.value) }
        if let authorization = request.authorization {
            outgoing.headers.add(name: "Authorization", value: authorization)
        }
        if !request.body.isEmpty || request.method == "POST" { outgoing.body = .bytes(ByteBuffer(bytes: request.body)) }
        let prepared = outgoing
        do {
            return .answer(try await withDeadline { try await answer(to: prepared) })
        } catch {
            return .failure(WireFailure(error, place: Self.place(url), millisecondsMax: millisecondsMax))
        }
    }

    private static func place(_ url: URL) -> String {
        let port = url.port ?? (url.scheme?.lowercased() == "https" ? 443 : 80)
        return "\(url.host ?? ""), port \(port)"
    }

    private func answer(to request: HTTPClientRequest) async throws -> WireAnswer {
        let response = try await client.execute(request, timeout: .milliseconds(millisecondsMax))
        let body = try await response.body.collect(upTo: Self.answerBytesMax)
        return WireAnswer(
            status: Int(response.status.code),
            headers: response.headers.map { Header($0.name, $0.value) },
            body: Array(body.readableBytesView))
    }

    /// The client's own deadline ends with the answer's head; a body can drip for ever.
    private func withDeadline(_ work: @escaping @Sendable () async throws -> WireAnswer) async throws -> WireAnswer {
        try await withThrowingTaskGroup(of: WireAnswer.self) { group in
            group.addTask { try await work() }
            group.addTask {
                try await Task.sleep(for: .milliseconds(millisecondsMax))
                throw HTTPClientError.deadlineExceeded
            }
            defer { group.cancelAll() }
            guard let first = try await group.next() else { throw HTTPClientError.deadlineExceeded }
            return first
        }
    }
}
