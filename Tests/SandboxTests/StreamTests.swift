import AsyncHTTPClient
import NIOCore
import Testing

@testable import Sandbox

@Suite("The stream of events")
struct StreamTests {
    @Test("what happens while somebody watches comes at once, each with its id")
    func live() async throws {
        try await SandboxDesk.with { desk in
            let events = try await EventReader(desk).read(after: nil, events: 3) {
                try await desk.addOrder("a", "10.00")
                try await desk.addOrder("b", "10.00")
                try await desk.addOrder("c", "10.00")
            }
            #expect(events.map(\.name) == ["entry", "entry", "entry"])
            #expect(events.compactMap(\.id) == (1...3).map { desk.site.timeline.id(of: $0) })
            #expect(events[0].data.contains("POST /orders"))
        }
    }

    @Test("who was cut off gets what was missed, once, and the browser's header is above the page's address")
    func resume() async throws {
        try await SandboxDesk.with { desk in
            for id in 1...4 { try await desk.addOrder("o\(id)", "10.00") }
            let timeline = desk.site.timeline
            let events = try await EventReader(desk).read(
                after: timeline.id(of: 0), lastEventID: timeline.id(of: 2), events: 2)
            #expect(events.compactMap(\.id) == [timeline.id(of: 3), timeline.id(of: 4)])
        }
    }

    @Test("an id of another run, or one that is forgotten, means: look again")
    func reset() async throws {
        try await SandboxDesk.with { desk in
            try await desk.addOrder("a", "10.00")
            for id in ["other-1", "\(desk.site.timeline.run)-9", "nonsense", "-"] {
                let events = try await EventReader(desk).read(after: id, events: 1)
                #expect(events.first?.name == "reset" && events.first?.id == desk.site.timeline.lastID)
            }
        }
    }

    @Test("a sandbox stops while somebody watches")
    func stop() async throws {
        let watching = try await SandboxDesk.with { desk in
            let opened = AsyncStream.makeStream(of: Void.self)
            let task = Task {
                _ = try await EventReader(desk).read(after: nil, events: 99) { opened.continuation.yield() }
            }
            for await _ in opened.stream { break }
            return task
        }
        _ = try? await watching.value
    }

    @Test("who opens the stream and reads nothing is cut off, and does not keep the server from stopping")
    func readsNothing() async throws {
        let begin = try await SandboxDesk.with { desk in
            let request = HTTPClientRequest(url: desk.url + "/sandbox/events")
            let response = try await HTTPClient.shared.execute(request, timeout: .seconds(60))
            #expect(desk.site.timeline.watcherCount == 1)
            var long = TimelineEntry(.note, "long", Sentence("note_left"))
            long.request = String(repeating: "x", count: TimelineEntry.bodyBytesMaximum)
            // More than all buffers between the two hold.
            for _ in 0..<4_000 where desk.site.timeline.watcherCount > 0 {
                desk.site.timeline.add(long)
                // Slowly enough for the writer: it is the reader who does not keep up.
                try await Task.sleep(for: .milliseconds(2))
            }
            #expect(desk.site.timeline.watcherCount == 0)
            withExtendedLifetime(response) {}
            return ContinuousClock.now
        }
        #expect(begin.duration(to: .now) < .seconds(5))
    }
}
