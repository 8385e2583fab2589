import Payments

/// A write that waits for its turn.
protocol WriteJob: AnyObject, Sendable {
    /// Runs the closure in the open storage transaction and keeps its result. May be called twice.
    func run(in session: SQLiteSession) throws
    /// The commit is durable: hand out the result.
    func succeed()
    func fail(_ error: any Error)
}

/// `@unchecked Sendable`: after it is queued only the writer thread touches it.
final class QueuedWrite<T: Sendable>: WriteJob, @unchecked Sendable {
    private let work: @Sendable (any SQLSession) throws -> T
    private let continuation: CheckedContinuation<T, any Error>
    private var result: T?

    init(
        _ work: @escaping @Sendable (any SQLSession) throws -> T, _ continuation: CheckedContinuation<T, any Error>
    ) {
        self.work = work
        self.continuation = continuation
    }

    func run(in session: SQLiteSession) throws {
        result = try work(session)
    }

    func succeed() {
        guard let result else {
            return continuation.resume(throwing: StorageFailure(.notStored, "a write was answered before it ran"))
        }
        continuation.resume(returning: result)
    }

    func fail(_ error: any Error) {
        continuation.resume(throwing: error)
    }
}
