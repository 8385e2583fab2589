import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import TestSupport

@testable import Sandbox

/// Reads the stream of events as a browser does.
struct EventReader: Sendable {
    struct Event: Sendable {
        var id: String?
        var name = ""
        var data = ""
    }

    private let desk: SandboxDesk

    init(_ desk: SandboxDesk) {
        self.desk = desk
    }

    /// Reads so many entries, or until something else than an entry or a progress comes.
    func read(
        after: String?, lastEventID: String? = nil, events count: Int, onOpen: @Sendable () async throws -> Void = {}
    ) async throws -> [Event] {
        var request = HTTPClientRequest(
            url: desk.url + "/sandbox/events?lang=en" + (after.map { "&after=\($0)" } ?? ""))
        if let lastEventID { request.headers.add(name: "last-event-id", value: lastEventID) }
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(20))
        guard response.status == .ok, response.headers.first(name: "content-type") == "text/event-stream" else {
            throw UnexpectedStream(status: Int(response.status.code))
        }
        var found: [Event] = []
        var current = Event()
        var rest = ""
        var isOpen = false
        for try await chunk in response.body {
            if !isOpen {
                isOpen = true
                try await onOpen()
            }
            rest += String(buffer: chunk)
            while let end = rest.firstIndex(of: "\n") {
                let line = rest[..<end]
                if line.hasPrefix("id: ") { current.id = String(line.dropFirst(4)) }
                if line.hasPrefix("event: ") { current.name = String(line.dropFirst(7)) }
                if line.hasPrefix("data: ") { current.data = String(line.dropFirst(6)) }
                if line.isEmpty, !current.name.isEmpty {
                    if current.name != "suite" { found.append(current) }
                    current = Event()
                }
                rest = String(rest[rest.index(after: end)...])
            }
            if found.count >= count { break }
        }
        return found
    }

    struct UnexpectedStream: Error {
        let status: Int
    }
}
