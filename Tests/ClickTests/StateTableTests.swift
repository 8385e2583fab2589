import Click
import Payments
import TestSupport
import Testing

/// Every state and every call.
///
/// Source: click.md 4, the mapping table.
@Suite("What each call is answered in each state")
struct StateTableTests {
    /// Columns: nothing stored, created, performed, cancelled, cancelled after it was performed. A cell is the answer,
    /// and the state that is stored afterwards.
    static let table = """
        call             policy            none    1       2       -1      -2
        prepare          suite-compatible  0>1     0>1     -4>2    -9>-1   -9>-2
        prepare-1        suite-compatible  -9>     -9>-1   -4>2    -9>-1   -9>-2
        prepare-5017     suite-compatible  -9>     -9>-1   -9>-2   -9>-1   -9>-2
        prepare-1        deny              -9>     -9>-1   -4>2    -9>-1   -9>-2
        prepare-5017     deny              -9>     -9>-1   -4>2    -9>-1   -9>-2
        prepare-1        accept            -9>     -9>-1   -9>-2   -9>-1   -9>-2
        complete         suite-compatible  -6>     0>2     -4>2    -9>-1   -9>-2
        complete-1       suite-compatible  -6>     -9>-1   -4>2    -9>-1   -9>-2
        complete-5017    suite-compatible  -6>     -9>-1   -9>-2   -9>-1   -9>-2
        complete-1       deny              -6>     -9>-1   -4>2    -9>-1   -9>-2
        complete-5017    deny              -6>     -9>-1   -4>2    -9>-1   -9>-2
        complete-99999   deny              -6>     -9>-1   -4>2    -9>-1   -9>-2
        complete-1       accept            -6>     -9>-1   -9>-2   -9>-1   -9>-2
        complete-99999   accept            -6>     -9>-1   -9>-2   -9>-1   -9>-2
        complete-300     suite-compatible  -6>     -2>1    -4>2    -9>-1   -9>-2
        """

    static let rows = table.split(separator: "\n").dropFirst().map { $0.split(separator: " ").map(String.init) }
    static let states = ["none", "1", "2", "-1", "-2"]

    @Test("as the table says, once and again", arguments: rows)
    func answers(row: [String]) async throws {
        let policy = try #require(ClickConfiguration.CancelAfterPerform(rawValue: row[1]))
        for (state, cell) in zip(Self.states, row.dropFirst(2)) {
            let counter = try await Counter(hasAPI: false) { $0.cancelAfterPerform = policy }
            let prepareID = try await arrange(state, counter)
            let halves = cell.split(separator: ">", omittingEmptySubsequences: false).map(String.init)
            let told = try await send(row[0], prepareID, counter)
            #expect(told.error == Int64(halves[0]), "\(row[0]) in \(state)")
            let stored = try await counter.transaction(1)
            #expect(stored.map { String($0.state.rawValue) } ?? "" == halves[1], "\(row[0]) in \(state)")
            // A repeat makes no row, and nothing more happens.
            let lines = try await counter.count("journal")
            _ = try await send(row[0], stored?.id ?? prepareID, counter)
            #expect(try await counter.count("journal") == lines, "\(row[0]) again in \(state)")
            #expect(try await counter.count("transactions") == (stored == nil ? 0 : 1))
            await counter.shop.close()
        }
    }

    private func arrange(_ state: String, _ counter: Counter) async throws -> Int64 {
        guard state != "none" else { return 4_711 }
        let prepareID = try #require(try await counter.prepare("A", 1).prepareID)
        let key = try #require(try await counter.transaction(1)).key
        if state == "2" || state == "-2" { _ = try await counter.shop.service.perform(key) }
        if state == "-1" || state == "-2" { _ = try await counter.shop.service.cancel(key, reason: 3) }
        return prepareID
    }

    private func send(_ word: String, _ prepareID: Int64, _ counter: Counter) async throws -> Told {
        let parts = word.split(separator: "-")
        let number = parts.count > 1 ? Int64(parts[1]) ?? 0 : 0
        let isAmount = number == 300
        return parts[0] == "prepare"
            ? try await counter.prepare("A", 1) { $0["error"] = "\(-number)" }
            : try await counter.complete("A", 1, prepareID, error: isAmount ? 0 : -number) {
                if isAmount { $0["amount"] = "300" }
            }
    }
}
