import Payments
import SQLiteEngine
import Storage
import TestSupport
import Testing

@Suite("Reads")
struct ReadTests {
    private func engine(_ disk: Disk, readers: Int = 2) async throws -> SQLiteEngine {
        let engine = try disk.engine { $0.readers = readers }
        try await engine.execute("CREATE TABLE t (id BIGINT)")
        try await engine.execute("INSERT INTO t (id) VALUES (1)")
        return engine
    }

    @Test("a read goes on while a long write is under way, and sees what was before it", arguments: [true, false])
    func besideAWrite(isScan: Bool) async throws {
        let disk = Disk()
        let engine = try await engine(disk)
        let gate = Gate()
        let write = Task {
            try await engine.write { session in
                try session.execute("INSERT INTO t (id) VALUES (2)", [])
                gate.pass()
            }
        }
        await gate.reached()
        for _ in 0..<10 { #expect(try await engine.column("SELECT id FROM t", isScan ? .scan : .point) == ["1"]) }
        gate.open()
        try await write.value
        #expect(try await engine.column("SELECT id FROM t", isScan ? .scan : .point) == ["1", "2"])
        await engine.close()
    }

    @Test("a read after a write sees it, on every connection")
    func readYourWrites() async throws {
        let disk = Disk()
        let engine = try await engine(disk, readers: 4)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<200 {
                group.addTask {
                    try await engine.execute("INSERT INTO t (id) VALUES ($1)", [.integer(Int64(100 + number))])
                    let found = try await engine.column("SELECT id FROM t WHERE id = \(100 + number)")
                    #expect(found.count == 1)
                }
            }
            try await group.waitForAll()
        }
        await engine.close()
    }

    @Test("readers run out: the others wait, and nobody who came later is served first")
    func fairness() async throws {
        let disk = Disk()
        let engine = try await engine(disk, readers: 1)
        let gate = Gate()
        let long = Task { try await engine.read(.scan) { _ in gate.pass() } }
        await gate.reached()
        let served = Order()
        var waiting: [Task<Void, any Error>] = []
        for number in 0..<20 {
            let isWaiting = AsyncStream.makeStream(of: Void.self)
            waiting.append(
                Task {
                    isWaiting.continuation.yield()
                    try await engine.read(.point) { _ in served.add(number) }
                })
            var iterator = isWaiting.stream.makeAsyncIterator()
            _ = await iterator.next()
            // It says so just before it asks: give it time to stand in the line.
            for _ in 0..<100 { await Task.yield() }
            try await Task.sleep(for: .milliseconds(1))
        }
        #expect(served.list == [])
        gate.open()
        try await long.value
        for task in waiting { try await task.value }
        let list = served.list
        #expect(list.sorted() == Array(0..<20))
        // On a busy machine one may come to the line after its neighbour.
        let overtakings = list.indices.map { index in list[..<index].count { $0 > list[index] } }.reduce(0, +)
        #expect(overtakings < 40, "\(list)")
        await engine.close()
    }

    @Test("a thousand reads on two connections all come back")
    func exhaustion() async throws {
        let disk = Disk()
        let engine = try await engine(disk, readers: 2)
        let found = try await withThrowingTaskGroup(of: [String].self) { group in
            for number in 0..<1_000 {
                group.addTask {
                    try await engine.column("SELECT id + \(number) FROM t", number % 2 == 0 ? .scan : .point)
                }
            }
            return try await group.reduce(into: Set<String>()) { $0.formUnion($1) }
        }
        #expect(found.count == 1_000)
        await engine.close()
    }

