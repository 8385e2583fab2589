import Payments
import SQLiteEngine
import Storage
import TestSupport
import Testing

@Suite("Writes")
struct WriteTests {
    @Test("a write goes through although its task was cancelled")
    func cancellation() async throws {
        let disk = Disk()
        let engine = try disk.engine()
        try await engine.execute("CREATE TABLE t (id BIGINT)")
        let gate = Gate()
        let blocked = Task { try await engine.write { _ in gate.pass() } }
        await gate.reached()
        // Cancelled while it waits, and cancelled before it is submitted.
        let waiting = Task { try await engine.execute("INSERT INTO t (id) VALUES (1)") }
        waiting.cancel()
        let late = Task {
            while !Task.isCancelled { await Task.yield() }
            return try await engine.execute("INSERT INTO t (id) VALUES (2)")
        }
        late.cancel()
        gate.open()
        try await blocked.value
        #expect(try await waiting.value == 1)
        #expect(try await late.value == 1)
        #expect(try await engine.column("SELECT id FROM t ORDER BY id") == ["1", "2"])
        await engine.close()
    }

    @Test("one write more than may wait is refused at once, and not stored")
    func queueLimit() async throws {
        let disk = Disk()
        let engine = try disk.engine { $0.queueMaximum = 3 }
        try await engine.execute("CREATE TABLE t (id BIGINT)")
        let gate = Gate()
        let blocked = Task { try await engine.write { _ in gate.pass() } }
        await gate.reached()
        let writes = (0..<5).map { number in
            Task { try await engine.execute("INSERT INTO t (id) VALUES ($1)", [.integer(Int64(number))]) }
        }
        // Two are refused while the writer still stands at the gate; the others wait.
        let failures = Counter()
        let watch = writes.map { write in
            Task {
                do {
                    _ = try await write.value
                } catch let failure as StorageFailure {
                    #expect(failure.outcome == .notStored)
                    #expect(failure.description == "too many writes wait")
                    if failures.next() == 2 { gate.open() }
                }
            }
        }
        try await blocked.value
        for task in watch { try await task.value }
        #expect(failures.value == 2)
        #expect(try await engine.column("SELECT count(*) FROM t") == ["3"])
        // There is room again.
        #expect(try await engine.execute("INSERT INTO t (id) VALUES (9)") == 1)
        await engine.close()
    }

    @Test("closing finishes what waits; after it nothing is taken")
    func close() async throws {
        let disk = Disk()
        let engine = try disk.engine { $0.queueMaximum = 2 }
        try await engine.execute("CREATE TABLE t (id BIGINT)")
        let gate = Gate()
        let blocked = Task { try await engine.write { _ in gate.pass() } }
        await gate.reached()
        let refused = Counter()
        let writes = (0..<3).map { number in
            Task {
                do {
                    return try await engine.execute("INSERT INTO t (id) VALUES ($1)", [.integer(Int64(number))])
                } catch {
                    // Two wait now.
                    if refused.next() == 1 { gate.open() }
                    return 0
                }
            }
        }
        try await blocked.value
        let closing = Task { await engine.close() }
        var stored = 0
        for write in writes { stored += await write.value }
        await closing.value
        #expect(stored == 2)
        let failure = await #expect(throws: StorageFailure.self) {
            try await engine.execute("INSERT INTO t (id) VALUES (7)")
        }
        #expect(failure?.outcome == .notStored)
        #expect(failure?.description == "the database is closed")
        await #expect(throws: StorageFailure.self) { try await engine.column("SELECT 1") }
        await #expect(throws: StorageFailure.self) { try await engine.column("SELECT 1", .scan) }
        let again = try disk.engine()
        #expect(try await again.column("SELECT count(*) FROM t") == ["2"])
        await again.close()
    }

    @Test("closing twice closes once, whatever was opened in between")
    func closeTwice() async throws {
        let one = Disk()
        let first = try one.engine()
        await first.close()
        // This one may well have been given the file descriptor that the first gave back.
        let two = Disk()
        let second = try two.engine()
        await first.close()
        #expect(throws: SQLiteOpenFailure.self) { try two.engine() }
        try await second.execute("CREATE TABLE t (id BIGINT)")
        await second.close()
        await second.close()
    }

    @Test("a quiet second after the last write, the log is moved into the file")
    func checkpointsWhenIdle() async throws {
        let disk = Disk()
        let engine = try disk.engine()
        let before = disk.fileSyncs
        try await engine.execute("CREATE TABLE t (id BIGINT)")
        // The writer's own timer is real: there is no clock to move. It must come within a few seconds.
        let deadline = ContinuousClock.now + .seconds(30)
        while disk.fileSyncs == before, ContinuousClock.now < deadline { try await Task.sleep(for: .milliseconds(50)) }
        #expect(disk.fileSyncs > before)
        await engine.close()
    }
}
