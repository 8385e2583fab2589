import Payments
import Storage
import TestSupport
import Testing

@Suite("API keys in the database")
struct APIKeyTests {
    private static func key(_ id: String, at now: Int64 = start) -> APIKey {
        APIKey(id: id, name: "Сайт", secretHash: "hash-\(id)", scopes: ["orders:read", "keys:write"], createdAt: now)
    }

    @Test("are found by their id, as they were stored", arguments: EngineKind.allCases)
    func stored(kind: EngineKind) async throws {
        let shop = try await TestStore(kind)
        var key = Self.key("a")
        key.expiresAt = start + 9
        let wanted = key
        try await shop.write { try $0.insert(wanted) }
        #expect(try await shop.read { try $0.apiKey("a") } == wanted)
        #expect(try await shop.read { try $0.apiKey("A") } == nil)
        await #expect(throws: (any Error).self) { try await shop.write { try $0.insert(wanted) } }
        await shop.close()
    }

    @Test("are valid until they are revoked or expire, whichever comes first")
    func valid() {
        var key = Self.key("a")
        #expect(key.isValid(at: .max))
        key.expiresAt = start + 5
        #expect(key.isValid(at: start + 4) && !key.isValid(at: start + 5))
        key.revokedAt = start
        #expect(!key.isValid(at: start))
    }

    @Test("are revoked once, and say when", arguments: EngineKind.allCases)
    func revoked(kind: EngineKind) async throws {
        let shop = try await TestStore(kind)
        for id in ["a", "b"] { try await shop.write { try $0.insert(Self.key(id)) } }
        for now in [start + 1, start + 2] {
            #expect(try await shop.write { try $0.revokeAPIKey("a", at: now) }?.revokedAt == start + 1)
        }
        #expect(try await shop.write { try $0.revokeAPIKey("nobody", at: start) } == nil)
        #expect(try await shop.read { try $0.apiKey("b") }?.revokedAt == nil)
        await shop.close()
    }

    @Test("note when they were last used, not more often than asked", arguments: EngineKind.allCases)
    func touched(kind: EngineKind) async throws {
        let shop = try await TestStore(kind)
        try await shop.write { try $0.insert(Self.key("a")) }
        for (now, since, noted) in [(10, 0, 10), (15, 9, 10), (20, 11, 20), (30, 19, 20)] as [(Int64, Int64, Int64)] {
            try await shop.write { try $0.touchAPIKey("a", at: now, since: since) }
            #expect(try await shop.read { try $0.apiKey("a") }?.lastUsedAt == noted)
        }
        await shop.close()
    }

    @Test("are listed newest first, page by page", arguments: EngineKind.allCases)
    func listed(kind: EngineKind) async throws {
        let shop = try await TestStore(kind)
        for (id, now) in [("a", start), ("c", start), ("b", start), ("d", start + 1)] {
            try await shop.write { try $0.insert(Self.key(id, at: now)) }
        }
        #expect(try await shop.read { try $0.apiKeys(before: nil, limit: 9).map(\.id) } == ["d", "c", "b", "a"])
        let before = AgeCursor(createdAt: start, id: "c")
        #expect(try await shop.read { try $0.apiKeys(before: before, limit: 1).map(\.id) } == ["b"])
        await shop.close()
    }
}
