import Payments
import Pix
import StrictJSON
import TestSupport
import Testing

/// Banks send a notice again for hours: what was paid in time counts, whenever it is told of.
///
/// Source: pix.md 4.4, 5.1
@Suite("A notice of a static code that comes late")
struct StaticLateNoticeTests {
    private static let life: Int64 = 1_800_000
    private static let delay: Int64 = 14_400_000

    private func till(secret: Bool = true, certificate: Bool = false) async throws -> Till {
        try await Till(.static) {
            $0.webhookSecret = secret ? "a-path-that-the-bank-knows" : nil
            $0.bankShowsCertificate = certificate
        }
    }

    /// - Parameter time: when it was paid, as the bank writes it.
    private func tell(_ till: Till, _ view: PixChargeView, _ amount: Int64 = 10_000, time: String) async throws {
        let payment = PixPayment(
            e2eID: "E-\(amount)", txid: view.charge.txid, amount: amount, paidAt: nil, key: Till.key)
        var item = try #require(Notices.item(payment).objectValue)
        item["horario"] = .string(time)
        let body: JSONValue = ["pix": [.object(item)]]
        #expect(await till.gateway.notices.take(body.serialized(), isAuthenticated: true).status == 200)
        _ = await till.gateway.notices.advanceDue()
    }

    /// A charge of half an hour, and the clock at that long after it was made.
    private func charge(_ till: Till, after milliseconds: Int64) async throws -> PixChargeView {
        try await till.shop.add(.oneTime(id: "A", amount: Money(minor: 10_000, currency: .brl)))
        let view = try await till.create(order: "A")
        till.clock.advance(milliseconds: Self.life + 1)
        _ = await till.charges.advanceDue()
        till.clock.advance(milliseconds: milliseconds - Self.life - 1)
        _ = await till.charges.advanceDue()
        return view
    }

    private let inTime = "2026-11-21T00:29:59Z"

    @Test("pays the charge until four hours after its end, and not a millisecond later", arguments: [0, 1] as [Int64])
    func edge(more: Int64) async throws {
        let till = try await till()
        let view = try await charge(till, after: Self.life + Self.delay + more)
        #expect(try await till.status(view.charge.id) == .expired)
        try await tell(till, view, time: Self.moment(view.charge.expiresAt))
        #expect(try await till.line(view.charge.id) == (more == 0 ? "paid 2 0" : "expired -1 0"))
        #expect(till.anomalies == (more == 0 ? [] : [.latePayment]))
        #expect(try await till.receipts() == [more == 0 ? "paid 10000 0 0" : "late 10000 0 0"])
        try await till.close()
    }

    private static func moment(_ milliseconds: Int64) -> String {
        let seconds = milliseconds / 1_000 % 86_400
        func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
        // The clock of the tests starts at midnight.
        return "2026-11-21T\(two(seconds / 3_600)):\(two(seconds / 60 % 60)):\(two(seconds % 60))Z"
    }

    @Test("meets a page that has said for long that it is over; the page is told of each")
    func page() async throws {
        let till = try await till()
        let view = try await till.create()
        _ = till.changes
        till.clock.advance(milliseconds: Self.life)
        _ = await till.charges.advanceDue()
        #expect(try await till.status(view.charge.id) == .pending)
        till.clock.advance(milliseconds: 1)
        #expect(await till.charges.advanceDue() == 60_000)
        let over = try await till.view(view.charge.id)
        #expect(over.status == .expired)
        #expect(!over.isFinal)
        #expect(over.transaction.state == .created)
        #expect(till.changes == [view.charge.id])
        // It is over for the payer: no more time is given.
        let answer = try await till.charges.revise(view.charge.id, expirySeconds: 7_200)
        #expect(answer == .failure(.order(.invalidState(.created))))
        till.clock.advance(milliseconds: Self.delay)
        _ = await till.charges.advanceDue()
        let end = try await till.view(view.charge.id)
        #expect(end.isFinal)
        #expect(end.transaction.reason == 4)
        #expect(try await till.shop.number("SELECT count(*) FROM pix_charges WHERE due_at IS NOT NULL") == 0)
        try await till.close()
    }

    @Test("is waited for where a certificate vouches for it, and not where nobody does")
    func whoVouches() async throws {
        for certificate in [true, false] {
            let till = try await till(secret: false, certificate: certificate)
            let view = try await charge(till, after: Self.life + 60_000)
            #expect(try await till.view(view.charge.id).isFinal == !certificate)
            try await tell(till, view, time: Self.moment(view.charge.expiresAt))
            #expect(try await till.status(view.charge.id) == (certificate ? .paid : .expired))
            try await till.close()
        }
    }

    @Test("of what was paid too late or with too little is held, and one that came in time still pays")
    func beside() async throws {
        let till = try await till()
        let view = try await charge(till, after: Self.life + 3_600_000)
        try await tell(till, view, 9_000, time: Self.moment(view.charge.expiresAt + 1_000))
        try await tell(till, view, 8_000, time: Self.moment(view.charge.expiresAt))
        #expect(till.anomalies == [.latePayment, .underpaid])
        #expect(try await till.gateway.refunds.held().map(\.receipt.standing) == [.underpaid, .late])
        #expect(try await till.view(view.charge.id).transaction.state == .created)
        try await tell(till, view, time: Self.moment(view.charge.expiresAt))
        #expect(try await till.line(view.charge.id) == "paid 2 0")
        try await till.close()
    }

    @Test("comes beside the merchant's word, which counts as long as it is waited for; it is one payment")
    func word() async throws {
        let till = try await till()
        let view = try await charge(till, after: Self.life + 3_600_000)
        let answer = try await till.charges.confirm(view.charge.txid, amount: 10_000)
        #expect(answer == .paid(try await till.view(view.charge.id), isRepeat: false))
        #expect(try await till.shop.number("SELECT paid_at FROM pix_receipts") == view.charge.expiresAt)
        try await tell(till, view, time: Self.moment(view.charge.expiresAt))
        #expect(try await till.receipts() == ["paid 10000 0 0"])
        #expect(till.anomalies == [])
        try await till.close()
    }

    @Test("and a cancel at the same time: one of the two counts, and no money is lost")
    func race() async throws {
        for round in 0..<8 {
            let till = try await till()
            let view = try await charge(till, after: Self.life + 60_000)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await self.tell(till, view, time: Self.moment(view.charge.expiresAt)) }
                group.addTask {
                    if round > 3 { await Task.yield() }
                    _ = try await till.charges.cancel(view.charge.id, actor: "merchant")
                }
                try await group.waitForAll()
            }
            let isPaid = try await till.status(view.charge.id) == .paid
            #expect(try await till.receipts() == [isPaid ? "paid 10000 0 0" : "late 10000 0 0"])
            #expect(try await till.gateway.refunds.held().count == (isPaid ? 0 : 1))
            try await till.close()
        }
    }
}
