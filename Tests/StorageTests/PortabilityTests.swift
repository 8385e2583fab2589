import Foundation
import Payments
import Storage
import TestSupport
import Testing

@Suite("Every SQL text runs on SQLite and on PostgreSQL")
struct PortabilityTests {
    @Test("no text of the store has anything that only one of them takes", arguments: EngineKind.allCases)
    func contract(kind: EngineKind) async throws {
        let texts = try await Workout.texts(kind)
        #expect(texts.count > 20)
        for text in texts {
            let complaint = Portability.complaint(text)
            #expect(complaint == nil, "\(text)")
        }
    }

    @Test("the workout sends every statement that stands in the sources", arguments: EngineKind.allCases)
    func isComplete(kind: EngineKind) async throws {
        let texts = try await Workout.texts(kind).map(StatementSource.normalized)
        let statements = try StatementSource.all()
        #expect(statements.count > 20)
        for statement in statements {
            #expect(texts.contains { statement.matches($0) }, "never sent: \(statement.text)")
        }
    }

    @Test("the journal is only ever added to", arguments: EngineKind.allCases)
    func journalGrows(kind: EngineKind) async throws {
        let texts = try await Workout.texts(kind)
        for text in texts where text.contains(/\bjournal\b/) {
            // A column more takes nothing away.
            let isGrowth = text.contains(/^ALTER TABLE journal ADD COLUMN \w+ \w+$/)
            #expect(isGrowth || !text.contains(/UPDATE|DELETE|DROP|ALTER/), "\(text)")
        }
        #expect(texts.contains { $0.contains("INSERT INTO journal") })
    }

    @Test("no migration has a type or a word that means another thing elsewhere")
    func migrations() {
        for migration in TestStore.migrations {
            for statement in migration.statements {
                let complaint = Portability.complaint(migration: statement)
                #expect(complaint == nil, "\(migration.name): \(statement)")
            }
        }
    }

    @Test(
        "what only SQLite takes is found",
        arguments: [
            "SELECT 1 WHERE 1 = ?", "INSERT OR IGNORE INTO t VALUES ($1)", "insert or replace into t values ($1)",
            "PRAGMA user_version", "SELECT rowid FROM t", "SELECT \"x\" FROM t", "SELECT `x` FROM t",
            "SELECT [x] FROM t", "SELECT a FROM t WHERE a == $1", "SELECT a FROM t LIMIT 5, 10", "SELECT ifnull(a, 0)",
            "SELECT $2, $1", "SELECT $1, $3", "SELECT $2", "SELECT $1, $2, $1, $4", "SELECT :name", "SELECT @name",
            "SELECT last_insert_rowid()", "SELECT strftime('%s')", "SELECT 1; SELECT 2", "BEGIN",
            "SELECT group_concat(a) FROM t", "SELECT a COLLATE NOCASE FROM t",
        ])
    func finds(text: String) {
        #expect(Portability.complaint(text) != nil)
    }

    @Test(
        "what both take is let through",
        arguments: [
            "SELECT $1, $2, $1", "SELECT 'INSERT OR ? `x`' FROM t", "SELECT total FROM changes_made WHERE hexagon = $1",
            "INSERT INTO t (a) VALUES ($1) ON CONFLICT DO NOTHING RETURNING id", "SELECT beginning FROM committed",
            "SELECT a FROM t WHERE (a, b) > ($1, $2) ORDER BY a, b LIMIT $3",
            "SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11",
        ])
    func letsThrough(text: String) {
        #expect(Portability.complaint(text) == nil)
    }

    @Test(
        "a migration with a 32-bit or a floating type is found",
        arguments: [
            "CREATE TABLE t (a INTEGER)", "CREATE TABLE t (a int NOT NULL)", "CREATE TABLE t (a REAL)",
            "CREATE TABLE t (a DOUBLE PRECISION)", "CREATE TABLE t (a BLOB)", "CREATE TABLE t (a BIGINT) STRICT",
            "CREATE TABLE t (a BIGINT PRIMARY KEY) WITHOUT ROWID",
            "CREATE TABLE t (a BIGINT PRIMARY KEY AUTOINCREMENT)",
        ])
    func findsInMigrations(text: String) {
        #expect(Portability.complaint(migration: text) != nil)
        #expect(Portability.complaint(migration: "CREATE TABLE t (id {identity}, printed BIGINT, a TEXT)") == nil)
    }
}
