import Delivery
import Logging
import Payments
import Synchronization
import TestSupport
import Testing

@Suite("The expiry job")
struct ExpiryJobTests {
    /// Hears of transactions that run out of time, and throws when it is told to.
    private final class Ear: PaymentHooks, @unchecked Sendable {
        struct Trouble: Error {}

        let heard = AsyncStream.makeStream(of: String.self)
        let isBroken = Mutex(false)

        override func recordCancelled(
            _ transaction: Transaction, _ change: TransactionChange, in session: any SQLSession
        ) throws {
            // Looked at first: whoever hears may mend it at once.
            let isBroken = isBroken.withLock { $0 }
            heard.continuation.yield("\(transaction.orderID) \(change.rawValue)")
            if isBroken { throw Trouble() }
        }

        func next() async -> String? {
            var iterator = heard.stream.makeAsyncIterator()
            return await iterator.next()
        }
    }

    private let hours13: Int64 = 13 * 3_600_000

    @Test("it looks at once, and again when it is woken, until it is cancelled")
    func runs() async throws {
        let ear = Ear()
        let shop = try await TestStore(hooks: ear)
        let wake = Wake()
        try await shop.create("A")
        shop.clock.advance(milliseconds: hours13)
        let job = ExpiryJob(service: shop.service, intervalMilliseconds: 600_000, wake: wake, logger: .silent)
        let running = Task {
            await JobRunner(store: shop.store, clock: shop.clock.source, logger: .silent).run([job.job])
        }
        #expect(await ear.next() == "A expired")
        try await shop.create("B")
        try await shop.create("C")
        shop.clock.advance(milliseconds: hours13)
        wake.raise()
        #expect(await ear.next() == "B expired")
        #expect(await ear.next() == "C expired")
        running.cancel()
        await running.value
        #expect(try await shop.number("SELECT count(*) FROM transactions WHERE state = -1 AND reason = 4") == 3)
        await shop.close()
    }

    @Test("it looks again after its interval, unwoken")
    func interval() async throws {
        let ear = Ear()
        let shop = try await TestStore(hooks: ear)
        let job = ExpiryJob(service: shop.service, intervalMilliseconds: 20, logger: .silent)
        let running = Task {
            await JobRunner(store: shop.store, clock: shop.clock.source, logger: .silent).run([job.job])
        }
        try await shop.create("A")
        shop.clock.advance(milliseconds: hours13)
        #expect(await ear.next() == "A expired")
        running.cancel()
        await running.value
        await shop.close()
    }

    @Test("trouble in the shop does not end it; the next round tries again")
    func survivesTrouble() async throws {
        let ear = Ear()
        let shop = try await TestStore(hooks: ear)
        let wake = Wake()
        ear.isBroken.withLock { $0 = true }
        try await shop.create("A")
        shop.clock.advance(milliseconds: hours13)
        let job = ExpiryJob(service: shop.service, intervalMilliseconds: 600_000, wake: wake, logger: .silent)
        let running = Task {
            await JobRunner(store: shop.store, clock: shop.clock.source, logger: .silent).run([job.job])
        }
        #expect(await ear.next() == "A expired")
        ear.isBroken.withLock { $0 = false }
        wake.raise()
        #expect(await ear.next() == "A expired")
        running.cancel()
        await running.value
        #expect(try await shop.number("SELECT count(*) FROM transactions WHERE state = -1") == 1)
        await shop.close()
    }
}
