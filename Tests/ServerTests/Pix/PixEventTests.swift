import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import Payments
import Pix
import StrictJSON
import Synchronization
import TestSupport
import Testing

@testable import Server

/// Reads a stream of events as a browser does.
struct PixEvents: Sendable {
    struct Event: Sendable {
        let id: String
        let data: JSONValue
    }

    let url: String
    var lastEventID: String?

    /// Reads so many events, or until the stream ends.
    ///
    /// - Parameter onOpen: called once the server has answered and said something.
    func read(_ count: Int, onOpen: @Sendable () async throws -> Void = {}) async throws -> (Int, [Event]) {
        var request = HTTPClientRequest(url: url)
        if let lastEventID { request.headers.add(name: "last-event-id", value: lastEventID) }
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(30))
        guard response.status == .ok else { return (Int(response.status.code), []) }
        var (found, id, data, rest, isOpen): ([Event], String, String, String, Bool) = ([], "", "", "", false)
        for try await chunk in response.body {
            if !isOpen {
                isOpen = true
                try await onOpen()
            }
            rest += String(buffer: chunk)
            while let end = rest.firstIndex(of: "\n") {
                let line = rest[..<end]
                if line.hasPrefix("id: ") { id = String(line.dropFirst(4)) }
                if line.hasPrefix("data: ") { data = String(line.dropFirst(6)) }
                if line.isEmpty, !data.isEmpty {
                    found.append(Event(id: id, data: try JSONValue(parsing: data, limits: .generous)))
                    data = ""
                }
                rest = String(rest[rest.index(after: end)...])
            }
            if found.count >= count { break }
        }
        return (200, found)
    }
}

@Suite("The events of a payer's page")
struct PixEventTests {
    private func events(_ shop: PixShop, _ id: String, _ query: String = "?lang=en") -> PixEvents {
        PixEvents(url: shop.running.url + "/payments/pix/\(id)/events\(query)")
    }

    @Test("tell how the charge stands, and then what becomes of it, without asking")
    func live() async throws {
        try await PixShop.with { shop in
            let id = try await shop.id()
            let (status, found) = try await events(shop, id).read(2) { _ = try await shop.pay(id) }
            #expect(status == 200)
            #expect(found.map { $0.data["status"] } == ["pending", "paid"])
            #expect(found.last?.data["html"]?.stringValue?.contains("Payment confirmed") == true)
            #expect(found.last?.data["order_id"] == nil)
            #expect(Set(found.map(\.id)).count == 2)
        }
    }

    @Test("come to who was cut off: only what is new, whatever happened meanwhile")
    func resumed() async throws {
        try await PixShop.with { shop in
            let id = try await shop.id()
            let first = try #require(try await events(shop, id).read(1).1.first)
            // Nothing is new: the first event is the payment.
            var again = events(shop, id)
            again.lastEventID = first.id
            let (_, found) = try await again.read(1) { _ = try await shop.pay(id) }
            #expect(found.map { $0.data["status"] } == ["paid"])
            // It happened while nobody listened.
            #expect(try await again.read(1).1.map { $0.data["status"] } == ["paid"])
            // A page that was rendered says the same in its query.
            let after = events(shop, id, "?after=\(first.id)&lang=en")
            #expect(try await after.read(1).1.map { $0.data["status"] } == ["paid"])
        }
    }

    @Test("end when nothing can change any more, and tell a browser to stay away")
    func final() async throws {
        try await PixShop.with { shop in
            let id = try await shop.id()
            let (_, found) = try await events(shop, id).read(9) {
                _ = try await shop.running.server.pix?.gateway.charges.cancel(id, actor: "test")
            }
            #expect(found.map { $0.data["status"] } == ["pending", "cancelled"])
            var again = events(shop, id)
            again.lastEventID = found.last?.id
            #expect(try await again.read(9).0 == 204)
            #expect(await eventually { shop.running.server.pix?.hub.watcherCount == 0 })
        }
    }

    @Test("leave nothing behind when a page is closed")
    func closed() async throws {
        try await PixShop.with { shop in
            let id = try await shop.id()
            for _ in 0..<5 { _ = try await events(shop, id).read(1) }
            #expect(await eventually { shop.running.server.pix?.hub.watcherCount == 0 })
        }
    }

