import Dispatch
import Payments
import Synchronization

/// Connections that read beside the writer.
final class ReaderPool: Sendable {
    private struct State {
        var idle: [SQLiteConnection]
        var waiting: [CheckedContinuation<SQLiteConnection?, Never>] = []
        var isClosed = false
    }

    private let state: Mutex<State>
    /// Long reads run here, off the threads that answer requests.
    private let scans = DispatchQueue(label: "tiyin.scans", attributes: .concurrent)

    init(_ connections: [SQLiteConnection]) {
        state = Mutex(State(idle: connections))
    }

    /// Runs on the calling thread: a few rows by key take microseconds, less than a change of thread.
    func point<T: Sendable>(_ work: @Sendable (any SQLSession) throws -> T) async throws -> T {
        let connection = try await acquire()
        defer { release(connection) }
        return try connection.run(work)
    }

    /// Runs on a thread of its own, on one snapshot.
    func scan<T: Sendable>(_ work: @escaping @Sendable (any SQLSession) throws -> T) async throws -> T {
        let connection = try await acquire()
        defer { release(connection) }
        return try await withCheckedThrowingContinuation { continuation in
            scans.async { continuation.resume(with: Result { try Self.snapshot(work, on: connection) }) }
        }
    }

    /// Waits for reads under way to give their connections back, and closes all.
    func close() {
        let (idle, waiting) = state.withLock { state in
            state.isClosed = true
            let found = (state.idle, state.waiting)
            state.idle = []
            state.waiting = []
            return found
        }
        for connection in idle { connection.close() }
        for continuation in waiting { continuation.resume(returning: nil) }
    }

    /// One snapshot for the whole closure.
    private static func snapshot<T>(_ work: (any SQLSession) throws -> T, on connection: SQLiteConnection) throws -> T {
        try connection.run { session in
            try session.execute("BEGIN", [])
            defer { _ = try? session.execute("COMMIT", []) }
            return try work(session)
        }
    }

    private func acquire() async throws -> SQLiteConnection {
        if let idle = state.withLock({ $0.idle.popLast() }) { return idle }
        let handed = await withCheckedContinuation { (continuation: CheckedContinuation<SQLiteConnection?, Never>) in
            let found: SQLiteConnection?? = state.withLock { state in
                if state.isClosed { return .some(nil) }
                if let idle = state.idle.popLast() { return idle }
                state.waiting.append(continuation)
                return nil
            }
            if let found { continuation.resume(returning: found) }
        }
        guard let handed else { throw StorageFailure(.notStored, "the database is closed") }
        return handed
    }

    private func release(_ connection: SQLiteConnection) {
        let next = state.withLock { state -> CheckedContinuation<SQLiteConnection?, Never>? in
            if !state.waiting.isEmpty { return state.waiting.removeFirst() }
            if !state.isClosed { state.idle.append(connection) }
            return nil
        }
        if let next { return next.resume(returning: connection) }
        if state.withLock({ $0.isClosed }) { connection.close() }
    }
}
