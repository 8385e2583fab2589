import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Payments
import Pix
import ServiceLifecycle

/// `GET /payments/pix/{id}/events`: the charge each time that it is another, as Server-Sent Events.
///
/// An event's id says what was shown. Whoever comes back with the id of the last one gets what is different now, also from
/// another run of the server; once nothing can change any more the stream ends, and 204 tells a browser to stay away.
struct PixEventStream: Sendable {
    let site: PixSite
    let clock: TimeSource

    /// - Parameters:
    ///   - id: of the page.
    ///   - base: what links in the events begin with.
    ///   - address: who watches; nil: not known.
    func response(
        _ request: Request, _ id: String, base: String, from address: String?, _ language: PixLanguage, _ logger: Logger
    ) async throws -> Response {
        // Watched first, then looked at: nothing falls in between.
        let watch = site.hub.watch(id, from: address)
        guard let view = try await site.gateway.charges.find(id) else { throw Problem.noCharge }
        // The browser's own header is newer than what the page knew when it was made.
        let seen = request.headers[.lastEventID] ?? request.uri.queryParameters["after"].map(String.init)
        if view.isFinal, seen == PixPage.version(view) { return Response(status: .noContent) }
        site.gateway.charges.watch(id)
        guard let watch else {
            throw Problem(
                status: .serviceUnavailable, type: "too-many-watchers",
                detail: "Too many pages are open. Ask for the charge itself every few seconds.",
                headers: [.retryAfter: "30"])
        }
        let body = ResponseBody { writer in
            let pen = Pen(writer)
            try await request.body.consumeWithCancellationOnInboundClose { _ in
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { try await write(watch, id, seen: seen, base: base, language, logger, pen) }
                    group.addTask {
                        for await _ in watch.stuck {}
                        // Cancelled with the other when the stream has ended well.
                        try Task.checkCancellation()
                        throw StuckWatcher()
                    }
                    try await group.next()
                    group.cancelAll()
                }
            }
        }
        return Response(
            status: .ok,
            headers: [
                .contentType: "text/event-stream", .cacheControl: "no-store", .xContentTypeOptions: "nosniff",
                // nginx would hold events back. Who listens for the connection's end reads what a next request would be.
                .xAccelBuffering: "no", .connection: "close",
            ],
            body: body)
    }

    /// It takes nothing from its connection, which is closed; a browser comes back and resumes.
    private struct StuckWatcher: Error {}

    /// The writer, handed to the one task that writes.
    private final class Pen: @unchecked Sendable {
        var writer: any ResponseBodyWriter

        init(_ writer: any ResponseBodyWriter) {
            self.writer = writer
        }

        func write(_ text: String) async throws { try await writer.write(ByteBuffer(string: text)) }
    }

    private func write(
        _ watch: PixPageHub.Watch, _ id: String, seen: String?, base: String, _ language: PixLanguage,
        _ logger: Logger, _ pen: Pen
    ) async throws {
        // At once, so that the browser knows it is connected.
        try await pen.write("retry: 2000\n: hello\n\n")
        var seen = seen
        var isOver = try await look(id, &seen, base, language, logger, pen)
        if !isOver {
            // The server stops when it is told to, whoever watches.
            for await _ in watch.looks.cancelOnGracefulShutdown() {
                isOver = try await look(id, &seen, base, language, logger, pen)
                if isOver { break }
            }
        }
        try await pen.writer.finish(nil)
    }

    /// Writes the charge if it is another than the one that was seen, else a word that the connection lives.
    ///
    /// - Returns: whether nothing can change any more.
    private func look(
        _ id: String, _ seen: inout String?, _ base: String, _ language: PixLanguage, _ logger: Logger, _ pen: Pen
    ) async throws -> Bool {
        let view: PixChargeView
        do {
            guard let found = try await site.gateway.charges.find(id) else { return true }
            view = found
        } catch {
            // The next beat looks again.
            logger.warning("a page could not be brought up to date", metadata: ["error": "\(type(of: error))"])
            return false
        }
        let version = PixPage.version(view)
        guard version != seen else {
            try await pen.write(": still here\n\n")
            return view.isFinal
        }
        let html = await site.page.charge(view, now: clock.now, language)
        let data = String(
            decoding: PixChargeJSON(view: view, base: base, now: clock.now).payer(html: html), as: UTF8.self)
        try await pen.write("id: \(version)\nevent: status\ndata: \(data)\n\n")
        seen = version
        return view.isFinal
    }
}

extension HTTPField.Name {
    static let lastEventID = HTTPField.Name("Last-Event-ID")!
    static let xAccelBuffering = HTTPField.Name("X-Accel-Buffering")!
}
