import Payments
import Testing

@Suite("When a payment was performed")
struct PaidAtTests {
    private static let now: Int64 = 1_795_219_200_000
    private static let day: Int64 = 86_400_000
    private let machine = TransactionMachine(timeoutReason: 4)
    private let stored = Transaction(
        key: TransactionKey(gateway: "g", cashbox: "", externalID: "a"), externalTime: now - 60_000, orderID: "A",
        account: "{}", amount: Money(minor: 100, currency: .uzs), createTime: now - 60_000, isOneTime: true,
        holdsOrder: true)

    @Test(
        "the gateway's word counts, unless it is before the announcement, or more than a day ahead",
        arguments: [
            (nil, now), (now - 1, now - 1), (now + 5, now + 5), (now - 60_000, now - 60_000),
            (now - 60_001, now - 60_000), (0, now - 60_000), (Int64.min, now - 60_000), (now + day, now + day),
            (now + day + 1, now), (Int64.max, now),
        ] as [(Int64?, Int64)])
    func time(paidAt: Int64?, expected: Int64) {
        for event in [TransactionEvent.perform(paidAt: paidAt), .performAsDuplicate(paidAt: paidAt)] {
            guard case .change(let next, _) = machine.decide(event, on: stored, at: Self.now) else {
                Issue.record("\(event) is refused")
                continue
            }
            #expect(next.performTime == expected)
        }
    }

    @Test("a deadline goes by our clock: paid in time and told late is late")
    func deadline() {
        var overdue = stored
        overdue.deadline = Self.now - 1
        let decision = machine.decide(.perform(paidAt: Self.now - 2), on: overdue, at: Self.now)
        guard case .changeAndReject(let next, .expired, .expired) = decision else {
            Issue.record("\(decision)")
            return
        }
        #expect(next.performTime == 0)
    }

    @Test("a repeat with another time changes nothing; a refund does not come before the payment")
    func afterwards() {
        guard case .change(let paid, _) = machine.decide(.perform(paidAt: Self.now + 500), on: stored, at: Self.now)
        else {
            Issue.record("it is refused")
            return
        }
        #expect(machine.decide(.perform(paidAt: Self.now), on: paid, at: Self.now + 9) == .unchanged(paid))
        let back = machine.decide(.cancel(reason: 5, refundAllowed: true), on: paid, at: Self.now + 9)
        guard case .change(let returned, .refunded) = back else {
            Issue.record("\(back)")
            return
        }
        #expect(returned.cancelTime == Self.now + 500 && returned.performTime == Self.now + 500)
    }
}
