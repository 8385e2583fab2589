import Foundation
import StrictJSON
import TestSupport
import Testing

@testable import Sandbox
@testable import tiyin

@Suite("A Pix bank that fails, and customers who err, on the page")
struct PixDeskFaultTests {
    @Test("a lost answer is asked for again, and there is one charge", arguments: [PixMishap.lost, .failedAfter])
    func lost(mishap: PixMishap) async throws {
        try await SandboxDesk.with { desk in
            #expect(try await desk.pressPix("conduct", [("calls", mishap.rawValue)]) == "conduct")
            #expect(try desk.pix.mishap == mishap)
            let charge = try await desk.charge("1005")
            #expect(try desk.pix.mishap == .none)
            #expect(try desk.pix.bank.charges.count == 1 && desk.pix.bank.callCount(.putCharge) == 2)
            #expect(desk.bankCalls.filter { $0 == "PUT cob" }.count == 2)
            #expect(try await desk.payPix(charge) == "done")
            #expect(try await desk.eventually("1005", is: "paid"))
        }
    }

    @Test("while the bank is down the charge waits, and is there once it is well again")
    func down() async throws {
        try await SandboxDesk.with { desk in
            _ = try await desk.pressPix("conduct", [("calls", "down")])
            #expect(try await desk.pressPix("charges", [("order", "1005")]) == "charged")
            #expect(try desk.pix.bank.charges.isEmpty)
            #expect(desk.said.contains("say_charge_waits"))
            let page = try #require(try desk.pix.pages["1005"])
            #expect(try await desk.get(page).text.contains(#"id="coming""#))
            _ = try await desk.pressPix("conduct", [("calls", "none")])
            #expect(try desk.pix.mishap == .none)
            // What waits is tried again when the clock says so.
            desk.clock.advance(milliseconds: 60_000)
            let charge = try await desk.bankCharge("1005")
            #expect(try await desk.payPix(charge) == "done")
            #expect(try await desk.eventually("1005", is: "paid"))
        }
    }

    @Test("a notice may come twice, late or never: the order is paid once", arguments: PixTelling.allCases)
    func telling(telling: PixTelling) async throws {
        try await SandboxDesk.with { desk in
            let charge = try await desk.charge("1005")
            _ = try await desk.pressPix("conduct", [("notices", telling.rawValue)])
            #expect(try desk.pix.telling == telling)
            #expect(try await desk.payPix(charge) == "done")
            let waiting = try desk.pix.bank.noticesWaiting
            #expect(telling == .late ? waiting == 1 : true)
            if telling == .late || telling == .never { desk.clock.advance(milliseconds: PixTelling.lateMilliseconds) }
            #expect(try await desk.eventually("1005", is: "paid"))
            let count = [PixTelling.once: 1, .twice: 2, .late: 1, .never: 0][telling] ?? 0
            #expect(try await desk.eventually { try desk.pix.bank.noticeAttempts.count == count })
            #expect(desk.entries.filter { $0.direction == .event && $0.title == "performed" }.count <= 1)
            #expect(try await desk.get("/?lang=en").text.contains("data-order=\"1005\""))
        }
    }

    @Test("a forged notice pays nothing")
    func forged() async throws {
        try await SandboxDesk.with { desk in
            let charge = try await desk.charge("1005")
            #expect(try await desk.payPix(charge, .forged) == "done")
            #expect(try await desk.eventually { try desk.pix.bank.noticeAttempts.count == 1 })
            #expect(
                try await desk.eventually {
                    try desk.pix.bank.callCount(.readReceipt) + desk.pix.bank.callCount(.readCharge) > 0
                })
            #expect(try await desk.status("1005") == "reserved")
            #expect(try await desk.payPix(charge) == "done")
            #expect(try await desk.eventually("1005", is: "paid"))
        }
    }

    @Test(
        "what is too little, too much, too often or too late goes back",
        arguments: [
            (PixPaying.less, "pending", 7_505), (.more, "paid", 7_505), (.twice, "paid", 15_010),
            (.late, "pending", 15_010),
        ] as [(PixPaying, String, Int64)])
    func stray(paying: PixPaying, status: String, back: Int64) async throws {
        try await SandboxDesk.with { desk in
            let charge = try await desk.charge("1005")
            #expect(try await desk.payPix(charge, paying) == "done")
            #expect(
                try await desk.eventually {
                    // The server works by a clock that the page moves.
                    desk.clock.advance(milliseconds: 2_000)
                    let refunds = try desk.pix.bank.receipts.flatMap(\.refunds)
                    let isBack = refunds.map(\.amount) == [back] && refunds[0].status == .done
                    let now = try await desk.status("1005")
                    return isBack && now == status
                })
        }
    }

    @Test("the bank's own limits hold: one call too many, and the server waits for its minute")
    func tooMany() async throws {
        try await SandboxDesk.with { desk in
            _ = try await desk.pressPix("conduct", [("calls", "too_many")])
            #expect(try await desk.pressPix("charges", [("order", "1005")]) == "charged")
            #expect(try desk.pix.bank.charges.isEmpty)
            desk.clock.advance(milliseconds: 61_000)
            _ = try await desk.bankCharge("1005")
            #expect(try desk.pix.bank.charges.count == 1)
        }
    }
}
