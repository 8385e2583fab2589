import Dispatch
import Payments
import Synchronization

/// Connections that read beside the writer.
final class ReaderPool: Sendable {
    fileprivate struct State {
        var idle: [SQLiteConnection]
        var waiting: [CheckedContinuation<SQLiteConnection?, Never>] = []
        /// How many connections are reading now.
        var lent = 0
        var isClosed = false
        /// Who waits for the last of them.
        var onDrained: [CheckedContinuation<Void, Never>] = []
    }

    private let state: Mutex<State>
    private let open: @Sendable () throws -> SQLiteConnection
    /// Long reads run here, off the threads that answer requests.
    private let scans = DispatchQueue(label: "tiyin.scans", attributes: .concurrent)

    /// - Throws: what the closure throws; then none is open.
    init(_ count: Int, open: @escaping @Sendable () throws -> SQLiteConnection) throws {
        var idle: [SQLiteConnection] = []
        do {
            for _ in 0..<count { idle.append(try open()) }
        } catch {
            for connection in idle { connection.close() }
            throw error
        }
        state = Mutex(State(idle: idle))
        self.open = open
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
    func close() async {
        let (idle, waiting) = state.withLock { state in
            state.isClosed = true
            let found = (state.idle, state.waiting)
            state.idle = []
            state.waiting = []
            return found
        }
        for connection in idle { connection.close() }
        for continuation in waiting { continuation.resume(returning: nil) }
        await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
            let isDrained = state.withLock { state in
                if state.lent > 0 { state.onDrained.append(continuation) }
                return state.lent == 0
            }
            if isDrained { continuation.resume() }
        }
    }

    /// One snapshot for the whole closure.
    private static func snapshot<T>(_ work: (any SQLSession) throws -> T, on connection: SQLiteConnection) throws -> T {
        try connection.run { session in
            try session.execute("BEGIN", [])
            // There is nothing to store: if it cannot be ended so, `release` ends it.
            defer { _ = try? session.execute("COMMIT", []) }
            return try work(session)
        }
    }

    private func acquire() async throws -> SQLiteConnection {
        if let idle = state.withLock({ $0.lend() }) { return idle }
        let handed = await withCheckedContinuation { (continuation: CheckedContinuation<SQLiteConnection?, Never>) in
            let found: SQLiteConnection?? = state.withLock { state in
                if state.isClosed { return .some(nil) }
                if let idle = state.lend() { return idle }
                state.waiting.append(continuation)
                return nil
            }
            if let found { continuation.resume(returning: found) }
        }
        guard let handed else { throw StorageFailure(.notStored, "the database is closed") }
        return handed
    }

    /// A connection on which the next read sees what is stored then: this one, or another in its place.
    private func clean(_ connection: SQLiteConnection) -> SQLiteConnection {
        if connection.endTransaction() { return connection }
        connection.close()
        // If none can be had now, the closed one takes its turn: its user hears so, and then another is tried for.
        return (try? open()) ?? connection
    }

    private func release(_ lent: SQLiteConnection) {
        let connection = clean(lent)
        let (next, isClosed) = state.withLock { state -> (CheckedContinuation<SQLiteConnection?, Never>?, Bool) in
            // Handed on, it stays lent.
            if !state.waiting.isEmpty { return (state.waiting.removeFirst(), false) }
            if state.isClosed { return (nil, true) }
            state.idle.append(connection)
            state.lent -= 1
            return (nil, false)
        }
        next?.resume(returning: connection)
        guard isClosed else { return }
        connection.close()
        let drained = state.withLock { state -> [CheckedContinuation<Void, Never>] in
            state.lent -= 1
            guard state.lent == 0 else { return [] }
            defer { state.onDrained = [] }
            return state.onDrained
        }
        for continuation in drained { continuation.resume() }
    }
}

extension ReaderPool.State {
    fileprivate mutating func lend() -> SQLiteConnection? {
        guard let connection = idle.popLast() else { return nil }
        lent += 1
        return connection
    }
}
