import AsyncHTTPClient
import Foundation
import Payments
import Storage
import StrictJSON
import Synchronization
import TestSupport
import Testing

extension EndToEnd {
    // Invariant: what was answered is stored, what is stored is told to the shop, and a repeat finds the truth.
    //
    //     eight clients                         a shop with hooks (SwiftShop)
    //     ------------------------------------  --------------------------------------------------
    //     Create, Perform, Cancel …   ─────────▶ rows, the shop's rows, journal, outbox: one commit
    //     answers written down        ◀───────── after the commit
    //     …                                      SIGKILL, at whatever instant
    //     calls without an answer wait           started again; at times killed while it starts
    //                                            database against the book of answers
    //     the same calls again, twice ─────────▶ the same answer twice
    //                                            outbox empty: every event is in the list of parcels,
    //                                            and every webhook at the shop in another language
    @Suite("A server that is killed")
    struct Crashes {
        @Test("loses no answered call, no event, and sells nothing twice")
        func killed() async throws {
            OpenFiles.raiseLimit()
            let seed = Prove.seed("crash")
            var random = SeededGenerator(seed: seed)
            let rounds = Prove.count(20, long: 200)
            var (answers, lost) = (0, 0)
            // A fresh database now and then, so that the audit of a long run stays short.
            for start in stride(from: 0, to: rounds, by: 20) {
                let run = try await CrashRun(folder: TemporaryFolder(), seed: random.next())
                for round in start..<min(start + 20, rounds) {
                    let problems = try await run.round(round)
                    #expect(problems.isEmpty, "seed \(seed), round \(round)")
                    if !problems.isEmpty { break }
                }
                answers += run.book.answerCount
                lost += run.book.lostCount
                await run.end()
            }
            print("crash: \(rounds) rounds, \(answers) answers held against the database, \(lost) were lost")
            #expect(answers > rounds * 10)
            #expect(lost > 0)
        }
    }
}

/// One database that is killed again and again.
final class CrashRun {
    let book = ClientBook()
    private let folder: TemporaryFolder
    private let webhooks: WebhookShop
    private var server: ServerProcess
    private var random: SeededGenerator

    init(folder: TemporaryFolder, seed: UInt64) async throws {
        self.folder = folder
        random = SeededGenerator(seed: seed)
        webhooks = try await WebhookShop()
        server = try await ServerProcess(.shop, in: folder, webhooks.environment)
    }

    func end() async {
        await server.child.end()
        await webhooks.stop()
    }

    /// Load, kill, start, audit. Answers what is wrong.
    func round(_ number: Int) async throws -> [String] {
        // Now and then an answer of the shop's is lost; those wait five seconds. Of each letter once: a second time, and
        // it would wait five minutes.
        let isLossy = number % 10 == 3
        let lost = Mutex<Set<String>>([])
        webhooks.react { call, letter in
            isLossy && call % 50 == 0 && lost.withLock { $0.insert(letter.id).inserted } ? .hangUp : .answer(204)
        }
        let wanted = (0..<3).map { "wanted-\(number)-\($0)" }
        for order in wanted { try await server.shop().addOrder(order) }
        try await loadAndKill(number, wanted)
        if Int.random(in: 0..<4, using: &random) == 0 { try await killWhileStarting() }
        server = try await ServerProcess(.shop, in: folder, webhooks.environment)
        var problems = try await audit { $0.answers() + $0.refusals() + $0.histories() }
        problems += try await repeatPending()
        problems += try await orders()
        guard try await isOutboxEmpty() else { return problems + ["the outbox does not get empty"] }
        let floor = try await ServerProcess.look(folder) { [folder] in try await ShopFloor.read(folder, $0) }
        problems += try await audit {
            $0.answers() + $0.refusals() + $0.histories() + $0.stock(floor) + $0.parcels(floor)
                + $0.letters(webhooks.letters) + webhooks.problems
        }
        return problems
    }

    private func loadAndKill(_ number: Int, _ wanted: [String]) async throws {
        let http = HTTPClient.ofCrashes()
        let milliseconds = Int.random(in: 20...700, using: &random)
        let clients = (0..<8).map { client in
            CrashClient(
                book: book, payme: server.payme(http), shop: server.shop(http), name: "r\(number)c\(client)",
                wanted: wanted, random: SeededGenerator(seed: random.next()))
        }
        await withTaskGroup(of: Void.self) { group in
            for client in clients {
                group.addTask {
                    var client = client
                    await client.run()
                }
            }
            // The instant is the test's own choice; there is nothing to wait for.
            try? await Task.sleep(for: .milliseconds(milliseconds))
            server.child.signal(SIGKILL)
        }
        await server.child.exit()
        try await http.shutdown()
    }

    /// Dies somewhere between its first instruction and its first delivery.
    private func killWhileStarting() async throws {
        let child = try ChildProcess(
            Executable.path(ServerProcess.Program.shop.rawValue),
            environment: ServerProcess.environment(folder).merging(webhooks.environment) { $1 }, folder: folder.path)
        try await Task.sleep(for: .milliseconds(Int.random(in: 0...120, using: &random)))
        await child.end()
    }

    /// Sends every call again whose answer was lost: twice, with one answer.
    private func repeatPending() async throws -> [String] {
        var problems: [String] = []
        for entry in book.all {
            guard let pending = entry.pending else { continue }
            let first = try await book.make(pending, entry.id, with: server.payme())
            let second = try await ClientBook.send(pending, entry, server.payme())
            if first.bytes != second.bytes {
                problems.append("\(entry.id): \(pending) converges to \(first.text) and \(second.text)")
            }
        }
        return problems
    }

    /// Orders that the shop was told are registered are there.
    private func orders() async throws -> [String] {
        let stored = try await ServerProcess.look(folder) { store in
            try await store.engine.read(.scan) { sql in
                Set(try sql.all("SELECT id FROM orders", []) { $0.text(0) ?? "" })
            }
        }
        return book.orders.filter { !stored.contains($0) }.map { "order \($0) is lost" }
    }

    private func isOutboxEmpty() async throws -> Bool {
        try await ServerProcess.look(folder) { store in
            try await eventually(within: .seconds(60)) {
                try await store.engine.read(.scan) { sql in
                    let session = SQLPaymentSession(sql: sql)
                    return try session.countWaiting(target: "hooks") == 0
                        && session.countWaiting(target: "webhook") == 0
                }
            }
        }
    }

    private func audit(_ work: (Audit) -> [String]) async throws -> [String] {
        let ledger = try await ServerProcess.look(folder) { try await Ledger.read($0) }
        return work(Audit(book, ledger))
    }
}
