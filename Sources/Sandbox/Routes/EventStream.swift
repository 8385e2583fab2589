import HTTPTypes
import Hummingbird
import NIOCore
import ServiceLifecycle
import StrictJSON

/// `/sandbox/events`: the timeline as it grows, as Server-Sent Events.
///
/// Every entry has an id; a browser that was cut off says which one it saw last and gets the rest.
struct EventStream: Sendable {
    let timeline: Timeline
    let pages: Pages
    let desk: ConformanceDesk
    /// How often a word is said when nothing happens, so that a dead connection is noticed.
    var heartbeatMilliseconds: Int64 = 15_000

    func response(_ request: Request, _ language: Language) async -> Response {
        // The browser's own header is newer than what the page knew when it was made.
        let seen = request.headers[.lastEventID] ?? request.uri.queryParameters["after"].map(String.init)
        guard let watch = timeline.watch(after: seen) else { return Response(status: .serviceUnavailable) }
        let progress = await desk.progress
        let body = ResponseBody { writer in
            let pen = Pen(writer)
            try await request.body.consumeWithCancellationOnInboundClose { _ in
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { try await write(watch, progress, language, pen) }
                    group.addTask { try await beat(watch.number) }
                    group.addTask {
                        for await _ in watch.dropped {}
                        // Cancelled with the others when the stream has ended well.
                        try Task.checkCancellation()
                        throw SlowWatcher()
                    }
                    try await group.next()
                    group.cancelAll()
                }
            }
        }
        return Response(
            status: .ok,
            headers: [.contentType: "text/event-stream", .cacheControl: "no-store"], body: body)
    }

    /// It reads more slowly than things happen. Its connection is closed; a browser comes back and resumes.
    private struct SlowWatcher: Error {}

    /// The writer, handed to the one task that writes.
    private final class Pen: @unchecked Sendable {
        var writer: any ResponseBodyWriter

        init(_ writer: any ResponseBodyWriter) {
            self.writer = writer
        }

        func write(_ text: String) async throws { try await writer.write(ByteBuffer(string: text)) }
    }

    private func write(
        _ watch: Timeline.Watch, _ progress: SuiteProgress, _ language: Language, _ pen: Pen
    ) async throws {
        // At once, so that the browser knows it is connected.
        try await pen.write("retry: 1000\n: hello\n\n")
        if let missed = watch.missed {
            for entry in missed { try await pen.write(event(entry, language)) }
        } else {
            try await pen.write("id: \(timeline.lastID)\nevent: reset\ndata: {}\n\n")
        }
        try await pen.write(event(progress, language))
        // The server stops when it is told to, whoever watches.
        for await signal in watch.signals.cancelOnGracefulShutdown() {
            switch signal {
            case .entry(let entry): try await pen.write(event(entry, language))
            case .suite(let progress): try await pen.write(event(progress, language))
            case .news: try await pen.write("event: news\ndata: {}\n\n")
            case .beat: try await pen.write(": still here\n\n")
            }
        }
        try await pen.writer.finish(nil)
    }

    private func beat(_ number: Int) async throws {
        while true {
            try await Task.sleep(for: .milliseconds(heartbeatMilliseconds))
            timeline.beat(number)
        }
    }

    private func event(_ entry: TimelineEntry, _ language: Language) -> String {
        let data: JSONValue = [
            "number": .integer(Int64(entry.number)), "html": .string(pages.entry(entry, language)),
        ]
        return "id: \(timeline.id(of: entry.number))\nevent: entry\ndata: \(data.text)\n\n"
    }

    private func event(_ progress: SuiteProgress, _ language: Language) -> String {
        let data: JSONValue = ["html": .string(pages.suite(progress, language))]
        return "event: suite\ndata: \(data.text)\n\n"
    }
}
