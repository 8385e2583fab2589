import Click
import TestSupport
import Testing

/// Click's own two tables of fifteen steps.
///
/// Source: click.md 1.12.
@Suite("Click's test suites")
struct SuiteTableTests {
    /// One step: what is sent, and what must come back.
    struct Step {
        var complete = false
        var error: Int64 = 0
        var expected: Int64
        var isForged = false
        var isFreshOrder = false
        var amount: String?
        var order: String?
        var prepareID: Int64?
    }

    static let of2026: [Step] = [
        Step(expected: -1, isForged: true), Step(expected: -5, order: "nobody"), Step(expected: 0),
        Step(complete: true, expected: -1, isForged: true), Step(complete: true, expected: -2, amount: "300"),
        Step(complete: true, expected: 0), Step(complete: true, expected: -4),
        Step(complete: true, error: -5017, expected: -9), Step(expected: 0, isFreshOrder: true),
        Step(complete: true, expected: -6, prepareID: 999_999_999), Step(complete: true, expected: 0),
        Step(expected: 0, isFreshOrder: true), Step(complete: true, error: -5017, expected: -9),
        Step(complete: true, error: -5017, expected: -9), Step(complete: true, expected: -9),
    ]

    static let ofTheDesktop: [Step] = [
        Step(expected: -1, isForged: true), Step(expected: 0), Step(complete: true, expected: -1, isForged: true),
        Step(complete: true, expected: -2, amount: "4999"), Step(complete: true, expected: 0),
        Step(complete: true, expected: -4), Step(complete: true, error: -1, expected: -4),
        Step(expected: -5, order: "nobody"), Step(expected: 0, isFreshOrder: true),
        Step(complete: true, expected: -6, prepareID: 999_999_999), Step(complete: true, expected: 0),
        Step(expected: 0, isFreshOrder: true), Step(complete: true, error: -5017, expected: -9),
        Step(complete: true, error: -5017, expected: -9), Step(complete: true, expected: -9),
    ]

    @Test("of 2026 is green, but for step 8 where cancels are denied", arguments: [false, true])
    func of2026(isAccount: Bool) async throws {
        #expect(try await failures(Self.of2026, isAccount, .suiteCompatible, otherIDs: false) == [])
        #expect(try await failures(Self.of2026, isAccount, .accept, otherIDs: false) == [])
        #expect(try await failures(Self.of2026, isAccount, .deny, otherIDs: false) == [8])
    }

    @Test("of the desktop program is green, but for step 7 where cancels are accepted", arguments: [false, true])
    func ofTheDesktop(isAccount: Bool) async throws {
        #expect(try await failures(Self.ofTheDesktop, isAccount, .suiteCompatible, otherIDs: true) == [])
        #expect(try await failures(Self.ofTheDesktop, isAccount, .deny, otherIDs: true) == [])
        #expect(try await failures(Self.ofTheDesktop, isAccount, .accept, otherIDs: true) == [7])
    }

    /// - Parameter otherIDs: every step has a `click_trans_id` of its own.
    /// - Returns: the numbers of the steps that were answered otherwise.
    private func failures(
        _ steps: [Step], _ isAccount: Bool, _ policy: ClickConfiguration.CancelAfterPerform, otherIDs: Bool
    ) async throws -> [Int] {
        let counter = try await Counter(hasAPI: false) { $0.cancelAfterPerform = policy }
        var orders = ["A", "B", "C"].makeIterator()
        var order = isAccount ? "phone" : orders.next()!
        var id: Int64 = 100
        var prepareID: Int64?
        var failed: [Int] = []
        for (index, step) in steps.enumerated() {
            if step.isFreshOrder {
                if !isAccount { order = orders.next()! }
                id += 100
            }
            var call =
                step.complete
                ? SentCall.complete(step.order ?? order, id, step.prepareID ?? prepareID, error: step.error)
                : SentCall.prepare(step.order ?? order, id)
            call["amount"] = step.amount ?? (otherIDs ? "5000" : "5000.00")
            if otherIDs { call["click_trans_id"] = "\(id + Int64(index))" }
            if step.isForged { call.signature = String(repeating: "0", count: 32) }
            let told = try await counter.send(call)
            if let fresh = told.prepareID { prepareID = fresh }
            if told.error != step.expected { failed.append(index + 1) }
        }
        await counter.shop.close()
        return failed
    }
}
