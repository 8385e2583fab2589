public import Payments

/// Brings a database to the schema that this program needs.
public struct Migrator: Sendable {
    /// Every step that this program knows, in the order in which they are applied.
    public let migrations: [Migration]

    /// Traps if two migrations share a name.
    ///
    /// - Parameter migrations: the core's first, then each gateway's, then the shop's own, each in the order of their
    ///   release.
    public init(_ migrations: [Migration]) {
        precondition(Set(migrations.map(\.name)).count == migrations.count, "two migrations share a name")
        self.migrations = migrations
    }

    /// Applies what is missing, one storage transaction a step.
    ///
    /// - Returns: the names of the steps that were applied.
    /// - Throws: ``MigrationFailure`` if the database has a step that this program does not know, and nothing is
    ///   applied then; what the engine throws if a statement fails, and the steps before it stay.
    @discardableResult
    public func run(on engine: any SQLEngine, clock: TimeSource) async throws -> [String] {
        try await engine.write { session -> Void in
            try session.execute(
                """
                CREATE TABLE IF NOT EXISTS schema_migrations (
                    name TEXT PRIMARY KEY NOT NULL, position BIGINT NOT NULL, applied_at BIGINT NOT NULL)
                """, [])
        }
        let applied = try await Self.applied(on: engine)
        if let unknown = applied.first(where: { name in !migrations.contains { $0.name == name } }) {
            throw MigrationFailure(unknown: unknown)
        }
        var names: [String] = []
        for (position, migration) in migrations.enumerated() where !applied.contains(migration.name) {
            let dialect = engine.dialect
            let now = clock.now
            try await engine.write { session -> Void in
                for statement in migration.statements {
                    try session.execute(statement.replacing("{identity}", with: dialect.identity), [])
                }
                try session.execute(
                    "INSERT INTO schema_migrations (name, position, applied_at) VALUES ($1, $2, $3)",
                    [.text(migration.name), .integer(Int64(position)), .integer(now)])
            }
            names.append(migration.name)
        }
        return names
    }

    /// The names of the steps that a database has; for tools that only look.
    ///
    /// - Throws: what the engine throws if the database was never migrated.
    public static func applied(on engine: any SQLEngine) async throws -> [String] {
        try await engine.read(.point) { session in
            try session.all("SELECT name FROM schema_migrations ORDER BY position, name", []) { $0.text(0) ?? "" }
        }
    }
}

/// The database and this program do not fit.
public struct MigrationFailure: Error, Sendable, CustomStringConvertible {
    /// One sentence that names the unknown step and says what to do.
    public let description: String

    init(unknown name: String) {
        description =
            "the database has the migration '\(name)', which this program does not know: a newer tiyin made it, "
            + "or a program with tables of its own. Use that program."
    }
}
