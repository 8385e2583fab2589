import Foundation
import Payments
import SQLiteEngine
import Storage
import TestSupport
import Testing

/// Whether `make prove` runs: longer versions of the same tests.
let isProving = ProcessInfo.processInfo.environment["TIYIN_PROVE"] == "1"

/// Every write, truncation and sync of a run fails in turn, one a run.
@Suite("A disk that fails once", .serialized)
struct DiskFaultTests {
    @Test(
        "no answer was wrong, nothing is stored by half, and the engine goes on",
        arguments: [DiskFault.error, .full, .half])
    func everyFaultPoint(fault: DiskFault) async throws {
        let operations = try await healthyRun()
        // Each kind sees every third point in the daily tests, so that each point is seen; all of them in `make prove`.
        let first = Int64(fault.rawValue)
        var points = 0
        for point in stride(from: isProving ? 1 : first, through: operations, by: isProving ? 1 : 3) {
            let disk = Disk()
            disk.fail(point, fault)
            var ledger = Ledger(disk, .full, endsWithFault: false)
            try await ledger.run()
            // A run whose group falls apart otherwise may be an operation or two shorter.
            guard disk.hasStruck else { continue }
            let faults = try await ledger.faults(on: disk)
            guard faults.isEmpty else {
                Issue.record("\(fault) at operation \(point) of \(operations): \(faults.joined(separator: "; "))")
                return
            }
            points += 1
        }
        #expect(points >= 60)
    }

    @Test("a commit that fails is reported as unknown, and the rows may be either way")
    func failedCommit() async throws {
        for fault in [DiskFault.error, .half] {
            let disk = Disk()
            let engine = try disk.engine()
            try await engine.execute("CREATE TABLE t (id BIGINT)")
            try await engine.execute("INSERT INTO t (id) VALUES (1)")
            // The first operation of the next commit; then the last, which is the sync of the log.
            let before = disk.operations
            try await engine.execute("INSERT INTO t (id) VALUES (2)")
            let perCommit = disk.operations - before
            for point in [1, perCommit] {
                disk.fail(point, fault)
                let failure = await #expect(throws: StorageFailure.self) {
                    try await engine.execute("INSERT INTO t (id) VALUES (3)")
                }
                #expect(failure?.outcome == .unknown)
                #expect(disk.hasStruck)
                #expect(try await engine.execute("INSERT INTO t (id) VALUES (4)") == 1)
            }
            let rows = try await engine.column("SELECT DISTINCT id FROM t WHERE id <> 3 ORDER BY id")
            #expect(rows == ["1", "2", "4"])
            await engine.close()
        }
    }

    @Test("a group whose commit fails is unknown for each of its writes")
    func failedGroup() async throws {
        let disk = Disk()
        let engine = try disk.engine {
            $0.queueMaximum = 5
            // The one at the gate is by itself.
            $0.joinMaximum = 1
        }
        try await engine.execute("CREATE TABLE t (id BIGINT)")
        let gate = Gate()
        let blocked = Task { try await engine.write { _ in gate.pass() } }
        await gate.reached()
        let outcomes = await withTaskGroup(of: StorageFailure?.self) { group in
            for number in 0..<6 {
                group.addTask {
                    do {
                        try await engine.execute("INSERT INTO t (id) VALUES ($1)", [.integer(Int64(number))])
                        return nil
                    } catch {
                        return error as? StorageFailure
                    }
                }
            }
            // The one that found no room: the five others wait now.
            let refused = await group.next()
            #expect(refused??.outcome == .notStored)
            disk.fail(1, .error)
            gate.open()
            return await group.reduce(into: []) { $0.append($1?.outcome) }
        }
        try await blocked.value
        #expect(outcomes == Array(repeating: .unknown, count: 5))
        #expect(try await engine.execute("INSERT INTO t (id) VALUES (9)") == 1)
        await engine.close()
    }

    @Test("while the file cannot be opened again, writes are refused as not stored; then they go on")
    func reopeningFails() async throws {
        let disk = Disk()
        let engine = try disk.engine()
        try await engine.execute("CREATE TABLE t (id BIGINT)")
        disk.fail(1, .error)
        await #expect(throws: StorageFailure.self) { try await engine.execute("INSERT INTO t (id) VALUES (1)") }
        for _ in 0..<3 {
            disk.failOpening(1)
            let failure = await #expect(throws: StorageFailure.self) {
                try await engine.execute("INSERT INTO t (id) VALUES (2)")
            }
            #expect(failure?.outcome == .notStored)
        }
        #expect(try await engine.execute("INSERT INTO t (id) VALUES (3)") == 1)
        #expect(try await engine.column("SELECT id FROM t WHERE id > 1") == ["3"])
        await engine.close()
    }

    /// How many operations a run takes when nothing fails.
    private func healthyRun() async throws -> Int64 {
        let disk = Disk()
        var ledger = Ledger(disk, .full, endsWithFault: false)
        try await ledger.run()
        let operations = disk.operations
        #expect(ledger.failures.isEmpty && ledger.complaints.isEmpty)
        #expect(try await ledger.faults(on: disk) == [])
        return operations
    }
}
