import Synchronization

/// Ends a wait in time, whether what is waited for ends or not.
enum Deadline {
    /// What `work` answers or throws, or `late` when the time is up. Then its task is cancelled, and left behind: what
    /// blocks a thread cannot be stopped.
    /// - Throws: what `work` throws, `late`, `CancellationError`.
    static func run<T: Sendable>(
        seconds: Double, late: any Error, _ work: @escaping @Sendable () async throws -> T
    ) async throws -> T {
        let race = Race<T>()
        let worker = Task {
            do { race.end(.success(try await work())) } catch { race.end(.failure(error)) }
        }
        let timer = Task {
            guard (try? await Task.sleep(for: .seconds(seconds))) != nil else { return }
            race.end(.failure(late))
        }
        defer {
            worker.cancel()
            timer.cancel()
        }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { race.wait($0) }
        } onCancel: {
            race.end(.failure(CancellationError()))
        }
    }
}

/// The first of several to end decides.
private final class Race<T: Sendable>: Sendable {
    private enum State {
        case running(CheckedContinuation<T, any Error>?)
        case ended(Result<T, any Error>)
    }

    private let state = Mutex(State.running(nil))

    func end(_ result: Result<T, any Error>) {
        let waiting: CheckedContinuation<T, any Error>? = state.withLock { state in
            guard case .running(let waiting) = state else { return nil }
            state = .ended(result)
            return waiting
        }
        waiting?.resume(with: result)
    }

    func wait(_ continuation: CheckedContinuation<T, any Error>) {
        let result: Result<T, any Error>? = state.withLock { state in
            if case .ended(let result) = state { return result }
            state = .running(continuation)
            return nil
        }
        if let result { continuation.resume(with: result) }
    }
}
