import NIOHTTP1
import StrictJSON
import TestSupport
import Testing

@testable import Sandbox

@Suite("Payme's cabinet")
struct CabinetTests {
    @Test("a refund takes a paid order back, with reason 5, and a repeat changes nothing")
    func refund() async throws {
        try await SandboxDesk.with { desk in
            let (paid, _) = try await desk.pay("1001")
            let answer = try await desk.post("/sandbox/receipts/\(paid.id)/refund")
            #expect(answer.status == 303 && answer.location.contains("notice=done"))
            let receipt = try #require(await desk.site.payme.receipt(paid.id))
            #expect(receipt.state == .cancelled && receipt.shopState == -2 && receipt.reason == 5)
            #expect(try await desk.status("1001") == "refunded")
            _ = try await desk.post("/sandbox/receipts/\(paid.id)/repeat")
            #expect(desk.said.last { $0.hasPrefix("say_") && !$0.hasPrefix("say_event") } == "say_same")
            #expect(try await desk.eventually { desk.said.contains("say_event_refunded") })
        }
    }

    @Test("an unfinished payment is cancelled with the reason that was chosen, even if the answer gets lost")
    func cancel() async throws {
        try await SandboxDesk.with { desk in
            let (waiting, _) = try await desk.pay("1003")
            _ = try await desk.post("/sandbox/receipts/\(waiting.id)/cancel", [("reason", "10"), ("lose", "yes")])
            let receipt = try #require(await desk.site.payme.receipt(waiting.id))
            #expect(receipt.state == .cancelled && receipt.shopState == -1 && receipt.reason == 10)
            let cancels = desk.entries.filter { $0.title == "CancelTransaction" }
            #expect(cancels.map(\.sentence.key) == ["say_lost", "say_same"])
            #expect(try await desk.status("1003") == "pending")
        }
    }

    @Test("an unfinished payment can be finished")
    func finish() async throws {
        try await SandboxDesk.with { desk in
            let (waiting, _) = try await desk.pay("1003")
            _ = try await desk.post("/sandbox/receipts/\(waiting.id)/perform")
            #expect(try await desk.status("1003") == "paid")
        }
    }

    @Test("what a receipt does not allow is refused, and nobody is called")
    func notPossible() async throws {
        try await SandboxDesk.with { desk in
            let (paid, _) = try await desk.pay("1001")
            let before = desk.calls.count
            for action in ["cancel", "perform"] {
                let answer = try await desk.post("/sandbox/receipts/\(paid.id)/\(action)")
                #expect(answer.location.contains("notice=not-possible"))
            }
            #expect(try await desk.post("/sandbox/receipts/\(paid.id)/steal").status == 404)
            #expect(try await desk.post("/sandbox/receipts/none/refund").location.contains("not-possible"))
            #expect(desk.calls.count == before)
        }
    }

    @Test("fiscal data is sent for the payment and for its return, and the shop keeps both")
    func fiscal() async throws {
        try await SandboxDesk.with { desk in
            let (paid, _) = try await desk.pay("1001")
            let number = try #require(paid.transaction)
            for action in ["fiscal", "refund", "fiscal"] {
                _ = try await desk.post("/sandbox/receipts/\(paid.id)/\(action)")
            }
            let sent = desk.entries.filter { $0.title == "SetFiscalData" }
            #expect(sent.count == 2 && sent.allSatisfy { $0.tone == .good })
            #expect(await desk.site.payme.receipt(paid.id)?.fiscalised == ["PERFORM", "CANCEL"])
            let shop = MerchantClient(url: desk.url, key: desk.merchantKey)
            let shown = try await shop.call(.GET, "/transactions/\(number)").body
            #expect(shown.text.contains("800031554082"))
        }
    }

    @Test("statement and receipts agree after all kinds of ends")
    func reconciled() async throws {
        try await SandboxDesk.with { desk in
            let (paid, _) = try await desk.pay("1001")
            _ = try await desk.pay("1002")
            _ = try await desk.pay("1003")
            _ = try await desk.pay("1004", card: .systemError)
            _ = try await desk.post("/sandbox/receipts/\(paid.id)/refund")
            _ = try await desk.post("/sandbox/statement")
            let found = try #require(await desk.site.payme.reconciliation)
            #expect(found.matched == 4 && found.differences == [])
        }
    }

    @Test("what only the shop knows, and what ended without Payme, are differences")
    func differences() async throws {
        try await SandboxDesk.with { desk in
            let (waiting, _) = try await desk.pay("1003")
            // Somebody with the key, past the simulated Payme.
            let stranger = PaymeClient(url: desk.configuration.webhookURL, key: desk.paymeKey)
            let id = PaymeClient.id(77)
            let created = try await stranger.create(id, "1001", time: desk.clock.now)
            #expect(created.result?["state"] == 1)
            _ = try await stranger.cancel(waiting.id, reason: 4)
            _ = try await desk.post("/sandbox/statement")
            let found = try #require(await desk.site.payme.reconciliation)
            #expect(found.matched == 0)
            #expect(
                Set(found.differences) == [
                    .init(kind: .state, id: waiting.id, order: "1003", payme: "1", shop: "-1"),
                    .init(kind: .onlyShop, id: id, order: "1001", payme: "", shop: "1"),
                ])
            let page = try await desk.get("/?lang=en").text
            #expect(page.contains("Payme and the shop differ.") && page.contains("Only the shop has it"))
        }
    }

    @Test("a receipt that the statement lacks, and one with another amount, are differences")
    func missingAndAmount() throws {
        let specification = try Pages(texts: .load(), specification: Documents.transaction).specification
        var receipt = Receipt(
            id: PaymeClient.id(1), checkout: try CheckoutRequest(fields: Self.fields), cardEnding: "6478")
        receipt.transaction = "1"
        receipt.state = .paid
        let row: JSONValue = ["id": .string(receipt.id), "amount": 5, "state": 2, "account": ["order_id": "a"]]
        let found = { (rows: [JSONValue]) in
            Reconciliation(
                at: 0, receipts: [receipt], rows: rows, accountField: "order_id", ignoring: "conform-", specification
            ).differences.map(\.kind)
        }
        #expect(found([]) == [.onlyPayme])
        #expect(found([row]) == [.amount])
        let made: JSONValue = ["id": "x", "amount": 5, "state": 2, "account": ["order_id": "conform-1"]]
        #expect(found([row, made]) == [.amount])
    }

    private static let fields = [("merchant", "m"), ("amount", "500"), ("account[order_id]", "a")]
}
