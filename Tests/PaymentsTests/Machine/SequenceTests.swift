import Payments
import Testing

/// Every sequence of six calls on one id, compared call by call with an oracle that was written from payme.md 3.10.
@Suite("The machine, every sequence of six calls")
struct SequenceTests {
    @Test("states, times, reasons, refunds and repeats are the oracle's", arguments: [true, false])
    func everySequence(isOneTime: Bool) {
        var walk = Walk(isOneTime: isOneTime)
        walk.go(deeper: 6, Walk.Place())
        #expect(walk.failure == nil)
        // 9 + 9² + … + 9⁶: nothing was skipped.
        #expect(walk.calls == 597_870)
        // Every edge of the machine was met, and no other.
        #expect(walk.edges == ["none>1", "1>2", "1>-1", "2>-2"])
    }
}

/// Goes through all sequences like through a tree, so that no call is made twice.
private struct Walk {
    /// What is stored and known after a sequence.
    struct Place {
        var stored: Transaction?
        var oracle = Oracle()
        var now: Int64 = 1_795_219_200_000
        var path: [Call] = []
    }

    let isOneTime: Bool
    let machine = TransactionMachine(timeoutReason: 4)
    private(set) var failure: String?
    private(set) var calls = 0
    private(set) var edges: Set<String> = []

    init(isOneTime: Bool) {
        self.isOneTime = isOneTime
    }

    mutating func go(deeper depth: Int, _ place: Place) {
        guard depth > 0, failure == nil else { return }
        for call in Call.allCases {
            calls += 1
            var next = place
            next.path.append(call)
            if call == .wait { next.now += Call.waitMilliseconds } else { make(call, &next) }
            go(deeper: depth - 1, next)
        }
    }

    private mutating func make(_ call: Call, _ place: inout Place) {
        place.now += 1
        let before = place.stored
        let expected = place.oracle.answer(call, at: place.now)
        let told: Oracle.Answer
        switch machine.decide(event(call, at: place.now), on: before, at: place.now) {
        case .change(let next, _), .mark(let next): (place.stored, told) = (next, .done)
        case .changeAndReject(let next, _, let rejection): (place.stored, told) = (next, .refused(code(rejection)))
        case .unchanged(let same): (place.stored, told) = (same, same == before ? .replay : .done)
        case .reject(let rejection): told = .refused(code(rejection))
        }
        if before?.state != place.stored?.state { edges.insert("\(name(before))>\(name(place.stored))") }
        if told != expected { failure = "\(place.path) at \(place.now): \(told), not \(expected)" }
        if let difference = difference(place) { failure = "\(place.path): \(difference)" }
    }

    private func event(_ call: Call, at now: Int64) -> TransactionEvent {
        switch call {
        case .create, .createOther: .create(draft(call.amount, at: now))
        case .perform: .perform()
        case .cancel: .cancel(reason: 5, refundAllowed: true)
        case .cancelVetoed: .cancel(reason: 5, refundAllowed: false)
        case .refund30: .refund(amount: 30, reason: 5)
        case .refund70: .refund(amount: 70, reason: 5)
        case .wait, .expire: .expire
        }
    }

    private func draft(_ amount: Int64, at now: Int64) -> Transaction {
        Transaction(
            key: TransactionKey(gateway: "payme", cashbox: "", externalID: "a"), externalTime: now, orderID: "A",
            account: "{}", amount: Money(minor: amount, currency: .uzs), createTime: now, deadline: now + 43_200_000,
            isOneTime: isOneTime, holdsOrder: isOneTime)
    }

    private func name(_ transaction: Transaction?) -> String {
        transaction.map { String($0.state.rawValue) } ?? "none"
    }

    private func difference(_ place: Place) -> String? {
        guard let stored = place.stored else { return place.oracle == Oracle() ? nil : "nothing is stored" }
        if let difference = place.oracle.difference(from: stored) { return difference }
        return stored.holdsOrder == (isOneTime && stored.state.isLive) ? nil : "holds its order: \(stored.holdsOrder)"
    }
}

/// Payme's code for a refusal, for the comparison with payme.md 3.10.
func code(_ rejection: Rejection) -> Int {
    switch rejection {
    case .transactionNotFound: -31003
    case .invalidState, .expired: -31008
    case .refundRefused: -31007
    case .wrongAmount: -31001
    case .orderNotFound, .orderPaid, .orderNotPayable, .orderBusy, .refused: -31050
    }
}

extension Oracle {
    /// Nil if the stored transaction is what the oracle expects.
    func difference(from stored: Transaction) -> String? {
        let expected = "\(state ?? 0) \(amount) \(refunded) \(reason ?? -1) \(createTime) \(performTime) \(cancelTime)"
        let found =
            "\(stored.state.rawValue) \(stored.amount.minor) \(stored.refundedAmount) \(stored.reason ?? -1) "
            + "\(stored.createTime) \(stored.performTime) \(stored.cancelTime)"
        return expected == found ? nil : "\(found), not \(expected)"
    }
}
