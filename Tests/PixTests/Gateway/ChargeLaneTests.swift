import Payments
import Pix
import Specification
import TestSupport
import Testing

@Suite("Charges that wait for the bank in turn")
struct ChargeLaneTests {
    @Test("what is due goes first, and goes on though no look by habit is taken")
    func urgent() async throws {
        let till = try await Till()
        var open: [String] = []
        for _ in 0..<20 { open.append(try await till.create(expiry: 86_400).charge.id) }
        let over = try await till.create(expiry: 60)
        till.clock.advance(milliseconds: 60_001)
        _ = till.bank.takeCalls()
        // A second later than all the others, and the first that is asked about.
        till.bank.fail("charge", .before(.unknown("first")), .before(.busy(milliseconds: 20_000)))
        #expect(await till.charges.advanceDue() == 5_000)
        #expect(till.bank.takeCalls() == ["charge ", "charge "])
        #expect(try await till.shop.number("SELECT count(*) FROM pix_charges WHERE attempts = 1") == 1)
        till.clock.advance(milliseconds: 5_000)
        // Every look by habit is refused; the one that is over is called off all the same.
        till.bank.change { $0.troubles["charge"] = [] }
        _ = await till.charges.advanceDue()
        #expect(try await till.status(over.charge.id) == .expired)
        for id in open { #expect(try await till.status(id) == .pending) }
        try await till.close()
    }

    @Test("a busy bank keeps no static code from its end")
    func local() async throws {
        let till = try await Till()
        let view = try await till.create(expiry: 60)
        // As one that was made before the bank was configured.
        try await till.shop.execute("UPDATE pix_charges SET provider = 'static', standing = 'local'")
        for _ in 0..<3 { _ = try await till.create(expiry: 60) }
        till.clock.advance(milliseconds: 60_001)
        till.bank.fail("charge", .before(.busy(milliseconds: 9_000)))
        #expect(await till.charges.advanceDue() == 9_000)
        #expect(try await till.status(view.charge.id) == .expired)
        try await till.close()
    }
}
