import Logging
import Payments
import SQLiteEngine
import Specification
public import Storage

/// Every check that this version knows, against one database.
public struct DatabaseVerification: Sendable {
    /// Names of migrations of a shop's own program, which are then no surprise.
    public var foreignMigrations: Set<String> = []
    /// Receivers of the outbox that were switched off for a time.
    public var pausedTargets: Set<String> = []

    public init() {}

    /// Reads on one snapshot, beside a running server or on a backup.
    /// - Throws: one sentence if the checks cannot be made.
    public func run(on database: DatabaseURL) async throws -> VerificationReport {
        guard case .sqlite(let path) = database else {
            throw SettingsError("the database is PostgreSQL's, which this version does not have yet: use sqlite:FILE")
        }
        try DatabaseAccess.expectFile(path)
        let specification = try Specifications.load().transaction
        try SpecificationCheck.run(specification)
        guard let timeout = specification.reason(named: "timeout") else {
            throw SettingsError("transaction.yaml has no reason named timeout")
        }
        let verifier = Verifier(
            migrations: CoreMigrations.all + GatewayTables.migrations, foreignMigrations: foreignMigrations,
            machine: TransactionMachine(timeoutReason: Int64(timeout.number)),
            // It hears of some changes only, and of which is a setting.
            pausedTargets: pausedTargets.union([TelegramNews.target]),
            engineChecks: [SQLiteFileCheck.check], gatewayChecks: GatewayTables.checks,
            now: TimeSource.system.now)
        let configuration = SQLiteConfiguration(path: path, readers: 1, isReadOnly: true)
        let engine: SQLiteEngine
        do {
            engine = try SQLiteEngine(configuration, logger: Logger(label: "tiyin.verify"))
        } catch let failure as SQLiteOpenFailure where failure.isDamaged {
            return VerificationReport(failed: SQLiteFileCheck.check, subject: "file", problem: "\(failure)")
        }
        do {
            let report = try await verifier.run(on: engine)
            await engine.close()
            return report
        } catch {
            await engine.close()
            throw error
        }
    }
}
