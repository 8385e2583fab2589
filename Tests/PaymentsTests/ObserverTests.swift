import Payments
import Storage
import Synchronization
import TestSupport
import Testing

@Suite("An observer of transactions")
struct ObserverTests {
    /// Performs a second transaction together with the first, and refuses amounts of 13.
    final class Follower: TransactionObserver {
        let heard = Mutex<[String]>([])
        let commits = Mutex(0)

        func record(
            _ news: TransactionNews, in session: any PaymentSession, _ service: TransactionService
        ) throws {
            if news.transaction.amount.minor == 13 { throw Rejection.orderNotPayable }
            let change = news.change?.rawValue ?? "marked"
            let paidAt = news.paidAt.map { " at \($0)" } ?? ""
            heard.withLock { $0.append("\(news.transaction.key.externalID) \(change)\(paidAt)") }
            let followed = TransactionKey(gateway: "b", cashbox: "", externalID: "second")
            if news.change == .performed, news.transaction.key != followed {
                _ = try service.perform(followed, in: session)
            }
        }

        func committed() { commits.withLock { $0 += 1 } }
    }

    private func shop(_ follower: Follower) async throws -> (TestStore, TransactionService) {
        let shop = try await TestStore()
        let service = TransactionService(
            store: shop.store, clock: shop.clock.source, timeoutReason: 4, observers: [follower])
        for (id, amount) in [("A", Int64(500)), ("B", 500), ("C", 13)] {
            try await shop.add(.oneTime(id: id, amount: Money(minor: amount, currency: .uzs)))
        }
        return (shop, service)
    }

    private func create(
        _ service: TransactionService, _ order: String, _ id: String, _ amount: Int64 = 500
    ) async throws -> TransactionKey {
        let key = TransactionKey(gateway: "b", cashbox: "", externalID: id)
        let question = AccountQuestion(
            gateway: "b", purpose: .create, fields: [:], reference: order,
            amount: Money(minor: amount, currency: .uzs))
        _ = try await service.create(
            CreateCommand(
                key: key, externalTime: 0, account: "{}", question: question, deadline: nil,
                holdsOrderFromCreation: true)
        ).get()
        return key
    }

    @Test("hears of every change, with the payer's own time, and may change another in the same storage transaction")
    func follows() async throws {
        let follower = Follower()
        let (shop, service) = try await shop(follower)
        let first = try await create(service, "A", "first")
        let second = try await create(service, "B", "second")
        _ = try await service.mark(first, phase: "waiting").get()
        _ = try await service.perform(first, paidAt: 77).get()
        #expect(try await service.find(second)?.state == .performed)
        #expect(
            follower.heard.withLock { $0 } == [
                "first created", "second created", "first marked", "first performed at 77", "second performed",
            ])
        #expect(follower.commits.withLock { $0 } == 4)
        // A repeat is no news.
        _ = try await service.perform(first).get()
        #expect(follower.commits.withLock { $0 } == 4)
        #expect(try await shop.verify() == [])
        await shop.close()
    }

    @Test("refuses, and nothing is stored")
    func refuses() async throws {
        let (shop, service) = try await shop(Follower())
        await #expect(throws: Rejection.orderNotPayable) { try await create(service, "C", "third", 13) }
        #expect(try await shop.number("SELECT count(*) FROM transactions") == 0)
        #expect(try await shop.number("SELECT count(*) FROM journal") == 0)
        await shop.close()
    }
}
