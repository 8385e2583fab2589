import Payments

/// Many writes, one commit.
enum GroupCommit {
    enum Ending {
        /// Durable, but for the writes that failed by themselves, by their place in the group.
        case committed(failures: [Int: any Error])
        /// The disk or the commit failed: none of the group is known to be stored.
        case broken(StorageFailure)
    }

    /// First without savepoints, which is fastest; if a write throws, again with one around each.
    ///
    /// - Parameters:
    ///   - group: what waited; what joined is added to it.
    ///   - joining: what has come meanwhile. A commit costs as much as many writes, so whoever comes before it takes
    ///     part in it.
    static func run(
        _ group: inout [any WriteJob], in session: SQLiteSession, joining: () -> [any WriteJob]
    ) -> Ending {
        do {
            try begin(session)
        } catch {
            return .broken(StorageFailure(.notStored, "\(error)"))
        }
        var next = 0
        while next < group.count {
            do {
                try run(group[next], in: session)
            } catch {
                if let failure = undo(after: error, in: session) { return .broken(failure) }
                // Alone in its group, it has failed for good.
                return group.count == 1 ? .committed(failures: [0: error]) : runApart(group, in: session)
            }
            next += 1
            if next == group.count { group += joining() }
        }
        return commit(in: session, failures: [:])
    }

    private static func runApart(_ group: [any WriteJob], in session: SQLiteSession) -> Ending {
        var failures: [Int: any Error] = [:]
        do {
            try begin(session)
            for (index, job) in group.enumerated() {
                try session.execute("SAVEPOINT job", [])
                do {
                    try run(job, in: session)
                } catch {
                    if !session.isInTransaction || isEnvironmental(error) { throw error }
                    failures[index] = error
                    try session.execute("ROLLBACK TO job", [])
                }
                try session.execute("RELEASE job", [])
            }
        } catch {
            return .broken(undo(after: error, in: session) ?? StorageFailure(.notStored, "\(error)"))
        }
        return commit(in: session, failures: failures)
    }

    private static func begin(_ session: SQLiteSession) throws {
        try session.execute("BEGIN IMMEDIATE", [])
        session.isBound = true
    }

    /// A closure may have swallowed the error that ended the storage transaction: then it is one all the same.
    private static func run(_ job: any WriteJob, in session: SQLiteSession) throws {
        try job.run(in: session)
        guard session.isInTransaction else {
            throw StorageFailure(.notStored, "an error that a closure swallowed has ended the storage transaction")
        }
    }

    private static func commit(in session: SQLiteSession, failures: [Int: any Error]) -> Ending {
        session.isBound = false
        do {
            try session.execute("COMMIT", [])
            return .committed(failures: failures)
        } catch {
            // After a failed sync the rows may be there when the file is opened again.
            return .broken(StorageFailure(.unknown, "the commit failed: \(error)"))
        }
    }

    /// Rolls back; answers a failure if the connection is not to be used again.
    private static func undo(after error: any Error, in session: SQLiteSession) -> StorageFailure? {
        let wasInTransaction = session.isInTransaction
        session.isBound = false
        do {
            if wasInTransaction { try session.execute("ROLLBACK", []) }
        } catch let rollback {
            return StorageFailure(.notStored, "the rollback failed: \(rollback)")
        }
        guard wasInTransaction, !isEnvironmental(error) else {
            return StorageFailure(.notStored, "\(error)")
        }
        return nil
    }

    private static func isEnvironmental(_ error: any Error) -> Bool {
        (error as? SQLiteFailure)?.isEnvironmental ?? false
    }
}
