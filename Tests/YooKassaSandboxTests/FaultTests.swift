import StrictJSON
import Testing

@testable import Sandbox

@Suite("What goes wrong at the simulated YooKassa")
struct FaultTests {
    @Test("an answer 500 after which nothing was done: the same key succeeds later, and once")
    func refused() async throws {
        try await YooDesk.with { desk async throws in
            let method = try await desk.savedMethod()
            desk.yookassa.fail(.createPayment, with: .refused(500), .refused(500))
            for _ in 0..<2 {
                let answer = try await desk.post("payments", YooDesk.charge(method), key: "k")
                #expect(answer.refusal == "500 internal_server_error")
                #expect(desk.yookassa.charges(forTx: "tx-1").isEmpty)
            }
            // What it was asked for under the key is remembered all the same.
            let other = try await desk.post("payments", YooDesk.charge(method, tx: "tx-2"), key: "k")
            #expect(other.json["description"] == "Idempotence key duplicated")
            #expect(try await desk.post("payments", YooDesk.charge(method), key: "k").state == "succeeded")
            #expect(desk.yookassa.charges(forTx: "tx-1").map(\.key) == ["k"])
            #expect(desk.yookassa.callCount(.createPayment) == 5)
        }
    }

    @Test("an answer 500 after which it was done: the same key tells, another key charges again")
    func failedAfter() async throws {
        try await YooDesk.with { desk async throws in
            let method = try await desk.savedMethod()
            desk.yookassa.fail(.createPayment, with: .failedAfter(500))
            #expect(try await desk.post("payments", YooDesk.charge(method), key: "k").status == 500)
            let charged = desk.yookassa.charges(forTx: "tx-1")
            #expect(charged.count == 1)
            let again = try await desk.post("payments", YooDesk.charge(method), key: "k")
            #expect(again.id == charged.first?.paymentID)
            #expect(again.state == "succeeded")
            #expect(desk.yookassa.charges(forTx: "tx-1").count == 1)
            // That is what the count is for.
            _ = try await desk.post("payments", YooDesk.charge(method), key: "k2")
            #expect(desk.yookassa.charges(forTx: "tx-1").count == 2)
        }
    }

    @Test(
        "an answer that is lost: nobody gets it, and whether it was done shows later",
        arguments: [(YooKassaFault.lost, 1), (.dropped, 0), (.stalled(20), 0), (.broken, 1), (.slow(20), 1)])
    func lost(fault: YooKassaFault, charges: Int) async throws {
        try await YooDesk.with { desk async throws in
            let method = try await desk.savedMethod()
            desk.yookassa.fail(.createPayment, with: fault)
            let answer = try? await desk.post("payments", YooDesk.charge(method), key: "k")
            switch fault {
            case .slow: #expect(answer?.state == "succeeded")
            case .broken: #expect(answer?.json == .null)
            default: #expect(answer == nil)
            }
            #expect(desk.yookassa.charges(forKey: "k").count == charges)
            #expect(try await desk.post("payments", YooDesk.charge(method), key: "k").state == "succeeded")
            #expect(desk.yookassa.charges(forKey: "k").count == 1)
        }
    }

    @Test("an answer that is none: a redirect, 202 as in former days, words of a later version")
    func others() async throws {
        try await YooDesk.with { desk async throws in
            desk.yookassa.fail(.createPayment, with: .redirect, .processing(1_800), .strange)
            #expect(try await desk.create(key: "a").status == 307)
            let processing = try await desk.create(key: "b")
            #expect(processing.status == 202)
            #expect(processing.json["type"] == "processing")
            #expect(processing.json["retry_after"] == 1_800)
            #expect(desk.yookassa.payments.count == 1)
            let strange = try await desk.create(key: "c")
            #expect(strange.state == "on_review")
            #expect(strange.json["something_new"] != nil)
            #expect(try await desk.get("payments/\(strange.id)").state == "pending")
        }
    }

    @Test(
        "a refusal of every kind, once or until further notice",
        arguments: [
            (401, "401 invalid_credentials"), (403, "403 forbidden"), (404, "404 not_found"), (410, "410 gone"),
            (429, "429 too_many_requests"), (500, "500 internal_server_error"), (503, "503"),
        ])
    func statuses(status: Int, refusal: String) async throws {
        try await YooDesk.with { desk async throws in
            desk.yookassa.fail(.me, with: .refused(status))
            #expect(try await desk.get("me").refusal == refusal)
            #expect(try await desk.get("me").status == 200)
            desk.yookassa.conduct.faults[.me] = .refused(status)
            for _ in 0..<2 { #expect(try await desk.get("me").status == status) }
        }
    }

    @Test("more calls in a second than are allowed are refused, with the time to wait")
    func tooMany() async throws {
        try await YooDesk.with { desk async throws in
            desk.yookassa.conduct.callsPerSecond = 3
            desk.yookassa.conduct.retryAfterMilliseconds = 700
            for _ in 0..<3 { #expect(try await desk.create(key: "k").status == 200) }
            let answer = try await desk.create(key: "k")
            #expect(answer.refusal == "429 too_many_requests")
            #expect(answer.json["retry_after"] == 700)
            desk.clock.advance(milliseconds: 999)
            #expect(try await desk.create(key: "k").status == 429)
            desk.clock.advance(milliseconds: 1)
            #expect(try await desk.create(key: "k").status == 200)
            desk.yookassa.fail(.me, with: .tooMany(250))
            #expect(try await desk.get("me").json["retry_after"] == 250)
        }
    }

    @Test("a key that was changed in the cabinet is no longer taken")
    func rotated() async throws {
        try await YooDesk.with { desk async throws in
            desk.yookassa.rotateSecret(of: YooDesk.shopID, to: "test_new")
            #expect(try await desk.create(key: "k").refusal == "401 invalid_credentials")
            var other = desk
            other.credentials = "\(YooDesk.shopID):test_new"
            // The refused call has left nothing behind.
            #expect(try await other.create(["description": "another"], key: "k").status == 200)
            #expect(desk.yookassa.rotateSecret(of: "none", to: "x") == false)
        }
    }

    @Test("whoever watches is told of every call, and of no secret")
    func watched() async throws {
        try await YooDesk.with { desk async throws in
            let seen = Seen()
            desk.yookassa.observe { seen.add($0) }
            let id = try await desk.create(key: "key-7").id
            _ = try await desk.get("payments/\(id)")
            #expect(seen.all.map(\.line) == ["POST /v3/payments", "GET /v3/payments/\(id)"])
            #expect(seen.all.first?.key == "key-7")
            #expect(seen.all.first?.request.contains("100.00") == true)
            #expect(seen.all.last?.answer.contains(id) == true)
            #expect(!"\(seen.all)".contains(YooDesk.secret))
        }
    }
}
