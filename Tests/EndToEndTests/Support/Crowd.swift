import AsyncHTTPClient
import NIOCore
import TestSupport

/// Many callers at once, each on a connection of its own.
enum Crowd {
    /// A client with so many connections, open already, so that the calls really meet.
    static func with<T>(
        _ connections: Int, of running: RunningServer, _ body: (PaymeClient) async throws -> T
    ) async throws -> T {
        OpenFiles.raiseLimit()
        var configuration = HTTPClient.Configuration()
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = connections
        let http = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        var client = running.client
        client.http = http
        do {
            let health = running.url + "/health"
            _ = try await all(connections) { _ in
                try await http.execute(HTTPClientRequest(url: health), timeout: .seconds(60)).body.collect(upTo: 1_024)
            }
            let result = try await body(client)
            try await http.shutdown()
            return result
        } catch {
            try? await http.shutdown()
            throw error
        }
    }

    /// Runs the closure for 0, 1, … at the same time; the answers stand in that order.
    static func all<T: Sendable>(
        _ count: Int, _ call: @escaping @Sendable (Int) async throws -> T
    ) async throws -> [T] {
        try await withThrowingTaskGroup(of: (Int, T).self) { group in
            for index in 0..<count { group.addTask { (index, try await call(index)) } }
            var found: [Int: T] = [:]
            for try await (index, answer) in group { found[index] = answer }
            return (0..<count).compactMap { found[$0] }
        }
    }
}
