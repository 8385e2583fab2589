import TestSupport
import Testing

@testable import Sandbox
@testable import tiyin

@Suite("An endpoint that breaks the rules")
struct FaultTests {
    private func pay(_ payme: PaymeSandbox, _ conduct: Conduct) async throws -> Receipt {
        let checkout = try CheckoutRequest(
            fields: [("merchant", "m"), ("amount", "500000"), ("account[order_id]", "1001")])
        return try await payme.pay(
            checkout, PaymeSandbox.Payer(card: .works, code: TestCard.code, conduct: conduct))
    }

    @Test("a repeat that is answered otherwise is called out", arguments: [Conduct.loseCreate, .losePerform])
    func differs(conduct: Conduct) async throws {
        try await FickleEndpoint.with(.newAnswers) { payme, timeline in
            _ = try await pay(payme, conduct)
            let said = timeline.newest(50).map(\.sentence.key)
            #expect(said.contains("say_lost") && said.contains("say_differs") && !said.contains("say_same"))
        }
    }

    @Test("another status than 200 is no answer of the protocol, and nothing is paid")
    func status() async throws {
        try await FickleEndpoint.with(.status500) { payme, timeline in
            let receipt = try await pay(payme, .normal)
            #expect(receipt.state == .cancelled && receipt.transaction == nil)
            #expect(timeline.newest(50).first?.sentence.key == "say_unusable")
            #expect(timeline.newest(50).first?.status == 500)
        }
    }

    @Test("nobody at the address: the payer is told, and Payme remembers no transaction")
    func nobody() async throws {
        let (payme, timeline) = try FickleEndpoint.make(port: try await FreePort.find())
        let receipt = try await pay(payme, .normal)
        #expect(receipt.state == .cancelled && !receipt.isKnownToShop)
        let entry = try #require(timeline.newest(1).first)
        #expect(entry.status == nil && entry.sentence.key == "say_no_answer" && entry.tone == .refused)
    }

    @Test("only so many pay at once")
    func crowd() async throws {
        let (payme, _) = try FickleEndpoint.make(port: 1)
        var entered = 0
        while await payme.enter() { entered += 1 }
        #expect(entered == 32)
        await #expect(throws: CheckoutError.endpointUnavailable) { _ = try await pay(payme, .normal) }
        await payme.leave()
        _ = try await pay(payme, .normal)
    }
}
