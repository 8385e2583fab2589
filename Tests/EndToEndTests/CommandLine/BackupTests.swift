import Foundation
import Payments
import StrictJSON
import Synchronization
import TestSupport
import Testing

extension EndToEnd {
    @Suite("tiyin backup and tiyin verify")
    struct Backup {
        // Invariant: every answer that was given before the backup began is in it, to its times.
        @Test("a backup beside a busy server holds every answer given before it, and verifies")
        func busy() async throws {
            let server = try await ServerProcess(.tiyin, in: TemporaryFolder())
            try await server.shop().addAccount("wallet")
            let book = AnswerBook()
            let load = (0..<6).map { writer in
                Task {
                    let payme = server.payme()
                    var number = 0
                    while !Task.isCancelled {
                        let id = "w\(writer)-\(number)"
                        let time = Int64(Date().timeIntervalSince1970 * 1_000)
                        book.add(id, try await payme.create(id, "wallet", time: time))
                        book.add(id, try await payme.perform(id))
                        if number % 3 == 0 { book.add(id, try await payme.cancel(id)) }
                        number += 1
                    }
                }
            }
            #expect(await eventually { book.count > 300 })
            for round in 0..<3 {
                let before = book.answers
                let file = server.folder.file("backup-\(round).db")
                let tool = try await Self.tool(["backup", file], server)
                #expect(tool.isSuccess && tool.lines.count == 1, "\(tool.output)\(tool.errors)")
                #expect(tool.output.hasPrefix("\(file): ") && tool.output.contains(" 1 orders, "))
                // The copy stands alone: the server's folder, settings and log are not asked.
                let verified = try await CommandLineTool.run(["verify", file], in: TemporaryFolder())
                #expect(verified.isSuccess, "\(verified.output)\(verified.errors)")
                try await Self.expect(before, in: file)
            }
            let live = try await Self.tool(["verify"], server)
            #expect(live.isSuccess, "\(live.output)\(live.errors)")
            for task in load { task.cancel() }
            for task in load { _ = await task.result }
            #expect(await server.stop() == .success)
            let names = try FileManager.default.contentsOfDirectory(atPath: server.folder.path)
            #expect(!names.contains { $0.contains("partial") } && names.count { $0.hasPrefix("backup") } == 3)
        }

        @Test("a server serves from the restored backup as from the original")
        func restore() async throws {
            let shop = try await PaidShop.open()
            let file = shop.folder.file("backup.db")
            #expect(try await shop.tool("backup", file).isSuccess)
            #expect(await shop.server.stop() == .success)
            let folder = TemporaryFolder()
            try FileManager.default.copyItem(atPath: file, toPath: folder.file("server.db"))
            let server = try await ServerProcess(.tiyin, in: folder)
            for (id, state) in zip(PaidShop.ids, PaidShop.states) {
                #expect(try await server.payme().show(id).result?["state"] == .integer(state))
            }
            #expect(await server.stop() == .success)
        }

        @Test("a backup that cannot be made is one sentence, and leaves nothing")
        func refusals() async throws {
            let folder = TemporaryFolder()
            try await Self.run(["backup", "b.db"], folder).expectRefusal(["there is no database at tiyin.db"])
            #expect(try await Self.run(["orders", "add", "A", "--amount", "5"], folder).isSuccess)
            #expect(try await Self.run(["backup", "b.db"], folder).isSuccess)
            let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
            try await Self.run(["backup", "b.db"], folder).expectRefusal(["b.db exists already"])
            try await Self.run(["backup", "tiyin.db"], folder).expectRefusal(["exists already"])
            try await Self.run(["backup", "none/b.db"], folder).expectRefusal(["no file can be made in the folder of"])
            try await Self.run(["backup", "/proc/b.db"], folder).expectRefusal(["no file can be made in the folder of"])
            try await Self.run(["backup", "c.db", "--database", "postgres://host/db"], folder)
                .expectRefusal(["use pg_dump"])
            let settings = ["DATABASE_URL": "postgresql://host/db"]
            try await CommandLineTool.run(["backup", "c.db"], settings, in: folder).expectRefusal(["use pg_dump"])
            try await Self.run(["backup", "c.db", "--database", "sqlite:/"], folder).expectRefusal(["is a folder"])
            try await Self.run(["backup", "c.db", "--database", "mysql:x"], folder).expectRefusal(["sqlite:"])
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == names)
        }

