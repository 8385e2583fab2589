import Payments
import SQLiteEngine
import Storage
import Testing

/// A run of payments on a disk that fails, and the client's own record of every answer.
///
/// A payment is two rows in two tables. Afterwards the record is held against the file.
struct Ledger {
    /// How each payment was answered.
    private(set) var stored: Set<Int64> = []
    private(set) var notStored: Set<Int64> = []
    private(set) var unknown: Set<Int64> = []
    /// The outcome of a commit that failed, if one did.
    private(set) var failures: [StorageFailure] = []
    /// What must not be, seen while it ran.
    private(set) var complaints: [String] = []

    private let disk: Disk
    private let durability: SQLiteConfiguration.Durability
    /// The power is off: nothing is expected to work again.
    private let endsWithFault: Bool
    private var next: Int64 = 0

    private struct Trouble: Error {}

    init(_ disk: Disk, _ durability: SQLiteConfiguration.Durability, endsWithFault: Bool) {
        self.disk = disk
        self.durability = durability
        self.endsWithFault = endsWithFault
    }

    /// Opens, pays one by one and in groups, closes, opens again, pays, closes. Small checkpoints come in between.
    mutating func run() async throws {
        for round in 0..<2 {
            guard let engine = await open() else { return }
            guard await prepare(engine) else { return await engine.close() }
            for _ in 0..<4 { await pay(engine) }
            if round == 0 { await payTogether(engine) }
            for _ in 0..<4 { await pay(engine) }
            if !endsWithFault { await expectRecovery(engine) }
            await engine.close()
        }
    }

    private mutating func open() async -> SQLiteEngine? {
        let durability = durability
        for _ in 0..<2 {
            if let engine = try? disk.engine({
                $0.durability = durability
                $0.checkpointPages = 6
            }) {
                return engine
            }
        }
        if !endsWithFault { complaints.append("the file could not be opened at the second attempt") }
        return nil
    }

    /// The tables may be there already, or their making may be what fails.
    private mutating func prepare(_ engine: SQLiteEngine) async -> Bool {
        for _ in 0..<2 {
            do {
                try await engine.execute("CREATE TABLE IF NOT EXISTS payments (id BIGINT PRIMARY KEY NOT NULL)")
                try await engine.execute("CREATE TABLE IF NOT EXISTS events (payment BIGINT, padding TEXT)")
                return true
            } catch {
                remember(error)
            }
        }
        if !endsWithFault { complaints.append("the tables could not be made at the second attempt") }
        return false
    }

    private mutating func pay(_ engine: SQLiteEngine) async {
        next += 1
        let number = next
        do {
            try await engine.write { try Self.pay(number, $0) }
            stored.insert(number)
        } catch {
            remember(error, number)
        }
    }

    /// Eight at once, two of which throw.
    private mutating func payTogether(_ engine: SQLiteEngine) async {
        let numbers = (1...8).map { next + $0 }
        next += 8
        let answers = await withTaskGroup(of: (Int64, (any Error)?).self) { group in
            for number in numbers {
                group.addTask {
                    do {
                        try await engine.write { session in
                            try Self.pay(number, session)
                            if number % 4 == 0 { throw Trouble() }
                        }
                        return (number, nil)
                    } catch {
                        return (number, error)
                    }
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        for (number, error) in answers {
            if error is Trouble {
                notStored.insert(number)
            } else if let error {
                remember(error, number)
            } else {
                stored.insert(number)
            }
        }
    }

    private static func pay(_ number: Int64, _ session: any SQLSession) throws {
        try session.execute("INSERT INTO payments (id) VALUES ($1)", [.integer(number)])
        let padding = String(repeating: "x", count: 3_000)
        try session.execute(
            "INSERT INTO events (payment, padding) VALUES ($1, $2)", [.integer(number), .text(padding)])
    }

    private mutating func remember(_ error: any Error, _ number: Int64? = nil) {
        guard let failure = error as? StorageFailure else {
            complaints.append("a write threw \(error)")
            return
        }
        failures.append(failure)
        guard let number else { return }
        if failure.outcome == .unknown { unknown.insert(number) } else { notStored.insert(number) }
    }

    /// One operation failed; by the second attempt the engine takes writes again.
    private mutating func expectRecovery(_ engine: SQLiteEngine) async {
        let before = stored.count
        await pay(engine)
        if stored.count == before { await pay(engine) }
        if stored.count == before { complaints.append("the engine took no write after the fault") }
    }
}

extension Ledger {
    /// Opens the healthy disk and says what is wrong in the file.
    func faults(on disk: Disk) async throws -> [String] {
        let engine = try disk.engine()
        var found = complaints
        let tables = try await engine.column("SELECT name FROM sqlite_master WHERE name IN ('payments', 'events')")
        if tables.count == 2 {
            let rows = Set(try await engine.column("SELECT id FROM payments").compactMap { Int64($0) })
            let halves = try await engine.column(
                """
                SELECT id FROM payments WHERE id NOT IN (SELECT payment FROM events)
                UNION ALL SELECT payment FROM events WHERE payment NOT IN (SELECT id FROM payments)
                """)
            let lost = stored.subtracting(rows).sorted()
            let ghosts = rows.intersection(notStored).sorted()
            let strangers = rows.subtracting(stored).subtracting(unknown).subtracting(notStored).sorted()
            if !lost.isEmpty { found.append("acknowledged and lost: \(lost)") }
            if !ghosts.isEmpty { found.append("refused and stored: \(ghosts)") }
            if !strangers.isEmpty { found.append("never sent and stored: \(strangers)") }
            if !halves.isEmpty { found.append("stored by half: \(halves)") }
        } else if !stored.isEmpty {
            found.append("acknowledged and lost: \(stored.sorted())")
        }
        let integrity = try await engine.column("PRAGMA integrity_check")
        if integrity != ["ok"] { found.append("damaged: \(integrity)") }
        if try await engine.execute("CREATE TABLE after (id BIGINT)") < 0 { found.append("takes no writes") }
        await engine.close()
        return found
    }
}
