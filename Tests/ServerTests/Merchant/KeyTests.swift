import HTTPTypes
import Payments
import Server
import Storage
import StrictJSON
import TestSupport
import Testing

@Suite("API keys")
struct KeyTests {
    @Test("are shown once, and kept without their secret", arguments: Transport.allCases)
    func shownOnce(transport: Transport) async throws {
        try await Desk.with(transport) { desk async throws in
            let body = #"{"name":"the site","scopes":["orders:write","orders:read"]}"#
            let made = try await desk.send(.post, "/keys", body, key: "k1")
            #expect(made.status == 201 && made["name"] == "the site")
            #expect(made["scopes"] == ["orders:read", "orders:write"])
            let token = try #require(made["token"]?.stringValue)
            #expect(token.wholeMatch(of: /tiyin_[0-9a-z]{12}_[0-9a-z]{40}/) != nil)
            let listed = try await desk.get("/keys")
            #expect(listed["items"]?.arrayValue?.count == 1 && listed["items"]?.arrayValue?[0]["token"] == nil)
            // A repeat makes no second one, and does not know the token any more.
            let again = try await desk.send(.post, "/keys", body, key: "k1")
            #expect(again.status == 201 && again["id"] == made["id"] && again["token"] == .null)
            #expect(again.header("Idempotency-Replayed") == "true")
            #expect(try await desk.get("/keys")["items"]?.arrayValue?.count == 1)
            let secret = String(token.suffix(40))
            for (table, columns) in [("api_keys", "id || name || secret_hash"), ("idempotency_keys", "body")] {
                let found = try await desk.server.store.engine.read(.scan) { sql in
                    try sql.all("SELECT \(columns) FROM \(table)", []) { $0.text(0) ?? "" }
                }
                #expect(!found.isEmpty && !found.contains { $0.contains(secret) }, "\(table)")
            }
        }
    }

    @Test(
        "are exchanged without a restart: a new one, then the old one is revoked, at once",
        arguments: Transport.allCases)
    func rotation(transport: Transport) async throws {
        try await Desk.with(transport) { desk async throws in
            let old = try await desk.makeKey(["orders:write", "orders:read"])
            let body = #"{"amount":{"value":"1.00","currency":"UZS"}}"#
            var headers = HTTPFields()
            headers[HTTPField.Name("Idempotency-Key")!] = "order-1"
            func order(_ token: String) async throws -> Reply {
                try await desk.send(.post, "/orders", body, headers: headers, authorization: "Bearer \(token)")
            }
            let first = try await order(old.token)
            #expect(first.status == 201)
            let new = try await desk.makeKey(["orders:write", "orders:read"])
            for token in [old.token, new.token] {
                #expect(try await desk.send(.get, "/orders", token: token).status == 200)
            }
            let revoked = try await desk.send(.delete, "/keys/\(old.id)")
            #expect(revoked.status == 200 && revoked["revoked_at"]?.integerValue == desk.clock.now)
            #expect(try await desk.send(.get, "/orders", token: old.token).short == "401 unauthorized")
            // A request that was sent with the old one is repeated with the new one: it is the same request.
            let again = try await order(new.token)
            #expect(again.text == first.text && again.header("Idempotency-Replayed") == "true")
            desk.clock.advance(hours: 1)
            let once = try await desk.send(.delete, "/keys/\(old.id)")
            #expect(once.status == 200 && once["revoked_at"] == revoked["revoked_at"])
            #expect(try await desk.send(.delete, "/keys/\(String(repeating: "0", count: 12))").short == "404 not-found")
            #expect(try await desk.send(.delete, "/keys/x").short == "404 not-found")
        }
    }

    @Test("end when they said they would, to the millisecond")
    func expiry() async throws {
        try await Desk.with(.router) { desk async throws in
            let key = try await desk.makeKey(["orders:read"], expiresAt: desk.clock.now + 1_000)
            desk.clock.advance(milliseconds: 999)
            #expect(try await desk.send(.get, "/orders", token: key.token).status == 200)
            desk.clock.advance(milliseconds: 1)
            #expect(try await desk.send(.get, "/orders", token: key.token).short == "401 unauthorized")
        }
    }

    @Test("that are nearly right open nothing", arguments: Transport.allCases)
    func wrong(transport: Transport) async throws {
        try await Desk.with(transport) { desk async throws in
            let (right, other) = (try await desk.makeKey(["orders:read"]), try await desk.makeKey(["orders:read"]))
            let parts = right.token.split(separator: "_").map(String.init)
            let secret = parts[2]
            for token in [
                "tiyin_\(other.id)_\(secret)", "tiyin_\(right.id)_\(secret.dropLast())0x".prefix(58).description,
                "tiyin_\(right.id)_\(String(secret.reversed()))", "tiyin_\(right.id)_\(secret)_",
                "_\(right.id)_\(secret)",
                "tiyin_\(right.id)_", "tiyin__\(secret)", "tiyin_\(String(repeating: "0", count: 12))_\(secret)",
                "TIYIN_\(right.id)_\(secret)", secret, right.id, right.token.uppercased(),
                "tiyin_' OR 1=1 --_\(secret)",
            ] where token != right.token {
                #expect(try await desk.send(.get, "/orders", token: token).short == "401 unauthorized", "\(token)")
            }
            #expect(try await desk.send(.get, "/orders", token: right.token).status == 200)
        }
    }

