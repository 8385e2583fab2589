import Click
import Payments
import Testing

@testable import Sandbox
@testable import tiyin

/// Source: click.md 2 (no idempotency key: on a lost answer do not repeat, ask).
@Suite("The client of Click's Merchant API when something goes wrong", .serialized)
struct ClickClientFaultTests {
    @Test(
        "a call that moves money is sent once, whatever happens to its answer; the payment's status tells",
        arguments: [ClickFault.lost, .closed, .dropped, .broken, .redirect])
    func once(fault: ClickFault) async throws {
        try await ClickBooth.with { booth in
            let client = try booth.client()
            let receipt = await booth.paid()
            _ = booth.take()
            await booth.click.fail(with: fault)
            let error = await #expect(throws: ClickAPIError.self) {
                try await client.reverse(paymentID: receipt.paydocID)
            }
            #expect(error?.isUnknown == true, "\(String(describing: error))")
            // Once, and to nobody else.
            #expect(booth.takeLines() == ["DELETE payment/reversal/54321/\(receipt.paydocID)"])
            let stage = try await client.status(paymentID: receipt.paydocID).stage
            #expect(stage == (fault == .dropped ? .paid : .failed))
        }
    }

    @Test("the same goes for a payment from a card and at a till", arguments: [ClickFault.lost, .closed, .broken])
    func payments(fault: ClickFault) async throws {
        try await ClickBooth.with { booth in
            let client = try booth.client()
            let amount = try #require(Money(decimal: "5000", currency: .uzs))
            let card = try await client.requestCard(number: "8600490744313347", expiry: "0399", isTemporary: false)
            _ = try await client.verifyCard(token: card.token, code: 12_345)
            _ = booth.take()
            await booth.click.fail(with: fault)
            await #expect(throws: ClickAPIError.self) {
                try await client.pay(token: card.token, amount: amount, merchantTransID: "A")
            }
            await booth.click.fail(with: fault)
            await #expect(throws: ClickAPIError.self) { try await client.payByPass(code: "123456", amount: amount) }
            #expect(booth.takeLines() == ["POST card_token/payment", "POST click_pass/payment"])
            // It was taken all the same: the order and its day find it.
            #expect(try await client.status(merchantTransID: "A", day: "2026-01-15").stage == .paid)
        }
    }

    @Test("a question is asked again once, and not a third time", arguments: [ClickFault.lost, .closed, .broken])
    func questions(fault: ClickFault) async throws {
        try await ClickBooth.with { booth in
            let client = try booth.client()
            let id = await booth.paid().paydocID
            _ = booth.take()
            await booth.click.fail(with: fault)
            #expect(try await client.status(paymentID: id).stage == .paid)
            #expect(booth.take().count == 2)
            await booth.click.fail(with: fault, fault, fault)
            let error = await #expect(throws: ClickAPIError.self) { try await client.status(paymentID: id) }
            #expect(error?.isUnknown == true)
            #expect(booth.take().count == 2)
        }
    }

    @Test("a refusal is no lost answer, and nobody asks again")
    func refusal() async throws {
        try await ClickBooth.with { booth in
            let id = await booth.paid().paydocID
            _ = booth.take()
            await booth.click.fail(with: .refused)
            await #expect(throws: ClickAPIError.refused(code: -1, note: "UZCARD refused the operation")) {
                try await booth.client().reverse(paymentID: id)
            }
            #expect(booth.take().count == 1)
            #expect(await booth.click.receipt(id)?.stage == .paid)
        }
    }

    @Test("nobody waits longer than the deadline")
    func deadline() async throws {
        try await ClickBooth.with { booth in
            let client = try booth.client(deadlineSeconds: 1)
            let id = await booth.paid().paydocID
            _ = booth.take()
            await booth.click.fail(with: .silent)
            let begin = ContinuousClock.now
            let error = await #expect(throws: ClickAPIError.self) { try await client.reverse(paymentID: id) }
            #expect(error?.isUnknown == true)
            #expect(begin.duration(to: .now) >= .milliseconds(900))
            #expect(booth.take().count == 1)
            #expect(try await client.status(paymentID: id).stage == .failed)
        }
    }

    @Test("where nobody listens nothing was sent, and that is known")
    func nobody() async throws {
        let configuration = ClickConfiguration(
            serviceID: 1, secretKey: "k3y-Example", merchantUserID: 1,
            apiURL: "http://127.0.0.1:\(try await FreePort.find())/v2/merchant")
        let client = try #require(ClickClient(configuration, clock: TimeSource { ClickBooth.moment }))
        await #expect(throws: ClickAPIError.notSent("nobody answers there")) { try await client.reverse(paymentID: 1) }
        await #expect(throws: ClickAPIError.notSent("nobody answers there")) { try await client.status(paymentID: 1) }
        #expect(ClickClient(ClickConfiguration(serviceID: 1, secretKey: "k3y-Example"), clock: TimeSource { 0 }) == nil)
    }
}
