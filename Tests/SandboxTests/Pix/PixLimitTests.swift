import Sandbox
import StrictJSON
import TestSupport
import Testing

@Suite("The simulated bank's limits")
struct PixLimitTests {
    @Test("let five tokens through a minute, and the sixth when the minute is over")
    func tokens() async throws {
        try await PixBooth.with { booth in
            booth.bank.conduct.limits = .production
            // The booth's own token is of the minute before.
            booth.clock.advance(milliseconds: 60_000)
            for _ in 0..<5 { #expect(try await booth.issue().status == 200) }
            let begun = try await booth.issue()
            #expect(begun.status == 429)
            booth.clock.advance(milliseconds: 59_999)
            #expect(try await booth.issue().status == 429)
            booth.clock.advance(milliseconds: 1)
            #expect(try await booth.issue().status == 200)
            #expect(booth.bank.tokensIssued == 7)
        }
    }

    @Test("count charges, payments and refunds together, 120 a minute in production and 10 in the bank's sandbox")
    func charges() async throws {
        try await PixBooth.with { booth in
            for (limits, most) in [(PixBankLimits.production, 120), (.sandbox, 10)] {
                booth.clock.advance(milliseconds: 60_000)
                booth.bank.conduct.limits = limits
                for number in 0..<most {
                    let path = number.isMultiple(of: 2) ? "cob/\(PixBooth.txid)" : "pix/E1"
                    #expect(try await booth.call("GET", "pix/v2/\(path)").status == 404)
                }
                let refused = try await booth.put()
                #expect(refused.status == 429)
                #expect(refused.json["title"] == "Muitas requisições")
            }
            #expect(booth.bank.charges.isEmpty)
        }
    }

    @Test("let one payout through a second, sixty a minute, and twenty questions about them")
    func payouts() async throws {
        try await PixBooth.with { booth in
            booth.bank.conduct.limits = .production
            let body: JSONValue = ["valor": 1, "destinatario": ["tipo": "CHAVE", "chave": "a@b.co"]]
            let begun = try await booth.call("POST", "banking/v2/pix", body)
            #expect(begun.status == 200)
            booth.clock.advance(milliseconds: 999)
            #expect(try await booth.call("POST", "banking/v2/pix", body).status == 429)
            booth.clock.advance(milliseconds: 1)
            #expect(try await booth.call("POST", "banking/v2/pix", body).status == 200)
            #expect(booth.bank.payouts.count == 2)
            for _ in 0..<20 { #expect(try await booth.call("GET", "banking/v2/pix/none").status == 404) }
            #expect(try await booth.call("GET", "banking/v2/pix/none").status == 429)
        }
    }

    @Test("allow ten calls a minute about webhooks, and five retries")
    func webhooks() async throws {
        try await PixBooth.with { booth in
            booth.bank.conduct.limits = .production
            let path = "pix/v2/webhook/\(PixBooth.key)"
            for _ in 0..<10 { #expect(try await booth.call("GET", path).status == 404) }
            let refused = try await booth.call("GET", path)
            #expect(refused.status == 429)
            let retry: JSONValue = ["txId": ["a"], "chavePix": .string(PixBooth.key)]
            for _ in 0..<5 {
                #expect(try await booth.call("POST", "pix/v2/webhook/callbacks/retry", retry).status == 404)
            }
            #expect(try await booth.call("POST", "pix/v2/webhook/callbacks/retry", retry).status == 429)
        }
    }
}