    @Test("are for a bounded number of pages; the others are told to ask")
    func bounded() async throws {
        try await PixShop.with(["HTTP_CONNECTIONS_MAX": "8"]) { shop in
            let id = try await shop.id()
            let pages = (0..<6).map { _ in Task { try await events(shop, id).read(9) } }
            #expect(await eventually { shop.running.server.pix?.hub.watcherCount == 6 })
            let (status, _) = try await events(shop, id).read(1)
            #expect(status == 503)
            let metrics = try await shop.get("/metrics").text
            #expect(metrics.contains(#"tiyin_pix_pages_turned_away_total{bound="server"} 1"#))
            _ = try await shop.running.server.pix?.gateway.charges.cancel(id, actor: "test")
            for page in pages { #expect(try await page.value.1.count == 2) }
        }
    }
}

@Suite("Who watches pages")
struct PixPageHubTests {
    @Test("is told of a change of that page alone, and once, however many there were before it looked")
    func changes() async throws {
        let hub = PixPageHub(watchersMaximum: 10)
        let (one, other) = (try #require(hub.watch("one")), try #require(hub.watch("other")))
        for _ in 0..<100 { hub.changed("one") }
        var looks = one.looks.makeAsyncIterator()
        #expect(await looks.next() != nil)
        hub.changed("other")
        var others = other.looks.makeAsyncIterator()
        #expect(await others.next() != nil)
        #expect(hub.watcherCount == 2)
    }

    @Test("looks again although nothing was told, and is let go when it does not")
    func beats() async throws {
        let hub = PixPageHub(watchersMaximum: 10, beatMilliseconds: 15)
        let (awake, asleep) = (try #require(hub.watch("a")), try #require(hub.watch("b")))
        var looks = awake.looks.makeAsyncIterator()
        for _ in 0..<8 { #expect(await looks.next() != nil) }
        // It takes nothing: the stream that says so ends.
        for await _ in asleep.stuck {}
        #expect(await looks.next() != nil)
    }

    @Test("is turned away beyond so many of one page, or from one address, until somebody leaves")
    func caps() async throws {
        let hub = PixPageHub(watchersMaximum: 10, perPage: 2, perAddress: 3)
        var kept: [PixPageHub.Watch?] = []
        for (page, address, isIn) in [
            ("a", "1", true), ("a", "1", true), ("a", "2", false), ("b", "1", true), ("c", "1", false),
            ("c", "2", true), ("c", nil, true), ("d", nil, true),
        ] as [(String, String?, Bool)] {
            kept.append(hub.watch(page, from: address))
            let watch = kept.last ?? nil
            #expect((watch != nil) == isIn, "\(page) \(address ?? "nobody")")
        }
        kept.removeFirst()
        #expect(await eventually { hub.watch("c", from: "3") == nil && hub.watch("e", from: "1") != nil })
        kept = []
        #expect(await eventually { hub.watcherCount == 0 })
    }

    @Test("is told of by each bound, and as the first one of it once")
    func turnedAway() {
        let told = OpenPages()
        let hub = PixPageHub(watchersMaximum: 3, perPage: 1, perAddress: 2)
        hub.tellTurnedAway { bound, isFirst in told.add("\(bound) \(isFirst)") }
        var kept = [hub.watch("a", from: "1"), hub.watch("b", from: "1")]
        #expect(told.all == [])
        kept.append(hub.watch("a", from: "2"))
        #expect(told.all == ["page true"])
        for _ in 0..<3 { kept.append(hub.watch("c", from: "1")) }
        #expect(told.all == ["page true", "address true", "address false"])
        kept += [hub.watch("c", from: "2"), hub.watch("d", from: "2"), hub.watch("d", from: "3")]
        #expect(
            told.all.subtracting(["page true", "address true", "address false"]) == ["server true", "server false"])
        #expect(kept.compactMap { $0 }.count == 3)
    }

    @Test("is counted out when it leaves, and nobody beats for nobody")
    func leaving() async throws {
        let opened = OpenPages()
        let hub = PixPageHub(watchersMaximum: 1, beatMilliseconds: 15)
        hub.tellOpenPages { opened.add($0) }
        do {
            let watch = try #require(hub.watch("a"))
            #expect(hub.watch("a") == nil)
            #expect(await eventually { opened.all.contains("a") })
            let task = Task { for await _ in watch.looks {} }
            task.cancel()
            await task.value
        }
        #expect(await eventually { hub.watcherCount == 0 })
        #expect(hub.watch("b") != nil)
    }
}

/// The pages that were said to be open.
private final class OpenPages: Sendable {
    private let pages = Mutex<Set<String>>([])

    func add(_ name: String) { _ = pages.withLock { $0.insert(name) } }
    var all: Set<String> { pages.withLock { $0 } }
}
