import ArgumentParser
import Foundation
import Server
import Storage

struct BackupCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup",
        abstract: "Copy the database into one file, while the server runs.",
        discussion: """
            tiyin backup /var/backups/tiyin-$(date +%F).db

            The copy holds everything that was acknowledged before it began. It is checked before it gets its name; an
            existing file is never overwritten. To restore: stop the server, remove the database and the files beside it
            with -wal and -shm at the end, copy the backup to its place, start the server.
            """)

    @OptionGroup var database: DatabaseOptions
    @Argument(help: "The file to be made.") var file: String

    func run() async throws {
        let backup = try DatabaseBackup(of: database.url(), to: file)
        let interruption = Interruption()
        let isTerminal = isatty(STDERR_FILENO) == 1
        let clock = ContinuousClock()
        let start = clock.now
        defer { if isTerminal { Self.say("\r\u{1B}[K") } }
        let summary = try await backup.run(
            shouldStop: { interruption.isWanted },
            progress: { done, all in
                guard isTerminal, all > 0 else { return }
                Self.say("\r\u{1B}[K\(done * 100 / all) %\(done == all ? ", checking the copy" : "")")
            })
        let milliseconds = (clock.now - start) / .milliseconds(1)
        let rows = summary.rows
        if isTerminal { Self.say("\r\u{1B}[K") }
        print(
            "\(file): \(summary.bytes) bytes, \(rows.orders) orders, \(rows.transactions) transactions, "
                + "\(rows.journal) journal lines, in \(Int(milliseconds)) ms")
    }

    private static func say(_ text: String) {
        FileHandle.standardError.write(Data(text.utf8))
    }
}
