import BrowserSupport
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import ServiceLifecycle

/// A few pages on a free port of 127.0.0.1.
struct PageServer: Sendable {
    let url: String
    private let group: ServiceGroup
    private let task: Task<Void, any Error>

    /// - Parameter pages: HTML by path.
    init(_ pages: [String: String]) async throws {
        let router = Router()
        router.get("/language") { request, _ in request.headers[.acceptLanguage] ?? "" }
        for (path, html) in pages {
            router.get(RouterPath(path)) { _, _ in
                Response(
                    status: .ok, headers: [.contentType: "text/html; charset=utf-8"],
                    body: ResponseBody(byteBuffer: ByteBuffer(string: html)))
            }
        }
        let (ports, continuation) = AsyncStream.makeStream(of: Int.self)
        let silent = Logger(label: "pages") { _ in SwiftLogNoOpLogHandler() }
        let application = Application(
            router: router, configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { continuation.yield($0.localAddress?.port ?? 0) }, logger: silent)
        let group = ServiceGroup(configuration: ServiceGroupConfiguration(services: [application], logger: silent))
        self.group = group
        task = Task {
            defer { continuation.finish() }
            try await group.run()
        }
        var iterator = ports.makeAsyncIterator()
        guard let port = await iterator.next() else {
            try await task.value
            throw CancellationError()
        }
        url = "http://127.0.0.1:\(port)"
    }

    func stop() async {
        await group.triggerGracefulShutdown()
        _ = try? await task.value
    }

    /// Serves the pages, opens a browser, runs the closure, and ends both.
    static func browse<T>(
        _ pages: [String: String], _ body: (Browser, PageServer) async throws -> T
    ) async throws -> T {
        let server = try await PageServer(pages)
        do {
            let result = try await Browser.with { try await body($0, server) }
            await server.stop()
            return result
        } catch {
            await server.stop()
            throw error
        }
    }
}
