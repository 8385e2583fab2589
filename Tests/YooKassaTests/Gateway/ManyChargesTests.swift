import Foundation
import Payments
import Specification
import Storage
import StrictJSON
import Synchronization
import TestSupport
import Testing
import YooKassa

@Suite("19: many charges")
struct ManyChargesTests {
    /// `TIYIN_PROVE=1`: all of them.
    private static let count = ProcessInfo.processInfo.environment["TIYIN_PROVE"] == "1" ? 10_000 : 1_000

    /// Active subscriptions whose second payment is due now, as so many first payments would have left them.
    private func seed(_ kiosk: Kiosk) async throws {
        let now = kiosk.clock.now
        for start in stride(from: 0, to: Self.count, by: 500) {
            try await kiosk.shop.store.engine.write { sql in
                for number in start..<(start + 500) {
                    try sql.execute(
                        """
                        INSERT INTO yookassa_subscriptions (
                            id, request, user_id, amount, currency, unit, every, zone, consent, consented_at, state,
                            method_id, anchor_at, period, next_at, created_at, due_at)
                        VALUES ($1, '', 'u', 10000, 'RUB', 'month', 1, 'Europe/Moscow', 'yes', 0, 'active', $2, $3, 1,
                            $4, 0, $5)
                        """,
                        [
                            .text("s\(number)"), .text("m\(number)"), .integer(now - 30 * 86_400_000), .integer(now),
                            .integer(now),
                        ])
                }
            }
        }
    }

    @Test(
        "what is due (10,000 when proving) is worked through with no duplicate, within the rate cap, killed midway"
    )
    func all() async throws {
        // The document's own rates.
        var kiosk = try await Kiosk(rates: try Specifications.load().yookassa.rates)
        try await seed(kiosk)
        // Every 40th answer is lost on its way.
        kiosk.provider.edit { state in
            state.faults["createPayment"] = (1...Self.count).map {
                $0 % 40 == 0 ? .lostAnswer : ScriptedYooKassa.Fault.none
            }
        }
        let start = kiosk.clock.now
        var rounds = 0
        while try await kiosk.count("yookassa_periods WHERE state = 'paid'") < Self.count, rounds < 20_000 {
            for _ in 0..<50 {
                rounds += 1
                let wait = await kiosk.gateway.advance(.payments)
                kiosk.clock.advance(milliseconds: min(wait, await kiosk.gateway.advance(.subscriptions), 1_000))
                if rounds == 60 { kiosk = try await kiosk.killed() }
            }
        }
        #expect(try await kiosk.count("yookassa_periods WHERE state = 'paid'") == Int64(Self.count))
        // No subscription was charged twice, whatever was lost.
        #expect(kiosk.provider.ids.count == Self.count)
        let sent = kiosk.provider.calls("createPayment")
        #expect(Set(sent.map(\.key)).count == Self.count && sent.count > Self.count)
        #expect(try await kiosk.count("transactions WHERE state = 2") == Int64(Self.count))
        // Never more than 8 in any second, and not much less either.
        let times = kiosk.provider.state.withLock { $0.times }
        for index in times.indices.dropFirst(8) {
            if times[index] - times[index - 8] < 1_000 {
                Issue.record("more than 8 calls in a second")
                break
            }
        }
        #expect(kiosk.clock.now - start < 2 * 1_025 * Int64(Self.count) / 8)
        try await kiosk.close()
    }
}
