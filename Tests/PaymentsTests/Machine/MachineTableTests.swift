import Payments
import Testing

/// Every state × every event.
///
/// A cell says what is stored then and what the change is called (`2:performed`), or that nothing changes (`same`), or
/// why it is refused (`!invalid`), or that it is stored and refused (`-1:expired!`).
@Suite("The machine, every state and every event")
struct MachineTableTests {
    static let decisions = """
        event           none       fresh         overdue       endless       paid         partly       off       back
        create          1:created  same          -1:expired!   same          !invalid     !invalid     !invalid  !invalid
        create-amount   1:created  !invalid      -1:expired!   !invalid      !invalid     !invalid     !invalid  !invalid
        create-account  1:created  !invalid      -1:expired!   !invalid      !invalid     !invalid     !invalid  !invalid
        create-late     !late      same          -1:expired!   same          !invalid     !invalid     !invalid  !invalid
        perform         !unknown   2:performed   -1:expired!   2:performed   same         same         !invalid  !invalid
        cancel          !unknown   -1:cancelled  -1:cancelled  -1:cancelled  -2:refunded  -2:refunded  same      same
        cancel-vetoed   !unknown   -1:cancelled  -1:cancelled  -1:cancelled  !vetoed      !vetoed      same      same
        refund-part     !unknown   !invalid      !invalid      !invalid      2:part       2:part       !invalid  !invalid
        refund-rest     !unknown   !invalid      !invalid      !invalid      -2:refunded  -2:refunded  !invalid  !invalid
        refund-more     !unknown   !invalid      !invalid      !invalid      !amount      !amount      !invalid  !invalid
        refund-zero     !unknown   !invalid      !invalid      !invalid      !amount      !amount      !invalid  !invalid
        refund-minus    !unknown   !invalid      !invalid      !invalid      !amount      !amount      !invalid  !invalid
        refund-huge     !unknown   !invalid      !invalid      !invalid      !amount      !amount      !invalid  !invalid
        expire          !unknown   same          -1:expired    same          same         same         same      same
        duplicate       !unknown   2:duplicate   -1:expired!   2:duplicate   same         same         !invalid  !invalid
        mark            !unknown   marked        marked        marked        marked       marked       !invalid  !invalid
        """

    @Test("the decision is the table's, and so is every stored figure", arguments: rows(decisions))
    func decides(row: [String]) throws {
        for (name, cell) in zip(Self.states, row.dropFirst()) {
            for draft in Sample.drafts {
                let stored = try #require(Sample.stored(name, draft))
                let event = try #require(Sample.event(row[0], draft, on: stored.transaction))
                let decision = TransactionMachine(timeoutReason: 4).decide(
                    event, on: stored.transaction, at: Sample.now)
                let expected = try #require(Sample.decision(cell, event, on: stored.transaction))
                #expect(decision == expected, "\(row[0]) on \(name), one-time: \(draft.isOneTime)")
            }
        }
    }

    @Test("the table leaves no state out, and no cell empty")
    func isComplete() throws {
        #expect(Self.states.count == 8)
        #expect(rows(Self.decisions).allSatisfy { $0.count == 9 })
        let states = Self.states.map { Sample.stored($0, Sample.drafts[0])?.transaction?.state }
        #expect(Set(states) == Set(TransactionState.allCases.map(Optional.some) + [nil]))
    }

    @Test("the reason of a time-out is the one that the specification names")
    func timeoutReason() {
        let overdue = Sample.stored("overdue", Sample.drafts[0])?.transaction
        guard
            case .change(let next, .expired) = TransactionMachine(timeoutReason: 77).decide(
                .expire, on: overdue, at: Sample.now)
        else {
            Issue.record("it did not run out of time")
            return
        }
        #expect(next.reason == 77)
    }

    private static let states = decisions.prefix { $0 != "\n" }.split(separator: " ").dropFirst().map(String.init)
}
