import AsyncHTTPClient
import Foundation
import Logging
import NIOCore
import NIOHTTP1
import Server
import ServiceLifecycle
import Storage
import StrictJSON
import TestSupport

@testable import Sandbox
@testable import tiyin

/// A whole sandbox in this process, as `tiyin sandbox` makes it, and a browser without a window.
final class SandboxDesk: Sendable {
    let folder = TemporaryFolder()
    let setup: SandboxSetup
    let sandbox: SandboxServer
    private let group: ServiceGroup
    private let task: Task<Void, any Error>
    private static let http: HTTPClient = {
        var configuration = HTTPClient.Configuration()
        configuration.redirectConfiguration = .disallow
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }()

    var url: String { setup.url }
    var site: SandboxSite { sandbox.site }
    var clock: SandboxClock { sandbox.clock }
    var configuration: SandboxConfiguration { setup.configuration }
    var paymeKey: String { setup.paymeKey }
    var merchantKey: String { setup.merchantKey }

    private init() async throws {
        let setup = SandboxSetup(folder: folder.path, port: try await FreePort.find())
        let sandbox = try await SandboxServer(
            setup, settings: setup.settings(), logger: .silent, pauseMilliseconds: 0)
        self.setup = setup
        self.sandbox = sandbox
        let (ports, continuation) = AsyncStream.makeStream(of: Int.self)
        let application = try sandbox.server.application(
            onRunning: { continuation.yield($0) }, adding: { sandbox.site.addRoutes(to: $0) })
        let group = ServiceGroup(configuration: .init(services: [application], logger: .silent))
        self.group = group
        task = Task {
            defer { continuation.finish() }
            try await group.run()
        }
        var iterator = ports.makeAsyncIterator()
        if await iterator.next() == nil { _ = try await task.value }
    }

    /// Starts a sandbox, runs the closure, and stops it, whatever happened.
    static func with<T>(_ body: (SandboxDesk) async throws -> T) async throws -> T {
        let desk = try await SandboxDesk()
        let result: Result<T, any Error>
        do {
            result = .success(try await body(desk))
        } catch {
            result = .failure(error)
        }
        await desk.site.stop()
        await desk.group.triggerGracefulShutdown()
        _ = try? await desk.task.value
        await desk.sandbox.server.store.engine.close()
        return try result.get()
    }

    struct Answer: Sendable {
        let status: Int
        let headers: HTTPHeaders
        let text: String

        func header(_ name: String) -> String? { headers.first(name: name) }
        var location: String { header("location") ?? "" }
    }

    func get(_ path: String, headers: [(String, String)] = []) async throws -> Answer {
        try await send(.GET, path, headers: headers)
    }

    /// Sends a form as the page does.
    func post(
        _ path: String, _ fields: [(String, String)] = [], headers: [(String, String)]? = nil
    ) async throws -> Answer {
        let plain = CharacterSet.alphanumerics
        let body = fields.map { name, value in
            let name = name.addingPercentEncoding(withAllowedCharacters: plain) ?? ""
            return "\(name)=\(value.addingPercentEncoding(withAllowedCharacters: plain) ?? "")"
        }.joined(separator: "&")
        let form = [("content-type", "application/x-www-form-urlencoded")]
        return try await send(.POST, path, headers: form + (headers ?? [("origin", url)]), body: body)
    }

    private func send(
        _ method: HTTPMethod, _ path: String, headers: [(String, String)], body: String? = nil
    ) async throws -> Answer {
        var request = HTTPClientRequest(url: url + path)
        request.method = method
        for (name, value) in headers { request.headers.replaceOrAdd(name: name, value: value) }
        if let body { request.body = .bytes(ByteBuffer(string: body)) }
        let response = try await Self.http.execute(request, timeout: .seconds(20))
        let bytes = try await response.body.collect(upTo: 1 << 24)
        return Answer(
            status: Int(response.status.code), headers: response.headers, text: String(buffer: bytes))
    }
}
