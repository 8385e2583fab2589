import Foundation
import Logging
import Payments
import Synchronization

/// The one thread that writes. It takes every write that waits, runs each, commits once, then answers all.
///
/// `@unchecked Sendable`: `jobs` and `phase` are guarded by `condition`; `connection` belongs to the thread.
final class Writer: @unchecked Sendable {
    private enum Phase {
        case running, closing, closed
    }

    private let configuration: SQLiteConfiguration
    private let logger: Logger
    private let condition = NSCondition()
    private var jobs: [any WriteJob] = []
    private var phase = Phase.running
    private var onClosed: [CheckedContinuation<Void, Never>] = []
    private var connection: SQLiteConnection?
    private let failing = Atomic(false)

    /// - Parameter connection: open already, so that a database that cannot be had is known at start.
    init(_ configuration: SQLiteConfiguration, connection: SQLiteConnection, logger: Logger) {
        self.configuration = configuration
        self.connection = connection
        self.logger = logger
        let thread = Thread { [self] in loop() }
        thread.name = "tiyin.writer"
        thread.stackSize = 1 << 20
        thread.start()
    }

    /// Whether the last group could not be stored because of the disk.
    var isFailing: Bool { failing.load(ordering: .relaxed) }

    func submit(_ job: any WriteJob) {
        condition.lock()
        let refusal: String? =
            if phase != .running {
                "the database is closed"
            } else if jobs.count >= configuration.queueMaximum {
                "too many writes wait"
            } else {
                nil
            }
        if refusal == nil {
            jobs.append(job)
            if jobs.count == 1 { condition.signal() }
        }
        condition.unlock()
        if let refusal { job.fail(StorageFailure(.notStored, refusal)) }
    }

    /// Writes what is queued, then ends the thread.
    func close() async {
        await withCheckedContinuation { continuation in
            condition.lock()
            if phase == .closed {
                condition.unlock()
                return continuation.resume()
            }
            phase = .closing
            onClosed.append(continuation)
            condition.signal()
            condition.unlock()
        }
    }

    private func loop() {
        var hasWritten = false
        while let group = next(idleAfterWrite: hasWritten) {
            if group.isEmpty {
                // Nobody waits: a good moment to move the log into the file.
                checkpoint()
                hasWritten = false
            } else {
                commit(group)
                hasWritten = true
            }
        }
        connection?.close()
        connection = nil
        condition.lock()
        phase = .closed
        let waiting = onClosed
        onClosed = []
        condition.unlock()
        for continuation in waiting { continuation.resume() }
    }

    /// What waits; empty after a quiet second that follows a write; nil when it is time to end.
    private func next(idleAfterWrite: Bool) -> [any WriteJob]? {
        condition.lock()
        defer { condition.unlock() }
        while jobs.isEmpty {
            if phase == .closing { return nil }
            if idleAfterWrite {
                if !condition.wait(until: Date(timeIntervalSinceNow: 1)), jobs.isEmpty, phase == .running { return [] }
            } else {
                condition.wait()
            }
        }
        return take(configuration.groupMaximum)
    }

    /// What has come while a small group was at work.
    ///
    /// A larger one commits: if all the callers there are were in one group, they would all wait for the disk at once
    /// and leave the other processors idle.
    private func joining(_ size: Int) -> [any WriteJob] {
        condition.lock()
        defer { condition.unlock() }
        return take(max(0, min(configuration.joinMaximum, configuration.groupMaximum) - size))
    }

    private func take(_ maximum: Int) -> [any WriteJob] {
        guard jobs.count > maximum else {
            defer { jobs = [] }
            return jobs
        }
        defer { jobs.removeFirst(maximum) }
        return Array(jobs.prefix(maximum))
    }

    private func commit(_ first: [any WriteJob]) {
        var group = first
        let connection: SQLiteConnection
        do {
            connection = try opened()
        } catch {
            failing.store(true, ordering: .relaxed)
            for job in group { job.fail(StorageFailure(.notStored, "\(error)")) }
            return
        }
        let ending: GroupCommit.Ending
        do {
            ending = try connection.run { session in
                var size = first.count
                return GroupCommit.run(&group, in: session) {
                    let more = joining(size)
                    size += more.count
                    return more
                }
            }
        } catch {
            ending = .broken(StorageFailure(.notStored, "\(error)"))
        }
        switch ending {
        case .committed(let failures):
            failing.store(false, ordering: .relaxed)
            for (index, job) in group.enumerated() {
                if let error = failures[index] { job.fail(error) } else { job.succeed() }
            }
        case .broken(let failure):
            // What a connection holds after a disk error is not to be trusted: the next write opens the file anew
            // and finds what was really stored.
            logger.error("storage failure", metadata: ["error": "\(failure)", "writes": "\(group.count)"])
            connection.close()
            self.connection = nil
            failing.store(true, ordering: .relaxed)
            for job in group { job.fail(failure) }
        }
    }

    private func opened() throws -> SQLiteConnection {
        if let connection { return connection }
        let fresh = try SQLiteConnection(configuration, isReader: false)
        connection = fresh
        return fresh
    }

    private func checkpoint() {
        try? connection?.run { try $0.query("PRAGMA wal_checkpoint(PASSIVE)", []) { _ in } }
    }
}
