import Payments
import SQLiteEngine
import Storage
import TestSupport
import Testing

/// How many writes share a commit is seen from outside: each commit ends in a frame of the log that says so.
///
///     writer              test
///     runs `first`        101 writes are submitted; 100 find room in the queue
///     waits at the gate   the 101st is refused: now all the others stand in the queue
///                         opens the gate
///     commits `first`
///     commits the 100
@Suite("Group commit")
struct GroupCommitTests {
    private struct Trouble: Error, Equatable { let number: Int64 }

    /// Submits writes while the writer stands still, and counts the commits that they take.
    private func commits(
        of count: Int64, groupMaximum: Int = 256, joinMaximum: Int = 1,
        _ work: @escaping @Sendable (Int64, any SQLSession) throws -> Int64
    ) async throws -> (commits: Int64, results: [Int64: Result<Int64, any Error>], engine: SQLiteEngine, disk: Disk) {
        let disk = Disk()
        let engine = try disk.engine {
            $0.queueMaximum = Int(count)
            $0.groupMaximum = groupMaximum
            $0.joinMaximum = joinMaximum
        }
        try await engine.execute("CREATE TABLE t (id BIGINT PRIMARY KEY NOT NULL)")
        let gate = Gate()
        let first = Task { try await engine.write { _ in gate.pass() } }
        await gate.reached()
        let before = disk.commits
        let results = try await withThrowingTaskGroup(of: (Int64, Result<Int64, any Error>).self) { group in
            // One more than there is room for.
            for number in 0...count {
                group.addTask {
                    do {
                        return (number, .success(try await engine.write { try work(number, $0) }))
                    } catch {
                        return (number, .failure(error))
                    }
                }
            }
            let (refused, result) = try #require(try await group.next())
            #expect(throws: StorageFailure.self) { try result.get() }
            gate.open()
            var results: [Int64: Result<Int64, any Error>] = [:]
            for try await (number, result) in group { results[number] = result }
            #expect(results.count == Int(count) && results[refused] == nil)
            return results
        }
        try await first.value
        return (disk.commits - before, results, engine, disk)
    }

    private static func insert(_ number: Int64, _ session: any SQLSession) throws -> Int64 {
        try session.execute("INSERT INTO t (id) VALUES ($1)", [.integer(number)])
        return number
    }

    @Test(
        "writes that wait share a commit, as many as fit",
        arguments: [(100, 256, 1), (100, 100, 1), (100, 50, 2), (100, 30, 4), (7, 1, 7)] as [(Int64, Int, Int64)])
    func sharesCommits(count: Int64, groupMaximum: Int, expected: Int64) async throws {
        let (made, results, engine, _) = try await commits(of: count, groupMaximum: groupMaximum, Self.insert)
        // The write at the gate changed nothing, so its own commit writes nothing.
        #expect(made == expected)
        for (number, result) in results { #expect(try result.get() == number) }
        #expect(try await engine.column("SELECT count(*) FROM t") == ["\(count)"])
        await engine.close()
    }

    @Test(
        "writes that come while a small group is at work take part in its commit",
        arguments: [(7, 8, 1), (8, 8, 2), (100, 8, 2), (100, 101, 1), (100, 256, 1), (3, 1, 1)]
            as [(Int64, Int, Int64)])
    func joins(count: Int64, joinMaximum: Int, expected: Int64) async throws {
        // The one at the gate is the first of its group.
        let (made, results, engine, _) = try await commits(of: count, joinMaximum: joinMaximum, Self.insert)
        #expect(made == expected)
        for (number, result) in results { #expect(try result.get() == number) }
        #expect(try await engine.column("SELECT count(*) FROM t") == ["\(count)"])
        await engine.close()
    }

    @Test("one that joined and throws is rolled back alone", arguments: [2, 8, 256])
    func joinedThrows(joinMaximum: Int) async throws {
        let (_, results, engine, _) = try await commits(of: 60, joinMaximum: joinMaximum) { number, session in
            let result = try Self.insert(number, session)
            if number % 7 == 3 { throw Trouble(number: number) }
            return result
        }
        for (number, result) in results {
            if number % 7 == 3 {
                #expect(throws: Trouble(number: number)) { try result.get() }
            } else {
                #expect(try result.get() == number)
            }
        }
        let stored = results.keys.filter { $0 % 7 != 3 }.count
        #expect(try await engine.column("SELECT count(*) FROM t") == ["\(stored)"])
        await engine.close()
    }

    @Test("one that throws is rolled back alone, and each caller hears of its own")
    func oneThrows() async throws {
        let (made, results, engine, _) = try await commits(of: 60) { number, session in
            let result = try Self.insert(number, session)
            if number % 7 == 3 { throw Trouble(number: number) }
            return result
        }
        #expect(made == 1)
        for (number, result) in results {
            if number % 7 == 3 {
                #expect(throws: Trouble(number: number)) { try result.get() }
            } else {
                #expect(try result.get() == number)
            }
        }
        let stored = try await engine.column("SELECT id FROM t ORDER BY id").compactMap { Int64($0) }
        #expect(stored == results.keys.filter { $0 % 7 != 3 }.sorted())
        await engine.close()
    }

    @Test("a closure may run twice; only one of its runs is kept")
    func runsTwice() async throws {
        let runs = Counter()
        let (_, results, engine, _) = try await commits(of: 10) { number, session in
            runs.next()
            let result = try Self.insert(number, session)
            if number == 5 { throw Trouble(number: number) }
            return result
        }
        // If the sixth was the one that found no room, nothing threw.
        #expect(runs.value > 10 || results[5] == nil)
        let expected = results.keys.filter { $0 != 5 }.count
        #expect(try await engine.column("SELECT count(*) FROM t") == ["\(expected)"])
        await engine.close()
    }

    @Test("all of a group throw: nothing is stored, each hears its own error")
    func allThrow() async throws {
        let (_, results, engine, _) = try await commits(of: 10) { number, session in
            _ = try Self.insert(number, session)
            throw Trouble(number: number)
        }
        for (number, result) in results { #expect(throws: Trouble(number: number)) { try result.get() } }
        #expect(try await engine.column("SELECT count(*) FROM t") == ["0"])
        await engine.close()
    }

    @Test("a constraint in one write of a group does not touch the others")
    func constraint() async throws {
        let (_, results, engine, _) = try await commits(of: 20) { number, session in
            // Only the first of each three can have the number.
            try Self.insert(number / 3, session)
        }
        let stored = try await engine.column("SELECT id FROM t")
        #expect(results.values.filter { (try? $0.get()) != nil }.count == stored.count)
        #expect(Set(stored) == Set(results.keys.map { String($0 / 3) }))
        await engine.close()
    }

    @Test("under load, many writes take fewer commits, and every one is stored")
    func underLoad() async throws {
        let disk = Disk()
        let engine = try disk.engine()
        try await engine.execute("CREATE TABLE t (id BIGINT PRIMARY KEY NOT NULL)")
        let before = disk.commits
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in Int64(0)..<2_000 {
                group.addTask {
                    let answer = try await engine.write { try Self.insert(number, $0) }
                    #expect(answer == number)
                }
            }
            try await group.waitForAll()
        }
        #expect(disk.commits - before < 2_000)
        #expect(try await engine.column("SELECT count(*) FROM t") == ["2000"])
        await engine.close()
    }
}
