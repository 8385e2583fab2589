import Payments
import Pledg
import Specification
import Storage
import TestSupport
import Testing

@Suite("The verifier looks at the rows of Pledg")
struct VerificationTests {
    private func findings(_ statement: String) async throws -> [String] {
        let group = try await Group()
        let view = try await group.collecting()
        for name in ["ann", "bob"] { try await group.pay(name, view) }
        await group.work()
        let open = try await group.collecting("ORD-2")
        try await group.pay("ann", open)
        try await group.shop.execute(statement)
        let found = try await group.verify()
        await group.shop.close()
        return found.filter { $0.hasPrefix("pledg: ") }
    }

    @Test(
        "and finds what does not agree",
        arguments: [
            ("UPDATE pledg_purchases SET transaction_id = 99 WHERE phase = 'collecting'", "its transaction is missing"),
            ("UPDATE pledg_purchases SET transaction_id = 99 WHERE phase = 'collecting'", "it has no purchase"),
            ("UPDATE pledg_purchases SET phase = 'closing' WHERE phase = 'succeeded'", "CHECK"),
            (
                "UPDATE pledg_purchases SET phase = 'closing', ended_at = NULL WHERE phase = 'succeeded'",
                "it stands as closing"
            ),
            ("UPDATE pledg_purchases SET due_at = NULL", "nobody looks after it"),
            ("UPDATE pledg_shares SET amount = amount + 1 WHERE role = 'leader'", "its shares come to 9001"),
            ("UPDATE pledg_shares SET state = 'INITIALIZED'", "a share is not paid"),
            ("DELETE FROM pledg_attempts", "does not know of it"),
            ("DELETE FROM pledg_attempts", "it is paid, and by no payment"),
            ("UPDATE pledg_attempts SET state = 'open' WHERE role = 'advance'", "it stands as open"),
            ("UPDATE pledg_attempts SET returned = 5 WHERE role = 'share'", "5 went back, its transaction says 0"),
            ("UPDATE pledg_attempts SET reserved = 5 WHERE role = 'share'", "5 is kept to go back"),
            ("UPDATE pledg_attempts SET amount = amount + 1", "of another amount"),
        ])
    func broken(statement: String, problem: String) async throws {
        do {
            let found = try await findings(statement)
            #expect(found.contains { $0.contains(problem) }, "\(found)")
        } catch {
            // The database itself keeps it out.
            #expect(problem == "CHECK", "\(error)")
        }
    }

    @Test("and finds nothing where all agrees")
    func sound() async throws {
        let found = try await findings("UPDATE pledg_movements SET note = 'x'")
        #expect(found == [])
    }

    @Test(
        "the database itself keeps out what must never be",
        arguments: [
            "UPDATE pledg_purchases SET shared = shared + 1",
            "UPDATE pledg_attempts SET reserved = amount + 1",
            "UPDATE pledg_purchases SET reference = 'ORD-1'",
            "INSERT INTO pledg_movements SELECT 'x', purchase_id, share_id, transaction_id, kind, amount, 'waiting', "
                + "NULL, actor, requested_at, NULL, NULL, 0, NULL FROM pledg_movements WHERE kind = 'reimbursement'",
            "UPDATE pledg_attempts SET share_id = 'same' WHERE role = 'share'",
        ])
    func kept(statement: String) async throws {
        let group = try await Group()
        let view = try await group.collecting()
        for name in ["ann", "bob"] { try await group.pay(name, view) }
        _ = try await group.collecting("ORD-2")
        await #expect(throws: (any Error).self) { try await group.shop.execute(statement) }
        try await group.close()
    }

    @Test("shares that do not come to the amount keep a purchase from being secured")
    func sum() async throws {
        let group = try await Group()
        let view = try await group.create()
        let start = try await group.gateway.startAdvance(view.pageToken, gateway: "alpha").get()
        let key = try await group.begin(start.orderID, start.amount)
        try await group.shop.execute("UPDATE pledg_shares SET amount = amount - 1 WHERE role = 'leader'")
        await #expect(throws: (any Error).self) { try await group.service.perform(key) }
        #expect(try await group.phase(view) == .draft)
        #expect(try await group.payment(key) == "1 0")
        try await group.shop.execute("UPDATE pledg_shares SET amount = amount + 1 WHERE role = 'leader'")
        _ = try await group.service.perform(key).get()
        #expect(try await group.phase(view) == .collecting)
        try await group.close()
    }

    @Test("the gateway is refused where it would not hear of payments, or could not keep its promises")
    func setup() async throws {
        let group = try await Group()
        let specifications = try Specifications.load()
        #expect(throws: PledgSetupError.self) {
            try PledgListener(
                PledgConfiguration(linkSecret: [1, 2, 3], sendsMail: false), specifications: specifications)
        }
        let configuration = PledgConfiguration(linkSecret: Group.secret, sendsMail: true)
        let other = try PledgListener(configuration, specifications: specifications)
        #expect(throws: PledgSetupError.self) {
            try PledgGateway(
                other, service: group.service, store: group.shop.store, money: group.money, mailer: group.mailbox,
                logger: .silent)
        }
        #expect("\(configuration)" == "Pledg, leader_covers")
        #expect(!String(reflecting: configuration).contains("115"))
        try await group.close()
    }
}
