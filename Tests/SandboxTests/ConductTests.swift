import Testing

@testable import Sandbox

@Suite("What happens on the way")
struct ConductTests {
    @Test(
        "a lost answer is repeated with the same bytes and answered with the same bytes",
        arguments: [("36500.12", "CreateTransaction"), ("36500.13", "PerformTransaction")])
    func lostAnswer(amount: String, method: String) async throws {
        try await SandboxDesk.with { desk in
            try await desk.addOrder("lost", amount)
            let (receipt, _) = try await desk.pay("lost")
            #expect(receipt.state == .paid)
            let both = desk.entries.filter { $0.title == method }
            try #require(both.count == 2)
            #expect(both.map(\.sentence.key) == ["say_lost", "say_same"])
            #expect(both[0].request == both[1].request && both[0].answer == both[1].answer)
            #expect(desk.calls.count == 4)
        }
    }

    @Test("a payer who leaves keeps the order until twelve hours are over, and the server's own job frees it")
    func silenceEndsByJob() async throws {
        try await SandboxDesk.with { desk in
            let (receipt, page) = try await desk.pay("1003")
            #expect(receipt.state == .waiting && receipt.shopState == 1)
            #expect(page.contains("Not finished"))
            #expect(try await desk.status("1003") == "reserved")
            let before = desk.clock.now
            _ = try await desk.post("/sandbox/clock", [("then", "wait")])
            #expect(desk.clock.now - before > 43_200_000)
            #expect(try await desk.eventually { desk.said.contains("say_event_expired") })
            #expect(try await desk.status("1003") == "pending")
        }
    }

    @Test("twelve hours later Payme's attempt is refused and the receipt ends with reason 4")
    func twelveHoursLater() async throws {
        try await SandboxDesk.with { desk in
            let (waiting, _) = try await desk.pay("1003")
            _ = try await desk.post("/sandbox/clock", [("then", "perform")])
            let receipt = try #require(await desk.site.payme.receipt(waiting.id))
            #expect(receipt.state == .cancelled && receipt.shopState == -1 && receipt.reason == 4)
            let tried = try #require(desk.entries.first { $0.title == "PerformTransaction" })
            #expect(tried.answer?.contains("-31008") == true && tried.tone == .refused)
            #expect(desk.calls.suffix(2) == ["PerformTransaction", "CheckTransaction"])
        }
    }

    @Test("only the clock of this sandbox moves")
    func otherClock() async throws {
        try await SandboxDesk.with { one in
            try await SandboxDesk.with { other in
                _ = try await one.post("/sandbox/clock", [("then", "wait")])
                #expect(one.clock.shift > 43_200_000 && other.clock.shift == 0)
            }
        }
    }

    @Test("an amount that the payer changed in the link is noticed by the shop")
    func tampered() async throws {
        try await SandboxDesk.with { desk in
            let (receipt, _) = try await desk.pay("1001", conduct: .tampered)
            #expect(receipt.state == .cancelled && desk.calls == ["CheckPerformTransaction"])
            #expect(desk.entries.last?.answer?.contains("-31001") == true)
        }
    }

    @Test("a rival finds the order busy, and the first payment goes on")
    func rival() async throws {
        try await SandboxDesk.with { desk in
            let (receipt, _) = try await desk.pay("1001", conduct: .rival)
            #expect(receipt.state == .paid)
            let answers = desk.entries.filter { $0.title == "CreateTransaction" }.compactMap(\.answer)
            #expect(answers.count == 2 && answers[1].contains("-31099"))
        }
    }

    @Test("a debit that fails by its amount cancels with reason 2")
    func debitFails() async throws {
        try await SandboxDesk.with { desk in
            try await desk.addOrder("poor", "100.14")
            let (receipt, _) = try await desk.pay("poor")
            #expect(receipt.state == .cancelled && receipt.reason == 2)
        }
    }

    @Test("the same link paid twice is refused in the shop's own words")
    func paidTwice() async throws {
        try await SandboxDesk.with { desk in
            let link = try await desk.get("/sandbox/checkout?order=1001").location
            _ = try await desk.pay("1001")
            #expect(try await desk.get(link).status == 200)
            let fields = [
                ("merchant", desk.configuration.merchantID), ("amount", "500000"),
                ("account[order_id]", "1001"), ("card", TestCard.works.rawValue), ("code", "666666"),
                ("expiry", "03/99"), ("lang", "en"),
            ]
            let outcome = try await desk.post("/sandbox/checkout", fields)
            #expect(try await desk.get(outcome.location).text.contains("already been paid or cancelled"))
            #expect(desk.calls.count { $0 == "CreateTransaction" } == 1)
        }
    }
}
