import Specification
import Synchronization
import Testing

@testable import Sandbox
@testable import tiyin

/// Source: click.md 1.7, 1.8.
@Suite("A shop that breaks Click's rules", .serialized)
struct ClickFaultTests {
    /// Answers one call after the other; the last one for ever. A number is an `error`, nil is HTTP 500.
    private final class Moods: Sendable {
        private let left: Mutex<[ClickAction: [Int64?]]>

        init(_ moods: [ClickAction: [Int64?]]) {
            left = Mutex(moods)
        }

        func answer(_ action: ClickAction) -> String? {
            let mood = left.withLock { left -> Int64? in
                guard var list = left[action], let first = list.first else { return 0 }
                if list.count > 1 { list.removeFirst() }
                left[action] = list
                return first
            }
            let id = action == .prepare ? #","merchant_prepare_id":7"# : #","merchant_confirm_id":7"#
            return mood.map { #"{"error":\#($0),"error_note":"Because"\#($0 == 0 ? id : "")}"# }
        }
    }

    private func pay(
        _ moods: [ClickAction: [Int64?]], _ conduct: ClickConduct = .normal,
        _ check: (ClickReceipt, [TimelineEntry], ClickSandbox) async throws -> Void
    ) async throws {
        let shop = Moods(moods)
        let answer: @Sendable (ClickAction, String) -> String? = { action, _ in shop.answer(action) }
        try await ClickBooth.with(shop: answer) { booth in
            let receipt = await booth.click.go(
                await booth.click.begin("A", amount: 500_000, .uzcard, .link), conduct)
            let entries = booth.click.timeline.newest(50).reversed().filter { $0.direction == .click }
            try await check(receipt, Array(entries), booth.click)
        }
    }

    @Test("'try again' is tried again with the same bytes, until the shop has it")
    func again() async throws {
        try await pay([.complete: [-7, nil, 0]]) { receipt, entries, _ in
            #expect(receipt.stage == .paid && receipt.failure == nil)
            #expect(entries.map(\.title) == ["Prepare", "Complete", "Complete", "Complete"])
            #expect(Set(entries.dropFirst().map(\.request)).count == 1)
            #expect(entries.map(\.tone) == [.good, .refused, .refused, .good])
        }
    }

    @Test("an error after the debit is asked for three times; then the payment hangs, and can be finished by hand")
    func hangs() async throws {
        try await pay([.complete: [-7, -7, -7, 0]]) { receipt, entries, click in
            #expect(receipt.stage == .underWay && receipt.isDebited)
            #expect(receipt.failure == .shop(note: "Because", code: -7))
            #expect(entries.count == 4)
            #expect(click.timeline.newest(1).first?.sentence.key == "click_note_hangs")
            #expect(await click.act(.finish, receipt.paydocID))
            let finished = await click.receipt(receipt.paydocID)
            #expect(finished?.stage == .paid && finished?.failure == nil)
        }
    }

    @Test("money that the shop will not have goes back to the payer")
    func returned() async throws {
        try await pay([.complete: [-9]]) { receipt, entries, click in
            #expect(receipt.stage == .cancelled && !receipt.isDebited)
            #expect(entries.map(\.title) == ["Prepare", "Complete"])
            #expect(click.timeline.newest(1).first?.sentence.key == "click_note_returned")
        }
    }

    @Test("a shop without an answer to Prepare is asked three times, and nothing is taken")
    func unusable() async throws {
        try await pay([.prepare: [nil]]) { receipt, entries, _ in
            #expect(receipt.stage == .cancelled && receipt.failure == .unusable && !receipt.isDebited)
            #expect(entries.map(\.title) == ["Prepare", "Prepare", "Prepare"])
            #expect(entries.allSatisfy { $0.sentence.key == "say_unusable" && $0.status == 500 })
        }
    }

    @Test("a repeat that is answered otherwise is called out")
    func differs() async throws {
        try await pay([.prepare: [0, -8]], .losePrepare) { receipt, entries, _ in
            #expect(entries.prefix(2).map(\.sentence.key) == ["click_say_lost", "say_differs"])
            #expect(receipt.stage == .cancelled)
        }
    }

    @Test("nobody at the address: nothing is taken")
    func nobody() async throws {
        let clock = SandboxClock { ClickBooth.moment }
        var configuration = SandboxConfiguration(
            url: "http://127.0.0.1:\(try await FreePort.find())", paymeKey: "k", merchantID: "m", merchantKey: "k")
        configuration.pauseMilliseconds = 0
        let click = ClickSandbox(
            configuration: configuration,
            shop: SandboxClick(serviceID: 1, merchantID: 1, merchantUserID: 1, secretKey: "s"), clock: clock,
            timeline: Timeline { clock.now }, specification: Documents.all.click)
        let receipt = await click.go(await click.begin("A", amount: 1, .uzcard, .link), .normal)
        #expect(receipt.stage == .cancelled && receipt.failure == .unusable)
        #expect(click.timeline.newest(1).first?.sentence.key == "click_say_no_answer")
        var entered = 0
        while await click.enter() { entered += 1 }
        #expect(entered == 32)
        let request = try ClickPayRequest(
            {
                ["service_id": "1", "merchant_id": "1", "transaction_param": "A", "amount": "1"][$0] ?? ""
            }, shop: click.shop)
        await #expect(throws: ClickLinkError.tooMany) { _ = try await click.pay(request, .uzcard, .normal) }
    }
}
