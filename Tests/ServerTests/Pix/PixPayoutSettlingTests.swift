import NIOHTTP1
import Pix
import StrictJSON
import TestSupport
import Testing

@testable import Sandbox
@testable import Server

@Suite("A payout in doubt, over HTTP", .enabled(if: CertificateMaker.isThere, "openssl is not installed"))
struct PixPayoutSettlingTests {
    @Test("is settled by the owner's word once the bank is not asked about it any more, and the word is in its history")
    func settled() async throws {
        try await PixInterShop.with { scene in
            let (shop, running) = (scene.shop, scene.running)
            let place = "/pix/payments/p-1"
            func settle(_ body: String, key: String? = running.merchantKey) async throws -> PixShop.Reply {
                try await shop.send(.POST, place + "/settle", body, key: key)
            }
            #expect(try await settle(#"{"outcome":"paid"}"#).status == 404)
            // Whatever round asks, it hears nothing.
            for _ in 0..<40 { scene.bank.fail(.sendPayout, with: .refused(503)) }
            let body = #"{"valor":"10.00","chave":"fulano@example.com","txid":"p-1"}"#
            let made = try await shop.send(.POST, "/pix/payments", body, key: running.merchantKey)
            #expect(made.status == 202)
            #expect(made.json["history"] == nil)
            #expect(try await settle(#"{"outcome":"paid"}"#).problem == "payout-under-way")
            running.clock.advance(hours: 25)
            let isGivenUp = await eventually {
                _ = try? await scene.gateway.advance(.payouts)
                let reply = try? await shop.send(.GET, place, key: running.merchantKey)
                return reply?.json["needs_attention"] == "outcome_unknown"
            }
            #expect(isGivenUp)
            for bad in ["{}", #"{"outcome":"maybe"}"#, #"{"outcome":1}"#, #"{"outcome":"paid","x":1}"#, "[]", ""] {
                #expect(try await settle(bad).status == 400, "\(bad)")
            }
            #expect(try await settle(#"{"outcome":"paid"}"#, key: nil).status == 401)
            let keys = ["transactions:write", "transactions:read", "orders:write"]
            let other = try await running.merchant(
                .POST, "/keys", ["name": "till", "scopes": .array(keys.map { .string($0) })])
            #expect(try await settle(#"{"outcome":"paid"}"#, key: other.body["token"]?.stringValue).status == 403)
            for _ in 0..<2 {
                let reply = try await settle(#"{"outcome":"failed"}"#)
                #expect(reply.status == 200)
                #expect(reply.json["status"] == "failed")
                #expect(reply.json["needs_attention"] == .null)
                let history = reply.json["history"]?.arrayValue ?? []
                #expect(history.count == 1)
                #expect(history.first?["by"]?.stringValue == MerchantRoutes.actor)
                #expect(history.first?["from"] == 1)
                #expect(history.first?["to"] == -1)
            }
            #expect(try await settle(#"{"outcome":"returned"}"#).problem == "payout-ended")
            #expect(try await shop.send(.GET, "/pix/payments/a%00b", key: running.merchantKey).status == 404)
            #expect(scene.bank.payouts.isEmpty)
        }
    }
}
