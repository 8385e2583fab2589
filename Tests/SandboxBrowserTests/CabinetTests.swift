import BrowserSupport
import StrictJSON
import TestSupport
import Testing

extension ThePage {
    @Suite("The cabinet")
    struct Cabinet {
        /// Pays an order and opens what can be done with its receipt.
        /// - Returns: the receipt's id.
        private static func pay(_ visit: Visit, _ order: String = "1001") async throws -> String {
            try await visit.open()
            try await visit.press("#pay-now-\(order)")
            try await visit.order(order, is: "paid")
            let id = try await visit.receipt(of: order, is: 4)
            try await visit.press("#summary-\(id)")
            return id
        }

        @Test("a refund: the money goes back, and the order says so")
        func refund() async throws {
            try await Visit.with { visit in
                let id = try await Self.pay(visit)
                try await visit.press("#refund-\(id)")
                try await visit.order("1001", is: "refunded")
                _ = try await visit.receipt(of: "1001", is: 50)
                try await visit.see("#timeline [data-direction=event][data-name=refunded]")
                #expect(try await visit.text("#order-1001 .badge") == "Refunded")
                #expect(try await visit.text("#receipt-\(id)").contains("at the shop: -2 cancelled after the payment"))
                #expect(try await visit.sandbox.status("1001") == "refunded")
                // What cannot be done any more is not offered.
                #expect(try await visit.browser.all("#refund-\(id)").isEmpty)
                #expect(try await visit.browser.find("#actions-\(id)").attribute("open") != nil)
            }
        }

        @Test("a refund whose answer is lost is repeated, and refunds once; a repeat by hand gets the same bytes")
        func lostRefund() async throws {
            try await Visit.with { visit in
                let id = try await Self.pay(visit)
                try await visit.press("#lose-refund-\(id)")
                try await visit.press("#refund-\(id)")
                try await visit.order("1001", is: "refunded")
                let cancels = "#timeline [data-name=CancelTransaction]"
                try await visit.see("\(cancels)[data-tone=lost]")
                try await visit.see("\(cancels)[data-tone=good]")
                try await visit.press("#repeat-\(id)")
                try await visit.until("a third call") { try await visit.browser.all(cancels).count == 3 }
                let told = try await visit.timeline().filter { $0.name == "CancelTransaction" }
                #expect(told.map(\.tone) == ["lost", "good", "good"])
                #expect(told.dropFirst().allSatisfy { $0.text.contains("the same answer, byte for byte") })
                #expect(try await visit.timeline().count { $0.name == "refunded" } == 1)
            }
        }

        @Test("fiscal data and a question change nothing")
        func quiet() async throws {
            try await Visit.with { visit in
                let id = try await Self.pay(visit)
                try await visit.press("#fiscal-\(id)")
                try await visit.see("#timeline [data-name=SetFiscalData][data-tone=good]")
                try await visit.press("#check-\(id)")
                try await visit.see("#timeline [data-name=CheckTransaction][data-tone=good]")
                try await visit.order("1001", is: "paid")
            }
        }

        @Test("twelve hours later Payme tries again: refused, cancelled, and the order is open again")
        func expiry() async throws {
            try await Visit.with { visit in
                try await visit.open()
                try await visit.press("#pay-now-1003")
                try await visit.order("1003", is: "reserved")
                _ = try await visit.receipt(of: "1003", is: 1)
                try await visit.press("#later-perform")
                let refusal = try await visit.see("#timeline [data-name=PerformTransaction][data-tone=refused]")
                #expect(try await refusal.text.contains("code -31008"))
                try await visit.order("1003", is: "pending")
                let id = try await visit.receipt(of: "1003", is: 50)
                #expect(try await visit.text("#receipt-\(id)").contains("at the shop: -1 cancelled"))
                #expect(try await visit.text("#clock .badge") == "+12 h")
                try await visit.press("#pay-1003")
                try await visit.press("#conduct option[value=normal]")
                try await visit.press("#confirm")
                #expect(try await visit.text("#outcome-title") == "Paid")
            }
        }

        @Test("silence: twelve hours later the server itself frees the order; the statement then shows the difference")
        func silence() async throws {
            try await Visit.with { visit in
                try await visit.open()
                try await visit.press("#pay-now-1003")
                _ = try await visit.receipt(of: "1003", is: 1)
                try await visit.order("1003", is: "reserved")
                try await visit.press("#later-wait")
                try await visit.see("#timeline [data-direction=event][data-name=expired]")
                try await visit.order("1003", is: "pending")
                #expect(try await visit.calls() == ["CheckPerformTransaction", "CreateTransaction"])
                // Payme still waits; the shop has ended it.
                try await visit.press("#reconcile")
                let verdict = try await visit.see("#reconciliation .verdict.refused")
                #expect(try await verdict.text.contains("Payme and the shop differ."))
                let row = try await visit.text("#reconciliation tbody tr")
                #expect(row.contains("State differs") && row.contains("1003") && row.hasSuffix("1 -1"))
            }
        }

        @Test("the statement agrees with the receipts, until somebody else pays past them")
        func reconciliation() async throws {
            try await Visit.with { visit in
                _ = try await Self.pay(visit)
                try await visit.press("#reconcile")
                let verdict = try await visit.see("#reconciliation .verdict.good")
                #expect(try await verdict.text.contains("Payme and the shop agree. Matched: 1"))
                try await visit.sandbox.begin("1002", amount: 12_990_000, id: "5305e3bab097f420a62ced0b")
                try await visit.press("#reconcile")
                try await visit.see("#reconciliation .verdict.refused")
                let row = try await visit.text("#reconciliation tbody tr")
                #expect(row.contains("Only the shop has it") && row.contains("1002") && row.contains("…2ced0b"))
                // The server's event has told of the call that nobody on this page made.
                try await visit.order("1002", is: "reserved")
            }
        }
    }
}
