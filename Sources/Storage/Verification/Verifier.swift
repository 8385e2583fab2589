public import Payments

/// Looks whether a database keeps the promises of this program: every state follows from its journal, an order is paid
/// once, nothing is left out of the outbox.
///
/// It reads, on one snapshot, beside a running server or on a backup, in pages of bounded size.
public struct Verifier: Sendable {
    private let migrations: [Migration]
    private let known: Set<String>
    private let before: [DatabaseCheck]
    private let after: [DatabaseCheck]

    /// Rows in one page.
    static let pageSize: Int64 = 500

    /// - Parameters:
    ///   - migrations: the schema of this program, as for ``Migrator``.
    ///   - foreignMigrations: names of a shop's own steps that may be there, too.
    ///   - machine: the one that made the transactions.
    ///   - pausedTargets: receivers of the outbox that were switched off for a time, so that not every change between
    ///     their first and their last delivery has one.
    ///   - engineChecks: what only the engine can know (the file's own structure); they run first.
    ///   - gatewayChecks: the gateways' tables.
    ///   - now: milliseconds since 1970.
    public init(
        migrations: [Migration], foreignMigrations: Set<String> = [], machine: TransactionMachine,
        pausedTargets: Set<String> = [], engineChecks: [DatabaseCheck] = [], gatewayChecks: [DatabaseCheck] = [],
        now: Int64
    ) {
        self.migrations = migrations
        known = foreignMigrations.union(migrations.map(\.name))
        before = engineChecks
        after =
            [
                TransactionRowCheck.check, JournalCheck.check(machine), OrderCheck.check(at: now),
                OutboxCheck.check(paused: pausedTargets, silent: gatewayChecks.compactMap(\.silentOrderPrefix)),
            ] + gatewayChecks
    }

    /// Runs every check on one snapshot.
    /// - Throws: ``VerificationFailure`` if it is no database of this program, or of an older version of it; what the
    ///   engine throws if it cannot be opened at all.
    public func run(on engine: any SQLEngine) async throws -> VerificationReport {
        try await engine.read(.scan) { session in
            var results: [VerificationReport.Result] = []
            for check in before { results.append(Self.outcome(of: check, in: session)) }
            let isReadable = results.allSatisfy(\.isInOrder)
            do {
                results.append(try schema(in: session))
            } catch {
                // A damaged file was told of already.
                if isReadable { throw error }
                return VerificationReport(results: results)
            }
            for check in after { results.append(Self.outcome(of: check, in: session)) }
            return VerificationReport(results: results)
        }
    }

    private static func outcome(of check: DatabaseCheck, in session: any SQLSession) -> VerificationReport.Result {
        var findings = DatabaseFindings()
        do {
            try check.run(session, &findings)
        } catch {
            findings.report("the database", "could not be read to its end: \(error)")
        }
        return VerificationReport.Result(name: check.name, rule: check.rule, findings: findings)
    }

    private func schema(in session: any SQLSession) throws -> VerificationReport.Result {
        let applied: [String]
        do {
            applied = try session.all("SELECT name FROM schema_migrations ORDER BY position, name", []) {
                $0.text(0) ?? ""
            }
        } catch {
            throw VerificationFailure("it is no database of tiyin, or it cannot be read: \(error)")
        }
        if let missing = migrations.first(where: { !applied.contains($0.name) }) {
            throw VerificationFailure(
                "an older tiyin made it, the migration '\(missing.name)' is missing: let `tiyin serve` of this version "
                    + "open it once")
        }
        var findings = DatabaseFindings()
        findings.examine(Int64(applied.count))
        for name in applied where !known.contains(name) {
            findings.report("migration \(name)", "this version does not know it")
        }
        return VerificationReport.Result(
            name: "schema", rule: "every migration is one that this version knows", findings: findings)
    }
}

/// The checks could not be made. Says nothing about the database being in order.
public struct VerificationFailure: Error, Sendable, CustomStringConvertible {
    public let description: String

    init(_ description: String) {
        self.description = description
    }
}
