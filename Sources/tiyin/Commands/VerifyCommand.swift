import ArgumentParser
import Foundation
import Server
import Storage
import StrictJSON

struct VerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Check a database, or a backup: its file, and that no payment contradicts its history.",
        discussion: """
            tiyin verify
            tiyin verify /var/backups/tiyin-2026-11-21.db

            It reads one snapshot, also beside a running server, and changes nothing. It ends with code 0 if all is in
            order, 1 if something is not, 2 if the checks could not be made.
            """)

    @OptionGroup var database: DatabaseOptions
    @Argument(help: "A SQLite file, instead of the database of the settings.") var file: String?
    @Flag(help: "Print the report as JSON.") var json = false
    @Option(help: "The name of a migration of your own program that may be there. Can be given again.")
    var migration: [String] = []
    @Option(
        help: """
            A receiver of the outbox (hooks) that was switched off for a time, so that changes without a delivery are \
            no fault. Can be given again.
            """)
    var switchedOff: [String] = []

    func validate() throws {
        if file != nil, database.database != nil { throw ValidationError("give a file or --database, not both") }
    }

    func run() async throws {
        let report: VerificationReport
        do {
            var verification = DatabaseVerification()
            verification.foreignMigrations = Set(migration)
            verification.pausedTargets = Set(switchedOff)
            report = try await verification.run(on: file.map { .sqlite(path: $0) } ?? database.url())
        } catch {
            FileHandle.standardError.write(Data("tiyin: \(error)\n".utf8))
            throw ExitCode(2)
        }
        print(json ? VerificationText.json(report).text : VerificationText.table(report))
        throw ExitCode(report.isInOrder ? 0 : 1)
    }
}

/// A report for people and for programs.
enum VerificationText {
    static func table(_ report: VerificationReport) -> String {
        var table = TextTable(header: ["check", "examined", "outcome", "rule"], numeric: [1])
        for result in report.results {
            let outcome = result.isInOrder ? "ok" : "\(result.findings.count) failed"
            table.rows.append([result.name, String(result.findings.examined), outcome, result.rule])
        }
        var lines = [table.text, ""]
        for result in report.results where !result.isInOrder {
            lines += result.findings.violations.map { "\(result.name): \($0.subject): \($0.problem)" }
            let rest = result.findings.count - Int64(result.findings.violations.count)
            if rest > 0 { lines.append("\(result.name): and \(rest) more") }
        }
        lines.append(
            report.isInOrder
                ? "The database is in order."
                : "The database is not in order: \(report.violations) violations.")
        return lines.joined(separator: "\n")
    }

    static func json(_ report: VerificationReport) -> JSONValue {
        let checks = report.results.map { result -> JSONValue in
            [
                "check": .string(result.name), "rule": .string(result.rule),
                "examined": .integer(result.findings.examined), "violations": .integer(result.findings.count),
                "findings": .array(
                    result.findings.violations.map {
                        ["subject": .string($0.subject), "problem": .string($0.problem)]
                    }),
            ]
        }
        return [
            "ok": .bool(report.isInOrder), "violations": .integer(report.violations), "checks": .array(checks),
        ]
    }
}