        @Test("verify ends with 0 in order, 1 not in order, 2 not to be checked; its JSON names the fault")
        func codes() async throws {
            let folder = TemporaryFolder()
            #expect(try await Self.run(["orders", "add", "A", "--amount", "5"], folder).isSuccess)
            let good = try await Self.run(["verify", "--json"], folder)
            let report = try JSONValue(parsing: good.output)
            #expect(good.isSuccess && report["ok"] == true && report["violations"] == 0)
            let checks = (report["checks"]?.arrayValue ?? []).compactMap { $0["check"]?.stringValue }
            #expect(
                checks == [
                    "file", "schema", "transactions", "journal", "orders", "outbox", "receipts", "click", "pix",
                    "yookassa", "pledg",
                ])
            for arguments in [
                ["verify", "none.db"], ["verify", "."], ["verify", "--database", "postgres://host/db"],
            ] {
                let tool = try await Self.run(arguments, folder)
                #expect(tool.exit.code == 2 && tool.output == "" && tool.errors.hasPrefix("tiyin: "), "\(arguments)")
            }
            try Data(repeating: 0x41, count: 8_192).write(to: URL(fileURLWithPath: folder.file("junk")))
            #expect(try await Self.run(["verify", "junk"], folder).exit.code == 2)
            #expect(try await Self.run(["verify", "x", "--database", "sqlite:y"], folder).exit.code == 64)
        }

        @Test("verify of a file whose pages are damaged says so, and does not crash", arguments: 1...8)
        func damaged(seed: UInt64) async throws {
            let shop = try await PaidShop.open()
            let file = shop.folder.file("backup.db")
            #expect(try await shop.tool("backup", file).isSuccess)
            #expect(await shop.server.stop() == .success)
            var bytes = try Data(contentsOf: URL(fileURLWithPath: file))
            var random = SeededGenerator(seed: seed)
            // All but the first page, which says what the file is.
            for page in 1..<bytes.count / 4_096 {
                for offset in 0..<64 { bytes[page * 4_096 + offset] = UInt8.random(in: 0...255, using: &random) }
            }
            try bytes.write(to: URL(fileURLWithPath: file))
            let tool = try await shop.tool("verify", file)
            #expect(tool.exit == .failure && tool.output.contains("\nfile: "), "\(tool.output)\(tool.errors)")
            #expect(tool.lines.last?.hasPrefix("The database is not in order: ") == true)
        }

        private static func run(_ arguments: [String], _ folder: TemporaryFolder) async throws -> CommandLineTool {
            try await CommandLineTool.run(arguments, in: folder)
        }

        private static func tool(_ arguments: [String], _ server: ServerProcess) async throws -> CommandLineTool {
            try await CommandLineTool.run(arguments, ServerProcess.environment(server.folder), in: server.folder)
        }

        /// Holds what was answered against the transactions of a copy.
        private static func expect(_ answers: [String: AnswerBook.Entry], in file: String) async throws {
            let folder = TemporaryFolder()
            try FileManager.default.copyItem(atPath: file, toPath: folder.file("server.db"))
            let ledger = try await ServerProcess.look(folder) { try await Ledger.read($0) }
            let stored = Dictionary(uniqueKeysWithValues: ledger.transactions.map { ($0.key.externalID, $0) })
            #expect(answers.count > 100 && ledger.transactions.count >= answers.count)
            for (id, entry) in answers {
                guard let row = stored[id] else {
                    Issue.record("\(id) was answered before the backup and is not in it")
                    continue
                }
                #expect(entry.createTime == row.createTime, "\(id)")
                if let time = entry.performTime { #expect(time == row.performTime, "\(id)") }
                if let time = entry.cancelTime { #expect(time == row.cancelTime, "\(id)") }
            }
        }
    }
}

/// What Payme was told, by its transaction.
private final class AnswerBook: Sendable {
    struct Entry {
        var createTime: Int64?
        var performTime: Int64?
        var cancelTime: Int64?
    }

    private let entries = Mutex<[String: Entry]>([:])

    var answers: [String: Entry] { entries.withLock { $0 } }
    var count: Int { entries.withLock { $0.count } }

    func add(_ id: String, _ answer: PaymeClient.Answer) {
        entries.withLock { entries in
            var entry = entries[id] ?? Entry()
            entry.createTime = answer.number("create_time") ?? entry.createTime
            entry.performTime = answer.number("perform_time") ?? entry.performTime
            entry.cancelTime = answer.number("cancel_time") ?? entry.cancelTime
            entries[id] = entry
        }
    }
}
