import Payments
import Pix
import Sandbox
import StrictJSON
import Testing

@Suite("What can go wrong at the simulated bank")
struct PixFaultTests {
    @Test(
        "it fails before it does anything, once",
        arguments: [
            (500, "ErroInternoDoServidor"), (503, "ServicoIndisponivel"), (504, "IndisponibilidadePorTempoEsgotado"),
        ])
    func refused(status: Int, name: String) async throws {
        try await PixBooth.with { booth in
            booth.bank.fail(.putCharge, with: .refused(status))
            let failed = try await booth.put()
            #expect(failed.status == status)
            #expect(failed.problem == name)
            #expect(booth.bank.charges.isEmpty)
            #expect(try await booth.put().status == 201)
        }
    }

    @Test("it does it, and fails all the same")
    func failedAfter() async throws {
        try await PixBooth.with { booth in
            booth.bank.fail(.putCharge, with: .failedAfter(504), .failedAfter(500))
            let begun = try await booth.put()
            #expect(begun.status == 504)
            #expect(try await booth.put().status == 500)
            #expect(booth.bank.charges.count == 1)
            #expect(booth.bank.charges.first?.revision == 0)
        }
    }

    @Test("it closes the connection, before or after it does it")
    func lost() async throws {
        try await PixBooth.with { booth in
            booth.bank.fail(.putCharge, with: .dropped, .lost)
            await #expect(throws: (any Error).self) { try await booth.put() }
            #expect(booth.bank.charges.isEmpty)
            await #expect(throws: (any Error).self) { try await booth.put() }
            #expect(booth.bank.charges.count == 1)
            let begun = try await booth.put()
            #expect(begun.status == 201)
            #expect(booth.bank.charges.count == 1)
        }
    }

    @Test("it loses the answer to a payout, which is paid once however often it is asked")
    func lostPayout() async throws {
        try await PixBooth.with { booth in
            booth.bank.fail(.sendPayout, with: .lost, .failedAfter(500), .refused(503))
            let body: JSONValue = ["valor": 1, "destinatario": ["tipo": "CHAVE", "chave": "a@b.co"]]
            let headers = [("x-id-idempotente", "0b2a3f6e-52a7-4f0e-9d51-0c1a2b3c4d5e")]
            await #expect(throws: (any Error).self) {
                try await booth.call("POST", "banking/v2/pix", body, headers: headers)
            }
            let failed = try await booth.call("POST", "banking/v2/pix", body, headers: headers)
            #expect(failed.status == 500)
            #expect(failed.json["type"] == nil)
            #expect(try await booth.call("POST", "banking/v2/pix", body, headers: headers).status == 503)
            #expect(try await booth.call("POST", "banking/v2/pix", body, headers: headers).status == 200)
            #expect(booth.bank.payouts.count == 1)
        }
    }

    @Test("it is slow, breaks off its JSON, redirects, or says there were too many")
    func answers() async throws {
        try await PixBooth.with { booth in
            booth.bank.fail(.putCharge, with: .slow(150), .broken, .redirect, .tooMany)
            let begin = ContinuousClock.now
            #expect(try await booth.put().status == 201)
            #expect(begin.duration(to: .now) >= .milliseconds(150))
            let broken = try await booth.put()
            #expect(broken.status == 201)
            #expect(broken.json == .null && !broken.body.isEmpty)
            #expect(try await booth.put().status == 307)
            #expect(try await booth.put().status == 429)
        }
    }

    @Test("it forgets a token that it has issued")
    func forgotten() async throws {
        try await PixBooth.with { booth in
            booth.bank.fail(.readCharge, with: .tokenForgotten)
            #expect(try await booth.call("GET", "pix/v2/cob/\(PixBooth.txid)").status == 401)
            #expect(try await booth.call("GET", "pix/v2/cob/\(PixBooth.txid)").status == 401)
            try await booth.renew { booth in
                let first = try await booth.call("GET", "pix/v2/cob/\(PixBooth.txid)").status
                #expect(first == 404)
            }
        }
    }

    @Test("it leaves the code out, or answers with one that no app can read")
    func codes() async throws {
        try await PixBooth.with { booth in
            booth.bank.fail(.putCharge, with: .noCode, .wrongCode)
            let none = try await booth.put().json
            #expect(none["pixCopiaECola"] == nil)
            #expect(none["location"] != nil)
            let wrong = try await booth.put().json["pixCopiaECola"]?.stringValue ?? ""
            #expect(throws: BRCodeError.self) { try BRCode(wrong) }
            let right = try await booth.put().json["pixCopiaECola"]?.stringValue ?? ""
            #expect(throws: Never.self) { try BRCode(right) }
        }
    }

    @Test("it does so every time, until it is told to stop")
    func standing() async throws {
        try await PixBooth.with { booth in
            booth.bank.conduct.faults[.readCharge] = .refused(503)
            for _ in 0..<3 { #expect(try await booth.call("GET", "pix/v2/cob/\(PixBooth.txid)").status == 503) }
            booth.bank.conduct.faults = [:]
            let begun = try await booth.call("GET", "pix/v2/cob/\(PixBooth.txid)")
            #expect(begun.status == 404)
            #expect(booth.bank.callCount(.readCharge) == 4)
        }
    }

    @Test(
        "what it does not have is not found",
        arguments: [
            ("GET", "pix/v2/pix/payments/abc"), ("POST", "pix/v2/pix/payments"), ("GET", ""),
            ("DELETE", "pix/v2/cob/x"),
            ("GET", "pix/v2/cobv/abc"),
        ])
    func unknown(method: String, path: String) async throws {
        try await PixBooth.with { booth in
            let begun = try await booth.call(method, path)
            #expect(begun.status == 404)
        }
    }
}
