import Payments
import Storage
import TestSupport
import Testing

/// What every engine's session must do, whoever uses it.
@Suite("A SQL session")
struct SQLSessionTests {
    private func table(_ kind: EngineKind) async throws -> TestStore {
        let shop = try await TestStore(kind)
        try await shop.execute("CREATE TABLE things (id BIGINT PRIMARY KEY NOT NULL, name TEXT, size BIGINT)")
        return shop
    }

    @Test(
        "a value comes back as it went in",
        arguments: EngineKind.allCases,
        [
            .null, .integer(0), .integer(-1), .integer(.max), .integer(.min), .text(""), .text("0"),
            .text("Ўзбекистон 🇺🇿"),
            .text("it's \"quoted\" $1 ? ; --"), .text("line\nline\ttab"), .text(String(repeating: "x", count: 100_000)),
        ] as [SQLValue])
    func values(kind: EngineKind, value: SQLValue) async throws {
        let shop = try await table(kind)
        let column = if case .text = value { "name" } else { "size" }
        try await shop.execute("INSERT INTO things (id, \(column)) VALUES ($1, $2)", [1, value])
        let found = try await shop.store.engine.read(.point) { session in
            try session.first("SELECT name, size FROM things WHERE id = $1", [1]) { row in
                (row.text(0).map(SQLValue.text) ?? row.integer(1).map(SQLValue.integer)) ?? .null
            }
        }
        #expect(found == value)
        await shop.close()
    }

    @Test("a statement says how many rows it changed", arguments: EngineKind.allCases)
    func changedRows(kind: EngineKind) async throws {
        let shop = try await table(kind)
        #expect(try await shop.execute("INSERT INTO things (id) VALUES (1), (2), (3)") == 3)
        #expect(try await shop.execute("UPDATE things SET size = $1 WHERE id >= $2", [7, 2]) == 2)
        #expect(try await shop.execute("UPDATE things SET size = 8 WHERE id = 99") == 0)
        #expect(try await shop.execute("INSERT INTO things (id) VALUES (1) ON CONFLICT DO NOTHING") == 0)
        #expect(try await shop.execute("DELETE FROM things") == 3)
        await shop.close()
    }

    @Test("a query may ask another while it goes through its rows, also the same one", arguments: EngineKind.allCases)
    func nested(kind: EngineKind) async throws {
        let shop = try await table(kind)
        try await shop.execute("INSERT INTO things (id, size) VALUES (1, 2), (2, 3), (3, 1)")
        let text = "SELECT size FROM things WHERE id >= $1 ORDER BY id"
        let pairs = try await shop.store.engine.write { session in
            try session.all(text, [1]) { outer -> String in
                let inner = try session.first(text, [.optional(outer.integer(0))]) { $0.integer(0) ?? 0 }
                return "\(outer.integer(0) ?? 0):\(inner ?? 0)"
            }
        }
        #expect(pairs == ["2:3", "3:1", "1:2"])
        await shop.close()
    }

    @Test("first is the first row, nil without one", arguments: EngineKind.allCases)
    func first(kind: EngineKind) async throws {
        let shop = try await table(kind)
        try await shop.execute("INSERT INTO things (id) VALUES (5), (6)")
        #expect(try await shop.number("SELECT id FROM things ORDER BY id") == 5)
        #expect(try await shop.number("SELECT id FROM things WHERE id > 6") == -1)
        await shop.close()
    }

    @Test(
        "a statement that is not one whole statement is refused, and nothing of it is done",
        arguments: EngineKind.allCases,
        [
            "INSERT INTO things (id) VALUES (1); INSERT INTO things (id) VALUES (2)",
            "INSERT INTO things (id) VALUES (1); DELETE FROM orders", "INSERT INTO nowhere (id) VALUES (1)",
            "INSERT INTO things (id) VALUES ($1)", "", "INSERT",
        ])
    func refuses(kind: EngineKind, sql: String) async throws {
        let shop = try await table(kind)
        await #expect(throws: (any Error).self) { try await shop.execute(sql) }
        #expect(try await shop.number("SELECT count(*) FROM things") == 0)
        // The session goes on working.
        #expect(try await shop.execute("INSERT INTO things (id) VALUES (9);  ") == 1)
        await shop.close()
    }

    @Test("too many arguments are refused like too few", arguments: EngineKind.allCases)
    func wrongArguments(kind: EngineKind) async throws {
        let shop = try await table(kind)
        await #expect(throws: (any Error).self) {
            try await shop.execute("INSERT INTO things (id) VALUES ($1)", [1, 2])
        }
        #expect(try await shop.number("SELECT count(*) FROM things") == 0)
        await shop.close()
    }

    @Test("a closure that throws stores nothing, and what it threw arrives", arguments: EngineKind.allCases)
    func rollsBack(kind: EngineKind) async throws {
        struct Trouble: Error, Equatable { let number: Int }
        let shop = try await table(kind)
        await #expect(throws: Trouble(number: 7)) {
            try await shop.store.engine.write { session in
                try session.execute("INSERT INTO things (id) VALUES (1)", [])
                throw Trouble(number: 7)
            }
        }
        #expect(try await shop.number("SELECT count(*) FROM things") == 0)
        await shop.close()
    }

    @Test(
        "a closure sees its own rows, and a constraint that it survives undoes nothing", arguments: EngineKind.allCases)
    func ownRows(kind: EngineKind) async throws {
        let shop = try await table(kind)
        let count = try await shop.store.engine.write { session in
            try session.execute("INSERT INTO things (id) VALUES (1)", [])
            try session.execute("INSERT INTO things (id) VALUES (1) ON CONFLICT DO NOTHING", [])
            return try session.first("SELECT count(*) FROM things", []) { $0.integer(0) ?? 0 }
        }
        #expect(count == 1)
        #expect(try await shop.number("SELECT count(*) FROM things") == 1)
        await shop.close()
    }

    @Test("a scan sees one state from beginning to end, while writes go on", arguments: EngineKind.allCases)
    func snapshot(kind: EngineKind) async throws {
        let shop = try await table(kind)
        try await shop.execute("INSERT INTO things (id, size) VALUES (1, 0), (2, 0)")
        let writer = Task {
            for number in 1...200 {
                try await shop.execute("UPDATE things SET size = $1", [.integer(Int64(number))])
            }
        }
        var last: Int64 = 0
        while last < 200 {
            let (one, two) = try await shop.store.engine.read(.scan) { session in
                let one = try session.first("SELECT size FROM things WHERE id = 1", []) { $0.integer(0) ?? -1 }
                let two = try session.first("SELECT size FROM things WHERE id = 2", []) { $0.integer(0) ?? -1 }
                return (one ?? -1, two ?? -1)
            }
            #expect(one == two && one >= last)
            guard one == two, one >= last else { break }
            last = one
            await Task.yield()
        }
        try await writer.value
        await shop.close()
    }
}
