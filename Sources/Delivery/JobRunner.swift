public import Logging
public import Payments
public import Storage

/// Something that is to be done again and again: expiry, polling, retries.
public struct Job: Sendable {
    /// Unlike that of any other job; stored.
    public let name: String
    /// Raise it to have it done at once.
    public let wake: Wake
    /// One round. It answers how long nothing will be to do, milliseconds.
    public let round: @Sendable () async -> Int64

    /// - Parameters:
    ///   - name: see ``name``.
    ///   - wake: see ``wake``.
    ///   - round: see ``round``. It is not cancelled when the server stops: it looks at `Task.isCancelled` where it can
    ///     stop.
    public init(name: String, wake: Wake = Wake(), round: @escaping @Sendable () async -> Int64) {
        self.name = name
        self.wake = wake
        self.round = round
    }
}

/// Does jobs, each in its own loop and each on one server at a time.
///
/// Whoever does a job has a lease on it, which it renews while a round lasts; when its server is gone the lease runs out,
/// and another server goes on.
public struct JobRunner: Sendable {
    private let store: Store
    private let clock: TimeSource
    private let logger: Logger
    private let owner = RunnerName.make()
    private let isAlone: Bool
    private let leaseMilliseconds: Int64

    /// - Parameters:
    ///   - isAlone: whether no other server does jobs on this database, so that leases of one before this do not count;
    ///     nil: as the engine says.
    ///   - leaseMilliseconds: how long after a server is gone another one goes on.
    public init(
        store: Store, clock: TimeSource, isAlone: Bool? = nil, leaseMilliseconds: Int64 = 60_000, logger: Logger
    ) {
        self.store = store
        self.clock = clock
        self.logger = logger
        self.isAlone = isAlone ?? store.engine.isExclusive
        self.leaseMilliseconds = leaseMilliseconds
    }

    /// Does the jobs until the task is cancelled, and gives them back then.
    public func run(_ jobs: [Job]) async {
        if isAlone {
            do {
                try await store.engine.write { try SQLPaymentSession(sql: $0).releaseJobs() }
            } catch {
                logger.error("leases of jobs could not be given back", metadata: ["error": "\(error)"])
            }
        }
        await withTaskGroup(of: Void.self) { group in
            for job in jobs { group.addTask { await loop(job) } }
        }
    }

    private func loop(_ job: Job) async {
        while !Task.isCancelled {
            if await lease(job) {
                let renewal = Task { await renew(job) }
                let pause = await job.round()
                renewal.cancel()
                await renewal.value
                await job.wake.wait(milliseconds: min(max(pause, 1), 3_600_000))
            } else {
                // Somebody else does it, or the database takes nothing.
                await job.wake.wait(milliseconds: leaseMilliseconds / 3)
            }
        }
        // In a task of its own: this one is cancelled.
        await Task { [store, owner] in
            try? await store.engine.write { try SQLPaymentSession(sql: $0).releaseJob(job.name, owner: owner) }
        }.value
    }

    private func renew(_ job: Job) async {
        while (try? await Task.sleep(for: .milliseconds(leaseMilliseconds / 3))) != nil {
            _ = await lease(job)
        }
    }

    private func lease(_ job: Job) async -> Bool {
        let now = clock.now
        do {
            return try await store.engine.write { [owner, leaseMilliseconds] sql in
                try SQLPaymentSession(sql: sql).leaseJob(
                    job.name, owner: owner, at: now, until: now + leaseMilliseconds)
            }
        } catch {
            logger.error("a job cannot be taken", metadata: ["job": "\(job.name)", "error": "\(error)"])
            return false
        }
    }
}