    @Test("say when they were last used, to the minute")
    func lastUsed() async throws {
        try await Desk.with(.router) { desk async throws in
            let key = try await desk.makeKey(["orders:read"])
            func last() async throws -> Int64? {
                try await desk.get("/keys")["items"]?.arrayValue?.first?["last_used_at"]?.integerValue
            }
            #expect(try await last() == nil)
            let start = desk.clock.now
            // Noted beside the answers, at most once a minute.
            for (at, noted) in [(0, 0), (59_999, 0), (60_000, 60_000), (60_001, 60_000), (200_000, 200_000)]
                as [(Int64, Int64)]
            {
                desk.clock.now = start + at
                _ = try await desk.send(.get, "/orders", token: key.token)
                let isNoted = try await eventually { try await last() == start + noted }
                #expect(isNoted, "\(at)")
            }
        }
    }

    /// What is no key, and the field at fault.
    private static let wrongBodies = #"""
        {"scopes":["orders:read"]}                                       | invalid-request(name)
        {"name":"","scopes":["orders:read"]}                             | invalid-request(name)
        {"name":5,"scopes":["orders:read"]}                              | invalid-request(name)
        {"name":"a\u0000b","scopes":["orders:read"]}                     | invalid-request(name)
        {"name":"LONG100x","scopes":["orders:read"]}                     | invalid-request(name)
        {"name":"n"}                                                     | invalid-request(scopes)
        {"name":"n","scopes":[]}                                         | invalid-request(scopes)
        {"name":"n","scopes":"orders:read"}                              | invalid-request(scopes)
        {"name":"n","scopes":["orders:read","orders:read"]}              | invalid-request(scopes)
        {"name":"n","scopes":["orders:read",5]}                          | invalid-request(scopes)
        {"name":"n","scopes":["orders:all"]}                             | invalid-request(scopes)
        {"name":"n","scopes":["orders:read"],"expires_at":"soon"}        | invalid-request(expires_at)
        {"name":"n","scopes":["orders:read"],"expires_at":-1}            | invalid-request(expires_at)
        {"name":"n","scopes":["orders:read"],"expires_at":1e15}          | invalid-request(expires_at)
        {"name":"n","scopes":["orders:read"],"expires_at":1.5}           | invalid-request(expires_at)
        {"name":"n","scopes":["orders:read"],"token":"t"}                | invalid-request(token)
        ["n"]                                                            | invalid-json
        """#

    @Test("are not made of what is no key")
    func wrongBody() async throws {
        try await Desk.with(.router) { desk async throws in
            for row in rows(Self.wrongBodies) {
                let body = row[0].replacing("LONG100", with: String(repeating: "n", count: 100))
                #expect(try await desk.send(.post, "/keys", body).short == "400 \(row[1])", "\(row[0])")
            }
            let whole = #"{"name":"n","scopes":["orders:read"],"expires_at":5e12}"#
            #expect(try await desk.send(.post, "/keys", whole).short == "422 unprocessable(expires_at)")
            #expect(try await desk.get("/keys")["items"] == [])
        }
    }

    @Test("that end make none that last longer")
    func noLonger() async throws {
        try await Desk.with(.router) { desk async throws in
            let end = desk.clock.now + 1_000
            let maker = try await desk.makeKey(["keys:write", "orders:read"], expiresAt: end)
            func make(_ text: String) async throws -> String {
                let body = #"{"name":"n","scopes":["orders:read"]"# + text + "}"
                return try await desk.send(.post, "/keys", body, token: maker.token).short
            }
            #expect(try await make("") == "422 unprocessable(expires_at)")
            #expect(try await make(#","expires_at":\#(end + 1)"#) == "422 unprocessable(expires_at)")
            #expect(try await make(#","expires_at":\#(end)"#) == "201")
        }
    }

    @Test("are listed page by page, newest first")
    func list() async throws {
        try await Desk.with(.router) { desk async throws in
            var ids: [String] = []
            for number in 0..<7 {
                ids.append(try await desk.makeKey(["orders:read"]).id)
                if number.isMultiple(of: 3) { desk.clock.advance(milliseconds: 1) }
            }
            var seen: [String] = []
            var path: String? = "/keys?limit=2"
            while let next = path {
                let page = try await desk.get(next)
                seen += page["items"]?.arrayValue?.compactMap { $0["id"]?.stringValue } ?? []
                path = page["next_cursor"]?.stringValue.map { "/keys?limit=2&cursor=\($0)" }
            }
            #expect(seen.count == 7 && Set(seen) == Set(ids))
        }
    }
}
