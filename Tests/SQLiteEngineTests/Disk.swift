import FaultyDisk
import Logging
import Payments
import SQLiteEngine
import Storage
import TestSupport

/// How an operation of a disk fails.
enum DiskFault: UInt32, CaseIterable {
    /// EIO, nothing changed.
    case error = 1
    /// No room, nothing changed.
    case full
    /// EIO, but half of the write, or all of the sync, took place.
    case half
    /// This and everything after it fails.
    case power
}

/// What a power cut leaves of that which was written since the last sync.
enum DiskLoss: UInt32, CaseIterable {
    /// Nothing.
    case all = 0
    /// Some of the first writes, the last of them torn at a sector.
    case tail
    /// Random sectors.
    case sectors
}

/// A folder on a disk that fails on demand, and the engine on it.
///
/// `@unchecked Sendable`: the disk has a mutex of its own.
final class Disk: @unchecked Sendable {
    let folder: TemporaryFolder
    private let disk: OpaquePointer

    init(_ folder: TemporaryFolder = TemporaryFolder()) {
        self.folder = folder
        disk = faulty_disk_create(folder.path)!
    }

    deinit { faulty_disk_destroy(disk) }

    var path: String { folder.file("test.db") }

    /// Writes, truncations and syncs so far.
    var operations: Int64 { faulty_disk_operations(disk) }
    /// Storage transactions that were written to the log.
    var commits: Int64 { faulty_disk_commits(disk) }
    /// Syncs of the write-ahead log: commits that are FULL, and checkpoints.
    var logSyncs: Int64 { faulty_disk_syncs(disk, "-wal") }
    /// Syncs of the database file: checkpoints, and its making.
    var fileSyncs: Int64 { faulty_disk_syncs(disk, ".db") }
    var hasStruck: Bool { faulty_disk_has_struck(disk) != 0 }

    /// Lets the n-th operation from now on fail.
    func fail(_ countdown: Int64, _ fault: DiskFault) {
        faulty_disk_arm(disk, countdown, FaultyDiskFault(fault.rawValue))
    }

    /// Lets the n-th opening of a file from now on fail.
    func failOpening(_ countdown: Int64) { faulty_disk_arm_open(disk, countdown) }

    /// After a power cut, with everything closed: what was not synced is lost.
    func lose(_ loss: DiskLoss, seed: UInt64 = 1) { faulty_disk_lose(disk, FaultyDiskLoss(loss.rawValue), seed) }

    /// - Parameter change: settings beside the path; one reader unless told.
    func engine(_ change: (inout SQLiteConfiguration) -> Void = { _ in }) throws -> SQLiteEngine {
        var configuration = SQLiteConfiguration(path: path, readers: 1)
        change(&configuration)
        return try SQLiteEngine(configuration, logger: .silent)
    }
}

extension SQLEngine {
    /// One statement in a storage transaction of its own.
    @discardableResult
    func execute(_ sql: String, _ arguments: [SQLValue] = []) async throws -> Int {
        try await write { try $0.execute(sql, arguments) }
    }

    /// The first column of every row, beside the writer.
    func column(_ sql: String, _ extent: ReadExtent = .point) async throws -> [String] {
        try await read(extent) { session in
            try session.all(sql, []) { $0.text(0) ?? $0.integer(0).map(String.init) ?? "-" }
        }
    }

    /// The first column of every row, on the writer's own connection.
    func columnOfWriter(_ sql: String) async throws -> [String] {
        try await write { session in
            try session.all(sql, []) { $0.text(0) ?? $0.integer(0).map(String.init) ?? "-" }
        }
    }
}