    @Test("a read that throws gives its connection back, in order")
    func throwing() async throws {
        struct Trouble: Error {}
        let disk = Disk()
        let engine = try await engine(disk, readers: 1)
        for extent in [ReadExtent.point, .scan, .point, .scan] {
            await #expect(throws: Trouble.self) {
                try await engine.read(extent) { session in
                    try session.query("SELECT id FROM t", []) { _ in throw Trouble() }
                }
            }
            await #expect(throws: SQLiteFailure.self) { try await engine.column("SELECT nonsense", extent) }
            #expect(try await engine.column("SELECT id FROM t", extent) == ["1"])
        }
        // A write made meanwhile is seen: no old snapshot is left open.
        try await engine.execute("INSERT INTO t (id) VALUES (2)")
        #expect(try await engine.column("SELECT id FROM t") == ["1", "2"])
        await engine.close()
    }

    @Test("a read whose end fails, or that leaves its own transaction open, does not keep its old snapshot")
    func leftOpen() async throws {
        let disk = Disk()
        let engine = try await engine(disk, readers: 1)
        // What refers to nothing fails at COMMIT, and SQLite then leaves the transaction open.
        let kept = try await engine.read(.scan) { session in
            try session.query("PRAGMA foreign_keys = 1", []) { _ in }
            try session.execute("CREATE TEMP TABLE parent (id INTEGER PRIMARY KEY)", [])
            try session.execute(
                "CREATE TEMP TABLE child (id INTEGER REFERENCES parent (id) DEFERRABLE INITIALLY DEFERRED)", [])
            try session.execute("INSERT INTO child (id) VALUES (7)", [])
            return try session.first("SELECT id FROM t", []) { $0.integer(0) ?? -1 }
        }
        #expect(kept == 1)
        try await engine.execute("INSERT INTO t (id) VALUES (2)")
        #expect(try await engine.column("SELECT id FROM t", .scan) == ["1", "2"])
        for extent in [ReadExtent.point, .scan] {
            _ = try? await engine.read(extent) { session in
                _ = try? session.execute("COMMIT", [])
                try session.execute("BEGIN", [])
                try session.query("SELECT id FROM t", []) { _ in }
            }
        }
        try await engine.execute("INSERT INTO t (id) VALUES (3)")
        #expect(try await engine.column("SELECT id FROM t", .point) == ["1", "2", "3"])
        #expect(try await engine.column("SELECT id FROM t", .scan) == ["1", "2", "3"])
        await engine.close()
    }

    @Test("a reader cannot write")
    func readersDoNotWrite() async throws {
        let disk = Disk()
        let engine = try await engine(disk)
        for extent in [ReadExtent.point, .scan] {
            await #expect(throws: SQLiteFailure.self) {
                try await engine.read(extent) { try $0.execute("INSERT INTO t (id) VALUES (2)", []) }
            }
        }
        #expect(try await engine.column("SELECT id FROM t") == ["1"])
        await engine.close()
    }

    @Test("closing waits for reads under way; those that wait for a connection are told")
    func closeWaits() async throws {
        let disk = Disk()
        let engine = try await engine(disk, readers: 1)
        let gate = Gate()
        let events = Order()
        let long = Task {
            try await engine.read(.scan) { session in
                gate.pass()
                events.add(1)
                return try session.first("SELECT count(*) FROM t", []) { $0.integer(0) ?? -1 }
            }
        }
        await gate.reached()
        let waiting = Task { try await engine.column("SELECT id FROM t") }
        let closing = Task {
            await engine.close()
            events.add(2)
        }
        // The one that waits is refused as soon as the pool closes; only then may the long one go on.
        let failure = await #expect(throws: StorageFailure.self) { try await waiting.value }
        #expect(failure?.description == "the database is closed")
        gate.open()
        #expect(try await long.value == 1)
        await closing.value
        #expect(events.list == [1, 2])
    }

    @Test("an engine for looking reads beside a server, and after it, and never writes")
    func readOnly() async throws {
        let disk = Disk()
        let server = try await engine(disk)
        let tool = try disk.engine { $0.isReadOnly = true }
        #expect(try await tool.column("SELECT id FROM t") == ["1"])
        try await server.execute("INSERT INTO t (id) VALUES (2)")
        #expect(try await tool.column("SELECT id FROM t") == ["1", "2"])
        let failure = await #expect(throws: StorageFailure.self) { try await tool.execute("DELETE FROM t") }
        #expect(failure?.outcome == .notStored)
        #expect(failure?.description == "the database is open for reading only")
        await server.close()
        #expect(try await tool.column("SELECT id FROM t") == ["1", "2"])
        await tool.close()
        let later = try disk.engine { $0.isReadOnly = true }
        #expect(try await later.column("SELECT id FROM t", .scan) == ["1", "2"])
        await later.close()
    }

    @Test("an engine for looking does not make a file")
    func readOnlyMakesNothing() async throws {
        let disk = Disk()
        let failure = #expect(throws: SQLiteOpenFailure.self) { try disk.engine { $0.isReadOnly = true } }
        #expect(failure?.description.contains("cannot open the database \(disk.path)") == true)
    }
}
