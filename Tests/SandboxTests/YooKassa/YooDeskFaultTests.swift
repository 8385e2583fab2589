import Foundation
import StrictJSON
import TestSupport
import Testing

@testable import Sandbox
@testable import tiyin

@Suite("A YooKassa that fails, on the page")
struct YooDeskFaultTests {
    @Test(
        "a lost answer, and a 500 after the deed, are repeated with the same key, and there is one payment",
        arguments: [YooMishap.lost, .failedAfter, .failed])
    func repeated(mishap: YooMishap) async throws {
        try await SandboxDesk.with { desk in
            #expect(try await desk.pressYoo("conduct", [("calls", mishap.rawValue)]) == "done")
            #expect(try desk.yoo.mishap == mishap)
            _ = try await desk.post("/sandbox/yookassa/payments", [("order", "1007"), ("plan", "now")])
            #expect(
                try await desk.eventually {
                    // Hardly faster than the machine: five minutes later the server finds it in YooKassa's list.
                    try await Task.sleep(for: .milliseconds(20))
                    desk.clock.advance(milliseconds: 60)
                    return try desk.yooPayment("1007") != nil
                        && desk.yooCalls.filter { $0 == "POST payments" }.count == 2
                })
            #expect(try desk.yoo.mishap == .none)
            let calls = desk.entries.filter { $0.title == "POST payments" }
            #expect(calls.map(\.tone) == [mishap == .lost ? .lost : .refused, .good])
            // The same key, the same bytes.
            #expect(Set(calls.compactMap(\.head)).count == 1 && Set(calls.compactMap(\.request)).count == 1)
            let payment = try #require(try desk.yooPayment("1007"))
            #expect(try desk.yoo.yookassa.payments.count == 1)
            try desk.yoo.yookassa.pay(payment.id)
            #expect(try await desk.eventually("1007", is: "paid"))
            #expect(try desk.yoo.yookassa.charges.count == 1)
        }
    }

    @Test("while YooKassa is down the payment waits, and can be confirmed once it is well again")
    func down() async throws {
        try await SandboxDesk.with { desk in
            _ = try await desk.pressYoo("conduct", [("calls", "down")])
            #expect(try await desk.pressYoo("payments", [("order", "1007"), ("plan", "now")]) == "pay-waits")
            #expect(desk.said.contains("say_yoo_waits"))
            #expect(try desk.yoo.yookassa.payments.isEmpty)
            _ = try await desk.pressYoo("conduct", [("calls", "none")])
            #expect(try desk.yoo.mishap == .none)
            #expect(
                try await desk.eventually {
                    desk.clock.advance(milliseconds: 10_000)
                    return try desk.yooPayment("1007") != nil
                })
            #expect(try await desk.get("/?lang=en").text.contains("Payer’s page"))
        }
    }

    @Test("notices may come twice, late, out of order or never: the order is paid once", arguments: YooTelling.allCases)
    func telling(telling: YooTelling) async throws {
        try await SandboxDesk.with { desk in
            _ = try await desk.pressYoo("conduct", [("notices", telling.rawValue)])
            #expect(try desk.yoo.telling == telling)
            let payment = try await desk.payYoo("1007", telling == .reordered ? .hold : .now)
            if telling == .reordered {
                // It is told of after the one that follows it; the server finds the hold by asking.
                try desk.yoo.yookassa.conduct.noticeFault = nil
                #expect(
                    try await desk.eventually {
                        desk.clock.advance(milliseconds: 30_000)
                        return try await desk.pressYoo("payments/\(payment.id)/capture") == "done"
                    })
            }
            #expect(
                try await desk.eventually {
                    if telling != .once { desk.clock.advance(milliseconds: 30_000) }
                    return try await desk.status("1007") == "paid"
                })
            let count = [YooTelling.once: 1, .twice: 2, .reordered: 2, .never: 0][telling]
            if let count { #expect(try await desk.eventually { try desk.yoo.yookassa.noticeAttempts.count == count }) }
            @Sendable func told() -> Int { desk.entries.count { $0.direction == .event && $0.title == "performed" } }
            #expect(try await desk.eventually { told() > 0 })
            #expect(told() == 1)
            #expect(try desk.yoo.yookassa.charges.count == 1)
        }
    }

    @Test("a forged notice pays nothing, and the true one afterwards does")
    func forged() async throws {
        try await SandboxDesk.with { desk in
            let payment = try await desk.make("1007").payment
            #expect(try await desk.pressYoo("api/\(payment.id)/forge") == "done")
            #expect(try await desk.eventually { try desk.yoo.yookassa.callCount(.readPayment) > 0 })
            #expect(try await desk.status("1007") == "reserved")
            try desk.yoo.yookassa.pay(payment.id)
            #expect(try await desk.eventually("1007", is: "paid"))
            #expect(try await desk.pressYoo("api/\(payment.id)/forge") == "done")
            #expect(try await desk.pressYoo("api/\(payment.id)/again") == "done")
            #expect(try await desk.eventually { try desk.yoo.yookassa.noticeAttempts.count == 4 })
            #expect(try await desk.status("1007") == "paid")
        }
    }

    @Test("the suite for YooKassa runs from the page, with an API that the server asks, and leaves the page as it was")
    func suite() async throws {
        try await SandboxDesk.with { desk in
            let entries = desk.entries.count
            #expect(
                try await desk.post("/sandbox/conformance", [("gateway", "yookassa")]).location
                    .contains("notice=suite"))
            #expect(try await desk.eventually { [.finished, .failed].contains(await desk.site.desk.progress.stage) })
            let progress = await desk.site.desk.progress
            #expect(progress.stage == .finished, "\(progress.problem ?? "")")
            #expect(progress.missed == 0, "\(progress.misses)")
            #expect(progress.skipped == 0 && progress.passed + progress.noted >= 70)
            // Its beginning and its end.
            #expect(desk.entries.count == entries + 2, "\(desk.entries.map(\.title))")
            let page = try await desk.get("/").text
            #expect(page.contains("No payments yet.") && !page.contains("yk-"))
            // YooKassa is its own again.
            _ = try await desk.payYoo("1007")
            #expect(try await desk.eventually("1007", is: "paid"))
        }
    }
}
